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

    /**
     * The same laggard gets an op in two seconds. Its primary has nobody else, and waits for as long as it comes nearer. Rule:
     * {@code PrimaryReplication.onPrepareOk}. Breaks with: only acknowledgements of what is not committed count as progress.
     */
    @Test
    void shouldNotAbdicateWhileTheOnlyBackupComesNearer() {
        final StringBuilder script = new StringBuilder("""
                nodes 3
                crash r0 process
                append c0 "a" 5
                cut r1->r0 PREPARE
                restart r0
                run 300ms r0 r1 c0
                crash r2 process
                request c0 "y"
                """);
        for (int op = 3; op <= 7; op++) {
            script.append("mend r1->r0\n");
            for (int later = op + 1; later <= 8; later++) {
                script.append("cut r1->r0 PREPARE op=").append(later).append('\n');
            }
            script.append("run 2s r0 r1 c0\nexpect r0 ackable=").append(op).append('\n');
        }
        script.append("""
                mend r1->r0
                run 1s r0 r1 c0
                expect r1 status=NORMAL view=1
                expect reply c0 "y" OK op=8
                """);
        final ScenarioResult result = ScenarioRun.play(Scenario.parse("slow", script.toString()));
        assertTrue(result.isPass(), () -> result.line() + ": " + result.message());
    }
}
