package io.vireo.node.transport;

import io.vireo.node.port.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom this shard dials: of each replica with a lower id every shard that hosts groups which are hosted here too. Told by a wrong door that
 * a replica runs another number of shards, it plans anew. Knows no socket; {@link TcpTransport} dials.
 */
final class PeerDialers {
    private final ShardDoors[] doors;
    private final long[] hostedGroups;
    private final RandomSource random;
    private final int[] firstAddress;
    private final HostPort[] targets;
    private final List<PeerDialer> dialers = new ArrayList<>();
    private final int[] plans;
    private final long[] plannedNs;

    PeerDialers(final TransportContext context, final long nowNs) {
        this.doors = new ShardDoors[context.replica];
        this.hostedGroups = context.hostedGroups;
        this.random = context.random;
        this.firstAddress = new int[doors.length];
        this.plans = new int[doors.length];
        this.plannedNs = new long[doors.length];
        final List<HostPort> all = new ArrayList<>();
        for (int replica = 0; replica < doors.length; replica++) {
            doors[replica] = new ShardDoors(context.addresses.get(replica), context.groupCount);
            firstAddress[replica] = all.size();
            context.addresses.get(replica).forEach(address -> all.add(HostPort.parse(address)));
            plan(replica, nowNs);
        }
        this.targets = all.toArray(new HostPort[0]);
    }

    /** All addresses that may be dialled. */
    HostPort[] targets() {
        return targets;
    }

    List<PeerDialer> all() {
        return dialers;
    }

    /** Which of {@link #targets} this one tries next. */
    int target(final PeerDialer dialer) {
        return firstAddress[dialer.replica] + doors[dialer.replica].address(dialer.shard, dialer.failures());
    }

    /**
     * A wrong door of this replica has named the right ones.
     *
     * @return the dialers that have no use any more, whose connections are to be closed; empty if nothing was news.
     */
    List<PeerDialer> learn(final int replica, final List<String> right, final long nowNs) {
        if (!doors[replica].learn(right)) {
            return List.of();
        }
        final List<PeerDialer> useless =
                dialers.stream().filter(dialer -> dialer.replica == replica).toList();
        dialers.removeAll(useless);
        // Two processes of one replica that were told different numbers of shards would send us to and fro.
        final boolean isSettled = nowNs - plannedNs[replica] >= TransportContext.SILENCE_MAX_NS;
        plans[replica] = isSettled ? 0 : Math.min(plans[replica] + 1, 10);
        plannedNs[replica] = nowNs;
        final long waitMaxNs = plans[replica] <= 1
                ? 0
                : Math.min(TransportContext.RECONNECT_MAX_NS, TransportContext.RECONNECT_MIN_NS << plans[replica]);
        plan(replica, waitMaxNs == 0 ? nowNs : nowNs + PeerDialer.jitter(random, waitMaxNs));
        return useless;
    }

    /** True if these are addresses that the cluster file names. */
    boolean isKnown(final int replica, final List<String> right) {
        return doors[replica].isKnown(right);
    }

    int shardCount(final int replica) {
        return doors[replica].shardCount();
    }

    private void plan(final int replica, final long firstAttemptNs) {
        for (int shard = 0; shard < doors[replica].shardCount(); shard++) {
            final long[] groups = doors[replica].groupsBehind(shard, hostedGroups);
            if (groups != null) {
                dialers.add(new PeerDialer(replica, shard, groups, random, firstAttemptNs));
            }
        }
    }
}
