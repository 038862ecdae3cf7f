package io.vireo.node.routing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.port.ClientEdge;
import io.vireo.node.port.MessageBus;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The way of a request from the shard where its client is to the shard that hosts its group, and of the answer back: a direct call on the
 * same shard, the inbox of another one of this process. One router per shard, on the shard's thread; nothing is shared but the inboxes.
 *
 * <pre>
 *   shard a                                        shard b
 *   client, gateway -- submit --> inbox of b -- drainInbox --> group g
 *   client, gateway &lt;- edge &lt;- drainInbox &lt;- inbox of a &lt;- sendToClient
 * </pre>
 *
 * <p>Towards the groups it is their {@link MessageBus}: what they say to other replicas goes out on the transport unchanged. Nothing is ever
 * routed to a shard or group by default: what has no place is refused by its {@link RouteOutcome}.
 */
public final class ShardRouter implements MessageBus {
    /** The groups that this shard hosts. */
    public interface Groups {
        /** One valid frame of a client for a group of this shard; lent for the call. */
        void onFrame(int group, MutableDirectBuffer buffer, int offset, int length);
    }

    /** A client's frames (REQUEST, READ) and their answers carry its id here. */
    private static final int CLIENT_OFFSET = HeaderFlyweight.OWN_FIELDS_OFFSET;
    /** Frames per turn, so that the other shards do not starve this one's own clients. */
    private static final int DRAINED_MAX = 256;

    private final int shard;
    private final ShardLayout layout;
    private final Placement placement;
    private final ShardInbox[] inboxes;
    private final MessageBus replicas;
    private final ClientEdge[] edges;
    private final Groups groups;
    /** By shard that is sent to. */
    private final EnvelopePool[] pools;

    private final ClientShards clientShards = new ClientShards();
    private long handedOver;
    private long answered;
    private long refused;
    private long lost;

    /**
     * @param inboxes by shard; null for those that other processes of this replica run.
     * @param replicas carries frames to other replicas.
     * @param groups of this shard.
     * @param edges where this shard's clients are; an answer goes to the first that knows its client.
     */
    public ShardRouter(
            final int shard,
            final ShardLayout layout,
            final Placement placement,
            final ShardInbox[] inboxes,
            final MessageBus replicas,
            final Groups groups,
            final ClientEdge... edges) {
        if (inboxes.length != layout.shardCount() || inboxes[shard] == null) {
            throw new IllegalArgumentException("shard " + shard + " of " + layout.shardCount() + " has "
                    + inboxes.length + " inboxes and needs its own");
        }
        this.shard = shard;
        this.layout = layout;
        this.placement = placement;
        this.inboxes = inboxes.clone();
        this.replicas = replicas;
        this.groups = groups;
        this.edges = edges.clone();
        this.pools = new EnvelopePool[inboxes.length];
        for (int to = 0; to < pools.length; to++) {
            pools[to] = to == shard || inboxes[to] == null ? null : new EnvelopePool();
        }
    }

    // ---- from clients and gateways of this shard ----

    /** The group that a namespace is placed in, {@link Placement#NO_GROUP} for one that nobody owns: an error of the request. */
    public int groupOf(final long namespace) {
        return placement.groupOf(namespace);
    }

    /**
     * Gives a client's frame to this replica's part of a group. Its answer, if one comes, reaches the edge that knows the client id in the
     * frame, on this thread: for a group of this shard perhaps within this call. Taken frames may be lost, as on any bus.
     *
     * @param buffer a valid REQUEST or READ; lent for the call.
     */
    public RouteOutcome submit(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
        if (group < 0 || group >= layout.groupCount()) {
            return RouteOutcome.UNKNOWN_GROUP;
        }
        final int to = layout.shardOf(group);
        if (to == shard) {
            groups.onFrame(group, buffer, offset, length);
            return RouteOutcome.DELIVERED;
        }
        if (inboxes[to] == null) {
            return RouteOutcome.OTHER_PROCESS;
        }
        final long lo = buffer.getLong(offset + CLIENT_OFFSET, LITTLE_ENDIAN);
        final long hi = buffer.getLong(offset + CLIENT_OFFSET + Long.BYTES, LITTLE_ENDIAN);
        if (!post(Envelope.Kind.TO_GROUP, to, group, lo, hi, buffer, offset, length)) {
            refused++;
            return RouteOutcome.BUSY;
        }
        handedOver++;
        return RouteOutcome.QUEUED;
    }

    // ---- from the other shards ----

    /** Takes what the other shards have handed over, up to a limit; returns how much that was. */
    public int drainInbox() {
        final ShardInbox inbox = inboxes[shard];
        int count = 0;
        while (count < DRAINED_MAX) {
            final Envelope envelope = inbox.poll();
            if (envelope == null) {
                break;
            }
            count++;
            open(envelope);
            envelope.pool.giveBack(envelope);
        }
        return count;
    }

    private void open(final Envelope envelope) {
        switch (envelope.kind) {
            case TO_GROUP -> {
                clientShards.learn(envelope.clientLo, envelope.clientHi, envelope.from);
                groups.onFrame(envelope.group, envelope.frame, 0, envelope.length);
            }
            case TO_CLIENT -> sendHere(envelope.clientLo, envelope.clientHi, envelope.frame, 0, envelope.length);
            case TO_CLIENTS -> sendHere(envelope.frame, 0, envelope.length);
        }
    }

    // ---- from the groups of this shard ----

    @Override
    public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        replicas.send(replica, buffer, offset, length);
    }

    @Override
    public int waiting(final int replica, final int group) {
        return replicas.waiting(replica, group);
    }

    @Override
    public boolean carriesFiles(final int replica, final int group) {
        return replicas.carriesFiles(replica, group);
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        final int behind = isHere(clientLo, clientHi) ? ClientShards.NONE : clientShards.shardOf(clientLo, clientHi);
        if (behind == ClientShards.NONE) {
            sendHere(clientLo, clientHi, buffer, offset, length);
        } else if (post(Envelope.Kind.TO_CLIENT, behind, 0, clientLo, clientHi, buffer, offset, length)) {
            answered++;
        } else {
            lost++;
        }
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        sendHere(buffer, offset, length);
        if (clientShards.isEmpty()) {
            return;
        }
        for (int to = 0; to < inboxes.length; to++) {
            if (to != shard
                    && inboxes[to] != null
                    && !post(Envelope.Kind.TO_CLIENTS, to, 0, 0, 0, buffer, offset, length)) {
                lost++;
            }
        }
    }

    // ---- what is where ----

    public RouterCounters counters() {
        return new RouterCounters(handedOver, answered, refused, lost);
    }

    private boolean isHere(final long clientLo, final long clientHi) {
        for (final ClientEdge edge : edges) {
            if (edge.isClientHere(clientLo, clientHi)) {
                return true;
            }
        }
        return false;
    }

    /** The last edge is told of a client that none knows, and counts it. */
    private void sendHere(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        for (int i = 0; i < edges.length; i++) {
            if (i == edges.length - 1 || edges[i].isClientHere(clientLo, clientHi)) {
                edges[i].sendToClient(clientLo, clientHi, buffer, offset, length);
                return;
            }
        }
    }

    private void sendHere(final DirectBuffer buffer, final int offset, final int length) {
        for (final ClientEdge edge : edges) {
            edge.sendToClients(buffer, offset, length);
        }
    }

    private boolean post(
            final Envelope.Kind kind,
            final int to,
            final int group,
            final long clientLo,
            final long clientHi,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final Envelope envelope = pools[to].take(length, kind != Envelope.Kind.TO_GROUP);
        if (envelope == null) {
            return false;
        }
        envelope.kind = kind;
        envelope.from = shard;
        envelope.group = group;
        envelope.clientLo = clientLo;
        envelope.clientHi = clientHi;
        envelope.copy(buffer, offset, length);
        if (!inboxes[to].offer(envelope)) {
            envelope.pool.giveBack(envelope);
            return false;
        }
        return true;
    }
}
