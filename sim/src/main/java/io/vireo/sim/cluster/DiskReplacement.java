package io.vireo.sim.cluster;

import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.rejoin.Rejoin;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;

/**
 * What an operator does about a disk that is gone: formats an empty one in its place for a new life of the replica, by the product's own
 * formatter, and starts the process. From then on the protocol has to bring it back; until it counts again in every group it is lost for the
 * atlas.
 */
final class DiskReplacement {
    private static final long OPERATOR_MIN_NS = 1_000_000L;
    private static final long OPERATOR_MAX_NS = 2_000_000_000L;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private final Draws draws;
    /** By replica: its disk was lost and is to be replaced, and it does not count in all groups yet. */
    private final boolean[] isUnderWay;
    /** By replica: the empty disk is not formatted yet, so that no process can start. */
    private final boolean[] isHeld;

    DiskReplacement(final SimCluster cluster, final FaultAtlas atlas) {
        this.cluster = cluster;
        this.atlas = atlas;
        draws = new Draws(cluster.options().chance(), Stream.DISK_REPLACEMENT, 0);
        final int replicas = cluster.options().replicas();
        isUnderWay = new boolean[replicas];
        isHeld = new boolean[replicas];
    }

    /** The disks of a replica are empty, and it is to get others. */
    void plan(final int replica) {
        isUnderWay[replica] = true;
    }

    /** True if the disks of this replica were lost, and it is not whole since. */
    boolean isUnderWay(final int replica) {
        return isUnderWay[replica];
    }

    /** True if any replica is on its way back. */
    boolean isAnyUnderWay() {
        for (final boolean each : isUnderWay) {
            if (each) {
                return true;
            }
        }
        return false;
    }

    /** True if no process may start on this machine yet. */
    boolean isHeld(final int replica) {
        return isHeld[replica];
    }

    /** The process of this replica has refused the empty disk; the operator comes after a while. */
    void onRefused(final int replica) {
        isHeld[replica] = true;
        // The machine ends with the next event.
        cluster.queue().after(1 + draws.logUniform(OPERATOR_MIN_NS, OPERATOR_MAX_NS), () -> format(replica, 0));
    }

    /** The way back of this replica is given up. */
    void abandon(final int replica) {
        isUnderWay[replica] = false;
        isHeld[replica] = false;
    }

    /**
     * A replica has reported something: maybe it counts again. Story: its superblock says so, and its process ends before it has heard that;
     * the next one is a voter from the start.
     */
    void onEvent(final int replica, final TraceEvent event) {
        final boolean isOfUse = event == TraceEvent.VOTER_AGAIN
                || event == TraceEvent.VIEW_JOINED_AS_BACKUP
                || event == TraceEvent.VIEW_STARTED_AS_PRIMARY;
        if (!isOfUse || !isUnderWay[replica]) {
            return;
        }
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            final ReplicaView view = cluster.replica(replica).view(group);
            if (view == null || !view.isVoter()) {
                return;
            }
        }
        isUnderWay[replica] = false;
        cluster.counters().disksReplaced++;
        atlas.onVoterAgain(replica);
    }

    private void format(final int replica, final int group) {
        if (!isHeld[replica]) {
            return;
        }
        if (group == cluster.options().cluster().groupCount()) {
            isHeld[replica] = false;
            cluster.narrate(Note.FAULT, replica, 0, () -> "has a new disk");
            cluster.crashes().restart(replica);
            return;
        }
        final SimDisk disk = cluster.replica(replica).disk(group);
        disk.wipe();
        // However full the one was that it replaces.
        disk.giveSpaceBack();
        new Formatting(replica, group, disk).start();
    }

    /** One group; driven by the events of its disk. */
    private final class Formatting implements SimDisk.Watch, Storage.Completions {
        private final int replica;
        private final int group;
        private final SimDisk disk;
        private final int life;
        private final DataFileFormatter formatter;
        private boolean isPollDue;

        Formatting(final int replica, final int group, final SimDisk disk) {
            this.replica = replica;
            this.group = group;
            this.disk = disk;
            life = cluster.replica(replica).life();
            final var config = cluster.options().cluster();
            formatter = new DataFileFormatter(
                    disk,
                    config.identity(replica, group, draws.nextLong(), draws.nextLong()),
                    VsrState.wiped(
                            config.clusterLo(),
                            config.clusterHi(),
                            group,
                            replica,
                            Rejoin.nextLife(0, draws.nextLong())));
        }

        void start() {
            disk.attach(this);
            formatter.start();
        }

        @Override
        public boolean isAlive() {
            return isHeld[replica] && cluster.replica(replica).life() == life;
        }

        @Override
        public void on(final DiskEvent event) {
            if (event == DiskEvent.COMPLETED && !isPollDue) {
                isPollDue = true;
                cluster.queue().after(0, this::poll);
            }
        }

        private void poll() {
            isPollDue = false;
            if (!isAlive()) {
                // Story: the power fails while the operator is at it. Somebody begins again.
                if (isHeld[replica]) {
                    cluster.queue().after(OPERATOR_MIN_NS, () -> format(replica, 0));
                }
                return;
            }
            disk.poll(this);
            if (formatter.isDone()) {
                if (formatter.failure() != null) {
                    throw formatter.failure();
                }
                format(replica, group + 1);
            }
        }

        @Override
        public void onCompletion(final long token, final long result) {
            formatter.onCompletion(token, result);
        }

        @Override
        public void onFailure(final String message) {
            // A sync that fails ends the command, and the operator tries another disk.
            disk.close();
            cluster.queue().after(OPERATOR_MIN_NS, () -> format(replica, 0));
        }
    }
}
