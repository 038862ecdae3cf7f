package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.transport.CloseReason;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.fault.ClientDeathPoint;
import io.vireo.sim.fault.ClockJumpPoint;
import io.vireo.sim.fault.DiskImagePoint;
import io.vireo.sim.fault.DiskSwapPoint;
import io.vireo.sim.fault.Disturbance;
import io.vireo.sim.fault.LinkFilterPoint;
import io.vireo.sim.fault.PausePoint;
import io.vireo.sim.fault.PlannedFault;
import io.vireo.sim.fault.SuspensionPoint;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Each kind of hazard strikes when it is the only one, a correct cluster lives with it, and nothing of it is left when it is left out. */
class HazardsTest {
    private static final int SEEDS_MAX = 400;
    private static final int REQUESTS = 60;

    /** Runs with nothing but this rate, until one has struck. */
    private static void assertStrikes(final FaultRate rate, final ToLongFunction<RunCounters> struck) {
        Reduction only = nothingPlanned();
        for (final FaultRate other : FaultRate.values()) {
            only = other == rate ? only : only.without(other);
        }
        long strikes = 0;
        for (long seed = 0; seed < SEEDS_MAX && strikes == 0; seed++) {
            if (only.rates(SimSeed.of(seed)).contains(rate)
                    && SimOptions.of(seed).replicas() > 1) {
                strikes = struck.applyAsLong(pass(seed, only));
                assertEquals(0, struck.applyAsLong(pass(seed, only.without(rate))));
            }
        }
        assertTrue(strikes > 0, rate + " never strikes");
    }

    /** Runs with nothing but one of these disturbances, until one has struck. */
    private static void assertStrikes(final Predicate<Disturbance> kind, final ToLongFunction<RunCounters> struck) {
        Reduction none = nothingPlanned();
        for (final FaultRate rate : FaultRate.values()) {
            none = none.without(rate);
        }
        long strikes = 0;
        for (long seed = 0; seed < SEEDS_MAX && strikes == 0; seed++) {
            final List<Disturbance> plan = SimOptions.of(seed).plan().disturbances();
            for (int i = 0; i < plan.size() && strikes == 0; i++) {
                if (kind.test(plan.get(i))) {
                    strikes = struck.applyAsLong(pass(seed, none.keep(PlannedFault.DISTURBANCE, List.of(i))));
                    assertEquals(0, struck.applyAsLong(pass(seed, none)));
                }
            }
        }
        assertTrue(strikes > 0, "none strikes");
    }

    private static Reduction nothingPlanned() {
        Reduction reduction = Reduction.NONE;
        for (final PlannedFault kind : PlannedFault.values()) {
            reduction = reduction.keep(kind, List.of());
        }
        return reduction;
    }

    private static RunCounters pass(final long seed, final Reduction reduction) {
        final int requests = Math.min(REQUESTS, SimOptions.of(seed).requests());
        final RunResult result = Simulator.of(seed, reduction.limit(SizeLimit.REQUESTS, requests), RunListener.NONE)
                .run();
        assertEquals(Verdict.PASS, result.verdict(), result.message());
        return result.counters();
    }

    @Test
    void shouldRefuseCorruptFrames() {
        assertStrikes(FaultRate.FRAME_CORRUPTION, counters -> counters.network.corrupted);
    }

    @Test
    void shouldMisdeliverFrames() {
        assertStrikes(FaultRate.FRAME_MISDELIVERY, counters -> counters.network.misdelivered);
    }

    @Test
    void shouldBreakConnections() {
        assertStrikes(FaultRate.CONNECTION_RESETS, counters -> counters.network.truncated);
    }

    @Test
    void shouldOverflowQueues() {
        assertStrikes(FaultRate.QUEUE_OVERFLOW, counters -> counters.network.overflowed);
    }

    @Test
    void shouldFilterCommands() {
        assertStrikes(LinkFilterPoint.class::isInstance, counters -> counters.network.filtered);
    }

    @Test
    void shouldPauseProcesses() {
        assertStrikes(PausePoint.class::isInstance, counters -> counters.pausedFrames);
    }

    @Test
    void shouldSuspendMachinesAndLetTheirPeersBeLate() {
        assertStrikes(
                SuspensionPoint.class::isInstance,
                counters -> Math.min(counters.suspensions, counters.lateFramesOfPeers));
    }

    @Test
    void shouldSetWallClocks() {
        assertStrikes(ClockJumpPoint.class::isInstance, counters -> counters.clockJumpsForward);
        assertStrikes(ClockJumpPoint.class::isInstance, counters -> counters.clockJumpsBack);
    }

    @Test
    void shouldLetClocksDrift() {
        assertStrikes(FaultRate.CLOCK_DRIFT, counters -> counters.driftingClocks);
    }

    @Test
    void shouldLetClientsDie() {
        assertStrikes(ClientDeathPoint.class::isInstance, counters -> counters.clients.deaths);
    }

    @Test
    void shouldRefuseTheDiskOfAnotherReplica() {
        assertStrikes(
                DiskSwapPoint.class::isInstance,
                counters -> Math.min(counters.refusalsOfForeignDisks, counters.comparedDisks));
    }

    @Test
    void shouldGoOnWhenAReplicaForgetsWhatEnoughOthersHave() {
        assertStrikes(
                DiskImagePoint.class::isInstance, counters -> Math.min(counters.diskImages, counters.forgottenOps));
    }

    @Test
    void shouldRepeatFramesInStorms() {
        assertStrikes(FaultRate.RETRY_STORMS, counters -> counters.clients.repeats);
    }

    @Test
    void shouldSendRequestsThatNoSessionTakes() {
        assertStrikes(FaultRate.STRAY_REQUESTS, counters -> counters.clients.oldRequests);
        assertStrikes(FaultRate.STRAY_REQUESTS, counters -> counters.clients.requestsAhead);
        assertStrikes(FaultRate.STRAY_REQUESTS, counters -> counters.clients.strangeSessions);
    }

    @Test
    void shouldCloseConnectionsOnWhichNoFramesArrive() {
        assertStrikes(
                FaultRate.MALFORMED_FRAMES,
                counters -> Math.min(
                        counters.clients.malformed, counters.network.closed[CloseReason.INVALID_FRAME.ordinal()]));
    }

    @Test
    void shouldRefuseToOpenAWipedDisk() {
        assertLosses(options -> options.replicas() > 2, counters -> counters.refusalsOfEmptyDisks);
    }

    @Test
    void shouldBringBackAReplicaOfTwoWhoseDiskWasLost() {
        assertLosses(options -> options.replicas() == 2, counters -> counters.disksReplaced);
    }

    @Test
    void shouldBringBackAReplicaOfManyWhoseDiskWasLost() {
        assertLosses(options -> options.replicas() > 2, counters -> counters.disksReplaced);
    }

    /** Runs in which only processes end and disks are lost, until this has happened. */
    private static void assertLosses(
            final Predicate<ClusterOptions> isFitting, final ToLongFunction<RunCounters> counter) {
        Reduction crashesAndLosses = Reduction.NONE;
        for (final PlannedFault kind : PlannedFault.values()) {
            crashesAndLosses = kind == PlannedFault.CRASH ? crashesAndLosses : crashesAndLosses.keep(kind, List.of());
        }
        for (final FaultRate rate : FaultRate.values()) {
            crashesAndLosses = rate == FaultRate.DISK_LOSSES ? crashesAndLosses : crashesAndLosses.without(rate);
        }
        long seen = 0;
        for (long seed = 0; seed < SEEDS_MAX && seen == 0; seed++) {
            if (SimOptions.of(seed).lossOf16() > 2 && isFitting.test(SimOptions.of(seed))) {
                final RunCounters counters = pass(seed, crashesAndLosses);
                assertTrue(counters.disksWiped <= counters.superblocksLost);
                seen = counter.applyAsLong(counters);
            }
        }
        assertTrue(seen > 0, "no such loss within the seeds");
    }
}
