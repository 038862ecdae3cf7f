package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.iggy.TopicRecord;
import io.vireo.node.iggy.WireLimits;
import io.vireo.node.launch.ExitCodes;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Identifier;
import java.math.BigInteger;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo topic}: lists, makes and deletes topics of a stream. */
@Command(
        name = "topic",
        description = "List, make and delete topics.",
        mixinStandardHelpOptions = true,
        subcommands = {TopicCommand.ListTopics.class, TopicCommand.Create.class, TopicCommand.Delete.class})
public final class TopicCommand implements Runnable {
    private static final BigInteger MICROS = BigInteger.valueOf(1_000_000);

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list, create or delete");
    }

    /** {@code vireo topic list}. */
    @Command(
            name = "list",
            description = "List the topics of a stream.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo topic list shop"})
    static final class ListTopics implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(paramLabel = "STREAM", description = "Name or number of the stream.")
        private String stream;

        @Option(names = "--json", description = "Print an array of objects; what has no limit is null.")
        private boolean isJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            final Identifier identifier = Arguments.identifier("stream", stream);
            return clientOption.run(client -> {
                final IggyAdmin admin = new IggyAdmin(client);
                if (!admin.hasStream(identifier)) {
                    throw new OperatorException("there is no stream " + stream);
                }
                final Listing listing = new Listing(
                        "id", "name", "partitions", "messages", "bytes", "expiry seconds", "max bytes", "created");
                for (final TopicRecord topic : admin.topics(identifier)) {
                    final BigInteger expiryUs = Unsigned.limit(topic.messageExpiryUs());
                    listing.add(
                            Unsigned.u32(topic.id()),
                            topic.name(),
                            Unsigned.u32(topic.partitionsCount()),
                            Unsigned.u64(topic.messages()),
                            Unsigned.u64(topic.size()),
                            expiryUs == null ? null : expiryUs.divide(MICROS),
                            Unsigned.limit(topic.maxSize()),
                            Unsigned.time(topic.createdAt()));
                }
                listing.print(spec.commandLine().getOut(), isJson);
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo topic create}. */
    @Command(
            name = "create",
            description = "Make a topic in a stream.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo topic create shop orders --partitions 3 --expiry 7d"})
    static final class Create implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(index = "0", paramLabel = "STREAM", description = "Name or number of the stream.")
        private String stream;

        @Parameters(index = "1", paramLabel = "NAME", description = "Name of the new topic.")
        private String name;

        @Option(
                names = "--partitions",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many it has (${DEFAULT-VALUE}).")
        private int partitions;

        @Option(
                names = "--expiry",
                paramLabel = "TIME",
                description =
                        "How long messages are kept: never, or a number with s, m, h or d (as the cluster has it).")
        private String expiry;

        @Option(
                names = "--max-size",
                paramLabel = "BYTES",
                description =
                        "How large it may be before the oldest messages go: unlimited, or a number, KiB to TiB allowed (as the cluster has it).")
        private String maxSize;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            final Identifier identifier = Arguments.identifier("stream", stream);
            Arguments.name("topic", name);
            if (partitions < 0 || partitions > WireLimits.PARTITIONS_MAX) {
                throw new OperatorException(
                        "--partitions is " + partitions + ", must be 0 to " + WireLimits.PARTITIONS_MAX);
            }
            final long expiryUs = Arguments.expiryUs(expiry);
            final long bytes = Arguments.maxSize(maxSize);
            return clientOption.run(client -> {
                final TopicRecord made = new IggyAdmin(client)
                        .createTopic(identifier, name, partitions, expiryUs, bytes)
                        .topic();
                spec.commandLine()
                        .getOut()
                        .println("made topic " + made.name() + " of " + stream + ", id " + Unsigned.u32(made.id())
                                + ", partitions " + Unsigned.u32(made.partitionsCount()));
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo topic delete}. */
    @Command(
            name = "delete",
            description = "Delete a topic with all of its messages.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo topic delete shop orders"})
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(index = "0", paramLabel = "STREAM", description = "Name or number of the stream.")
        private String stream;

        @Parameters(index = "1", paramLabel = "TOPIC", description = "Name or number of the topic.")
        private String topic;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                new IggyAdmin(client)
                        .deleteTopic(Arguments.identifier("stream", stream), Arguments.identifier("topic", topic));
                spec.commandLine().getOut().println("deleted topic " + topic + " of " + stream);
                return ExitCodes.OK;
            });
        }
    }
}
