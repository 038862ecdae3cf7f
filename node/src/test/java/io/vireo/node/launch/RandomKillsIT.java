package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three processes with a log so small that it wraps many times, under load, whose replicas are killed with SIGKILL at random;
 * every third victim loses a segment file as well and has to fetch it from the others. Nothing acknowledged is lost or doubled, and every
 * replica gives back the same bytes. {@code -Dvireo.kills=60} makes it the long one.
 */
class RandomKillsIT {
    private static final int KILLS = Integer.getInteger("vireo.kills", 3);
    /** "vireo dev" gives up a child that dies more often than this in a row, each time less than so long after its start. */
    private static final int QUICK_DEATHS_MAX = 4;

    private static final Duration SETTLED = Duration.ofSeconds(11);
    private static final int REPLICAS = 3;
    private static final int LINES = 20_000;
    private static final int LOSE_FILE_EVERY = 3;
    private static final int KILL_EVERY_MIN_MS = 300;
    private static final int KILL_EVERY_SPREAD_MS = 1_200;
    private static final long ROUND_DEADLINE_MS = 120_000;
    private static final Pattern SHA256 = Pattern.compile("sha256=([0-9a-f]{64})");
    private static final Pattern STARTED = Pattern.compile("vireo dev: replica (\\d+) started, pid (\\d+),.*");

    @TempDir
    Path temp;

    private final Random random = new Random(20_261_121);
    private final int[] deaths = new int[REPLICAS];
    private final int[] quickDeaths = new int[REPLICAS];
    private int kills;
    private int lostFiles;

    @Test
    @Timeout(1_800)
    void shouldLoseAndDoubleNothingWhenReplicasAreKilledAtRandom() throws Exception {
        final Path text = Files.createDirectory(temp.resolve("text"));
        final byte[] bytes = text();
        Files.write(text.resolve("lines"), bytes);
        final String expected =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        int rounds = 0;
        try (VireoProcess dev = VireoProcess.startIn(
                temp, List.of("dev", "cluster", "--state-machine", "log", "--groups", "1", "--wal-bytes", "12MiB"))) {
            dev.awaitLine("The cluster is ready");
            for (; kills < KILLS || rounds < 3; rounds++) {
                final VireoProcess append = VireoProcess.startIn(
                        temp,
                        List.of(
                                "append",
                                "--dir",
                                "cluster",
                                "--from-files",
                                "text",
                                "--name",
                                "lines",
                                "--namespace",
                                Integer.toString(rounds),
                                "--in-flight",
                                "64"));
                while (!append.hasEndedWithin(KILL_EVERY_MIN_MS + random.nextInt(KILL_EVERY_SPREAD_MS))) {
                    killOne(dev);
                }
                assertEquals(0, append.exitCode(ROUND_DEADLINE_MS), () -> append.output() + "\n" + dev.output());
                assertEquals(expected, sha256(append), append::output);
            }
            for (int replica = 0; replica < REPLICAS; replica++) {
                for (int namespace = 0; namespace < rounds; namespace++) {
                    final VireoProcess read = VireoProcess.startIn(
                            temp,
                            List.of(
                                    "read",
                                    "--dir",
                                    "cluster",
                                    "--all",
                                    "--sha256",
                                    "--namespace",
                                    Integer.toString(namespace),
                                    "--replica",
                                    Integer.toString(replica),
                                    "--at-least",
                                    Integer.toString(LINES)));
                    assertEquals(0, read.exitCode(ROUND_DEADLINE_MS), () -> read.output() + "\n" + dev.output());
                    assertEquals(expected, sha256(read), read::output);
                }
            }
            assertTrue(
                    lostFiles == 0
                            || !dev.lines(line -> line.contains("STATE_SYNC_INSTALLED"))
                                    .isEmpty(),
                    dev::output);
            dev.terminate();
        }
        System.out.printf(
                "random kills: %d, files lost with them: %d, rounds of %d lines: %d, sha256 of each on all replicas %s%n",
                kills, lostFiles, LINES, rounds, expected);
    }

    /** Lines that differ, in a fixed order. */
    private static byte[] text() {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append("line ")
                    .append(i)
                    .append(' ')
                    .append("x".repeat(i % 90))
                    .append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Kills a replica, unless the last victim is not back yet: two of three have to be there. */
    private void killOne(final VireoProcess dev) throws IOException, InterruptedException {
        if (kills == KILLS || !isEveryReplicaNormal(dev)) {
            return;
        }
        final int victim = random.nextInt(REPLICAS);
        final List<String> started =
                dev.lines(line -> line.startsWith("vireo dev: replica " + victim + " started, pid"));
        final Matcher matcher = STARTED.matcher(started.get(started.size() - 1));
        assertTrue(matcher.matches());
        final ProcessHandle process =
                ProcessHandle.of(Long.parseLong(matcher.group(2))).orElseThrow();
        final Instant since = process.info().startInstant().orElseThrow();
        final boolean isQuick = Duration.between(since, Instant.now()).compareTo(SETTLED) < 0;
        final Path segments = temp.resolve("cluster/replica-" + victim + "/group-0/segments");
        final boolean isToLoseOne = (kills + 1) % LOSE_FILE_EVERY == 0;
        if (isQuick && quickDeaths[victim] == QUICK_DEATHS_MAX
                || isToLoseOne && files(segments).isEmpty()) {
            return;
        }
        quickDeaths[victim] = isQuick ? quickDeaths[victim] + 1 : 0;
        kills++;
        assertTrue(process.destroyForcibly());
        dev.awaitLine("vireo dev: replica " + victim + " died", ++deaths[victim]);
        final List<Path> files = files(segments);
        if (isToLoseOne && !files.isEmpty()) {
            Files.delete(files.get(random.nextInt(files.size())));
            lostFiles++;
        }
    }

    private static List<Path> files(final Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    /** Each has reported NORMAL since it was started last. */
    private static boolean isEveryReplicaNormal(final VireoProcess dev) {
        final List<String> lines = dev.lines(line -> true);
        for (int replica = 0; replica < REPLICAS; replica++) {
            boolean isNormal = false;
            for (final String line : lines) {
                if (line.startsWith("vireo dev: replica " + replica + " started")
                        || line.startsWith("vireo dev: replica " + replica + " died")) {
                    isNormal = false;
                } else if (line.startsWith("replica " + replica + " |") && line.contains(" to=NORMAL ")) {
                    isNormal = true;
                }
            }
            if (!isNormal) {
                return false;
            }
        }
        return true;
    }

    private static String sha256(final VireoProcess process) {
        final Matcher matcher = SHA256.matcher(process.output());
        assertTrue(matcher.find(), process::output);
        return matcher.group(1);
    }
}
