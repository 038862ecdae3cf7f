package io.vireo.node.transport;

import io.vireo.node.message.Lane;
import io.vireo.node.port.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom this shard dials: of each replica with a lower id every shard that hosts groups which are hosted here too, once for each lane. Told by whoever
 * answers that a replica runs another number of shards, it plans anew, and keeps what connections still fit. Knows no socket; {@link TcpTransport} dials.
 */
final class PeerDialers {
    private final ShardDoors[] doors;
    private final long[] hostedGroups;
    private final RandomSource random;
    /** Handshakes are work that others wait for. */
    private final boolean isTls;

    private final int[] firstAddress;
    private final HostPort[] targets;
    private final List<PeerDialer> dialers = new ArrayList<>();

    PeerDialers(final TransportContext context, final long nowNs) {
        this.doors = new ShardDoors[context.replica];
        this.hostedGroups = context.hostedGroups;
        this.random = context.random;
        this.isTls = context.tls != null;
        this.firstAddress = new int[doors.length];
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
        dialer.address = dialer.lane == Lane.BULK
                ? dialer.addressBeside()
                : doors[dialer.replica].address(dialer.shard, dialer.failures());
        return firstAddress[dialer.replica] + dialer.address;
    }

    /** The replica has answered where this one dialled. */
    void onAnswer(final PeerDialer dialer) {
        doors[dialer.replica].onAnswer(dialer.address);
    }

    /**
     * This one, for consensus, was let in by a process. Story: a replica begins anew, and each of its shards is dialled by the shards of all others at
     * once. Of the handshakes from one place the newest is computed first; who dials bulk as soon as its consensus is in goes before the consensus of
     * all the other shards there.
     */
    void onLetIn(final PeerDialer dialer, final long processNonce, final long nowNs) {
        if (!dialer.isNewProcess(processNonce) || !isTls) {
            return;
        }
        for (final PeerDialer each : dialers) {
            if (each.isBeside(dialer)) {
                each.giveWay(nowNs);
            }
        }
    }

    /** Nobody, or nobody useful, was where this one dialled. */
    void onSilence(final PeerDialer dialer) {
        if (dialer.lane == Lane.CONSENSUS) {
            doors[dialer.replica].onSilence(dialer.address);
        }
    }

    /**
     * A wrong door of this replica has named the right ones.
     *
     * @return the dialers that have no use any more, whose connections are to be closed if they have any; empty if nothing was news.
     */
    List<PeerDialer> learn(final int replica, final List<String> right, final long nowNs) {
        return doors[replica].learn(right, nowNs) ? replan(replica, nowNs) : List.of();
    }

    /** As {@link #learn}, from the groups of the shard that has said WELCOME. */
    List<PeerDialer> learnHosted(final int replica, final long[] hosted, final long nowNs) {
        return doors[replica].learnHosted(hosted, nowNs) ? replan(replica, nowNs) : List.of();
    }

    private List<PeerDialer> replan(final int replica, final long nowNs) {
        final List<PeerDialer> former =
                dialers.stream().filter(dialer -> dialer.replica == replica).toList();
        dialers.removeAll(former);
        final int first = dialers.size();
        plan(replica, doors[replica].redialNs(nowNs, random));
        for (final PeerDialer planned : dialers.subList(first, dialers.size())) {
            for (final PeerDialer each : former) {
                if (planned.canTakeOver(each)) {
                    planned.takeOver(each);
                }
            }
        }
        return former;
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
                final PeerDialer consensus = new PeerDialer(replica, shard, groups, random, firstAttemptNs);
                dialers.add(consensus);
                dialers.add(consensus.bulk());
            }
        }
    }
}
