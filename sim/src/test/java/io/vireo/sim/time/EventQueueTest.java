package io.vireo.sim.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events run by time, those of one time in the order in which they were scheduled. */
class EventQueueTest {
    @Test
    void shouldRunByTimeAndThenBySequenceWhenTimesAreEqual() {
        final EventQueue queue = new EventQueue();
        final Draws draws = new Draws(1, Stream.WORKLOAD, 0);
        final List<long[]> ran = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            final long time = draws.between(0, 50);
            final long number = i;
            queue.at(time, () -> ran.add(new long[] {queue.nowNs(), time, number}));
        }
        while (queue.step()) {
            // Until nothing is left.
        }
        assertEquals(5_000, ran.size());
        for (int i = 1; i < ran.size(); i++) {
            final long[] before = ran.get(i - 1);
            final long[] after = ran.get(i);
            assertEquals(after[1], after[0]);
            assertFalse(before[1] > after[1] || before[1] == after[1] && before[2] > after[2]);
        }
    }

    @Test
    void shouldRunNowWhenScheduledInThePast() {
        final EventQueue queue = new EventQueue();
        queue.at(10, () -> queue.at(3, () -> assertEquals(10, queue.nowNs())));
        queue.step();
        queue.step();
        assertEquals(2, queue.executed());
        assertFalse(queue.step());
    }

    @Test
    void shouldHaveItsMeanWhenDrawnExponentially() {
        final Draws draws = new Draws(7, Stream.NETWORK, 0);
        long sum = 0;
        for (int i = 0; i < 100_000; i++) {
            sum += draws.exponential(1_000_000);
        }
        assertEquals(1.0, sum / 100_000.0 / 1e6, 0.06);
    }
}
