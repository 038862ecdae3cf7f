package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.superblock.StateMachineKind;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The child processes of {@code vireo dev}: one thread per child starts it, prints its lines, and starts it again when it dies. A child
 * holds the reading end of a pipe as its standard input and stops when that ends, which it does however this process dies: so no child is
 * left behind. All state is guarded by this object's monitor.
 */
final class DevCluster {
    private static final long RESTART_MIN_MS = 200;
    private static final long RESTART_MAX_MS = 5_000;
    /** A child that lived so long starts again with the shortest wait. */
    private static final long SETTLED_NS = 10_000_000_000L;
    /** Quick deaths in a row after which a child is given up. */
    private static final int QUICK_DEATHS_MAX = 5;

    private static final long STOP_MAX_MS = 900;
    private static final Pattern CLIENTS = Pattern.compile("event=clients-listening shard=(\\d+) address=(\\S+)");
    private static final Pattern STATUS = Pattern.compile("event=status group=(\\d+) from=\\w+ to=(\\w+)");

    private final ClusterConfig cluster;
    private final Path file;
    private final Path dir;
    private final boolean isRestarting;
    /** Replicas that serve clients of the protocol. */
    private final int clientsWanted;

    private final PrintWriter out;
    private final Process[] children;
    private final boolean[][] isNormal;
    /** Where clients of the protocol connect, by replica and shard. */
    private final Map<Integer, Map<Integer, String>> clients = new TreeMap<>();

    private final List<Thread> keepers = new ArrayList<>();
    private boolean isStopping;
    private boolean isReadySaid;
    private int worstExit;

    DevCluster(
            final ClusterConfig cluster,
            final Path file,
            final Path dir,
            final boolean isRestarting,
            final int clientsWanted,
            final PrintWriter out) {
        this.cluster = cluster;
        this.file = file;
        this.dir = dir;
        this.isRestarting = isRestarting;
        this.clientsWanted = clientsWanted;
        this.out = out;
        this.children = new Process[cluster.replicaCount()];
        this.isNormal = new boolean[cluster.replicaCount()][cluster.groupCount()];
    }

    /** Runs until it is stopped, or until no child is left. */
    int run() throws InterruptedException {
        final Thread hook = new Thread(this::stop, "vireo-dev-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        for (int replica = 0; replica < children.length; replica++) {
            final int index = replica;
            final Thread keeper = new Thread(() -> keep(index), "vireo-dev-" + replica);
            keepers.add(keeper);
            keeper.start();
        }
        for (final Thread keeper : keepers) {
            keeper.join();
        }
        synchronized (this) {
            return isStopping ? ExitCodes.OK : worstExit;
        }
    }

    private void keep(final int replica) {
        long waitMs = RESTART_MIN_MS;
        int quickDeaths = 0;
        try {
            while (true) {
                final long startNs = System.nanoTime();
                final Process child = start(replica);
                if (child == null) {
                    return;
                }
                printLines(replica, child);
                final int exit = child.waitFor();
                final boolean isSettled = System.nanoTime() - startNs >= SETTLED_NS;
                quickDeaths = isSettled ? 0 : quickDeaths + 1;
                waitMs = isSettled ? RESTART_MIN_MS : Math.min(2 * waitMs, RESTART_MAX_MS);
                if (!onDeath(replica, exit, waitMs, quickDeaths)) {
                    return;
                }
            }
        } catch (final IOException e) {
            say("replica " + replica + ": " + Failures.text(e));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Process start(final int replica) throws IOException {
        if (isStopping) {
            return null;
        }
        final List<String> command = new ArrayList<>(javaCommand());
        command.addAll(List.of(
                "node",
                "--cluster",
                file.toString(),
                "--data-dir",
                dir.toString(),
                "--replica",
                Integer.toString(replica),
                "--shards",
                Integer.toString(cluster.addresses(replica).size()),
                "--stop-on-end-of-input"));
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        rootLogin(builder.environment());
        children[replica] = builder.start();
        say("replica " + replica + " started, pid " + children[replica].pid() + ", address "
                + String.join(" ", cluster.addresses(replica)));
        return children[replica];
    }

    /** On loopback, for trying things out, there is no need of a secret that would have to be looked up first. */
    private static void rootLogin(final Map<String, String> environment) {
        for (final String part : List.of("USERNAME", "PASSWORD")) {
            if (!environment.containsKey("VIREO_ROOT_" + part)) {
                environment.putIfAbsent("IGGY_ROOT_" + part, "iggy");
            }
        }
    }

    private void printLines(final int replica, final Process child) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                onLine(replica, line);
            }
        }
    }

    private synchronized void onLine(final int replica, final String line) {
        out.println("replica " + replica + " | " + line);
        out.flush();
        final Matcher status = STATUS.matcher(line);
        if (status.find()) {
            isNormal[replica][Integer.parseInt(status.group(1))] =
                    status.group(2).equals("NORMAL");
            sayWhenReady();
        }
        final Matcher serving = CLIENTS.matcher(line);
        if (serving.find()) {
            clients.computeIfAbsent(replica, none -> new TreeMap<>())
                    .put(Integer.parseInt(serving.group(1)), serving.group(2));
            sayWhenReady();
        }
    }

    /** True if the child is to be started again; the wait is over then. */
    private synchronized boolean onDeath(final int replica, final int exit, final long waitMs, final int quickDeaths)
            throws InterruptedException {
        Arrays.fill(isNormal[replica], false);
        if (isStopping) {
            return false;
        }
        // Ctrl-C reaches the children too, perhaps before this process has begun to stop.
        final long restartNs = System.nanoTime() + waitMs * 1_000_000;
        final String died = "replica " + replica + " died, " + exitText(exit);
        if (exit == ExitCodes.OPERATOR) {
            worstExit = ExitCodes.OPERATOR;
            say(died + "; not started again, because only you can put that right: see its last line");
            return false;
        }
        worstExit = Math.max(worstExit, ExitCodes.FAILED);
        if (!isRestarting) {
            say(died + "; left dead as told by --no-restart");
            return false;
        }
        if (quickDeaths > QUICK_DEATHS_MAX) {
            say(died + ", for the " + quickDeaths + "th time in a row within " + SETTLED_NS / 1_000_000_000
                    + " s of its start; given up");
            return false;
        }
        say(died + "; starting it again in " + waitMs + " ms");
        for (long left = waitMs * 1_000_000; left > 0 && !isStopping; left = restartNs - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !isStopping;
    }

    private static String exitText(final int exit) {
        if (exit > 128) {
            return "killed by signal " + (exit - 128);
        }
        return "exit code " + exit;
    }

    private void sayWhenReady() {
        if (isReadySaid) {
            return;
        }
        for (final boolean[] groups : isNormal) {
            for (final boolean isGroupNormal : groups) {
                if (!isGroupNormal) {
                    return;
                }
            }
        }
        if (clients.size() < clientsWanted) {
            return;
        }
        isReadySaid = true;
        final String option = dir.equals(Path.of("vireo-dev")) ? "" : " --dir " + dir;
        out.println();
        out.println("The cluster is ready. Type in another terminal:");
        if (cluster.stateMachine() == StateMachineKind.LOG) {
            out.println("  vireo append" + option + " hello");
            out.println("  vireo read" + option + " --all");
        } else if (!clients.isEmpty()) {
            out.println("  vireo stream create" + option + " shop");
            out.println("  vireo topic create" + option + " shop orders --partitions 3");
            out.println("  vireo produce" + option + " shop orders hello world");
            out.println("  vireo consume" + option + " shop orders");
        }
        out.println("  vireo status" + option);
        if (!clients.isEmpty()) {
            out.println("Apache Iggy clients connect to any of:");
            clients.forEach((replica, ofShards) -> out.println("  " + String.join(" ", ofShards.values())));
            out.println("as user iggy with password iggy, unless the environment says otherwise.");
        }
        out.println("Ctrl-C stops it; the same command starts it again with its data.");
        out.println();
        out.flush();
    }

    /** In the shutdown hook: asks the children by the end of their input, waits for them, and kills what is left. */
    private void stop() {
        final Process[] living;
        synchronized (this) {
            isStopping = true;
            notifyAll();
            living = children.clone();
        }
        final long deadlineNs = System.nanoTime() + STOP_MAX_MS * 1_000_000;
        for (final Process child : living) {
            if (child != null) {
                try (OutputStream input = child.getOutputStream()) {
                    input.flush();
                } catch (final IOException e) {
                    say("closing the input of pid " + child.pid() + " failed: " + e.getMessage());
                }
            }
        }
        try {
            for (final Process child : living) {
                if (child != null && !child.waitFor(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    say("pid " + child.pid() + " did not stop in time and is killed");
                    child.destroyForcibly();
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        say("stopped");
    }

    private void say(final String text) {
        DevCommand.say(out, text);
    }

    /** This program again, by the same Java with the same flags; without any, by the start script's choice of collector. */
    static List<String> javaCommand() {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (ManagementFactory.getRuntimeMXBean().getInputArguments().isEmpty()) {
            command.add("-XX:+UseSerialGC");
        }
        for (final String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A debugger's port would be taken.
            if (!flag.startsWith("-agentlib:") && !flag.startsWith("-Xrunjdwp")) {
                command.add(flag);
            }
        }
        final String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            command.addAll(List.of("-jar", classPath));
        } else {
            command.addAll(List.of("-cp", classPath, VireoMain.class.getName()));
        }
        return command;
    }
}
