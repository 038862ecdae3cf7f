package io.vireo.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How long repair may take where a client waits for it, in the time of the simulated clocks. */
class RepairPaceTest {
    /**
     * r0 lacks 396 ops when it comes back, and r2 dies: nothing commits before r0 has them all from r1, whoever else it asks in vain. Rule:
     * {@code RepairPeers.onExpired}, {@code JournalRepair.onPrepare}. Breaks with: asking the dead one for every second op.
     */
    @Test
    void shouldBringALaggardUpWithinSecondsWhenAnotherReplicaIsDead() {
        final ScenarioResult result = ScenarioRun.play(Scenario.parse("laggard", """
                nodes 3 wal=4194304
                crash r0 process
                append c0 "a" 99
                append c0 "b" 99
                append c0 "d" 99
                append c0 "e" 99
                restart r0
                crash r2 process
                request c0 "y"
                run 2s r0 r1 c0
                expect r0 head=399 view=1
                expect reply c0 "y" OK op=399
                """));
        assertTrue(result.isPass(), () -> result.line() + ": " + result.message());
    }
}
