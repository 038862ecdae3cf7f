package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.StreamStatistics;
import io.vireo.sim.fault.Regime;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Runs of streams: what they draw, that they pass, and that they do what they are for. */
class StreamProfileTest {
    private static final int RUNS = 16;

    private static RunResult run(final long seed) {
        return Simulator.of(new SimSeed(SimProfile.STREAM, seed), Reduction.NONE, RunListener.NONE)
                .run();
    }

    @Test
    void shouldPassAndDoEverythingClientsCanAskForWhenSeedsRun() {
        final CampaignSummary summary = new CampaignSummary();
        for (long seed = 0; seed < RUNS; seed++) {
            final RunResult result = run(seed);
            assertFalse(result.verdict().isFailure(), result.message());
            summary.add(result);
        }
        final StreamStatistics streams = summary.total.streams;
        assertTrue(streams.acknowledged > 1_000, () -> "acknowledged " + streams.acknowledged);
        assertTrue(streams.shown > 1_000, () -> "shown " + streams.shown);
        assertTrue(streams.polls > 100, () -> "polls " + streams.polls);
        assertTrue(streams.handedOver > 100, () -> "handed over " + streams.handedOver);
        assertTrue(streams.shardChanges > 10, () -> "changes of the number of shards " + streams.shardChanges);
        assertTrue(streams.userLogins > 20, () -> "logins of users " + streams.userLogins);
        assertTrue(streams.commandsAllowed > 20, () -> "commands allowed " + streams.commandsAllowed);
        assertTrue(streams.commandsForbidden > 20, () -> "commands forbidden " + streams.commandsForbidden);
        assertTrue(streams.lastAnswers > 20, () -> "answers about users after the heal " + streams.lastAnswers);
        assertTrue(streams.certainLogins > 20, () -> "logins that had to succeed " + streams.certainLogins);
        assertTrue(streams.certainAllowed > 20, () -> "commands that had to be allowed " + streams.certainAllowed);
        assertTrue(
                streams.certainForbidden > 20, () -> "commands that had to be forbidden " + streams.certainForbidden);
        assertTrue(streams.drops > 0 && streams.endedLives > 0, () -> "drops " + streams.drops);
        assertTrue(streams.lateDrops > 0, "no backup has carried a drop");
        assertTrue(streams.connectionsBroken > 0, "no connection has broken");
        assertTrue(summary.total.machineComparisons > 1_000, "nothing was executed twice");
        assertTrue(summary.total.machineRestores > 0, "nothing was restored");
    }

    @Test
    void shouldGiveTheSameRunWhenASeedRunsAgain() {
        assertEquals(run(7).traceHash(), run(7).traceHash());
    }

    @Test
    void shouldDrawGroupsOfAllNumbersAndTheLogsFaultsWhenOptionsAreDrawn() {
        final TreeSet<Integer> groups = new TreeSet<>();
        for (long seed = 0; seed < 64; seed++) {
            final ClusterOptions options = SimProfile.STREAM.options(seed, Integer.MAX_VALUE);
            final ClusterOptions log = SimProfile.LOG.options(seed, Integer.MAX_VALUE);
            groups.add(options.cluster().groupCount());
            assertEquals(StateMachineKind.STREAM, options.cluster().stateMachine());
            assertEquals(log.replicas(), options.replicas());
            assertEquals(log.crashes(), options.crashes());
            assertEquals(log.network(), options.network());
        }
        assertEquals(List.of(1, 2, 3, 4), List.copyOf(groups));
    }

    @Test
    void shouldBeFoundByItsSettingsWhenAReproductionNamesThem() {
        for (final Machine machine : Machine.values()) {
            assertSame(
                    machine.profile(null), SimProfile.of(machine.profile(null).settings()));
            assertEquals(
                    machine.profile(Regime.BEYOND_F).settings(),
                    SimProfile.of(machine.profile(Regime.BEYOND_F).settings()).settings());
        }
    }

    @Test
    void shouldMissItsFloorsWhenNothingHasHappened() {
        final CampaignSummary summary = new CampaignSummary();
        summary.runs = Floors.RUNS_MIN;
        final List<String> missed = Floors.missed(summary, Machine.STREAM);
        assertTrue(missed.contains("messages shown by polls: none"), missed::toString);
        assertTrue(missed.size() > 20, missed::toString);
    }
}
