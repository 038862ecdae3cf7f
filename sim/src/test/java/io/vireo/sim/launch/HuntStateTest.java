package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.CounterFields;
import io.vireo.sim.RunResult;
import io.vireo.sim.SeedRange;
import io.vireo.sim.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a state file keeps, and which ones are refused. */
class HuntStateTest {
    private static final SeedRange RANGE = new SeedRange(0, 99);
    private static final String MESSAGE = "op 7: \\n is no\nline end,\ta tab";

    @TempDir
    Path dir;

    private HuntState saved(final Path file) throws HuntStateException {
        final HuntState state = new HuntState("abc", RANGE, new TraceHashFile());
        final TraceHashFile hashes = new TraceHashFile();
        final HuntState withHashes = new HuntState("abc", RANGE, hashes);
        for (final RunResult result : List.of(
                RunResults.pass(5),
                RunResults.pass(0),
                RunResults.of(9, Verdict.SAFETY, "A1: one chain\tper group", "later"),
                RunResults.of(3, Verdict.SAFETY, "A1: one chain\tper group", MESSAGE),
                RunResults.of(4, Verdict.LEGITIMATE_LOSS, null, "excused"),
                RunResults.pass(1))) {
            withHashes.progress().add(result);
            hashes.add(result);
        }
        withHashes.save(file, 12_345);
        state.load(file);
        return state;
    }

    @Test
    void shouldHoldEverythingWhenLoaded() throws HuntStateException, IOException {
        final HuntState state = saved(dir.resolve("state"));
        final var summary = state.progress().summary;
        assertEquals(12_345, state.elapsedNs());
        assertEquals(6, state.progress().done.count());
        assertEquals(2, state.progress().done.nextMissing(0));
        assertEquals(6, state.progress().done.nextMissing(3));
        assertEquals(6, summary.runs);
        assertEquals(5, summary.runsWithCrashAndRestart);
        assertEquals(60, summary.events);
        assertEquals(18, summary.total.disk.writes);
        assertEquals(42, summary.total.events[0]);
        assertEquals(22, CounterFields.values(summary.total).get("crashes"));
        assertEquals(List.of(4L), List.copyOf(summary.legitimate));
        assertEquals(List.of("A1: one chain\tper group"), List.copyOf(summary.failures.keySet()));
        final var group = summary.failures.get("A1: one chain\tper group");
        assertEquals(List.of(3L, 9L), List.copyOf(group.seeds));
        assertEquals(MESSAGE, group.message);
        assertEquals(12, summary.exitCode());
        state.save(dir.resolve("again"), 12_345);
        assertEquals(-1, Files.mismatch(dir.resolve("state"), dir.resolve("again")), "hashes or anything else differ");
    }

    @Test
    void shouldSayWhyInOneLineWhenTheFileIsOfAnotherBuildRangeOrHunt() throws HuntStateException {
        final Path file = dir.resolve("state");
        saved(file);
        refused(new HuntState("abd", RANGE, null), file, "is of another build: abc, this one is abd");
        refused(
                new HuntState("abc", new SeedRange(0, 98), null),
                file,
                "is of another range of seeds: 0..99, this one is 0..98");
        final Path bare = dir.resolve("bare");
        new HuntState("abc", RANGE, null).save(bare, 0);
        refused(new HuntState("abc", RANGE, new TraceHashFile()), bare, "was begun without trace hashes");
    }

    @Test
    void shouldRefuseWhenAnyByteIsDamagedOrMissing() throws HuntStateException, IOException {
        final Path file = dir.resolve("state");
        saved(file);
        final byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
            final byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            refused(new HuntState("abc", RANGE, null), file, "is no state of a hunt, or is damaged");
        }
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 40));
        refused(new HuntState("abc", RANGE, null), file, "is no state of a hunt, or is damaged");
        Files.write(file, new byte[0]);
        refused(new HuntState("abc", RANGE, null), file, "is no state of a hunt, or is damaged");
    }

    @Test
    void shouldNameTheFileWhenItCannotBeWritten() {
        final Path file = dir.resolve("none").resolve("state");
        final String message = assertThrows(
                        HuntStateException.class, () -> new HuntState("abc", RANGE, null).save(file, 0))
                .getMessage();
        assertTrue(message.startsWith(file + " cannot be written"), message);
    }

    private static void refused(final HuntState state, final Path file, final String why) {
        final String message =
                assertThrows(HuntStateException.class, () -> state.load(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(why), message);
        assertEquals(1, message.lines().count());
    }
}
