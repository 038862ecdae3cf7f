package io.vireo.node.normal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LeadershipRoundsTest {
    @Test
    void shouldConfirmARoundWhenAQuorumOfDistinctReplicasHasAnswered() {
        final LeadershipRounds rounds = new LeadershipRounds(3, 0);
        assertEquals(1, rounds.start());
        assertFalse(rounds.isIdle());
        assertFalse(rounds.answer(1, 1));
        assertFalse(rounds.answer(1, 1));
        assertTrue(rounds.answer(1, 2));
        assertTrue(rounds.isIdle());
        assertEquals(1, rounds.confirmed());
    }

    @Test
    void shouldNotCountAnswersToAnOlderRound() {
        final LeadershipRounds rounds = new LeadershipRounds(2, 0);
        rounds.start();
        rounds.start();
        assertFalse(rounds.answer(1, 1));
        assertEquals(0, rounds.confirmed());
        assertTrue(rounds.answer(2, 1));
    }

    @Test
    void shouldNotCountAnAnswerOfALifeThatIsOver() {
        final LeadershipRounds rounds = new LeadershipRounds(3, 0);
        rounds.start();
        assertFalse(rounds.answer(1, 1));
        rounds.forgetFormerLife(1);
        assertFalse(rounds.answer(1, 2));
        assertEquals(0, rounds.confirmed());
        assertTrue(rounds.answer(1, 1));
    }

    @Test
    void shouldConfirmAtOnceWhenAlone() {
        final LeadershipRounds rounds = new LeadershipRounds(1, 0);
        rounds.start();
        assertEquals(1, rounds.confirmed());
    }
}
