package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.Destination;
import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.IggyProducer;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.client.iggy.UserHeaders;
import io.vireo.node.launch.ExitCodes;
import io.vireo.node.launch.LineSource;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Identifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo produce}: sends texts, lines of the standard input or lines of files to a topic, a message each. */
@Command(
        name = "produce",
        description = "Send messages to a topic: each text, or each line of the standard input or of files, is one.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A message is acknowledged when it is durable on a majority. Lines that are there at the same time go together, up to --batch.",
            "If a node is lost while it has messages that it did not acknowledge, the command ends and says which: they may be there or not.",
            "With --at-least-once it sends them again to another node, so that none is missing and some may be there twice.",
            "",
            "Examples:",
            "  vireo produce shop orders hello world",
            "  seq 1000 | vireo produce shop orders --key customer-7",
            "  vireo produce shop orders --file orders.txt --key-separator :",
            "",
            "Exit code 0 if every message was acknowledged, 1 if not, 2 for a mistake.",
        })
public final class ProduceCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 100_000;

    @Mixin
    private ClientOption clientOption;

    @Parameters(index = "0", paramLabel = "STREAM", description = "Name or number of the stream.")
    private String stream;

    @Parameters(index = "1", paramLabel = "TOPIC", description = "Name or number of the topic.")
    private String topic;

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "TEXT",
            description = "Messages. Without any, and without --file: the lines of the standard input.")
    private List<String> texts = List.of();

    @Option(names = "--file", paramLabel = "FILE", description = "Send each line of this file; may be repeated.")
    private List<Path> files = List.of();

    @Option(names = "--partition", paramLabel = "N", description = "Send all to this partition (by turns to all).")
    private Integer partition;

    @Option(names = "--key", paramLabel = "KEY", description = "Send all to the partition of this key.")
    private String key;

    @Option(
            names = "--key-separator",
            paramLabel = "TEXT",
            description = "What is before the first TEXT in a line is its key, and not part of the message.")
    private String keySeparator;

    @Option(
            names = "--header",
            paramLabel = "KEY=VALUE",
            description = "A user header, a text, of every message; may be repeated.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most so many messages in one request (${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--at-least-once", description = "Send again what has an unknown outcome.")
    private boolean isAtLeastOnce;

    @Option(
            names = "--progress-ms",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "Interval of the progress on standard error, 0 none (${DEFAULT-VALUE}).")
    private int progressMs;

    @Option(names = "--json", description = "Print the figures as an object.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        check();
        final Identifier streamId = Arguments.identifier("stream", stream);
        final Identifier topicId = Arguments.identifier("topic", topic);
        return clientOption.run(client -> produce(client, streamId, topicId));
    }

    private int produce(final IggyClient client, final Identifier streamId, final Identifier topicId)
            throws IOException, RequestRefusedException, InterruptedException {
        if (new IggyAdmin(client).topic(streamId, topicId).isEmpty()) {
            throw new OperatorException("there is no topic " + topic + " of " + stream
                    + "; make it by \"vireo stream create\" and \"vireo topic create\"");
        }
        final ProduceRun run = new ProduceRun(
                client,
                new IggyProducer(client, streamId, topicId, () -> System.currentTimeMillis() * 1_000),
                new ProduceRun.Options(
                        batch,
                        destination(),
                        keySeparator == null ? null : keySeparator.getBytes(StandardCharsets.UTF_8),
                        UserHeaders.write(headers),
                        isAtLeastOnce,
                        clientOption.timeoutSeconds(),
                        progressMs),
                spec.commandLine().getErr());
        final AtomicBoolean isSaid = new AtomicBoolean();
        final Runnable summary = () -> {
            if (isSaid.getAndSet(true)) {
                return;
            }
            spec.commandLine().getOut().println(isJson ? run.json() : run.text());
            spec.commandLine().getOut().flush();
        };
        try (Interruption interruption = new Interruption(summary);
                LineSource source = source()) {
            try {
                run.run(source, interruption);
            } finally {
                summary.run();
            }
        }
        return ExitCodes.OK;
    }

    private void check() {
        require(partition == null || key == null, "--partition and --key exclude each other");
        require(
                keySeparator == null || (partition == null && key == null),
                "--key-separator excludes --partition and --key");
        require(keySeparator == null || !keySeparator.isEmpty(), "--key-separator is empty");
        require(partition == null || partition >= 0, "--partition is " + partition + ", must not be negative");
        require(batch >= 1 && batch <= BATCH_MAX, "--batch is " + batch + ", must be 1 to " + BATCH_MAX);
        require(progressMs >= 0, "--progress-ms is " + progressMs + ", must not be negative");
        require(texts.isEmpty() || files.isEmpty(), "--file and texts exclude each other");
        require(
                texts.stream().noneMatch(text -> text.indexOf('\n') >= 0),
                "a text with a newline would be two messages; pipe it into the command instead");
        for (final Path file : files) {
            require(Files.isReadable(file) && !Files.isDirectory(file), "--file: cannot read " + file);
        }
        try {
            destination();
            UserHeaders.write(headers);
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(e.getMessage(), e);
        }
    }

    private static void require(final boolean holds, final String text) {
        if (!holds) {
            throw new OperatorException(text);
        }
    }

    private Destination destination() {
        if (key != null) {
            return Destination.key(key.getBytes(StandardCharsets.UTF_8));
        }
        return partition == null ? Destination.BALANCED : Destination.partition(partition);
    }

    private LineSource source() {
        if (!files.isEmpty()) {
            return LineSource.ofFiles(files);
        }
        if (texts.isEmpty()) {
            return LineSource.ofStream(System.in, "the standard input");
        }
        final byte[] lines = (String.join("\n", texts) + "\n").getBytes(StandardCharsets.UTF_8);
        return LineSource.ofStream(new ByteArrayInputStream(lines), "the texts");
    }
}
