package io.vireo.node.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.util.InvariantException;
import org.junit.jupiter.api.Test;

class QuorumsTest {
    private static final int[][] TABLE = {
        {1, 1, 1, 1}, {2, 2, 2, 1}, {3, 2, 2, 2}, {4, 2, 3, 3}, {5, 3, 3, 3}, {6, 3, 4, 4}, {7, 3, 5, 5}
    };

    @Test
    void shouldFollowTheTableForEveryClusterSize() {
        for (final int[] row : TABLE) {
            assertEquals(new Quorums(row[0], row[1], row[2], row[3]), Quorums.of(row[0]));
        }
    }

    @Test
    void shouldIntersectForEveryClusterSize() {
        for (int r = 1; r <= Quorums.REPLICAS_MAX; r++) {
            final Quorums q = Quorums.of(r);
            assertTrue(q.replication() + q.viewChange() > r);
            assertTrue(q.nack() + q.replication() > r);
            assertTrue(q.viewChange() * 2 > r, "two view changes must share a replica");
        }
    }

    @Test
    void shouldRefuseQuorumsThatDoNotIntersect() {
        assertThrows(InvariantException.class, () -> new Quorums(4, 2, 2, 3));
        assertThrows(InvariantException.class, () -> new Quorums(3, 2, 2, 1));
        assertThrows(InvariantException.class, () -> Quorums.of(0));
        assertThrows(InvariantException.class, () -> Quorums.of(8));
    }
}
