package io.vireo.node.client;

import io.vireo.node.port.RandomSource;
import io.vireo.node.transport.AddressResolver;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.ShardDoors;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A client's connections to all shards of all replicas, and which of them serves a group. Where a replica runs another number of shards than
 * the cluster file has addresses for, the first answer of any of its shards puts that right. Owned by the I/O thread of one {@link VireoClient}.
 */
final class ClusterLinks {
    private final ClientContext cluster;
    private final Selector selector;
    private final RandomSource random;
    private final long processNonce;
    private final ReplicaLink.Listener listener;
    private final AddressResolver resolver;
    private final ShardDoors[] doors;
    private final int[] firstAddress;
    /** By replica and shard; an array is replaced as a whole, because {@link #problem} is asked by any thread. */
    private final AtomicReferenceArray<ReplicaLink[]> links;

    ClusterLinks(
            final ClientContext cluster,
            final List<List<String>> addresses,
            final Selector selector,
            final RandomSource random,
            final long processNonce,
            final long nowNs,
            final ReplicaLink.Listener listener) {
        this.cluster = cluster;
        this.selector = selector;
        this.random = random;
        this.processNonce = processNonce;
        this.listener = listener;
        this.doors = new ShardDoors[addresses.size()];
        this.firstAddress = new int[addresses.size()];
        this.links = new AtomicReferenceArray<>(addresses.size());
        final List<HostPort> targets = new ArrayList<>();
        for (int replica = 0; replica < doors.length; replica++) {
            doors[replica] = new ShardDoors(addresses.get(replica), cluster.groupCount());
            firstAddress[replica] = targets.size();
            addresses.get(replica).forEach(address -> targets.add(HostPort.parse(address)));
        }
        this.resolver = new AddressResolver(targets.toArray(new HostPort[0]));
        for (int replica = 0; replica < doors.length; replica++) {
            links.set(replica, plan(replica, new ReplicaLink[0], nowNs));
        }
    }

    /** The connection to the shard that hosts a group of a replica. */
    ReplicaLink of(final int replica, final int group) {
        return links.get(replica)[doors[replica].shardOf(group)];
    }

    /** True if frames of this group go out on this connection. */
    boolean isOf(final ReplicaLink link, final int group) {
        return (link.groups[group >>> 6] & 1L << group) != 0;
    }

    /** Dials the shards of a replica anew if a wrong door has said that there is another number of them. */
    void learn(final int replica, final List<String> right, final long nowNs) {
        if (doors[replica].learn(right, nowNs)) {
            replan(replica, nowNs);
        }
    }

    /** As {@link #learn}, from the groups of the shard that has said WELCOME. */
    void learnHosted(final int replica, final long[] hosted, final long nowNs) {
        if (doors[replica].learnHosted(hosted, nowNs)) {
            replan(replica, nowNs);
        }
    }

    private void replan(final int replica, final long nowNs) {
        final ReplicaLink[] former = links.get(replica);
        final ReplicaLink[] planned = plan(replica, former, doors[replica].redialNs(nowNs, random));
        links.set(replica, planned);
        final List<ReplicaLink> kept = Arrays.asList(planned);
        for (final ReplicaLink link : former) {
            if (!kept.contains(link)) {
                link.stop(nowNs);
            }
        }
    }

    void poll(final long nowNs) {
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                link.poll(nowNs);
            }
        }
    }

    void flush(final long nowNs) {
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                link.flush(nowNs);
            }
        }
    }

    long delayNs(final long nowNs) {
        long delayNs = Long.MAX_VALUE;
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                delayNs = Math.min(delayNs, link.delayNs(nowNs));
            }
        }
        return delayNs;
    }

    /** Ends all connections for good. */
    void stop(final long nowNs) {
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                link.stop(nowNs);
            }
        }
        resolver.close();
    }

    /** Why a connection to a replica is not open, or null if all are. Any thread. */
    String problem(final int replica) {
        final ReplicaLink[] shards = links.get(replica);
        for (final ReplicaLink link : shards) {
            final String problem = link.problem();
            if (problem != null) {
                return shards.length == 1 ? problem : "shard " + link.shard + ": " + problem;
            }
        }
        return null;
    }

    /** A link of before stays if its groups do; the others are dialled from the given time on. */
    private ReplicaLink[] plan(final int replica, final ReplicaLink[] former, final long firstAttemptNs) {
        final long[] all = new long[(cluster.groupCount() + 63) >>> 6];
        Arrays.fill(all, -1L);
        final ReplicaLink[] planned = new ReplicaLink[doors[replica].shardCount()];
        for (int shard = 0; shard < planned.length; shard++) {
            final long[] groups = doors[replica].groupsBehind(shard, all);
            planned[shard] = shard < former.length && Arrays.equals(former[shard].groups, groups)
                    ? former[shard]
                    : new ReplicaLink(
                            replica,
                            shard,
                            groups,
                            doors[replica],
                            firstAddress[replica],
                            cluster,
                            resolver,
                            selector,
                            random,
                            processNonce,
                            firstAttemptNs,
                            listener);
        }
        return planned;
    }
}
