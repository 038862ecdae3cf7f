package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.node.client.ClusterAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes that a bench measures, in a temporary directory of their own: replicas of a fresh cluster, or the yardstick. They stop
 * when their standard input ends, so none is left behind; closing removes the directory. Used by one thread, and by the shutdown hook.
 */
final class BenchProcesses implements AutoCloseable {
    private static final int COUNT = 3;
    private static final long STOP_MAX_MS = 2_000;

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final Thread hook = new Thread(this::end, "vireo-bench-stop");
    private List<String> flags = List.of();
    private Map<String, String> variables = Map.of();
    private ClusterConfig cluster;
    private int leaderPort;
    private boolean isDirect;

    private BenchProcesses(final Path parent, final String name) {
        try {
            Files.createDirectories(parent);
            directory = Files.createTempDirectory(parent, "vireo-" + name + "-");
        } catch (final IOException e) {
            throw new OperatorException("cannot make a directory under " + parent + ": " + Failures.text(e), e);
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A fresh cluster with one group, formatted and started; not yet asked whether it serves. */
    static BenchProcesses startCluster(final Path parent, final long walBytes) {
        final BenchProcesses started = new BenchProcesses(parent, "bench");
        try {
            started.runCluster(walBytes);
            return started;
        } catch (final RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /**
     * A fresh streaming cluster, formatted and started; its nodes serve clients at any free port.
     *
     * @param heapMib greatest heap of each process.
     * @param variables further ones of the environment of the processes.
     */
    static BenchProcesses startStreaming(
            final Path parent,
            final int groups,
            final long walBytes,
            final int heapMib,
            final Map<String, String> variables) {
        final BenchProcesses started = new BenchProcesses(parent, "bench");
        started.flags = List.of("-Xmx" + heapMib + "m");
        started.variables = variables;
        try {
            started.format(StateMachineKind.STREAM, groups, walBytes, COUNT);
            started.startAll();
            return started;
        } catch (final RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** A fresh cluster of one replica with one group, formatted; nothing runs yet. */
    static BenchProcesses formatOne(final Path parent, final long walBytes) {
        return format(parent, walBytes, 1);
    }

    /** A fresh cluster of three replicas with one group, formatted; nothing runs yet. */
    static BenchProcesses formatThree(final Path parent, final long walBytes) {
        return format(parent, walBytes, COUNT);
    }

    private static BenchProcesses format(final Path parent, final long walBytes, final int replicas) {
        final BenchProcesses formatted = new BenchProcesses(parent, "bench");
        try {
            formatted.formatCluster(walBytes, replicas);
            return formatted;
        } catch (final RuntimeException e) {
            formatted.close();
            throw e;
        }
    }

    /** The yardstick's leader and followers. */
    static BenchProcesses startYardstick(final Path parent) {
        final BenchProcesses started = new BenchProcesses(parent, "yardstick");
        try {
            started.runYardstick();
            return started;
        } catch (final RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void runCluster(final long walBytes) {
        formatCluster(walBytes, COUNT);
        startAll();
    }

    private void startAll() {
        for (int replica = 0; replica < COUNT; replica++) {
            startReplica(replica, log(replica));
        }
    }

    /** Where what a replica says goes, so that it can be said why it has ended. */
    ProcessBuilder.Redirect log(final int replica) {
        return ProcessBuilder.Redirect.appendTo(
                directory.resolve("replica-" + replica + ".log").toFile());
    }

    /** Stops all replicas by SIGTERM, all at a time. */
    void stopAll() throws InterruptedException {
        final List<Process> running = List.copyOf(processes);
        running.forEach(Process::destroy);
        for (final Process process : running) {
            stop(process, false);
        }
    }

    /** Stops all replicas by SIGTERM, all at a time, and starts them again. */
    void restartAll() throws InterruptedException {
        stopAll();
        startAll();
    }

    private void formatCluster(final long walBytes, final int replicas) {
        format(StateMachineKind.LOG, 1, walBytes, replicas);
    }

    private void format(
            final StateMachineKind stateMachine, final int groups, final long walBytes, final int replicas) {
        final Settings settings = new Settings();
        settings.put(Setting.NAME, "bench", "vireo bench");
        settings.put(Setting.CLUSTER_ID, FormatCommand.newClusterId(), "vireo bench");
        settings.put(Setting.GROUPS, Integer.toString(groups), "vireo bench");
        settings.put(Setting.STATE_MACHINE, stateMachine.text(), "vireo bench");
        settings.put(Setting.WAL_BYTES, Long.toString(walBytes), "flag --wal-bytes");
        settings.addresses(DevCommand.freeAddresses(1).subList(0, replicas), "vireo bench");
        for (int replica = 0; replica < replicas && stateMachine == StateMachineKind.STREAM; replica++) {
            settings.clients(replica, "127.0.0.1:0");
        }
        final Path file = directory.resolve(ClusterFile.NAME);
        ClusterFile.create(file, settings);
        cluster = ClusterFile.load(file);
        for (int replica = 0; replica < replicas; replica++) {
            ReplicaFormatter.format(cluster, directory, replica);
        }
    }

    /** Further ones of the environment of processes that are started from now on, and of those who call them. */
    void variables(final Map<String, String> further) {
        variables = Map.copyOf(further);
    }

    /** By what the processes find in the environment. */
    ClusterAccess access() {
        final Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(variables);
        final Settings settings = new Settings().putSecret(environment).putTls(environment);
        return new ClusterAccess(settings.concludeSecret(), TlsSettings.callingReplicas(settings));
    }

    /** Starts a replica of the cluster, which must not run, with further flags of {@code vireo node}. */
    Process startReplica(final int replica, final ProcessBuilder.Redirect output, final String... flags) {
        final List<String> arguments = new ArrayList<>(List.of(
                "node",
                "--cluster",
                directory.resolve(ClusterFile.NAME).toString(),
                "--data-dir",
                directory.toString(),
                "--replica",
                Integer.toString(replica)));
        arguments.addAll(List.of(flags));
        return start(output, arguments.toArray(new String[0]));
    }

    /** Ends a process by SIGTERM, or at once by SIGKILL, and waits for that; returns its exit code. */
    int stop(final Process process, final boolean isKilled) throws InterruptedException {
        if (isKilled) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        final int exit = process.waitFor();
        synchronized (this) {
            processes.remove(process);
        }
        return exit;
    }

    private void runYardstick() {
        final int first = startYardstickNode(1, "");
        final int second = startYardstickNode(2, "");
        leaderPort = startYardstickNode(0, first + "," + second);
    }

    private int startYardstickNode(final int number, final String followers) {
        final Path own = directory.resolve(Integer.toString(number));
        try {
            Files.createDirectory(own);
            final List<String> arguments = new ArrayList<>(List.of("bench", "yardstick-node", "--dir", own.toString()));
            if (!followers.isEmpty()) {
                arguments.addAll(List.of("--followers", followers));
            }
            final Process process = start(ProcessBuilder.Redirect.PIPE, arguments.toArray(new String[0]));
            final BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            final StringBuilder said = new StringBuilder();
            while (line != null && !line.startsWith("port=")) {
                said.append(line).append('\n');
                line = lines.readLine();
            }
            if (line == null) {
                throw new FailedException("a yardstick process ended at once: " + said);
            }
            isDirect = line.endsWith("direct=true");
            return Integer.parseInt(line.substring("port=".length(), line.indexOf(' ')));
        } catch (final IOException e) {
            throw new FailedException("cannot run a yardstick process in " + own + ": " + Failures.text(e), e);
        }
    }

    private Process start(final ProcessBuilder.Redirect output, final String... arguments) {
        final List<String> command = new ArrayList<>(DevCluster.javaCommand());
        final int program = command.contains("-jar") ? command.indexOf("-jar") : command.indexOf("-cp");
        command.addAll(program, flags);
        command.addAll(List.of(arguments));
        command.add("--stop-on-end-of-input");
        try {
            final ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
            builder.environment().putAll(variables);
            final Process process = builder.start();
            synchronized (this) {
                processes.add(process);
            }
            return process;
        } catch (final IOException e) {
            throw new FailedException("cannot start " + command.get(0) + ": " + Failures.text(e), e);
        }
    }

    Path directory() {
        return directory;
    }

    ClusterConfig cluster() {
        return cluster;
    }

    int leaderPort() {
        return leaderPort;
    }

    boolean isDirect() {
        return isDirect;
    }

    Process process(final int number) {
        return processes.get(number);
    }

    /** CPU time that all processes have used; nothing where the system does not say. */
    Duration cpuTime() {
        Duration sum = Duration.ZERO;
        for (final Process process : processes) {
            sum = sum.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
        }
        return sum;
    }

    /** Throws if a process has ended, with the end of what it said. */
    void requireAlive() {
        for (int i = 0; i < processes.size(); i++) {
            if (!processes.get(i).isAlive()) {
                throw new FailedException("process " + i + " ended with exit code "
                        + processes.get(i).exitValue() + lastLine(i));
            }
        }
    }

    private String lastLine(final int number) {
        final Path log = directory.resolve("replica-" + number + ".log");
        try {
            final List<String> lines = Files.isRegularFile(log) ? Files.readAllLines(log) : List.of();
            return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1);
        } catch (final IOException e) {
            return " and its log " + log + " cannot be read: " + Failures.text(e);
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private synchronized void end() {
        for (final Process process : processes) {
            try (OutputStream input = process.getOutputStream()) {
                input.flush();
            } catch (final IOException e) {
                // It has ended already, so there is nobody left to be told.
                process.destroy();
            }
        }
        final long deadlineNs = System.nanoTime() + STOP_MAX_MS * 1_000_000;
        for (final Process process : processes) {
            try {
                if (!process.waitFor(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (final InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        processes.clear();
        deleteTree(directory);
    }

    /** Removes a directory with all that is in it, if it is there. */
    static void deleteTree(final Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (final Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot remove " + directory + ": " + Failures.text(e), e);
        }
    }
}
