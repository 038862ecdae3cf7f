package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long TIMEOUT_NS = 80;
    private static final long LEAST_NS = TIMEOUT_NS / Patience.LEAST_PART;

    private final Patience patience = new Patience(TIMEOUT_NS, 0);

    @Test
    void shouldGiveItsWholeTimeToARequestThatIsBegunWhenItComes() {
        patience.onReceived(50);
        assertEquals(50 + TIMEOUT_NS, patience.deadlineNs(50));
    }

    @Test
    void shouldCountWhatARequestHasWaited() {
        patience.onReceived(50);
        assertEquals(50 + TIMEOUT_NS, patience.deadlineNs(70));
    }

    @Test
    void shouldCountFromTheLastAnswerThatCameInTime() {
        patience.onReceived(50);
        patience.onAnswered(patience.deadlineNs(50), 129);
        assertEquals(129 + TIMEOUT_NS, patience.deadlineNs(129));
    }

    @Test
    void shouldLeaveAPartToARequestThatWaitedBehindOnesThatWereLate() {
        patience.onReceived(50);
        long deadline = patience.deadlineNs(50);
        for (int request = 1; request < 9; request++) {
            patience.onAnswered(deadline, deadline);
            deadline = patience.deadlineNs(deadline);
            assertEquals(50 + TIMEOUT_NS + request * LEAST_NS, deadline);
        }
    }

    @Test
    void shouldBearAClockThatWraps() {
        final Patience late = new Patience(TIMEOUT_NS, 0);
        late.onReceived(Long.MAX_VALUE);
        final long deadline = late.deadlineNs(Long.MIN_VALUE + 9);
        assertEquals(Long.MIN_VALUE + TIMEOUT_NS - 1, deadline);
        late.onAnswered(deadline, deadline);
        assertEquals(deadline + LEAST_NS, late.deadlineNs(deadline));
    }
}
