package io.vireo.sim.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.open.RecoveryException.Code;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.node.host.HostState;
import io.vireo.node.host.StorageFailureException;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.SyncFailure;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A directory with a checkpoint, opened while its disk refuses something: it is said, and the replica does not start. */
class OpeningErrorTest {
    private static final long SEED = 1;
    private static final int STEPS = 240;

    private final Draws draws = new Draws(SEED, Stream.ROT_PLAN, 0);
    private final ReplicaScript script = new ReplicaScript(SEED, Integer.MAX_VALUE);

    @BeforeEach
    void live() {
        script.run(STEPS);
        assertTrue(script.checkpointsTaken > 0, "there is a checkpoint to open with");
        script.disk.crash(CrashOutcome.KEEP_ALL, draws);
    }

    @Test
    @Tag("I5")
    void shouldEndTheProcessWhenASyncOfTheOpeningFails() {
        script.disk.failNextSync(SyncFailure.KEPT);
        assertEquals(HostState.FAILED, script.startUntilSettled());
        assertInstanceOf(StorageFailureException.class, script.failure());
        assertTrue(
                script.failure().getMessage().contains("sync failed"),
                script.failure().getMessage());
    }

    @Test
    @Tag("I5")
    void shouldRefuseWhenTheSuperblockCannotBeRead() {
        for (int copy = 0; copy < Superblock.COPIES; copy++) {
            final int sector = copy * Superblock.COPY_LENGTH / Storage.SECTOR;
            assertTrue(script.disk.damage(script.disk.dataFile(), sector, DamageKind.UNREADABLE, draws));
        }
        final RecoveryException refusal = refusal();
        assertEquals(Code.SUPERBLOCK, refusal.code());
        assertTrue(refusal.getMessage().contains("it is not taken for an empty one"), refusal.getMessage());
    }

    @Test
    @Tag("I5")
    void shouldRefuseWhenTheSnapshotCannotBeRead() {
        final String snapshot = fileOf(name -> name.startsWith("snapshots/"));
        assertTrue(script.disk.damage(script.disk.fileNamed(snapshot), 0, DamageKind.UNREADABLE, draws));
        final RecoveryException refusal = refusal();
        assertEquals(Code.SNAPSHOT, refusal.code());
        assertTrue(refusal.getMessage().contains(snapshot), refusal.getMessage());
    }

    @Test
    @Tag("I6")
    void shouldNameTheSegmentAndMakeNoneWhenItHasVanished() {
        final String segment = fileOf(name -> name.startsWith("segments/"));
        opening().remove(segment);
        script.disk.crash(CrashOutcome.PROCESS_ONLY, draws);
        final RecoveryException refusal = refusal();
        assertEquals(Code.FILES, refusal.code());
        assertTrue(refusal.getMessage().contains(segment), refusal.getMessage());
        assertEquals(-1, script.disk.fileNamed(segment), "an opening makes no file");
    }

    private String fileOf(final Predicate<String> kind) {
        final List<String> files = opening().otherFiles();
        script.disk.crash(CrashOutcome.PROCESS_ONLY, draws);
        return files.stream().filter(kind).findFirst().orElseThrow();
    }

    private Opening opening() {
        final Opening opening = new Opening(script.config, script.queue, script.disk, Integer.MAX_VALUE);
        opening.run();
        assertNull(opening.failure(), "it opens as long as nothing is wrong");
        return opening;
    }

    private RecoveryException refusal() {
        final Opening opening = new Opening(script.config, script.queue, script.disk, Integer.MAX_VALUE);
        opening.run();
        return opening.failure();
    }
}
