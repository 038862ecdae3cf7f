package io.vireo.sim.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.sim.scenario.Scenario;
import io.vireo.sim.scenario.ScenarioResult;
import io.vireo.sim.scenario.ScenarioResult.Kind;
import io.vireo.sim.scenario.ScenarioRun;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Two replicas with holes in their logs after a power cut of both: whatever the holes, they heal each other if each op is whole on one of
 * them. Where an op is whole on none they never converge: the loss is seen, not smoothed over, and all auditors hold meanwhile.
 */
class TwoReplicaRepairProps {
    private static final int FIRST_OP = 3;
    private static final int OPS = 8;

    @Provide
    Arbitrary<Set<Integer>> holes() {
        return Arbitraries.integers()
                .between(FIRST_OP, FIRST_OP + OPS - 1)
                .set()
                .ofMaxSize(OPS);
    }

    @Property(tries = 150)
    void shouldHealEachOtherExactlyWhenEveryOpIsWholeSomewhere(
            @ForAll("holes") final Set<Integer> first, @ForAll("holes") final Set<Integer> second) {
        final boolean isAllThere = first.stream().noneMatch(second::contains);
        final StringBuilder script =
                new StringBuilder("# Two replicas, holes in both.\nnodes 2\nappend c0 \"x\" " + OPS + "\nrun 1s\n");
        script.append("crash r0 keep\ncrash r1 keep\n");
        first.stream().sorted().forEach(op -> script.append("corrupt r0 op " + op + " beyond\n"));
        second.stream().sorted().forEach(op -> script.append("corrupt r1 op " + op + " beyond\n"));
        script.append("restart r0\nrestart r1\nconverge\n");
        if (isAllThere) {
            script.append("expect r0 status=NORMAL commit=" + (FIRST_OP + OPS - 1) + "\n");
        }
        final ScenarioResult result = ScenarioRun.play(Scenario.parse("holes", script.toString()));
        final Kind expected = isAllThere ? Kind.PASS : Kind.LIVENESS;
        assertEquals(expected, result.kind(), () -> result.line() + ": " + result.message() + "\n" + script);
    }
}
