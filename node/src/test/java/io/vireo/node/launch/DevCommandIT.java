package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vireo dev} as a user runs it: three replicas as real processes, started, killed, restarted and stopped. */
class DevCommandIT {
    private static final Pattern STARTED = Pattern.compile("replica (\\d) started, pid (\\d+)");

    @TempDir
    Path dir;

    @Test
    void shouldServeRestartWhatDiesAndLeaveNothingBehindWhenStopped() throws Exception {
        try (VireoProcess dev = dev()) {
            dev.awaitLine("The cluster is ready");
            assertTrue(dev.awaitLine("vireo append").contains("--dir " + dir), dev.output());
            final VireoProcess append = VireoProcess.run("append", "--dir", dir.toString(), "hello");
            assertEquals(ExitCodes.OK, append.exitCode(), append.output());

            final ProcessHandle victim = child(dev, 1);
            victim.destroyForcibly();
            dev.awaitLine("replica 1 died, killed by signal 9; starting it again");
            dev.awaitLine("replica 1 started", 2);
            awaitNormal(dev, 1, 2);
            final VireoProcess read = VireoProcess.run("read", "--dir", dir.toString(), "--all");
            assertEquals(ExitCodes.OK, read.exitCode(), read.output());
            assertTrue(read.output().lines().anyMatch("hello"::equals), read.output());

            final List<ProcessHandle> children = children(dev);
            assertTrue(children.size() >= 3, dev.output());
            dev.terminate();
            dev.awaitLine("vireo dev: stopped");
            for (final ProcessHandle child : children) {
                child.onExit().get(VireoProcess.DEADLINE_MS, TimeUnit.MILLISECONDS);
            }
        }
        final String cluster = Files.readString(dir.resolve("cluster.toml"));
        try (VireoProcess again = dev()) {
            again.awaitLine("The cluster is ready");
            final VireoProcess read = VireoProcess.run("read", "--dir", dir.toString(), "--all");
            assertTrue(read.output().lines().anyMatch("hello"::equals), read.output());
            assertEquals(cluster, Files.readString(dir.resolve("cluster.toml")));
            again.terminate();
        }
    }

    @Test
    void shouldEndItsChildrenWhenItIsKilledItself() throws Exception {
        try (VireoProcess dev = dev()) {
            dev.awaitLine("replica 2 started");
            dev.awaitLine("replica 1 started");
            dev.awaitLine("replica 0 started");
            final List<ProcessHandle> children = children(dev);
            dev.kill();
            for (final ProcessHandle child : children) {
                child.onExit().get(VireoProcess.DEADLINE_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Test
    void shouldLeaveDeadReplicaDeadWhenToldSo() throws Exception {
        try (VireoProcess dev = dev("--no-restart")) {
            dev.awaitLine("The cluster is ready");
            final VireoProcess second = VireoProcess.run("dev", dir.toString());
            assertEquals(ExitCodes.OPERATOR, second.exitCode(), second.output());
            assertTrue(second.output().contains("another process works in " + dir), second.output());
            child(dev, 0).destroyForcibly();
            dev.awaitLine("replica 0 died, killed by signal 9; left dead as told by --no-restart");
            final VireoProcess status = VireoProcess.run("status", "--dir", dir.toString());
            assertEquals(ExitCodes.FAILED, status.exitCode(), status.output());
            assertTrue(status.output().contains("unreachable"), status.output());
            dev.terminate();
        }
    }

    private VireoProcess dev(final String... more) throws Exception {
        final List<String> arguments = new ArrayList<>(List.of("dev", dir.toString()));
        if (!Files.exists(dir.resolve("cluster.toml"))) {
            arguments.addAll(List.of("--state-machine", "log", "--groups", "1", "--wal-bytes", "16MiB"));
        }
        arguments.addAll(List.of(more));
        return VireoProcess.start(arguments.toArray(new String[0]));
    }

    /** Waits until the replica has become NORMAL so many times. */
    private static void awaitNormal(final VireoProcess dev, final int replica, final int count)
            throws InterruptedException {
        final Pattern normal = Pattern.compile("^replica " + replica + " \\| .*event=status .* to=NORMAL .*");
        dev.awaitLine(line -> normal.matcher(line).matches() && !line.contains("from=NORMAL"), count, normal.pattern());
    }

    private static ProcessHandle child(final VireoProcess dev, final int replica) {
        ProcessHandle latest = null;
        for (final String line : dev.lines(each -> each.contains("replica " + replica + " started"))) {
            latest = handle(line);
        }
        return latest;
    }

    private static List<ProcessHandle> children(final VireoProcess dev) {
        final List<ProcessHandle> children = new ArrayList<>();
        for (final String line : dev.lines(each -> STARTED.matcher(each).find())) {
            final ProcessHandle child = handle(line);
            if (child != null) {
                children.add(child);
            }
        }
        return children;
    }

    private static ProcessHandle handle(final String line) {
        final Matcher started = STARTED.matcher(line);
        assertTrue(started.find(), line);
        return ProcessHandle.of(Long.parseLong(started.group(2))).orElse(null);
    }
}
