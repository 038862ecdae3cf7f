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
        final Membership complete = learning.with(Standing.COMPLETE, 7);
        final Membership voter = learning.with(Standing.VOTER, 0);
        final Membership[] steps = {ASKING, learning, complete, voter};
        final boolean[][] isAllowed = {
            {true, true, false, false},
            {false, true, true, true},
            {false, false, true, true},
            {false, false, false, true}
        };
        for (int from = 0; from < steps.length; from++) {
            for (int to = 0; to < steps.length; to++) {
                final String rule = steps[to].brokenRuleAfter(steps[from], false);
                assertEquals(isAllowed[from][to], rule == null, steps[from] + " to " + steps[to] + ": " + rule);
            }
        }
        assertNotNull(learning.with(Standing.LEARNING, 8).brokenRuleAfter(learning, false), "the floor is kept");
        assertNotNull(learning.with(Standing.COMPLETE, 8).brokenRuleAfter(learning, false), "the floor is kept");
    }

    @Test
    void shouldBeCompleteInOneViewOnly() {
        final Membership complete = ASKING.with(Standing.LEARNING, 7).with(Standing.COMPLETE, 7);
        assertNotNull(complete.brokenRuleAfter(complete, true), "a later view names more");
        assertEquals(Standing.LEARNING, complete.inLaterView().standing());
        assertEquals(7, complete.inLaterView().floorView());
        assertNull(complete.inLaterView().brokenRuleAfter(complete, true));
        assertEquals(Membership.FOUNDING, Membership.FOUNDING.inLaterView());
        assertEquals(ASKING, ASKING.inLaterView());
    }

    @Test
    void shouldRememberWhichLifeOfTheOtherOneCounts() {
        final Membership alone = Membership.FOUNDING.withLife(1, 9);
        assertEquals(0, alone.partnerLife());
        final Membership together = alone.withPartner(9);
        assertEquals(9, together.partnerLife());
        assertNull(together.brokenRuleAfter(alone, false));
        assertNotNull(alone.brokenRuleAfter(together, false), "it is not forgotten");
        assertEquals(together, together.withPartner(8));
        assertNull(together.brokenRule());
        assertNotNull(alone.withPartner(10).brokenRule(), "nobody has heard of that life");
    }

    @Test
    void shouldKeepTheLatestLifeOfEachWhenTold() {
        final Membership told = ASKING.withLife(0, 5).withLife(2, 8).withLife(6, 1);
        assertEquals(5, told.life(0));
        assertEquals(9, told.life(2));
        assertEquals(1, told.life(6));
        assertNull(told.brokenRuleAfter(ASKING, false));
        assertNotNull(ASKING.brokenRuleAfter(told, false), "a life is not forgotten");
    }

    @Test
    void shouldNameTheRuleWhenItContradictsItself() {
        assertNotNull(Membership.of(Standing.VOTER, 1, new long[Membership.REPLICAS_MAX], 0)
                .brokenRule());
        assertNotNull(Membership.of(Standing.LEARNING, 1L << 32, new long[Membership.REPLICAS_MAX], 0)
                .brokenRule());
        assertNotNull(Membership.of(Standing.LEARNING, 1, new long[] {0, 0, 0, -1, 0, 0, 0}, 0)
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
