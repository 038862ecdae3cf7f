package io.vireo.node.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Published;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.node.core.DifferenceTrace;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.TraceEvent;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CheckpointChoiceTest {
    private static final long RETRY_NS = 100;
    private static final long WAIT_NS = CheckpointChoice.WAIT_RETRIES * RETRY_NS;
    private static final SnapshotId RIGHT = new SnapshotId(1, 2);
    private static final SnapshotId WRONG = new SnapshotId(3, 4);
    private static final SnapshotId OWN = new SnapshotId(5, 6);

    private final DifferenceTrace trace = new DifferenceTrace();

    @Test
    void shouldTakeAtOnceWhatItsSenderKnowsToBeAQuorums() {
        final CheckpointChoice choice = choice(3);
        assertFalse(choice.isTaken(1, 9, WRONG, false, 0));
        assertTrue(choice.isTaken(0, 9, RIGHT, true, 0), "another one differs");
        assertEquals(List.of(), trace.events);
    }

    @Test
    void shouldTakeAtOnceWhatAQuorumOfPeersOffers() {
        final CheckpointChoice of3 = choice(3);
        assertFalse(of3.isTaken(0, 9, RIGHT, false, 0));
        assertFalse(of3.isTaken(0, 9, RIGHT, false, 1), "the same peer");
        assertTrue(of3.isTaken(1, 9, RIGHT, false, 2));
        final CheckpointChoice of5 = choice(5);
        assertFalse(of5.isTaken(0, 9, RIGHT, false, 0));
        assertFalse(of5.isTaken(1, 9, RIGHT, false, 0));
        assertFalse(of5.isTaken(2, 9, WRONG, false, 0));
        assertTrue(of5.isTaken(3, 9, RIGHT, false, 0), "another one differs");
    }

    /** One has diverged, the other one has not, and it does not matter which of them is heard first or more often. */
    @Test
    @Tag("I16")
    void shouldTakeNeitherOfTwoThatDiffer() {
        final CheckpointChoice choice = choice(3);
        for (long nowNs = 0; nowNs < 50 * RETRY_NS; nowNs += RETRY_NS) {
            assertFalse(choice.isTaken(1, 9, WRONG, false, nowNs));
            assertFalse(choice.isTaken(1, 9, WRONG, false, nowNs), "it answers twice");
            assertFalse(choice.isTaken(0, 9, RIGHT, false, nowNs));
        }
        assertEquals(List.of(TraceEvent.CHECKPOINTS_DIFFER), trace.events);
        assertEquals(
                List.of(new DifferingCheckpoints(DifferingCheckpoints.FETCHING, 9, 0, RIGHT, 1, WRONG)),
                trace.differing);
        assertTrue(choice.isTaken(0, 9, RIGHT, true, 50 * RETRY_NS), "it knows now that a quorum has it");
    }

    /** The wrong one was stopped. */
    @Test
    void shouldTakeWhatIsLeftWhenTheOtherHasBeenSilentForAWhile() {
        final CheckpointChoice choice = choice(3);
        assertFalse(choice.isTaken(1, 9, WRONG, false, 0));
        assertFalse(choice.isTaken(0, 9, RIGHT, false, 0));
        assertEquals(7 * RETRY_NS + 1, takenAt(choice, 0, 1));
        assertEquals(List.of(TraceEvent.CHECKPOINTS_DIFFER, TraceEvent.STATE_SYNC_UNCONFIRMED), trace.events);
    }

    @Test
    void shouldTakeWhatNobodyConfirmsAfterAWhileOnly() {
        final CheckpointChoice choice = choice(3);
        assertEquals(WAIT_NS, takenAt(choice, 0, 0));
        assertEquals(List.of(TraceEvent.STATE_SYNC_UNCONFIRMED), trace.events);
        assertTrue(
                choice.isTaken(1, 9, RIGHT, false, WAIT_NS + 1), "its files did not come: it was waited for already");
        assertFalse(choice.isTaken(0, 10, RIGHT, false, WAIT_NS + 2), "another one");
    }

    /** They are older and newer by a checkpoint each time they are asked: no two offers are of one op, and none ever is a quorum's. */
    @Test
    void shouldTakeOneInTheEndHoweverFastTheOthersGoOn() {
        final CheckpointChoice choice = choice(3);
        long nowNs = 0;
        long op = 9;
        while (!choice.isTaken(0, op, RIGHT, false, nowNs) && !choice.isTaken(1, op + 1, RIGHT, false, nowNs)) {
            nowNs += RETRY_NS;
            op += 2;
        }
        assertEquals(WAIT_NS, nowNs);
    }

    /** What was offered long ago is no time that others have had. */
    @Test
    void shouldWaitAnewWhenNobodyWasHeardForAWhile() {
        final CheckpointChoice choice = choice(3);
        assertFalse(choice.isTaken(0, 9, RIGHT, false, 0));
        assertFalse(choice.isTaken(1, 9, WRONG, false, WAIT_NS + 1));
    }

    @Test
    void shouldTakeWhatTheOtherOfTwoOffers() {
        assertTrue(choice(2).isTaken(0, 9, RIGHT, false, 0));
        assertEquals(List.of(), trace.events);
    }

    @Test
    void shouldTakeAtOnceWhatThisReplicaKnows() {
        assertTrue(choice(3).isTaken(0, 5, OWN, false, 0), "it had the same, and its file is damaged");
        final CheckpointChoice diverged = new CheckpointChoice(
                3, 0, new SyncTarget(5, false, new Published(5, OWN), new Quarantined(5, OWN, RIGHT)), RETRY_NS, trace);
        assertTrue(diverged.isTaken(0, 5, RIGHT, false, 0), "a quorum has it");
    }

    private long takenAt(final CheckpointChoice choice, final int from, final long sinceNs) {
        long nowNs = sinceNs;
        while (!choice.isTaken(from, 9, RIGHT, false, nowNs)) {
            nowNs += RETRY_NS;
            assertTrue(nowNs < 100 * RETRY_NS, "for ever");
        }
        return nowNs;
    }

    private CheckpointChoice choice(final int replicas) {
        return new CheckpointChoice(
                replicas, 0, new SyncTarget(5, false, new Published(5, OWN), null), RETRY_NS, trace);
    }
}
