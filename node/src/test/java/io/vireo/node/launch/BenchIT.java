package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The measurements run, say their figures in both forms, and leave nothing behind. The figures themselves are not judged here. */
@Timeout(120)
class BenchIT {
    @TempDir
    Path temp;

    private record Result(int exit, String output, String errors) {}

    private Result bench(final String... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ClassArchive.flags());
        command.addAll(List.of("-jar", System.getProperty("vireo.jar"), "bench"));
        command.addAll(List.of(arguments));
        final Path errors = temp.resolve("errors");
        final Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output, Files.readString(errors));
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(
                    List.of("errors"),
                    left.map(path -> path.getFileName().toString()).toList());
        }
    }

    @Test
    void shouldPrintRatioToTheYardstickWhenAppending() throws Exception {
        final Result result = bench("append", "--quick", "--outstanding", "1,64", "--dir", temp.toString());
        assertEquals(0, result.exit, result.toString());
        assertTrue(
                result.output.contains("yardstick before/after") && result.output.contains("ratio"), result.toString());
        assertTrue(result.errors.contains("run 1 of 1, 64 outstanding"), result.toString());
        assertNothingLeft();
    }

    @Test
    void shouldPrintOneDocumentWhenAskedForJson() throws Exception {
        final Result result = bench("yardstick", "--quick", "--json", "--outstanding", "4", "--dir", temp.toString());
        assertEquals(0, result.exit, result.toString());
        assertTrue(result.output.startsWith("{\"size\":256,\"runs\":1,"), result.toString());
        assertNothingLeft();
    }

    @Test
    void shouldSayHowFastAWipedReplicaFetchesEverythingAlsoWhenItIsKilledOnTheWay() throws Exception {
        final Result result = bench("transfer", "--quick", "--tls", "--json", "--dir", temp.toString());
        assertEquals(0, result.exit, result.toString());
        final Matcher matcher = Pattern.compile("\"fetchMBs\":([0-9.]+),\"boundMBs\":([0-9.]+).*"
                        + "\"byTls\":\\{\"fetchMBs\":([0-9.]+).*"
                        + "\"kills\":\\{\"kills\":1,\"bytes\":(\\d+),\"fileBytes\":(\\d+),\"saved\":(\\d+)}"
                        + ".*\"p50Ratio\":([0-9.]+)")
                .matcher(result.output);
        assertTrue(matcher.find(), result.toString());
        for (final int figure : new int[] {1, 2, 3, 7}) {
            assertTrue(Double.parseDouble(matcher.group(figure)) > 0, result.toString());
        }
        // Less than a whole set of files more than there is.
        final long fileBytes = Long.parseLong(matcher.group(5));
        assertTrue(Long.parseLong(matcher.group(4)) < 2 * fileBytes, result.toString());
        assertTrue(Long.parseLong(matcher.group(6)) > 0, result.toString());
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatEveryOpeningTookWhenRecoveryIsMeasured() throws Exception {
        final Result result = bench("recovery", "--quick", "--json", "--dir", temp.toString());
        assertEquals(0, result.exit, result.toString());
        assertTrue(
                result.output.startsWith(
                        "{\"walBytes\":16777216,\"size\":1024,\"entriesPerOp\":32,\"runs\":1,\"cases\":["),
                result.toString());
        final Matcher matcher = Pattern.compile("\"dataSet\":\"([^\"]+)\",\"stopped\":\"([^\"]+)\",\"tailBytes\":(\\d+)"
                        + ".*?\"openMs\":([0-9.]+).*?\"replayedOps\":(\\d+)")
                .matcher(result.output);
        final List<String> cases = new ArrayList<>();
        while (matcher.find()) {
            final String stopped = matcher.group(2);
            cases.add(matcher.group(1) + "/" + stopped);
            final long tail = Long.parseLong(matcher.group(3));
            assertTrue(Double.parseDouble(matcher.group(4)) > 0, result.toString());
            if (!stopped.equals("clean")) {
                // A quarter of the ring, and with a ring that is full no more than that, is replayed before it is open.
                // A full one may also hold what lies below the last checkpoint: only the one before may be overwritten.
                final long quarter = (16L << 20) / 4;
                assertTrue(
                        stopped.equals("tail")
                                ? tail <= quarter && tail > quarter - (256 << 10)
                                : tail > quarter && tail <= 4 * quarter,
                        result.toString());
                // Ops of the load, which the data set begins with, are as large as its client made them.
                final long leastOps = matcher.group(1).equals("empty") ? 90 : 1;
                assertTrue(Long.parseLong(matcher.group(5)) >= leastOps, result.toString());
            }
        }
        assertEquals(
                List.of("empty/clean", "empty/tail", "empty/full ring", "8 MiB/clean", "8 MiB/tail", "8 MiB/full ring"),
                cases);
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatPartitionsCostWhenThereAreMany() throws Exception {
        final Result result = bench("namespaces", "--quick", "--json", "--heap-mib", "256", "--dir", temp.toString());
        assertEquals(0, result.exit, result.toString());
        assertTrue(
                result.output.startsWith(
                        "{\"topics\":20,\"partitions\":10,\"namespaces\":200,\"groups\":4,\"heapMib\":256,"),
                result.toString());
        final Matcher seconds =
                Pattern.compile("\"(create|send|restart)Seconds\":([0-9.]+)").matcher(result.output);
        assertTrue(
                result.output.matches("(?s).*\"restartCpuSeconds\":\\[[0-9.]+,[0-9.]+,[0-9.]+].*"), result.toString());
        for (int i = 0; i < 3; i++) {
            assertTrue(seconds.find() && Double.parseDouble(seconds.group(2)) > 0, result.toString());
        }
        final Matcher heap = Pattern.compile(
                        "\"heapBytes\":([0-9]+),\"heapBytesPerNamespace\":(null|-?[0-9]+),\"residentBytes\":([0-9]+),"
                                + "\"openFiles\":([0-9]+),\"idleCpuPercent\":(null|[0-9.]+)")
                .matcher(result.output);
        for (int i = 0; i < 9; i++) {
            assertTrue(heap.find(), result.toString());
            assertTrue(Long.parseLong(heap.group(1)) > 1 << 20, result.toString());
            assertTrue(Long.parseLong(heap.group(3)) > Long.parseLong(heap.group(1)), result.toString());
            assertTrue(Long.parseLong(heap.group(4)) > 10, result.toString());
            // Of the empty cluster nothing is compared and no rest is measured.
            assertEquals(i < 3, heap.group(2).equals("null") && heap.group(5).equals("null"), result.toString());
        }
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatTheCheckOfABatchCosts() throws Exception {
        final Result result = bench("batches", "--pairs", "1", "--json");
        assertEquals(0, result.exit, result.toString());
        assertTrue(
                result.output.matches("(?s)\\{\"batches\":\\[(\\{\"messages\":[0-9]+,\"payload\":[0-9]+,"
                        + "\"batchBytes\":[0-9]+,\"copyNs\":[1-9][0-9]*,\"checkNs\":-?[0-9]+},?){5}]}\\s*"),
                result.toString());
        assertEquals(ExitCodes.OPERATOR, bench("batches", "--pairs", "0").exit);
    }

    @Test
    void shouldRefuseInOneLineWhenAnArgumentIsWrong() throws Exception {
        final Result result = bench("append", "--runs", "0", "--dir", temp.toString());
        assertEquals(2, result.exit, result.toString());
        assertEquals("vireo: --runs is 0, must be 1 to 99\n", result.errors);
        assertNothingLeft();
    }
}
