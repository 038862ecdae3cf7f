package io.vireo.sim.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.sim.fault.FaultPoint;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is planned strikes once, when it is due, in the order of the plan. */
class FaultScheduleTest {
    private final EventQueue queue = new EventQueue();
    private final FaultSchedule schedule = new FaultSchedule(queue);
    private final List<String> struck = new ArrayList<>();

    private record Point(String name, int permille) implements FaultPoint {}

    private void add(final Point... points) {
        schedule.add(List.of(points), point -> struck.add(point.name()));
    }

    private void run() {
        boolean isAny = true;
        while (isAny) {
            isAny = queue.step();
        }
    }

    @Test
    void shouldStrikeWithTheNextEventAndNotAtOnce() {
        add(new Point("crash", 0));
        schedule.onProgress(0);
        assertEquals(List.of(), struck);
        run();
        assertEquals(List.of("crash"), struck);
        assertEquals(0, queue.nowNs());
    }

    @Test
    void shouldStrikeEachOnceAndNoneBeforeItsTime() {
        add(new Point("a", 10), new Point("b", 20), new Point("c", 30));
        schedule.onProgress(9);
        assertFalse(queue.step());
        schedule.onProgress(20);
        schedule.onProgress(20);
        run();
        assertEquals(List.of("a", "b"), struck);
        schedule.onProgress(1_000);
        run();
        assertEquals(List.of("a", "b", "c"), struck);
    }

    @Test
    void shouldStrikeKindsThatAreDueTogetherInTheOrderInWhichTheyWereAdded() {
        add(new Point("crash", 500));
        add(new Point("pause", 100), new Point("swap", 400));
        schedule.onProgress(500);
        run();
        assertEquals(List.of("crash", "pause", "swap"), struck);
    }
}
