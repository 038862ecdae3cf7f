package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.client.ClusterAccess;
import io.vireo.node.client.VireoClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo append}: appends texts, lines of the standard input or lines of files to the replicated log, one request each. */
@Command(
        name = "append",
        description =
                "Append to the replicated log: each text, or each line of the standard input or of files, is one entry.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Client i of N appends file i, i + N, ... to namespace NAMESPACE + i, in order. A sha256 is over the entries, each",
            "followed by a newline, which is what \"vireo read --all --namespace N | sha256sum\" gives for a log that was empty.",
            "",
            "Examples:",
            "  vireo append hello",
            "  seq 1000 | vireo append",
            "  vireo append --from-files /usr/share/doc --name copyright --clients 4",
            "",
            "Exit code 0 if every entry was acknowledged, 1 if not, 2 for a mistake in the arguments.",
        })
public final class AppendCommand implements Callable<Integer> {
    private static final int SESSION_WINDOW_MAX = 64;

    @Mixin
    private ClusterOption clusterOption;

    @Parameters(
            arity = "0..*",
            paramLabel = "TEXT",
            description = "Entries. Without any, and without --text or --from-files: the lines of the standard input.")
    private List<String> parameters = new ArrayList<>();

    @Option(names = "--text", paramLabel = "TEXT", description = "An entry; may be repeated.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--from-files",
            paramLabel = "DIR",
            description = "Append each line of each file under DIR, in the order of the sorted paths.")
    private Path directory;

    @Option(
            names = "--name",
            paramLabel = "PATTERN",
            defaultValue = "*",
            description = "With --from-files: only files whose name matches (${DEFAULT-VALUE}).")
    private String pattern;

    @Option(
            names = "--namespace",
            paramLabel = "N",
            defaultValue = "0",
            description = "Namespace of the first client (${DEFAULT-VALUE}).")
    private long namespace;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "With --from-files: clients that share the files, each with its own namespace (${DEFAULT-VALUE}).")
    private int clientCount;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "64",
            description = "Requests in flight per client, 1 to 64 (${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "60",
            description = "Give up after so many seconds without an acknowledgement, 0 never (${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Option(
            names = "--progress-ms",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "Interval of the progress on standard error, 0 none (${DEFAULT-VALUE}).")
    private int progressMs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        check();
        final ClusterConfig cluster = clusterOption.loadLog();
        final ClusterAccess access = clusterOption.access();
        checkAgainst(cluster);
        final List<LineSource> sources = sources();
        final List<VireoClient> clients = new ArrayList<>();
        try {
            final List<AppendRun> runs = new ArrayList<>();
            for (final LineSource source : sources) {
                // One session per group: what one client appends keeps its order.
                final VireoClient client =
                        ClusterConnection.connect(cluster, access, 1, ClusterConnection.CONNECT_SECONDS);
                clients.add(client);
                runs.add(new AppendRun(
                        client, namespace + runs.size(), source, inFlight, timeoutSeconds * 1_000_000_000L));
            }
            run(runs);
        } finally {
            clients.forEach(VireoClient::close);
        }
        return ExitCodes.OK;
    }

    private void check() {
        require(
                inFlight >= 1 && inFlight <= SESSION_WINDOW_MAX,
                "--in-flight is " + inFlight + ", must be 1 to " + SESSION_WINDOW_MAX
                        + ": a session keeps so many in order; for more use --clients");
        require(clientCount >= 1 && clientCount <= 256, "--clients is " + clientCount + ", must be 1 to 256");
        require(timeoutSeconds >= 0, "--timeout is " + timeoutSeconds + ", must not be negative");
        require(progressMs >= 0, "--progress-ms is " + progressMs + ", must not be negative");
        require(
                directory == null || (texts.isEmpty() && parameters.isEmpty()),
                "--from-files and texts exclude each other");
        require(directory != null || clientCount == 1, "--clients is for --from-files");
    }

    private void checkAgainst(final ClusterConfig cluster) {
        require(
                namespace >= 0 && namespace + clientCount <= cluster.namespacesMax(),
                "--namespace is " + namespace + " and --clients " + clientCount
                        + ", but the namespaces of this cluster are 0 to " + (cluster.namespacesMax() - 1));
        require(
                inFlight <= cluster.sessionWindow(),
                "--in-flight is " + inFlight + ", above session_window = " + cluster.sessionWindow());
    }

    private static void require(final boolean holds, final String text) {
        if (!holds) {
            throw new OperatorException(text);
        }
    }

    private List<LineSource> sources() {
        final List<LineSource> sources = new ArrayList<>();
        if (directory != null) {
            final List<Path> files = files();
            for (int i = 0; i < clientCount; i++) {
                final List<Path> own = new ArrayList<>();
                for (int j = i; j < files.size(); j += clientCount) {
                    own.add(files.get(j));
                }
                sources.add(LineSource.ofFiles(own));
            }
        } else if (texts.isEmpty() && parameters.isEmpty()) {
            sources.add(LineSource.ofStream(System.in, "the standard input"));
        } else {
            final List<String> all = new ArrayList<>(texts);
            all.addAll(parameters);
            require(
                    all.stream().noneMatch(text -> text.indexOf('\n') >= 0),
                    "a text with a newline would be two entries; pipe it into the command instead");
            final InputStream bytes =
                    new ByteArrayInputStream((String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8));
            sources.add(LineSource.ofStream(bytes, "the texts"));
        }
        return sources;
    }

    private List<Path> files() {
        final PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (final PatternSyntaxException e) {
            throw new OperatorException("--name is \"" + pattern + "\", which is no pattern: " + e.getDescription(), e);
        }
        require(Files.isDirectory(directory), "--from-files: " + directory + " is not a directory");
        final List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(path ->
                            matcher.matches(path.getFileName()) && Files.isRegularFile(path) && Files.isReadable(path))
                    .sorted()
                    .toList();
        } catch (final IOException | java.io.UncheckedIOException e) {
            throw new OperatorException("cannot list the files under " + directory + ": " + e.getMessage(), e);
        }
        require(!files.isEmpty(), "no file under " + directory + " matches \"" + pattern + "\"");
        return files;
    }

    private void run(final List<AppendRun> runs) throws InterruptedException {
        final long startNs = System.nanoTime();
        final List<Thread> threads = new ArrayList<>();
        final List<RuntimeException> failures = new ArrayList<>();
        for (final AppendRun run : runs) {
            final Thread thread = new Thread(
                    () -> {
                        try {
                            run.run();
                        } catch (final RuntimeException e) {
                            synchronized (failures) {
                                failures.add(e);
                            }
                        }
                    },
                    "append-" + run.namespace());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        reportProgress(threads, runs, startNs);
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        print(runs, seconds);
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
        }
    }

    private void reportProgress(final List<Thread> threads, final List<AppendRun> runs, final long startNs)
            throws InterruptedException {
        final PrintWriter err = spec.commandLine().getErr();
        long nextNs = startNs + TimeUnit.MILLISECONDS.toNanos(progressMs);
        long before = 0;
        for (final Thread thread : threads) {
            while (thread.isAlive()) {
                if (progressMs == 0) {
                    thread.join();
                    continue;
                }
                final long leftNs = nextNs - System.nanoTime();
                if (leftNs > 0) {
                    thread.join(leftNs / 1_000_000 + 1);
                    continue;
                }
                final long now =
                        runs.stream().mapToLong(AppendRun::acknowledged).sum();
                err.println("acknowledged " + now + ", " + (now - before) * 1000 / progressMs + "/s");
                err.flush();
                before = now;
                nextNs += TimeUnit.MILLISECONDS.toNanos(progressMs);
            }
        }
    }

    private void print(final List<AppendRun> runs, final double seconds) {
        final PrintWriter out = spec.commandLine().getOut();
        long lines = 0;
        long bytes = 0;
        long acknowledged = 0;
        long pauseNs = 0;
        for (int i = 0; i < runs.size(); i++) {
            final AppendRun run = runs.get(i);
            lines += run.lines();
            bytes += run.bytes();
            acknowledged += run.acknowledged();
            pauseNs = Math.max(pauseNs, run.longestPauseNs());
            out.printf(
                    Locale.ROOT,
                    "client=%d namespace=%d lines=%d bytes=%d acknowledged=%d offsets=%s longest-pause-ms=%.1f sha256=%s%n",
                    i,
                    run.namespace(),
                    run.lines(),
                    run.bytes(),
                    run.acknowledged(),
                    run.firstOffset() < 0 ? "none" : run.firstOffset() + ".." + run.lastOffset(),
                    run.longestPauseNs() / 1e6,
                    run.sha256() == null ? "none" : run.sha256());
        }
        out.printf(
                Locale.ROOT,
                "total lines=%d bytes=%d acknowledged=%d longest-pause-ms=%.1f seconds=%.2f rate=%.0f/s%n",
                lines,
                bytes,
                acknowledged,
                pauseNs / 1e6,
                seconds,
                acknowledged / seconds);
        out.flush();
    }
}
