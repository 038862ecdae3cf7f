package io.vireo.node.client;

import io.vireo.node.auth.LinkAuth;
import io.vireo.node.port.RandomSource;
import io.vireo.node.tls.TlsPort;
import io.vireo.node.transport.AddressResolver;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.ShardDoors;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client's connections to all shards of all replicas, and which of them serves a group. Where a replica runs another number of shards than
 * the cluster file has addresses for, the first answer of any of its shards puts that right. Belongs to one thread, on whose selector its
 * channels are: the one of a {@link VireoClient}, or that of a shard whose gateway is a client of the cluster.
 */
public final class ClusterLinks implements ReplicaLink.Listener {
    /** Replica of a client that is none. */
    public static final int NO_REPLICA = -1;

    /** The client. */
    public interface Owner {
        /** A connection to this replica is open. */
        void onConnected(int replica);

        /** The connection to a replica's part of a group has ended: what was sent there may never have arrived. */
        void onDisconnected(int replica, int group, long nowNs);

        /** A valid frame of an open connection; lent for the call. */
        void onFrame(UnsafeBuffer buffer, int offset, int length, long nowNs);
    }

    private static final ReplicaLink[] NONE = {};

    private final ClientContext cluster;
    private final Selector selector;
    private final RandomSource random;
    private final long processNonce;
    private final LinkAuth auth;
    private final TlsPort tls;
    private final Owner owner;
    private final int self;
    private final AddressResolver resolver;
    private final ShardDoors[] doors;
    private final int[] firstAddress;
    /** By replica and shard; an array is replaced as a whole, because {@link #problem} is asked by any thread. */
    private final AtomicReferenceArray<ReplicaLink[]> links;

    /**
     * Dials with the first {@link #poll}.
     *
     * @param addresses "host:port" by replica and shard.
     * @param self replica whose groups are reached without a connection, or {@link #NO_REPLICA}.
     * @param processNonce of this process.
     * @param auth proves to each replica that the secret of the cluster is known here; null where the cluster has none.
     * @param tls makes the connections' bytes on this selector; null where they are without.
     */
    public ClusterLinks(
            final ClientContext cluster,
            final List<List<String>> addresses,
            final Selector selector,
            final RandomSource random,
            final long processNonce,
            final LinkAuth auth,
            final TlsPort tls,
            final long nowNs,
            final int self,
            final Owner owner) {
        this.cluster = cluster;
        this.selector = selector;
        this.random = random;
        this.processNonce = processNonce;
        this.auth = auth;
        this.tls = tls;
        this.self = self;
        this.owner = owner;
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

    /** Takes one frame for the next {@link #flush}; false if it cannot be sent. */
    public boolean send(
            final int replica,
            final int group,
            final DirectBuffer frame,
            final int offset,
            final int length,
            final long nowNs) {
        return replica != self && of(replica, group).send(frame, offset, length, nowNs);
    }

    /** Whether the shard of a replica that hosts a group has lately said something; to be asked again and again. */
    public boolean isHeard(final int replica, final int group, final long nowNs) {
        return replica != self && of(replica, group).isHeard(nowNs);
    }

    /** Asked right after {@link #send} was false: whether the connection is there and only takes nothing more for now. */
    public boolean isFull(final int replica, final int group) {
        return replica != self && of(replica, group).isOpen();
    }

    @Override
    public void onOpen(final ReplicaLink link) {
        owner.onConnected(link.replica);
    }

    @Override
    public void onClosed(final ReplicaLink link, final long nowNs) {
        for (int group = 0; group < cluster.groupCount(); group++) {
            if ((link.groups[group >>> 6] & 1L << group) != 0) {
                owner.onDisconnected(link.replica, group, nowNs);
            }
        }
    }

    @Override
    public void onWrongDoor(final ReplicaLink link, final List<String> right, final long nowNs) {
        learn(link.replica, right, nowNs);
    }

    @Override
    public void onWelcome(final ReplicaLink link, final long[] hosted, final long nowNs) {
        if (doors[link.replica].learnHosted(hosted, nowNs)) {
            replan(link.replica, nowNs);
        }
    }

    @Override
    public void onFrame(final UnsafeBuffer buffer, final int offset, final int length, final long nowNs) {
        owner.onFrame(buffer, offset, length, nowNs);
    }

    /** The connection to the shard that hosts a group of a replica. */
    ReplicaLink of(final int replica, final int group) {
        return links.get(replica)[doors[replica].shardOf(group)];
    }

    /** Dials the shards of a replica anew if a wrong door has said that there is another number of them. */
    void learn(final int replica, final List<String> right, final long nowNs) {
        if (doors[replica].learn(right, nowNs)) {
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

    /** Does what is due. @return how many connections were read of, which may have something to write by that. */
    public int poll(final long nowNs) {
        int count = 0;
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                count += link.poll(nowNs) ? 1 : 0;
            }
        }
        return count;
    }

    /** Writes what has gathered. */
    public void flush(final long nowNs) {
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                link.flush(nowNs);
            }
        }
    }

    /** Nanoseconds until {@link #poll} has something to do. */
    public long delayNs(final long nowNs) {
        long delayNs = Long.MAX_VALUE;
        for (int replica = 0; replica < doors.length; replica++) {
            for (final ReplicaLink link : links.get(replica)) {
                delayNs = Math.min(delayNs, link.delayNs(nowNs));
            }
        }
        return delayNs;
    }

    /** Ends all connections for good. */
    public void stop(final long nowNs) {
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
        if (replica == self) {
            return NONE;
        }
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
                            auth,
                            tls,
                            firstAttemptNs,
                            this);
        }
        return planned;
    }
}
