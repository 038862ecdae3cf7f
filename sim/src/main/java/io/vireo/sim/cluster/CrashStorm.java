package io.vireo.sim.cluster;

import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.host.StorageFailureException;
import io.vireo.sim.fault.CrashPoint;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.FaultAtlas;

/**
 * Ends processes and starts them again. A planned crash is aimed at an event of its victim, ends the process there, and the next one starts
 * when the machine has been down for as long as planned. Also tells which of the ends that a process chooses itself are no failure of the
 * run.
 */
final class CrashStorm {
    /** A crash that is still waiting for its event strikes at the latest after this time. */
    private static final long ARMED_MAX_NS = 2_000_000_000L;
    /** Bounds of how long a machine is down after a crash that was not planned. */
    private static final long DOWN_MIN_NS = 1_000_000L;

    private static final long DOWN_MAX_NS = 1_000_000_000L;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private final DiskLosses losses;
    private final RotStorm rots;
    private final DiskReplacement replacement;
    private final Draws draws;
    /** By replica: the crash that waits for its event, or none. */
    private final CrashPoint[] pending;
    /** By replica: what the disk makes of the crash that has come, or comes next. */
    private final CrashOutcome[] outcome;
    /** By replica: storage submissions after which the next recovery is hit, or 0. */
    private final int[] recoveryCount;

    private final boolean[] isRetired;
    /** The process that ends now has refused to open: no fault of the plan. */
    private boolean isEndOfRefusal;

    CrashStorm(
            final SimCluster cluster,
            final FaultAtlas atlas,
            final DiskLosses losses,
            final RotStorm rots,
            final DiskReplacement replacement) {
        this.cluster = cluster;
        this.atlas = atlas;
        this.losses = losses;
        this.rots = rots;
        this.replacement = replacement;
        final int replicas = cluster.options().replicas();
        draws = new Draws(cluster.options().chance(), Stream.CRASH_PLAN, 1);
        pending = new CrashPoint[replicas];
        outcome = new CrashOutcome[replicas];
        recoveryCount = new int[replicas];
        isRetired = new boolean[replicas];
    }

    // Planned crashes

    /** A planned crash is due: from now on it waits for its event. */
    void arm(final CrashPoint point) {
        if (point.victim() == CrashPoint.Victim.ALL) {
            for (int replica = 0; replica < pending.length; replica++) {
                if (cluster.replica(replica).isUp()) {
                    strike(replica, point);
                }
            }
            return;
        }
        aim(victim(point.victim()), point);
    }

    /** The crash hits this replica, at the event it names; nothing happens while the replica is down or another crash is aimed at it. */
    void aim(final int replica, final CrashPoint point) {
        if (!cluster.isStorm() || !cluster.replica(replica).isUp() || pending[replica] != null) {
            return;
        }
        if (point.trigger() == CrashPoint.Trigger.NOW) {
            strike(replica, point);
            return;
        }
        pending[replica] = point;
        cluster.replica(replica).arm(point.trigger(), point.count(), false);
        cluster.queue().after(ARMED_MAX_NS, () -> {
            if (cluster.isStorm() && point.equals(pending[replica])) {
                strike(replica, point);
            }
        });
    }

    private void strike(final int replica, final CrashPoint point) {
        pending[replica] = point;
        cluster.replica(replica).kill();
    }

    private int victim(final CrashPoint.Victim victim) {
        final int any = draws.nextInt(pending.length);
        if (victim == CrashPoint.Victim.ANY) {
            return any;
        }
        for (int i = 0; i < pending.length; i++) {
            final int replica = (any + i) % pending.length;
            final ReplicaView view = cluster.replica(replica).view(0);
            if (view != null
                    && view.status() == Status.NORMAL
                    && (view.primary() == replica) == (victim == CrashPoint.Victim.PRIMARY)) {
                return replica;
            }
        }
        return any;
    }

    /** No crash is planned for this replica any more, and none for its next recovery. */
    void disarm(final int replica) {
        pending[replica] = null;
        recoveryCount[replica] = 0;
        cluster.replica(replica).disarm();
    }

    // Ends

    /** The process of a replica ends now, whatever was planned for it. */
    void end(final int replica, final CrashOutcome how) {
        pending[replica] = null;
        recoveryCount[replica] = 0;
        outcome[replica] = how;
        cluster.replica(replica).kill();
    }

    /** The power of a machine fails: its process ends, if one runs, and what no sync covers is for the outcome to decide. */
    void powerOff(final int replica, final CrashOutcome how) {
        if (cluster.replica(replica).isUp()) {
            end(replica, how);
        } else {
            pending[replica] = null;
            outcome[replica] = how;
            cluster.replica(replica).end(how);
        }
    }

    /** The process of a replica has ended: its disks follow in the next event, the next process when the machine is up again. */
    void onKilled(final int replica, final boolean isInRecovery) {
        final CrashPoint point = pending[replica];
        pending[replica] = null;
        count(isInRecovery);
        if (point != null) {
            outcome[replica] = point.outcome();
            recoveryCount[replica] = point.recoveryCount();
        }
        final long downNs = point == null ? draws.logUniform(DOWN_MIN_NS, DOWN_MAX_NS) : point.downNs();
        cluster.narrate(
                Note.CRASH,
                replica,
                0,
                () -> "crash " + (isInRecovery ? "in recovery " : "")
                        + (point == null ? "" : point.trigger() + " " + point.outcome()));
        final int life = cluster.replica(replica).life();
        cluster.queue().after(0, () -> {
            if (cluster.replica(replica).life() != life) {
                // Somebody who does something to its disks has ended it already, and sees to the rest.
                return;
            }
            cluster.replica(replica).end(outcome[replica]);
            if (cluster.isStorm() && !cluster.isHeld(replica)) {
                losses.onCrashed(replica);
                rots.onCrashed(replica);
            }
            cluster.queue().after(downNs, () -> comeBack(replica));
        });
    }

    private void count(final boolean isInRecovery) {
        if (isEndOfRefusal) {
            return;
        }
        if (cluster.isStorm()) {
            cluster.counters().crashes++;
            cluster.counters().recoveryCrashes += isInRecovery ? 1 : 0;
        } else {
            cluster.counters().endsAfterStorm++;
        }
    }

    /** A process ends because it refuses what it finds on its disks. */
    void refuse(final int replica, final CrashOutcome how) {
        isEndOfRefusal = true;
        end(replica, how);
        isEndOfRefusal = false;
    }

    private void comeBack(final int replica) {
        if (cluster.replica(replica).isUp() || isRetired[replica] || cluster.isHeld(replica)) {
            return;
        }
        restart(replica);
        if (cluster.isStorm() && recoveryCount[replica] > 0) {
            cluster.replica(replica).arm(CrashPoint.Trigger.NOW, recoveryCount[replica], true);
            recoveryCount[replica] = 0;
        }
    }

    /** True if this replica takes no part any more. */
    boolean isRetired(final int replica) {
        return isRetired[replica];
    }

    /** The next process of a replica starts. */
    void restart(final int replica) {
        cluster.counters().restarts++;
        cluster.narrate(Note.RESTART, replica, 0, () -> "restart");
        cluster.replica(replica).start();
    }

    /** A restarted process has opened its data: a crash that was meant for its recovery comes too late. */
    void onOpened(final int replica) {
        if (pending[replica] == null) {
            cluster.replica(replica).disarm();
        }
    }

    /**
     * A process ends by itself; true if that is no failure of the run: after a failed write or sync, or because its superblock or disk is gone;
     * beyond the limit also for any other reason that recovery states.
     */
    boolean onFailed(final int replica, final int group, final RuntimeException reason) {
        if (reason instanceof StorageFailureException) {
            cluster.narrate(Note.CRASH, replica, group, () -> "ends: " + reason.getMessage());
            end(replica, draws.chance(1, 2) ? CrashOutcome.PROCESS_ONLY : CrashOutcome.SUBSET);
            return true;
        }
        final boolean isWithoutSuperblock = reason instanceof RecoveryException refusal
                && refusal.code() == RecoveryException.Code.SUPERBLOCK
                && atlas.isLost(replica);
        final boolean isRefusal = reason instanceof RecoveryException refusal
                && (isWithoutSuperblock || losses.isOfWipe(replica, refusal) || cluster.counters().beyondF > 0);
        if (isRefusal) {
            cluster.narrate(Note.CRASH, replica, group, () -> "refuses to open: " + reason.getMessage());
            cluster.counters().refusals++;
            cluster.counters().refusalsWithoutSuperblock += isWithoutSuperblock ? 1 : 0;
            pending[replica] = null;
            if (replacement.isUnderWay(replica) && cluster.counters().beyondF == 0) {
                refuse(replica, CrashOutcome.DROP_ALL);
                replacement.onRefused(replica);
            } else {
                isEndOfRefusal = true;
                retire(replica, true);
                isEndOfRefusal = false;
            }
        }
        return isRefusal;
    }

    /** No other replica hears this one, and it hears none. */
    void cutOff(final int replica) {
        for (int other = 0; other < pending.length; other++) {
            if (other != replica) {
                cluster.network().cut(replica, other, true);
                cluster.network().cut(other, replica, true);
            }
        }
    }

    /** A replica takes no part any more: nobody hears it and, if it is down, no process starts on it. */
    void retire(final int replica, final boolean isDown) {
        isRetired[replica] = true;
        replacement.abandon(replica);
        cutOff(replica);
        if (isDown && cluster.replica(replica).isAlive()) {
            end(replica, CrashOutcome.DROP_ALL);
        }
    }
}
