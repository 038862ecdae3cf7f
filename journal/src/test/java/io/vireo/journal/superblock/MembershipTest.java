package io.vireo.journal.superblock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.journal.util.InvariantException;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final Membership ASKING = Membership.wiped(2, 9);

    @Test
    void shouldKnowNothingButItsLifeWhenADiskWasLost() {
        assertEquals(Standing.ASKING, ASKING.standing());
        for (int r = 0; r < Membership.REPLICAS_MAX; r++) {
            assertEquals(r == 2 ? 9 : 0, ASKING.life(r));
        }
        assertNull(ASKING.brokenRule());
    }

    @Test
    void shouldGoFromAskingToLearningToVoterAndNoOtherWay() {
        final Membership learning = ASKING.with(Standing.LEARNING, 7);
        final Membership voter = learning.with(Standing.VOTER, 0);
        assertNull(learning.brokenRuleAfter(ASKING));
        assertNull(voter.brokenRuleAfter(learning));
        assertNotNull(voter.brokenRuleAfter(ASKING));
        assertNotNull(ASKING.brokenRuleAfter(learning));
        assertNotNull(ASKING.brokenRuleAfter(voter));
        assertNotNull(learning.brokenRuleAfter(voter));
        assertNotNull(learning.with(Standing.LEARNING, 8).brokenRuleAfter(learning), "the floor is kept");
    }

    @Test
    void shouldKeepTheLatestLifeOfEachWhenTold() {
        final Membership told = ASKING.withLife(0, 5).withLife(2, 8).withLife(6, 1);
        assertEquals(5, told.life(0));
        assertEquals(9, told.life(2));
        assertEquals(1, told.life(6));
        assertNull(told.brokenRuleAfter(ASKING));
        assertNotNull(ASKING.brokenRuleAfter(told), "a life is not forgotten");
    }

    @Test
    void shouldNameTheRuleWhenItContradictsItself() {
        assertNotNull(Membership.of(Standing.VOTER, 1, new long[Membership.REPLICAS_MAX])
                .brokenRule());
        assertNotNull(Membership.of(Standing.LEARNING, 1L << 32, new long[Membership.REPLICAS_MAX])
                .brokenRule());
        assertNotNull(Membership.of(Standing.LEARNING, 1, new long[] {0, 0, 0, -1, 0, 0, 0})
                .brokenRule());
        final VsrState voting = States.full();
        assertThrows(
                InvariantException.class,
                () -> voting.toBuilder().membership(ASKING).build(),
                "it asks, and yet has a DoViewChange");
    }

    @Test
    void shouldBeTheEmptyLogOfItsGroupWhenADiskWasLost() {
        final VsrState wiped = VsrState.wiped(States.CLUSTER_LO, States.CLUSTER_HI, States.IDENTITY.group(), 1, 4);
        assertEquals(
                States.root().toBuilder().membership(Membership.wiped(1, 4)).build(), wiped);
    }
}
