package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A real {@code vireo} process from the packaged jar, as a user starts it; its lines are collected, and every wait has a deadline. */
final class VireoProcess implements AutoCloseable {
    static final long DEADLINE_MS = 30_000;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private VireoProcess(final Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "vireo-output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the program with standard error in its output; a node or dev cluster stops when this JVM ends. */
    static VireoProcess start(final String... arguments) throws IOException {
        return startIn(Path.of(""), List.of(), List.of(arguments));
    }

    /** The same with further variables of the environment. */
    static VireoProcess startWith(final Map<String, String> variables, final String... arguments) throws IOException {
        return startIn(Path.of(""), List.of(), variables, List.of(arguments));
    }

    /** The same with further flags of the JVM. */
    static VireoProcess startWith(final List<String> flags, final String... arguments) throws IOException {
        return startIn(Path.of(""), flags, List.of(arguments));
    }

    /** The same in another working directory. */
    static VireoProcess startIn(final Path directory, final List<String> arguments) throws IOException {
        return startIn(directory, List.of(), arguments);
    }

    private static VireoProcess startIn(final Path directory, final List<String> flags, final List<String> arguments)
            throws IOException {
        return startIn(directory, flags, Map.of(), arguments);
    }

    private static VireoProcess startIn(
            final Path directory,
            final List<String> flags,
            final Map<String, String> variables,
            final List<String> arguments)
            throws IOException {
        final List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ClassArchive.flags());
        command.addAll(flags);
        command.addAll(List.of("-jar", System.getProperty("vireo.jar")));
        command.addAll(arguments);
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("VIREO_"));
        builder.environment().putAll(variables);
        return new VireoProcess(builder.start());
    }

    /** Runs a command to its end. */
    static VireoProcess run(final String... arguments) throws IOException, InterruptedException {
        final VireoProcess process = start(arguments);
        process.exitCode();
        return process;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (final IOException e) {
            synchronized (lines) {
                lines.add("(output ended: " + e.getMessage() + ")");
            }
        }
        synchronized (lines) {
            lines.notifyAll();
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the {@code count}-th line that holds this text and returns it. */
    String awaitLine(final String text, final int count) throws InterruptedException {
        return awaitLine(line -> line.contains(text), count, text);
    }

    /** Waits for the {@code count}-th line that this holds for and returns it. */
    String awaitLine(final Predicate<String> filter, final int count, final String what) throws InterruptedException {
        return awaitLine(filter, count, what, DEADLINE_MS);
    }

    /** Waits no longer than this for the first line that holds this text: where many processes start at a time. */
    String awaitLineWithin(final String text, final long deadlineMs) throws InterruptedException {
        return awaitLineWithin(text, 1, deadlineMs);
    }

    /** The same for the {@code count}-th such line. */
    String awaitLineWithin(final String text, final int count, final long deadlineMs) throws InterruptedException {
        return awaitLine(line -> line.contains(text), count, text, deadlineMs);
    }

    private String awaitLine(final Predicate<String> filter, final int count, final String what, final long deadlineMs)
            throws InterruptedException {
        final long deadline = System.nanoTime() + deadlineMs * 1_000_000;
        synchronized (lines) {
            while (true) {
                int found = 0;
                for (final String line : lines) {
                    if (filter.test(line) && ++found == count) {
                        return line;
                    }
                }
                final long left = deadline - System.nanoTime();
                if (left <= 0 || (!process.isAlive() && !reader.isAlive())) {
                    return fail(
                            "no line with \"" + what + "\" (" + count + " wanted) in:\n" + String.join("\n", lines));
                }
                TimeUnit.NANOSECONDS.timedWait(lines, Math.min(left, 100_000_000));
            }
        }
    }

    String awaitLine(final String text) throws InterruptedException {
        return awaitLine(text, 1);
    }

    /** All lines so far that this holds for. */
    List<String> lines(final Predicate<String> filter) {
        synchronized (lines) {
            return lines.stream().filter(filter).toList();
        }
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Waits for the end. */
    int exitCode() throws InterruptedException {
        return exitCode(DEADLINE_MS);
    }

    int exitCode(final long deadlineMs) throws InterruptedException {
        if (!process.waitFor(deadlineMs, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            fail("did not end in time:\n" + output());
        }
        reader.join(DEADLINE_MS);
        return process.exitValue();
    }

    /** Waits for the end, but no longer than this. */
    boolean hasEndedWithin(final long ms) throws InterruptedException {
        return process.waitFor(ms, TimeUnit.MILLISECONDS);
    }

    /** SIGTERM; returns how long the end took. */
    long terminate() throws InterruptedException {
        final long start = System.nanoTime();
        // Of the handle: the process's own would close its output before the last lines are read.
        process.toHandle().destroy();
        assertTrue(process.waitFor(DEADLINE_MS, TimeUnit.MILLISECONDS), "did not stop");
        reader.join(DEADLINE_MS);
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** To its standard input. */
    void write(final String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP: it stands still, and the system goes on to answer for its connections; {@link #kill} ends it all the same. */
    void suspend() throws IOException, InterruptedException {
        final Process signal = new ProcessBuilder("kill", "-STOP", Long.toString(pid()))
                .inheritIO()
                .start();
        assertTrue(signal.waitFor(DEADLINE_MS, TimeUnit.MILLISECONDS) && signal.exitValue() == 0, "not suspended");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
        }
    }
}
