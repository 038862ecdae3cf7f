package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.TraceEvent;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A state that went wrong is admitted where it was planted, until it is replaced. */
class DivergenceAuditorTest {
    private static final long OP = 10;

    private final Rig rig = new Rig();
    private final CheckpointAuditor checkpoints = new CheckpointAuditor(rig.log, rig.images);
    private final DivergenceAuditor auditor = new DivergenceAuditor(rig.log, checkpoints, Rig.REPLICAS, 1);

    @Test
    void shouldAcceptAStateThatGoesWrongAndIsReplaced() {
        auditor.onState(2, 0, true);
        rig.superblock(2, 2, 0, 0, -1, OP, 78);
        checkpoints.onCrashed(2);
        rig.superblock(0, 2, 0, 0, -1, OP, 77);
        checkpoints.onCrashed(0);
        rig.superblock(1, 2, 0, 0, -1, OP, 77);
        checkpoints.onCrashed(1);
        auditor.onEvent(2, 0, TraceEvent.STATE_DIVERGED);
        rig.superblock(2, 2, 0, 0, -1, OP, 77);
        auditor.onState(2, 0, false);
        checkpoints.onCrashed(2);
        auditor.onQuiet(2);
        assertNull(rig.signature());
        assertEquals(1, auditor.planted());
        assertEquals(1, auditor.found());
        assertEquals(1, auditor.repaired());
        assertEquals(2, checkpoints.compared(), "the one that took its place is compared");
    }

    @Test
    void shouldReportAStateThatStaysWrong() {
        auditor.onState(2, 0, true);
        auditor.onQuiet(1);
        assertNull(rig.signature());
        auditor.onQuiet(2);
        assertEquals("A24: a replica takes over the state of the others in the end", rig.signature());
    }

    @Test
    void shouldReportWhoFindsADifferenceWhereNoneIs() {
        auditor.onState(2, 0, true);
        auditor.onEvent(2, 0, TraceEvent.STATE_SYNC_INSTALLED);
        auditor.onEvent(2, 0, TraceEvent.STATE_DIVERGED);
        assertNull(rig.signature());
        auditor.onEvent(1, 0, TraceEvent.STATE_DIVERGED);
        assertEquals("A24: only a state that went wrong is not that of the others", rig.signature());
    }

    /** What takes the place of a wrong state is compared again, at the same op. */
    @Test
    void shouldReportAStateThatIsReplacedByAnotherWrongOne() {
        rig.superblock(0, 2, 0, 0, -1, OP, 77);
        checkpoints.onCrashed(0);
        auditor.onState(2, 0, true);
        rig.superblock(2, 2, 0, 0, -1, OP, 78);
        checkpoints.onCrashed(2);
        assertNull(rig.signature());
        auditor.onState(2, 0, false);
        checkpoints.onCrashed(2);
        assertEquals("A9: replicas have the same snapshot at the same op", rig.signature());
    }

    @Test
    void shouldReportWhoAcknowledgesWhenItKnows() {
        final SyncSilenceAuditor silence = new SyncSilenceAuditor(rig.log, Rig.REPLICAS, 2);
        final HeaderFlyweight frame = new HeaderFlyweight();
        frame.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        frame.init(Command.PREPARE_OK, Rig.CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH, 3, 2, 1);
        frame.seal(new Checksum());
        silence.onSend(2, 0, frame);
        assertNull(rig.signature());
        silence.onDiverged(2, 1);
        silence.onSend(2, 0, frame);
        assertEquals("A21: a replica that synchronizes its state takes no part", rig.signature());
    }
}
