package io.vireo.sim.cluster;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.sim.fault.FailoverPoint;
import io.vireo.sim.fault.FailoverPoint.Lead;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;

/**
 * Carries out the planned chains of failovers, one at a time: watches who begins to lead, cuts it off a little later, and lets the one
 * before it come back. At most one replica is cut off at any time, so that the others can always go on.
 */
final class FailoverStorm {
    private static final long MICROS = 1_000L;
    private static final long MILLIS = 1_000_000L;
    /** A chain that has got stuck, because other faults strike at the same time, is given up. */
    private static final long CHAIN_MAX_NS = 20_000 * MILLIS;

    private static final int OPS_MAX = 3;

    private final SimCluster cluster;
    private final Draws draws;
    private FailoverPoint point;
    /** Rises with every chain and every leader: what was scheduled for an earlier one is void. */
    private int generation;

    private int chain;
    private int turn;
    private int leader;
    private long leaderView;
    private int cutOff;
    /** Ops of its own view that the leader may still apply before it is cut off. */
    private int opsLeft;

    FailoverStorm(final SimCluster cluster) {
        this.cluster = cluster;
        draws = new Draws(cluster.options().chance(), Stream.FAILOVER_PLAN, 1);
    }

    /** Starts a chain, unless one is under way. */
    void begin(final FailoverPoint next) {
        if (point != null) {
            return;
        }
        point = next;
        turn = 0;
        leader = -1;
        leaderView = -1;
        cutOff = -1;
        opsLeft = 0;
        final int started = ++chain;
        cluster.queue().after(CHAIN_MAX_NS, () -> {
            if (started == chain) {
                end();
            }
        });
        int first = -1;
        for (int replica = 0; replica < cluster.options().replicas(); replica++) {
            final ReplicaView view = cluster.replica(replica).view(point.group());
            if (view != null
                    && view.status() == Status.NORMAL
                    && view.primary() == replica
                    && (first < 0
                            || view.view()
                                    > cluster.replica(first).view(point.group()).view())) {
                first = replica;
            }
        }
        if (first >= 0) {
            onLead(first, cluster.replica(first).view(point.group()).view());
        }
    }

    /** A replica has entered NORMAL. */
    void onNormal(final int replica, final int group, final long view) {
        if (point != null
                && group == point.group()
                && view > leaderView
                && cluster.options().cluster().primaryOf(group, view) == replica) {
            onLead(replica, view);
        }
    }

    void onApplied(final int replica, final int group, final PrepareFlyweight applied) {
        if (point == null || opsLeft == 0 || group != point.group() || replica != leader) {
            return;
        }
        if (applied.view() == leaderView && --opsLeft == 0) {
            final int due = generation;
            cluster.queue().after(0, () -> depose(due));
        }
    }

    /** No chain goes on, nobody is cut off by one. */
    void end() {
        if (point == null) {
            return;
        }
        final boolean endsStorm = point.endsStorm();
        point = null;
        chain++;
        generation++;
        for (int replica = 0; replica < cluster.options().replicas(); replica++) {
            cluster.network().isolate(replica, false);
            cluster.network().release(replica);
        }
        if (endsStorm) {
            cluster.endStorm();
        }
    }

    private void onLead(final int replica, final long view) {
        leader = replica;
        leaderView = view;
        opsLeft = 0;
        final int due = ++generation;
        if (!point.isSwap() || turn == point.turns()) {
            comeBack();
        }
        if (turn == point.turns()) {
            cluster.counters().failoverChains++;
            cluster.queue().after(draws.logUniform(MICROS, 5 * MILLIS), () -> {
                if (due == generation) {
                    end();
                }
            });
            return;
        }
        turn++;
        cluster.network().release(replica);
        if (point.lead() == Lead.UNHEARD) {
            cluster.network().hold(replica);
        }
        opsLeft = point.lead() == Lead.FEW_OPS ? (int) draws.logUniform(1, OPS_MAX) : 0;
        cluster.queue().after(leadNs(), () -> depose(due));
    }

    private long leadNs() {
        if (turn == 1) {
            // The first primary must have got to work, the later ones need not.
            return draws.logUniform(MILLIS, 200 * MILLIS);
        }
        return point.lead() == Lead.FEW_OPS
                ? draws.logUniform(100 * MILLIS, 1_000 * MILLIS)
                : draws.logUniform(10 * MICROS, 100 * MILLIS);
    }

    private void depose(final int due) {
        if (due != generation || cutOff == leader) {
            return;
        }
        opsLeft = 0;
        comeBack();
        cutOff = leader;
        cluster.counters().failovers++;
        cluster.network().isolate(leader, true);
        final int replica = leader;
        cluster.narrate(Note.FAULT, replica, point.group(), () -> "cut off as primary of view " + leaderView);
    }

    private void comeBack() {
        if (cutOff >= 0) {
            cluster.network().isolate(cutOff, false);
            cutOff = -1;
        }
    }
}
