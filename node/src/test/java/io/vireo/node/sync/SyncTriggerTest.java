package io.vireo.node.sync;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SyncTriggerTest {
    private final SyncTrigger trigger = new SyncTrigger(100);

    @Test
    void shouldNeverBeDueWhenNobodyHasAnsweredWithACheckpointAhead() {
        assertFalse(trigger.isDue(10, 1_000_000));
        trigger.onCheckpoint(10, 10, 0);
        assertFalse(trigger.isDue(10, 1_000_000));
    }

    @Test
    void shouldBeDueWhenNothingHelpsForAsLongAsRepairMayTake() {
        trigger.onCheckpoint(20, 10, 50);
        assertFalse(trigger.isDue(10, 149));
        assertTrue(trigger.isDue(10, 150));
    }

    @Test
    void shouldWaitAgainWhenRepairGetsOn() {
        trigger.onCheckpoint(20, 10, 50);
        assertFalse(trigger.isDue(11, 140));
        assertFalse(trigger.isDue(11, 239));
        assertTrue(trigger.isDue(11, 240));
    }

    @Test
    void shouldForgetItWhenTheReplicaHasPassedTheCheckpoint() {
        trigger.onCheckpoint(20, 10, 50);
        assertFalse(trigger.isDue(20, 1_000));
        trigger.onCheckpoint(30, 20, 2_000);
        assertFalse(trigger.isDue(20, 2_099));
        assertTrue(trigger.isDue(20, 2_100));
    }

    @Test
    void shouldNotBePutOffWhenTheSameAnswerComesAgain() {
        trigger.onCheckpoint(20, 10, 50);
        trigger.onCheckpoint(20, 10, 140);
        trigger.onCheckpoint(25, 10, 149);
        assertTrue(trigger.isDue(10, 150));
    }
}
