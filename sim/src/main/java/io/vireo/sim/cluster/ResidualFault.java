package io.vireo.sim.cluster;

import io.vireo.node.core.Quorums;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.sim.fault.Residual;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;

/**
 * The one partial fault that stays in a healed core. A link goes bad only where either of its ends can be spared: two replicas of a core
 * that is just a quorum can agree on nothing if one does not hear the other, whatever the protocol. Nor can an end be spared that alone
 * holds what damage has taken from another replica: the damage is one failure, and the end that stays outside is the next.
 *
 * <p>In each group one end of a link that is one-way may stay outside; all others must converge, and serve. 1. r1 starts view 9 and r0 joins;
 * 2. r2 does not hear r1, or r1 does not hear r2: either way r2 asks for the view, which the primary alone may answer, and has no answer;
 * 3. r0 hears its primary and has no reason to change the view. So r2 waits until the link heals, and nothing is lost by it. The other
 * way round r1, primary of an older view, does not learn of view 9 from an r2 that starts it.
 *
 * <p>That end is one failure. A replica whose head is uncertain is another one until it has joined a view: it may neither vote nor lead. So
 * a link is mended where both together are more than the protocol bears. 1. r1 comes up with an uncertain head, r0 does not hear r2; 2. r0
 * and r2 would have to begin a view by themselves, and r0 never learns that r2 votes for it. What follows must still converge, all of it.
 */
final class ResidualFault {
    private static final long SLOW_MEAN_NS = 20_000_000L;
    /** Above every StartView, which only the primary sends: prepares, headers and bytes of files can be had from others. */
    private static final int LARGE_MIN = 6 << 10;

    private static final int LARGE_MAX = 12 << 10;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private int from = -1;
    private int to;
    private int bytesMax = Integer.MAX_VALUE;

    ResidualFault(final SimCluster cluster, final FaultAtlas atlas) {
        this.cluster = cluster;
        this.atlas = atlas;
    }

    /** The heal is done but for this. */
    void begin(final int[] core) {
        final Residual kind = cluster.options().heal().residual();
        final Draws draws = new Draws(cluster.options().chance(), Stream.RESIDUAL, 0);
        final int first = core.length == 0 ? 0 : draws.nextInt(core.length);
        if (kind == Residual.NONE || core.length == 0) {
            return;
        }
        if (kind == Residual.SLOW_DISK) {
            slowDown(core[first], draws);
            return;
        }
        final Quorums quorums = Quorums.of(cluster.options().replicas());
        if (core.length - 1 < Math.max(quorums.replication(), quorums.viewChange())) {
            return;
        }
        final int sender = core[first];
        final int receiver = core[(first + draws.between(1, core.length - 1)) % core.length];
        if (kind == Residual.ONE_WAY_LINK && !(isSpare(sender, core) && isSpare(receiver, core))) {
            cluster.counters().residualLinksRefused++;
            return;
        }
        from = sender;
        to = receiver;
        if (kind == Residual.ONE_WAY_LINK) {
            cluster.network().cut(from, to, true);
            cluster.counters().residualLinks++;
            cluster.narrate(Note.FAULT, to, 0, () -> "does not hear replica " + from + " any more");
        } else {
            bytesMax = (int) draws.logUniform(LARGE_MIN, LARGE_MAX);
            cluster.narrate(Note.FAULT, to, 0, () -> "gets no frame above " + bytesMax + " bytes from replica " + from);
        }
    }

    private boolean isSpare(final int end, final int[] core) {
        boolean isSpare = true;
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            isSpare &= atlas.canMakeWhole(group, core, end);
        }
        return isSpare;
    }

    /** The two ends of a link that is one-way, or none. */
    int[] ends() {
        return cluster.options().heal().residual() == Residual.ONE_WAY_LINK && from >= 0
                ? new int[] {from, to}
                : new int[0];
    }

    /** While the core converges, again and again: mends the link if its end and uncertain heads are more failures than some group bears. */
    void relieve(final int[] core) {
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            if (ends().length == 0) {
                return;
            }
            final ReplicaView[] views = new ReplicaView[cluster.options().replicas()];
            for (final int replica : core) {
                views[replica] = cluster.replica(replica).view(group);
            }
            if (isTooMuch(views, core, from, to)) {
                mend(group);
            }
        }
    }

    private void mend(final int group) {
        final int sender = from;
        from = -1;
        cluster.network().cut(sender, to, false);
        cluster.counters().residualLinksMended++;
        cluster.narrate(Note.FAULT, to, group, () -> "hears replica " + sender + " again");
    }

    /** True if nobody leads, and nobody can begin to whichever end of the link is spared. */
    static boolean isTooMuch(final ReplicaView[] views, final int[] core, final int from, final int to) {
        return !hasPrimary(views) && !canBeginView(views, core, from) && !canBeginView(views, core, to);
    }

    /** True if somebody leads: an uncertain head may join that view, and nobody has to begin one. */
    static boolean hasPrimary(final ReplicaView[] views) {
        for (int replica = 0; replica < views.length; replica++) {
            final ReplicaView view = views[replica];
            if (view != null && view.status() == Status.NORMAL && view.primary() == replica) {
                return true;
            }
        }
        return false;
    }

    /**
     * True if the core without this end has a quorum of a view change among the replicas that may take part in one.
     *
     * @param views by replica; null for one that is not open yet and may turn out well.
     */
    static boolean canBeginView(final ReplicaView[] views, final int[] core, final int end) {
        int able = 0;
        for (final int replica : core) {
            if (replica != end && (views[replica] == null || views[replica].status() != Status.RECOVERING_HEAD)) {
                able++;
            }
        }
        return able >= Quorums.of(views.length).viewChange();
    }

    /** True if a frame between two ends is lost to it. */
    boolean isLost(final int sender, final int receiver, final int length) {
        if (length <= bytesMax || sender != from || receiver != to) {
            return false;
        }
        cluster.counters().residualLosses++;
        return true;
    }

    private void slowDown(final int replica, final Draws draws) {
        final long meanNs = draws.logUniform(SLOW_MEAN_NS / 16, SLOW_MEAN_NS);
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            final SimDisk disk = cluster.replica(replica).disk(group);
            disk.faults(new DiskFaults(cluster.options().disk().latencyMinNs(), meanNs, meanNs, meanNs, 0, 0));
        }
        cluster.counters().residualDisks++;
        cluster.narrate(Note.FAULT, replica, 0, () -> "its disks take " + meanNs / 1_000 + " us on average");
    }
}
