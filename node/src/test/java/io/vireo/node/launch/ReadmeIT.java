package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what the README says, in its order and in an empty directory, runs its programs, and expects what it promises. */
class ReadmeIT {
    private static final String PROGRAM = "node/bin/vireo ";
    private static final Pattern COMMAND_OF_TABLE = Pattern.compile("`vireo ([a-z]+)");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVA_CLASS = Pattern.compile("public class (\\w+)");
    private static final Pattern STARTED = Pattern.compile("replica (\\d) started, pid (\\d+)");
    private static final Pattern CLIENTS = Pattern.compile("^  127\\.0\\.0\\.1:(\\d+)$");
    private static final Pattern SHA256 = Pattern.compile("\\b[0-9a-f]{64}\\b");
    private static final int FIRST_PORT = 8090;
    private static final int REPLICAS = 3;
    private static final int EXAMPLE_LINES_MAX = 25;
    private static final long DEADLINE_MS = 180_000;
    private static final long LOOK_MS = 200;
    private static final int EXAMPLE_ATTEMPTS = 3;
    private static final String SDK_NOT_READY = "Not authenticated, call login first";
    private static final long CATCH_UP_NS = 60_000_000_000L;

    @TempDir
    Path dir;

    @Test
    void shouldRunTheProgramsOfTheReadmeWhenAReplicaIsKilledInBetween() throws Exception {
        final List<List<String>> commands = clusters().get(0);
        assertEquals(List.of("dev"), commands.get(0), "the first command starts the cluster");
        try (VireoProcess dev = VireoProcess.startIn(dir, commands.get(0))) {
            dev.awaitLine("The cluster is ready");
            dev.awaitLine("Ctrl-C stops it");
            final List<String> ports = dev.lines(line -> CLIENTS.matcher(line).matches()).stream()
                    .map(line -> line.substring(line.lastIndexOf(':') + 1))
                    .toList();
            assertEquals(REPLICAS, ports.size(), dev.output());
            final List<Path> programs = programs(ports);
            assertEquals(2, programs.size(), "a producer and a consumer");

            assertEquals(List.of(), example(programs.get(0)));
            kill(dev, 0);
            dev.awaitLine("replica 0 died, killed by signal 9; starting it again");
            assertEquals(List.of("order 1", "order 2", "order 3", "order 4", "order 5"), example(programs.get(1)));
            assertEquals(List.of(), example(programs.get(1)), "it remembers how far it came");
            // It lets clients in again: then every row of the status is there.
            dev.awaitLine(
                    line -> line.startsWith("replica 0 | ") && line.contains("event=clients-listening"),
                    2,
                    "replica 0 serves again");
            List<String> consumed = List.of();
            for (final List<String> command : commands.subList(1, commands.size())) {
                final VireoProcess process = run(command);
                if (command.get(0).equals("consume")) {
                    consumed = process.output().lines().toList();
                }
            }
            assertTrue(consumed.containsAll(List.of("order 1", "order 5", "hello", "world")), consumed.toString());
            dev.terminate();
        }
    }

    @Test
    void shouldReadBackWhatWasAppendedWhenTheCommandsForALogAreTyped() throws Exception {
        final List<List<String>> commands = clusters().get(1);
        final Set<String> sums = new TreeSet<>();
        final List<String> entries = new ArrayList<>();
        try (VireoProcess dev = VireoProcess.startIn(dir, commands.get(0))) {
            dev.awaitLine("The cluster is ready");
            for (final List<String> command : commands.subList(1, commands.size())) {
                final VireoProcess process = run(command);
                if (command.contains("--namespace")) {
                    final long deadline = System.nanoTime() + CATCH_UP_NS;
                    String sum = sum(process);
                    // A backup may be behind for a moment; the README does not say that it never is.
                    while (command.contains("--replica") && !sums.contains(sum) && System.nanoTime() < deadline) {
                        sum = sum(run(command));
                    }
                    sums.add(sum);
                } else if (command.contains("read")) {
                    process.output().lines().forEach(entries::add);
                }
            }
            dev.terminate();
        }
        assertTrue(entries.containsAll(List.of("hello", "world")), entries.toString());
        assertEquals(1, sums.size(), "every replica gives back what was appended: " + sums);
    }

    @Test
    void shouldKnowEveryCommandWhenTheReadmeListsIt() throws Exception {
        final Matcher matcher = COMMAND_OF_TABLE.matcher(readme());
        final Set<String> listed = new TreeSet<>();
        while (matcher.find()) {
            listed.add(matcher.group(1));
        }
        assertTrue(
                listed.containsAll(Set.of(
                        "dev", "format", "node", "stream", "topic", "group", "user", "produce", "consume", "append",
                        "read", "status", "bench", "inspect", "verify")),
                listed.toString());
        for (final String command : listed) {
            final VireoProcess help = VireoProcess.run(command, "--help");
            assertEquals(ExitCodes.OK, help.exitCode(), help.output());
        }
    }

    private VireoProcess run(final List<String> command) throws Exception {
        final VireoProcess process = VireoProcess.startIn(dir, here(command));
        assertEquals(ExitCodes.OK, process.exitCode(DEADLINE_MS), command + ": " + process.output());
        return process;
    }

    /** The programs of the README in files of their own, as they are but for the ports, which may be taken on this machine. */
    private List<Path> programs(final List<String> ports) throws IOException {
        final List<Path> programs = new ArrayList<>();
        final Matcher block = JAVA_BLOCK.matcher(readme());
        while (block.find()) {
            String source = block.group(1);
            assertTrue(source.lines().count() <= EXAMPLE_LINES_MAX, "short enough to be read: " + source);
            final Matcher name = JAVA_CLASS.matcher(source);
            assertTrue(name.find(), source);
            final String said = source;
            for (int replica = 0; replica < REPLICAS; replica++) {
                source = source.replace(".port(" + (FIRST_PORT + replica) + ")", ".port(P" + replica + ")");
            }
            assertFalse(source.equals(said), "it connects to a port that dev serves: " + said);
            for (int replica = 0; replica < REPLICAS; replica++) {
                source = source.replace(".port(P" + replica + ")", ".port(" + ports.get(replica) + ")");
            }
            programs.add(Files.writeString(dir.resolve(name.group(1) + ".java"), source));
        }
        return programs;
    }

    /**
     * What a program prints; run from its source, as the README says. Once more if its client was not ready to begin: the SDK tells the caller
     * that the login is done before it notes that itself, so that the first command, on another connection of its pool, may be refused by
     * the client and never leaves it. Nothing was done then.
     */
    private List<String> example(final Path program) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            final int exitCode = runExample(program);
            if (exitCode == 0) {
                return Files.readAllLines(dir.resolve("out"));
            }
            final String said = text(dir.resolve("out")) + text(dir.resolve("err"));
            assertTrue(
                    attempt < EXAMPLE_ATTEMPTS && said.contains(SDK_NOT_READY),
                    () -> program + ": exit code " + exitCode + "\n" + said);
        }
    }

    /** Its exit code; a program whose main thread has ended by an exception is ended: the threads of the SDK would keep it. */
    private int runExample(final Path program) throws IOException, InterruptedException {
        final Path err = dir.resolve("err");
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        program.toString())
                .directory(dir.toFile())
                .redirectOutput(dir.resolve("out").toFile())
                .redirectError(err.toFile())
                .start();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS);
        while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - deadlineNs > 0 || text(err).contains("\tat ")) {
                process.destroyForcibly();
            }
        }
        return process.exitValue();
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            return file + ": " + e.getMessage();
        }
    }

    private static void kill(final VireoProcess dev, final int replica) {
        for (final String line : dev.lines(each -> STARTED.matcher(each).find())) {
            final Matcher started = STARTED.matcher(line);
            assertTrue(started.find(), line);
            if (Integer.parseInt(started.group(1)) == replica) {
                ProcessHandle.of(Long.parseLong(started.group(2))).orElseThrow().destroyForcibly();
            }
        }
    }

    private static String sum(final VireoProcess process) {
        final Matcher sum = SHA256.matcher(process.output());
        assertTrue(sum.find(), process::output);
        return sum.group();
    }

    /** The arguments of every line of a code block that starts the program, one list for each cluster, which begins with its start. */
    private static List<List<List<String>>> clusters() throws IOException {
        final List<List<List<String>>> clusters = new ArrayList<>();
        for (final String line : readme().lines().toList()) {
            if (line.startsWith(PROGRAM)) {
                final List<String> command =
                        Arrays.asList(line.substring(PROGRAM.length()).split(" +"));
                if (command.get(0).equals("dev")) {
                    clusters.add(new ArrayList<>());
                }
                assertFalse(clusters.isEmpty(), "the first command starts a cluster");
                clusters.get(clusters.size() - 1).add(command);
            }
        }
        assertEquals(2, clusters.size(), "one of streams and one of a log: " + clusters);
        return clusters;
    }

    /** The same with texts that every JDK has, where this machine has none of Debian's. */
    private static List<String> here(final List<String> command) {
        final int from = command.indexOf("--from-files");
        if (from < 0 || Files.isDirectory(Path.of(command.get(from + 1)))) {
            return command;
        }
        final List<String> here = new ArrayList<>(command);
        here.set(from + 1, Path.of(System.getProperty("java.home"), "legal").toString());
        final int name = here.indexOf("--name");
        here.set(name + 1, "*");
        return here;
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of(System.getProperty("basedir", "."), "..", "README.md"));
    }
}
