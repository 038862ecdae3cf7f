package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many disturbances of each kind a run plans, and what lasts all the time. Immutable.
 *
 * @param linkFilters times at which a command does not pass some links.
 * @param pauses times at which a process does nothing.
 * @param clockJumps times at which a wall clock is set.
 * @param driftPpmMax clocks run fast or slow by at most so many parts of a million; below 1,000,000.
 * @param clientDeaths clients that end for good, as long as one is left.
 * @param diskSwaps times at which two replicas are started with each other's disk.
 * @param diskImages images of disks that are put back later.
 * @param transfers faults aimed at state synchronizations.
 * @param suspensions times at which a machine and its clocks stand still.
 * @param receiverRots times at which what a receiver has already rots before it looks.
 * @param lies answers of a peer with other bytes of a file than it has.
 * @param drips times at which answers of a peer arrive a few bytes at a time.
 * @param lostWays times at which no connection carries pieces of files between a receiver and its peers.
 */
public record Hazards(
        int linkFilters,
        int pauses,
        int clockJumps,
        int driftPpmMax,
        int clientDeaths,
        int diskSwaps,
        int diskImages,
        int transfers,
        int suspensions,
        int receiverRots,
        int lies,
        int drips,
        int lostWays) {
    /** No disturbance. */
    public static final Hazards NONE = new Hazards(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The same, but for clocks that run fast or slow. */
    public Hazards withoutDrift() {
        return new Hazards(
                linkFilters,
                pauses,
                clockJumps,
                0,
                clientDeaths,
                diskSwaps,
                diskImages,
                transfers,
                suspensions,
                receiverRots,
                lies,
                drips,
                lostWays);
    }

    /** The same, but no disk forgets. */
    public Hazards withoutDiskImages() {
        return new Hazards(
                linkFilters,
                pauses,
                clockJumps,
                driftPpmMax,
                clientDeaths,
                diskSwaps,
                0,
                transfers,
                suspensions,
                receiverRots,
                lies,
                drips,
                lostWays);
    }

    /** In the order of the progress at which they are due. */
    List<Disturbance> plan(final long seed, final int replicas) {
        final List<Disturbance> plan = new ArrayList<>();
        final Draws filterDraws = new Draws(seed, Stream.LINK_FILTER_PLAN, 0);
        for (int i = 0; i < linkFilters && replicas > 1; i++) {
            plan.add(LinkFilterPoint.draw(filterDraws, replicas));
        }
        final Draws pauseDraws = new Draws(seed, Stream.PAUSE_PLAN, 0);
        for (int i = 0; i < pauses; i++) {
            plan.add(PausePoint.draw(pauseDraws, replicas));
        }
        final Draws jumpDraws = new Draws(seed, Stream.CLOCK_JUMP_PLAN, 0);
        for (int i = 0; i < clockJumps; i++) {
            plan.add(ClockJumpPoint.draw(jumpDraws, replicas));
        }
        final Draws deathDraws = new Draws(seed, Stream.CLIENT_DEATH_PLAN, 0);
        for (int i = 0; i < clientDeaths; i++) {
            plan.add(ClientDeathPoint.draw(deathDraws));
        }
        final Draws swapDraws = new Draws(seed, Stream.DISK_SWAP_PLAN, 0);
        for (int i = 0; i < diskSwaps && replicas > 1; i++) {
            plan.add(DiskSwapPoint.draw(swapDraws, replicas));
        }
        final Draws imageDraws = new Draws(seed, Stream.DISK_IMAGE_PLAN, 0);
        for (int i = 0; i < diskImages && replicas > 1; i++) {
            plan.add(DiskImagePoint.draw(imageDraws, replicas));
        }
        final Draws transferDraws = new Draws(seed, Stream.TRANSFER_FAULT_PLAN, 0);
        for (int i = 0; i < transfers && replicas > 1; i++) {
            plan.add(TransferPoint.draw(transferDraws));
        }
        final Draws receiverRotDraws = new Draws(seed, Stream.TRANSFER_FAULT_PLAN, 1);
        for (int i = 0; i < receiverRots && replicas > 1; i++) {
            plan.add(TransferPoint.drawRotOfReceiver(receiverRotDraws));
        }
        final Draws lieDraws = new Draws(seed, Stream.TRANSFER_FAULT_PLAN, 2);
        for (int i = 0; i < lies && replicas > 1; i++) {
            plan.add(TransferPoint.drawLie(lieDraws));
        }
        final Draws dripDraws = new Draws(seed, Stream.TRANSFER_FAULT_PLAN, 3);
        for (int i = 0; i < drips && replicas > 1; i++) {
            plan.add(TransferPoint.drawLasting(dripDraws, TransferPoint.Kind.DRIP, 1_000));
        }
        final Draws wayDraws = new Draws(seed, Stream.TRANSFER_FAULT_PLAN, 4);
        for (int i = 0; i < lostWays && replicas > 1; i++) {
            plan.add(TransferPoint.drawLasting(wayDraws, TransferPoint.Kind.NO_WAY, 10));
        }
        final Draws suspensionDraws = new Draws(seed, Stream.SUSPENSION_PLAN, 0);
        for (int i = 0; i < suspensions; i++) {
            plan.add(SuspensionPoint.draw(suspensionDraws, replicas));
        }
        plan.sort(Comparator.comparingInt(Disturbance::permille));
        return List.copyOf(plan);
    }
}
