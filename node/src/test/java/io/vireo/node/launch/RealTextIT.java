package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on real text: every line of real files goes through a cluster of three processes whose primary is killed twice on the way,
 * and comes back from every replica byte for byte. The figures are printed.
 */
class RealTextIT {
    private static final Path DEBIAN_DOCS = Path.of("/usr/share/doc");
    private static final String DEBIAN_NAME = "copyright";
    private static final long LINES_MIN = 200_000;
    private static final int REPLICAS = 3;
    private static final Pattern STARTED = Pattern.compile("vireo dev: replica (\\d+) started, pid (\\d+),.*");
    private static final Pattern STATUS =
            Pattern.compile("replica (\\d+) \\| .*event=status group=0 from=\\w+ to=(\\w+) view=(\\d+) .*");
    private static final Pattern ACKNOWLEDGED = Pattern.compile("acknowledged (\\d+),.*");

    @TempDir
    Path temp;

    private final Cluster cluster = new Cluster();
    private final List<Client> clients = new ArrayList<>();

    /** What the running {@code vireo dev} has said. All methods may be called by any thread. */
    private static final class Cluster {
        private final Map<Integer, Long> pids = new HashMap<>();
        private final Map<Integer, String> statuses = new HashMap<>();
        private final List<String> lines = new ArrayList<>();
        private long view;
        private boolean isReady;
        private Process process;

        synchronized void onLine(final String line) {
            lines.add(line);
            final Matcher started = STARTED.matcher(line);
            final Matcher status = STATUS.matcher(line);
            if (started.matches()) {
                pids.put(Integer.parseInt(started.group(1)), Long.parseLong(started.group(2)));
                statuses.remove(Integer.parseInt(started.group(1)));
            } else if (status.matches()) {
                statuses.put(Integer.parseInt(status.group(1)), status.group(2));
                if (status.group(2).equals("NORMAL")) {
                    view = Math.max(view, Long.parseLong(status.group(3)));
                }
            }
            isReady |= line.startsWith("The cluster is ready");
            notifyAll();
        }

        synchronized void awaitReady() throws InterruptedException {
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            while (!isReady) {
                final long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                assertTrue(
                        leftMs > 0 && process.isAlive(),
                        () -> "the cluster is not ready:\n" + String.join("\n", lines));
                wait(leftMs);
            }
        }

        synchronized boolean isEveryReplicaNormal() {
            return statuses.size() == REPLICAS && statuses.values().stream().allMatch("NORMAL"::equals);
        }

        synchronized int primary() {
            return (int) (view % REPLICAS);
        }

        synchronized long pid(final int replica) {
            return pids.get(replica);
        }

        synchronized String text() {
            return String.join("\n", lines);
        }
    }

    /** One running {@code vireo append}: where its lines go, how many were acknowledged, what it printed. */
    private static final class Client {
        final int namespace;
        final Process process;
        final StringBuilder output = new StringBuilder();
        final StringBuilder errors = new StringBuilder();
        volatile long acknowledged;

        Client(final int namespace, final Process process) {
            this.namespace = namespace;
            this.process = process;
        }

        void onError(final String line) {
            final Matcher matcher = ACKNOWLEDGED.matcher(line);
            if (matcher.matches()) {
                acknowledged = Long.parseLong(matcher.group(1));
            } else {
                errors.append(line).append('\n');
            }
        }

        String figure(final String name) {
            final Matcher matcher = Pattern.compile("client=0 .*\\b" + name + "=(\\S+).*", Pattern.DOTALL)
                    .matcher(output);
            assertTrue(matcher.lookingAt(), () -> "no " + name + " in: " + output + errors);
            return matcher.group(1);
        }
    }

    @AfterEach
    void stopProcesses() throws InterruptedException {
        for (final Client client : clients) {
            client.process.destroyForcibly().waitFor();
        }
        if (cluster.process != null) {
            cluster.process.destroy();
            if (!cluster.process.waitFor(10, TimeUnit.SECONDS)) {
                cluster.process.destroyForcibly();
            }
        }
    }

    @Test
    @Timeout(300)
    void shouldReturnEveryLineFromEveryReplicaWhenThePrimaryIsKilledTwice() throws Exception {
        final boolean isDebian = !files(DEBIAN_DOCS, DEBIAN_NAME).isEmpty();
        final Path directory = isDebian ? DEBIAN_DOCS : Path.of(System.getProperty("java.home"), "legal");
        final List<Path> files = files(directory, isDebian ? DEBIAN_NAME : null);
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long lines = 0;
        for (final Path file : files) {
            lines += addLines(Files.readAllBytes(file), digest);
        }
        final String expected = HexFormat.of().formatHex(digest.digest());
        assertTrue(lines > 0, "no text to append under " + directory);
        final int copies = (int) Math.max(1, (LINES_MIN + lines - 1) / lines);
        final long total = lines * copies;
        System.out.printf(
                "real text: %d files under %s, %d lines, %d client(s), sha256 of each %s%n",
                files.size(), directory, lines, copies, expected);

        startCluster();
        for (int i = 0; i < copies; i++) {
            startClient(i, directory, isDebian ? DEBIAN_NAME : "*");
        }
        kill(total / 3, false, total);
        kill(total * 2 / 3, true, total);
        for (final Client client : clients) {
            assertTrue(client.process.waitFor(180, TimeUnit.SECONDS), () -> "append did not end\n" + cluster.text());
            assertEquals(0, client.process.exitValue(), () -> client.errors + "\n" + cluster.text());
        }

        double pauseMs = 0;
        for (final Client client : clients) {
            join(client);
            assertEquals(Long.toString(lines), client.figure("acknowledged"));
            assertEquals(expected, client.figure("sha256"));
            pauseMs = Math.max(pauseMs, Double.parseDouble(client.figure("longest-pause-ms")));
            System.out.print("real text: " + client.output.substring(client.output.indexOf("total")));
        }
        System.out.printf("real text: longest pause of a client %.0f ms%n", pauseMs);
        assertTrue(pauseMs < 10_000, "the longest pause was " + pauseMs + " ms");
        for (int replica = 0; replica < REPLICAS; replica++) {
            for (final Client client : clients) {
                final String returned = read(replica, client.namespace, lines);
                System.out.printf(
                        "real text: replica %d returns namespace %d with sha256 %s%n",
                        replica, client.namespace, returned);
                assertEquals(expected, returned);
            }
        }
    }

    private static List<Path> files(final Path directory, final String name) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(path ->
                            name == null || path.getFileName().toString().equals(name))
                    .filter(path -> Files.isRegularFile(path) && Files.isReadable(path))
                    .sorted()
                    .toList();
        }
    }

    /** A file as entries with a newline each: its bytes, and one newline more where the last line has none. */
    private static long addLines(final byte[] bytes, final MessageDigest digest) {
        long lines = 0;
        for (final byte each : bytes) {
            lines += each == '\n' ? 1 : 0;
        }
        digest.update(bytes);
        if (bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
            digest.update((byte) '\n');
            lines++;
        }
        return lines;
    }

    private void startCluster() throws IOException, InterruptedException {
        cluster.process = vireo(
                        "dev",
                        temp.resolve("cluster").toString(),
                        "--state-machine",
                        "log",
                        "--groups",
                        "1",
                        "--wal-bytes",
                        "256MiB")
                .redirectErrorStream(true)
                .start();
        readLines(cluster.process.getInputStream(), cluster::onLine);
        cluster.awaitReady();
    }

    private void startClient(final int namespace, final Path directory, final String pattern) throws IOException {
        final ProcessBuilder builder = vireo(
                "append",
                "--dir",
                temp.resolve("cluster").toString(),
                "--from-files",
                directory.toString(),
                "--name",
                pattern,
                "--namespace",
                Integer.toString(namespace),
                "--in-flight",
                "64",
                "--progress-ms",
                "20");
        // Standard output is short and read at the end.
        final Client client = new Client(namespace, builder.start());
        clients.add(client);
        readLines(client.process.getErrorStream(), client::onError);
    }

    /**
     * Kills the primary once so many requests are acknowledged. With {@code isAfterRestart} it waits for the last victim to be back, as
     * long as requests are left, because without it there would be no quorum until it is.
     */
    private void kill(final long acknowledged, final boolean isAfterRestart, final long total)
            throws InterruptedException {
        synchronized (cluster) {
            while (acknowledged() < acknowledged
                    || (isAfterRestart && !cluster.isEveryReplicaNormal() && acknowledged() < total * 9 / 10)) {
                assertTrue(
                        clients.stream().anyMatch(client -> client.process.isAlive()),
                        () -> clients.get(0).errors + cluster.text());
                cluster.wait(5);
            }
        }
        final int primary = cluster.primary();
        final long pid = cluster.pid(primary);
        final long at = acknowledged();
        assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        System.out.printf(
                "real text: killed replica %d, pid %d, after %d of %d acknowledgements%n", primary, pid, at, total);
    }

    private long acknowledged() {
        return clients.stream().mapToLong(client -> client.acknowledged).sum();
    }

    private static void join(final Client client) throws IOException {
        client.output.append(new String(client.process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** SHA-256 of what {@code vireo read} prints. */
    private String read(final int replica, final int namespace, final long atLeast) throws Exception {
        final Process process = vireo(
                        "read",
                        "--dir",
                        temp.resolve("cluster").toString(),
                        "--all",
                        "--namespace",
                        Integer.toString(namespace),
                        "--replica",
                        Integer.toString(replica),
                        "--at-least",
                        Long.toString(atLeast))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        final byte[] chunk = new byte[1 << 16];
        try (InputStream output = process.getInputStream()) {
            for (int read = output.read(chunk); read >= 0; read = output.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
        assertEquals(0, process.waitFor());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ProcessBuilder vireo(final String... arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-jar",
                System.getProperty("vireo.jar")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private interface LineListener {
        void onLine(String line);
    }

    private static void readLines(final InputStream stream, final LineListener listener) {
        final Thread thread = new Thread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    listener.onLine(line);
                }
            } catch (final IOException e) {
                listener.onLine("reading ended: " + e.getMessage());
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
