package io.vireo.sim.cluster;

import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.sim.fault.ClientDeathPoint;
import io.vireo.sim.fault.ClockJumpPoint;
import io.vireo.sim.fault.DiskImagePoint;
import io.vireo.sim.fault.DiskSwapPoint;
import io.vireo.sim.fault.Disturbance;
import io.vireo.sim.fault.LinkFilterPoint;
import io.vireo.sim.fault.PausePoint;
import io.vireo.sim.fault.SuspensionPoint;
import io.vireo.sim.fault.TransferPoint;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;

/** Carries out the planned disturbances, and ends what still lasts when the storm is over. */
final class Disturbances {
    private final SimCluster cluster;
    private final DiskSwaps diskSwaps;
    private final DiskImages diskImages;
    private final TransferStorm transfers;
    /** By replica: pauses so far; the end of an earlier one is void. */
    private final int[] pauses;
    /** By replica: times at which its machine was suspended; peers that are late after an earlier one are late no more. */
    private final int[] suspensions;

    private boolean isOver;

    Disturbances(
            final SimCluster cluster,
            final DiskSwaps diskSwaps,
            final DiskImages diskImages,
            final TransferStorm transfers) {
        this.cluster = cluster;
        this.diskSwaps = diskSwaps;
        this.diskImages = diskImages;
        this.transfers = transfers;
        pauses = new int[cluster.options().replicas()];
        suspensions = new int[cluster.options().replicas()];
    }

    /** The processes are about to start. */
    void start() {
        final int driftPpmMax = cluster.options().hazards().driftPpmMax();
        final Draws draws = new Draws(cluster.options().chance(), Stream.CLOCK_DRIFT, 0);
        for (int replica = 0; replica < cluster.options().replicas() && driftPpmMax > 0; replica++) {
            final int ppm = draws.between(-driftPpmMax, driftPpmMax);
            final int index = replica;
            cluster.replica(replica).clock().drift(ppm);
            cluster.counters().driftingClocks += ppm == 0 ? 0 : 1;
            cluster.narrate(Note.FAULT, replica, 0, () -> "clock of replica " + index + " drifts by " + ppm + " ppm");
        }
    }

    void begin(final Disturbance point) {
        if (isOver) {
            return;
        }
        if (point instanceof LinkFilterPoint filter) {
            filter(filter);
        } else if (point instanceof PausePoint pause) {
            pause(pause);
        } else if (point instanceof SuspensionPoint suspension) {
            suspend(suspension);
        } else if (point instanceof ClockJumpPoint jump) {
            jump(jump);
        } else if (point instanceof ClientDeathPoint death) {
            kill(death.place() % cluster.options().clients());
        } else if (point instanceof DiskSwapPoint swap) {
            diskSwaps.begin(swap);
        } else if (point instanceof DiskImagePoint image) {
            diskImages.begin(image);
        } else if (point instanceof TransferPoint transfer) {
            transfers.begin(transfer);
        }
    }

    /** Nothing begins or lasts any more. */
    void end() {
        isOver = true;
        diskSwaps.end();
        diskImages.end();
        transfers.end();
        for (int replica = 0; replica < cluster.options().replicas(); replica++) {
            wakeUp(replica, true);
            catchUp(replica);
        }
    }

    private void kill(final int client) {
        if (cluster.clients().kill(client)) {
            cluster.counters().clients.deaths++;
            cluster.narrate(Note.FAULT, 0, 0, () -> "client " + client + " dies");
        }
    }

    private void jump(final ClockJumpPoint point) {
        cluster.replica(point.replica()).clock().jump(point.byNs());
        if (cluster.replica(point.replica()).isAlive()) {
            cluster.counters().clockJumpsForward += point.byNs() > 0 ? 1 : 0;
            cluster.counters().clockJumpsBack += point.byNs() < 0 ? 1 : 0;
        }
        cluster.narrate(
                Note.FAULT, point.replica(), 0, () -> "wall clock jumps by " + point.byNs() / 1_000_000 + " ms");
    }

    private void pause(final PausePoint point) {
        final int replica = point.isPrimary() ? primaryOr(point.replica()) : point.replica();
        if (!cluster.replica(replica).pause()) {
            return;
        }
        final int paused = ++pauses[replica];
        cluster.counters().pauses++;
        cluster.narrate(Note.FAULT, replica, 0, () -> "paused for " + point.durationNs() / 1_000_000 + " ms");
        cluster.queue().after(point.durationNs(), () -> {
            if (!isOver && paused == pauses[replica]) {
                resume(replica);
            }
        });
    }

    private void suspend(final SuspensionPoint point) {
        final int replica = point.isPrimary() ? primaryOr(point.replica()) : point.replica();
        if (!cluster.replica(replica).suspend()) {
            return;
        }
        final int paused = ++pauses[replica];
        final int suspended = ++suspensions[replica];
        cluster.counters().suspensions++;
        cluster.narrate(
                Note.FAULT,
                replica,
                0,
                () -> "suspended for " + point.durationNs() / 1_000_000 + " ms with its clocks");
        cluster.queue().after(point.durationNs(), () -> {
            if (!isOver && paused == pauses[replica]) {
                wakeUp(replica, point.isWallSet());
            }
        });
        cluster.queue().after(point.durationNs() + point.peersLateNs(), () -> {
            if (!isOver && suspended == suspensions[replica]) {
                catchUp(replica);
            }
        });
    }

    private void wakeUp(final int replica, final boolean isWallSet) {
        resumed(replica, cluster.replica(replica).wakeUp(isWallSet));
    }

    private void catchUp(final int replica) {
        final int frames = cluster.replica(replica).catchUp();
        if (frames > 0) {
            cluster.counters().lateFramesOfPeers += frames;
            cluster.narrate(Note.FAULT, replica, 0, () -> frames + " frames of its peers arrive late");
        }
    }

    private void resume(final int replica) {
        resumed(replica, cluster.replica(replica).resume());
    }

    private void resumed(final int replica, final int frames) {
        if (frames > 0) {
            cluster.counters().pausedFrames += frames;
            cluster.narrate(Note.FAULT, replica, 0, () -> "goes on and finds " + frames + " frames");
        }
    }

    /** Who leads the first group, or this one if nobody does. */
    private int primaryOr(final int otherwise) {
        for (int replica = 0; replica < cluster.options().replicas(); replica++) {
            final ReplicaView view = cluster.replica(replica).view(0);
            if (view != null && view.status() == Status.NORMAL && view.primary() == replica) {
                return replica;
            }
        }
        return otherwise;
    }

    private void filter(final LinkFilterPoint point) {
        cluster.counters().linkFilters++;
        change(point, true);
        cluster.narrate(Note.FAULT, point.replica(), 0, () -> "begin of " + point);
        cluster.queue().after(point.durationNs(), () -> {
            if (!isOver) {
                change(point, false);
                cluster.narrate(Note.FAULT, point.replica(), 0, () -> "end of " + point);
            }
        });
    }

    private void change(final LinkFilterPoint point, final boolean isOn) {
        final int replicas = cluster.options().replicas();
        for (int from = 0; from < replicas; from++) {
            for (int to = 0; to < replicas; to++) {
                if (from != to && point.isLost(from, to)) {
                    cluster.network().filter(from, to, point.command(), isOn);
                }
            }
        }
    }
}
