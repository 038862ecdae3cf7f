package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.iggy.ConsumerGroupRecord;
import io.vireo.node.launch.ExitCodes;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Identifier;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo group}: lists, makes and deletes consumer groups of a topic. */
@Command(
        name = "group",
        description = "List, make and delete consumer groups.",
        mixinStandardHelpOptions = true,
        subcommands = {GroupCommand.ListGroups.class, GroupCommand.Create.class, GroupCommand.Delete.class})
public final class GroupCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list, create or delete");
    }

    /** Which topic; a picocli mixin. */
    static final class TopicParameters {
        @Parameters(index = "0", paramLabel = "STREAM", description = "Name or number of the stream.")
        private String stream;

        @Parameters(index = "1", paramLabel = "TOPIC", description = "Name or number of the topic.")
        private String topic;

        Identifier stream() {
            return Arguments.identifier("stream", stream);
        }

        Identifier topic() {
            return Arguments.identifier("topic", topic);
        }

        @Override
        public String toString() {
            return topic + " of " + stream;
        }
    }

    /** {@code vireo group list}. */
    @Command(
            name = "list",
            description = "List the consumer groups of a topic.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo group list shop orders"})
    static final class ListGroups implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Mixin
        private TopicParameters of;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean isJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                final IggyAdmin admin = new IggyAdmin(client);
                if (admin.topic(of.stream(), of.topic()).isEmpty()) {
                    throw new OperatorException("there is no topic " + of);
                }
                final Listing listing = new Listing("id", "name", "partitions", "members");
                for (final ConsumerGroupRecord.Summary group : admin.groups(of.stream(), of.topic())) {
                    listing.add(
                            Unsigned.u32(group.id()),
                            group.name(),
                            Unsigned.u32(group.partitionsCount()),
                            Unsigned.u32(group.membersCount()));
                }
                listing.print(spec.commandLine().getOut(), isJson);
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo group create}. */
    @Command(
            name = "create",
            description = "Make a consumer group, whose members share the partitions of a topic.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo group create shop orders billing"})
    static final class Create implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Mixin
        private TopicParameters of;

        @Parameters(index = "2", paramLabel = "NAME", description = "Name of the new group.")
        private String name;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            Arguments.name("consumer group", name);
            return clientOption.run(client -> {
                final ConsumerGroupRecord.Summary made =
                        new IggyAdmin(client).createGroup(of.stream(), of.topic(), name);
                spec.commandLine()
                        .getOut()
                        .println("made group " + made.name() + " on " + of + ", id " + Unsigned.u32(made.id()));
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo group delete}. */
    @Command(
            name = "delete",
            description = "Delete a consumer group with what it remembers.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo group delete shop orders billing"})
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Mixin
        private TopicParameters of;

        @Parameters(index = "2", paramLabel = "GROUP", description = "Name or number of the group.")
        private String group;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                new IggyAdmin(client)
                        .deleteGroup(of.stream(), of.topic(), Arguments.identifier("consumer group", group));
                spec.commandLine().getOut().println("deleted group " + group + " on " + of);
                return ExitCodes.OK;
            });
        }
    }
}
