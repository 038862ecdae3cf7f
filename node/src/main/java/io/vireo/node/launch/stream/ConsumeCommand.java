package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.IggyConsumer;
import io.vireo.node.client.iggy.PollStart;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.iggy.PollingKind;
import io.vireo.node.launch.ExitCodes;
import io.vireo.node.launch.FailedException;
import io.vireo.node.launch.Failures;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Identifier;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo consume}: prints messages of a topic, as nobody, as a consumer that is remembered, or as a member of a group. */
@Command(
        name = "consume",
        description = "Print messages of a topic, each followed by a newline.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without --consumer and --group nothing is remembered, and --from first is the default. With one of them --from next is: behind",
            "what was printed before. That is stored after a message was printed, so one may be printed twice, and none is left out.",
            "Without --follow the command ends at the last message that was there when it came to a partition.",
            "Messages of one partition come in order; those of several come by turns.",
            "",
            "Examples:",
            "  vireo consume shop orders",
            "  vireo consume shop orders --partition 0 --from last:10 --json",
            "  vireo consume shop orders --from timestamp:2026-01-31T12:00:00Z --count 100",
            "  vireo consume shop orders --group billing --follow",
            "",
            "Exit code 0 if everything asked for was printed, 1 if not, 2 for a mistake.",
        })
public final class ConsumeCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 100_000;
    /** Who polls where nobody is named; its place is neither asked for nor stored. */
    private static final Identifier NOBODY = Identifier.of(0);

    @Mixin
    private ClientOption clientOption;

    @Parameters(index = "0", paramLabel = "STREAM", description = "Name or number of the stream.")
    private String stream;

    @Parameters(index = "1", paramLabel = "TOPIC", description = "Name or number of the topic.")
    private String topic;

    @Option(
            names = "--partition",
            paramLabel = "N",
            split = ",",
            description = "Only these partitions (all of the topic).")
    private List<Integer> partitions;

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description =
                    "In each partition: first, next, last, last:COUNT, offset:NUMBER, or timestamp:TIME, which is microseconds since 1970 or like 2026-01-31T12:00:00Z.")
    private String from;

    @Option(
            names = "--consumer",
            paramLabel = "NAME",
            description = "Name or number of a consumer whose place in each partition is remembered.")
    private String consumer;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Become a member of this consumer group, whose members share the partitions.")
    private String group;

    @Option(names = "--no-store", description = "With --consumer: do not remember what was printed.")
    private boolean isNotStoring;

    @Option(names = "--count", paramLabel = "N", description = "End after so many messages.")
    private Long count;

    @Option(names = "--follow", description = "Wait for further messages at the end, until Ctrl-C.")
    private boolean isFollowing;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most so many messages in one request (${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--raw", description = "Print payloads as they are, with nothing between them.")
    private boolean isRaw;

    @Option(names = "--json", description = "Print an object per message, each in a line.")
    private boolean isJson;

    @Option(
            names = "--progress-ms",
            paramLabel = "MS",
            description = "Interval of the progress on standard error, 0 none (1000, at a terminal 0).")
    private Integer progressMs;

    @Option(
            names = "--quiet-ms",
            paramLabel = "MS",
            hidden = true,
            defaultValue = "2000",
            description = "How long a member of a group finds nothing before it says that there is nothing.")
    private int quietMs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PollStart start = check();
        final Identifier streamId = Arguments.identifier("stream", stream);
        final Identifier topicId = Arguments.identifier("topic", topic);
        return clientOption.run(client -> consume(client, streamId, topicId, start));
    }

    private PollStart check() {
        final boolean isRemembered = consumer != null || group != null;
        final PollStart start = from == null ? isRemembered ? PollStart.NEXT : PollStart.FIRST : Arguments.start(from);
        require(consumer == null || group == null, "--consumer and --group exclude each other");
        require(!isRaw || !isJson, "--raw and --json exclude each other");
        require(
                group == null || partitions == null,
                "--group and --partition exclude each other: the partitions of a member are given to it");
        require(
                group == null || start.kind() == PollingKind.NEXT,
                "--group goes on where the group is, so --from can only be next");
        require(
                isRemembered || start.kind() != PollingKind.NEXT,
                "--from next needs --consumer or --group: of nobody nothing is remembered");
        require(!isNotStoring || consumer != null, "--no-store is for --consumer");
        require(count == null || count >= 0, "--count is " + count + ", must not be negative");
        require(batch >= 1 && batch <= BATCH_MAX, "--batch is " + batch + ", must be 1 to " + BATCH_MAX);
        require(progressMs == null || progressMs >= 0, "--progress-ms is " + progressMs + ", must not be negative");
        return start;
    }

    private static void require(final boolean holds, final String text) {
        if (!holds) {
            throw new OperatorException(text);
        }
    }

    private int consume(
            final IggyClient client, final Identifier streamId, final Identifier topicId, final PollStart start)
            throws IOException, RequestRefusedException, InterruptedException {
        final Optional<IggyAdmin.TopicDetails> details = new IggyAdmin(client).topic(streamId, topicId);
        if (details.isEmpty()) {
            throw new OperatorException("there is no topic " + topic + " of " + stream);
        }
        final int partitionsCount = details.get().topic().partitionsCount();
        final Identifier who = group != null
                ? Arguments.identifier("consumer group", group)
                : consumer != null ? Arguments.identifier("consumer", consumer) : NOBODY;
        final ConsumeRun run = new ConsumeRun(
                client,
                new IggyConsumer(client, streamId, topicId, who, group != null),
                new ConsumeRun.Options(
                        start,
                        from == null ? 1 : Arguments.lastCount(from),
                        count == null ? Long.MAX_VALUE : count,
                        batch,
                        isFollowing,
                        (consumer != null && !isNotStoring) || group != null,
                        clientOption.timeoutSeconds(),
                        isRaw ? MessageFormat.RAW : isJson ? MessageFormat.JSON : MessageFormat.LINES,
                        TimeUnit.MILLISECONDS.toNanos(quietMs),
                        progressMs()),
                spec.commandLine().getErr());
        // Not closed: it is the process's own.
        final OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
        try (Interruption interruption = new Interruption(() -> {})) {
            if (group != null) {
                run.consumeAsMember(out, partitionsCount, interruption);
            } else {
                run.consume(out, chosen(partitionsCount), interruption);
            }
        } catch (final UncheckedIOException e) {
            throw new FailedException("cannot write to the standard output: " + Failures.text(e.getCause()), e);
        }
        return ExitCodes.OK;
    }

    private int progressMs() {
        return progressMs != null ? progressMs : System.console() != null ? 0 : 1_000;
    }

    private List<Integer> chosen(final int partitionsCount) {
        final List<Integer> chosen = new ArrayList<>();
        if (partitions == null) {
            for (int partition = 0; partition < partitionsCount; partition++) {
                chosen.add(partition);
            }
            return chosen;
        }
        for (final int partition : partitions) {
            require(
                    partition >= 0 && partition < partitionsCount,
                    "--partition " + partition + ": the topic has "
                            + (partitionsCount == 0 ? "none" : "partitions 0 to " + (partitionsCount - 1)));
            if (!chosen.contains(partition)) {
                chosen.add(partition);
            }
        }
        return chosen;
    }
}
