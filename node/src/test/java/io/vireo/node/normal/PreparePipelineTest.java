package io.vireo.node.normal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.util.InvariantException;
import org.junit.jupiter.api.Test;

class PreparePipelineTest {
    private final PreparePipeline pipeline = new PreparePipeline(4);

    @Test
    void shouldCommitInOpOrderWhenAcknowledgementsSpeakForAllBelow() {
        add(1, 4);
        assertTrue(pipeline.acknowledge(3, 0));
        assertEquals(0, pipeline.quorumOp(2));
        assertTrue(pipeline.acknowledge(2, 1));
        assertEquals(2, pipeline.quorumOp(2));
        pipeline.committed(2);
        assertEquals(3, pipeline.firstOp());
        assertEquals(2, pipeline.size());
        assertTrue(pipeline.acknowledge(4, 1));
        assertEquals(3, pipeline.quorumOp(2));
    }

    @Test
    void shouldCountAReplicaOnceWhenItRepeatsItself() {
        add(1, 2);
        assertTrue(pipeline.acknowledge(2, 1));
        assertFalse(pipeline.acknowledge(2, 1));
        assertFalse(pipeline.acknowledge(1, 1));
        assertEquals(0, pipeline.quorumOp(2));
    }

    @Test
    void shouldNotCountWhatAReplicaAcknowledgedInALifeThatIsOver() {
        add(1, 3);
        pipeline.acknowledge(3, 0);
        pipeline.acknowledge(2, 1);
        assertEquals(2, pipeline.quorumOp(2));
        pipeline.forget(1);
        assertEquals(0, pipeline.quorumOp(2));
        assertTrue(pipeline.isAcknowledgedBy(2, 0));
        assertTrue(pipeline.acknowledge(1, 1), "it may count again in its next life");
        assertEquals(1, pipeline.quorumOp(2));
    }

    @Test
    void shouldMatchOnlyTheChecksumThatWasAdded() {
        add(1, 1);
        assertTrue(pipeline.matches(1, 1, -1));
        assertFalse(pipeline.matches(1, 1, 0));
        assertFalse(pipeline.matches(2, 2, -2));
    }

    @Test
    void shouldRefuseGapsAndOverflow() {
        add(1, 4);
        assertTrue(pipeline.isFull());
        assertThrows(InvariantException.class, () -> pipeline.add(5, 5, -5, 0));
        pipeline.committed(1);
        assertThrows(InvariantException.class, () -> pipeline.add(6, 6, -6, 0));
    }

    private void add(final long first, final long last) {
        for (long op = first; op <= last; op++) {
            pipeline.add(op, op, -op, 0);
        }
    }
}
