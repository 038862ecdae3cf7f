package io.vireo.node.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.Membership;
import org.junit.jupiter.api.Test;

class LivesTest {
    private static final long LIFE = 1L << 32 | 9;

    @Test
    void shouldKnowTheLatestLifeOfEach() {
        final Lives lives = new Lives(0, Membership.FOUNDING.withLife(1, LIFE));
        assertTrue(lives.isFormer(1, 0));
        assertFalse(lives.isFormer(1, LIFE));
        assertFalse(lives.learn(1, LIFE), "no news");
        assertTrue(lives.learn(1, LIFE + 1));
        assertTrue(lives.isFormer(1, LIFE));
        assertFalse(lives.isFormer(2, 0));
        assertEquals(0, lives.own());
    }

    @Test
    void shouldTakeOneThatAsksForAwayUntilItCounts() {
        final Lives lives = new Lives(0, Membership.FOUNDING);
        lives.onAsking(1);
        assertTrue(lives.isRecovering(1));
        lives.onCounting(1);
        assertFalse(lives.isRecovering(1));
    }

    @Test
    void shouldBeAloneOfTwoFromTheLossUntilTheOtherOneMayCount() {
        final ReplicaState state = state(2, Membership.FOUNDING);
        assertFalse(state.isAlone());
        state.lives.learn(1, LIFE);
        assertTrue(state.isAlone());
        state.lives.onPartner(LIFE);
        assertFalse(state.isAlone());
        state.lives.onAsking(1);
        assertFalse(state.isAlone(), "a late RECOVER of a life that counts says nothing");
        state.lives.learn(1, LIFE + 1);
        assertTrue(state.isAlone(), "its disk is lost again");
    }

    @Test
    void shouldRememberThatItIsAloneWhenItRestarts() {
        final Membership alone = Membership.FOUNDING.withLife(1, LIFE);
        assertTrue(state(2, alone).isAlone());
        assertFalse(state(2, alone.withPartner(LIFE)).isAlone());
    }

    @Test
    void shouldNeverBeAloneOfThree() {
        assertFalse(state(3, Membership.FOUNDING.withLife(1, LIFE)).isAlone());
    }

    private static ReplicaState state(final int replicas, final Membership membership) {
        return new ReplicaState(1, 2, 0, 0, replicas, Status.JOINING, 4, 4, membership, 0, 0);
    }
}
