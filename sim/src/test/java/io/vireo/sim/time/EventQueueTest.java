package io.vireo.sim.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Events run by time, those of one time in the order in which they were scheduled. */
class EventQueueTest {
    /** Number of the event that ran last. */
    private long last;

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

    /** As in a run: each event schedules others, some for the moment that is now, and the queue grows and shrinks. */
    @Test
    void shouldRunInTheSameOrderAsASortedListWhenEventsScheduleEvents() {
        final EventQueue queue = new EventQueue();
        final Draws draws = new Draws(2, Stream.WORKLOAD, 0);
        final TreeMap<Long, Long> waiting = new TreeMap<>();
        final long[] next = {0};
        final EventQueue.Event[] self = new EventQueue.Event[1];
        self[0] = () -> {
            final int children = next[0] > 20_000 ? 0 : draws.between(0, 3);
            for (int i = 0; i < children; i++) {
                schedule(queue, waiting, next, queue.nowNs() + draws.between(0, 40), self[0]);
            }
        };
        for (int i = 0; i < 500; i++) {
            schedule(queue, waiting, next, draws.between(0, 40), self[0]);
        }
        while (!waiting.isEmpty()) {
            final long due = waiting.pollFirstEntry().getValue();
            assertTrue(queue.step());
            assertEquals(due, last);
        }
        assertFalse(queue.step());
        assertTrue(next[0] > 20_000);
    }

    private void schedule(
            final EventQueue queue,
            final TreeMap<Long, Long> waiting,
            final long[] next,
            final long time,
            final EventQueue.Event then) {
        final long number = next[0]++;
        waiting.put(time << 32 | number, number);
        queue.at(time, () -> {
            last = number;
            then.run();
        });
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
