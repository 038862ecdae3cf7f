package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.iggy.StreamRecord;
import io.vireo.node.launch.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo stream}: lists, makes and deletes streams. */
@Command(
        name = "stream",
        description = "List, make and delete streams.",
        mixinStandardHelpOptions = true,
        subcommands = {StreamCommand.ListStreams.class, StreamCommand.Create.class, StreamCommand.Delete.class})
public final class StreamCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list, create or delete");
    }

    /** {@code vireo stream list}. */
    @Command(
            name = "list",
            description = "List all streams.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo stream list --json"})
    static final class ListStreams implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean isJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                final Listing listing = new Listing("id", "name", "topics", "messages", "bytes", "created");
                for (final StreamRecord stream : new IggyAdmin(client).streams()) {
                    listing.add(
                            Unsigned.u32(stream.id()),
                            stream.name(),
                            Unsigned.u32(stream.topicsCount()),
                            Unsigned.u64(stream.messages()),
                            Unsigned.u64(stream.size()),
                            Unsigned.time(stream.createdAt()));
                }
                listing.print(spec.commandLine().getOut(), isJson);
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo stream create}. */
    @Command(
            name = "create",
            description = "Make a stream.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo stream create shop"})
    static final class Create implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(paramLabel = "NAME", description = "Name of the new stream.")
        private String name;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            Arguments.name("stream", name);
            return clientOption.run(client -> {
                final StreamRecord made = new IggyAdmin(client).createStream(name);
                spec.commandLine().getOut().println("made stream " + made.name() + ", id " + Unsigned.u32(made.id()));
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo stream delete}. */
    @Command(
            name = "delete",
            description = "Delete a stream with all of its topics and messages.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo stream delete shop"})
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(paramLabel = "STREAM", description = "Name or number of the stream.")
        private String stream;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                new IggyAdmin(client).deleteStream(Arguments.identifier("stream", stream));
                spec.commandLine().getOut().println("deleted stream " + stream);
                return ExitCodes.OK;
            });
        }
    }
}
