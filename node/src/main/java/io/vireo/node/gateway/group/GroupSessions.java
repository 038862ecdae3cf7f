package io.vireo.node.gateway.group;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.port.ClientEdge;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A gateway's sessions with all groups of the cluster: a fixed pool for each, shared by the lanes, each of which stays with one. A client of
 * the cluster like any other, with the one difference that the replica at hand is asked without a socket. No thread, socket or clock: driven
 * by {@link #poll}, and by the frames that arrive, from links by {@link #onFrame} and from the replica at hand as a {@link ClientEdge}.
 */
public final class GroupSessions implements GroupRequests, ClientEdge {
    private static final int CLIENT_OFFSET = HeaderFlyweight.OWN_FIELDS_OFFSET;
    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private final SessionsContext context;
    /** Half of all client ids here, by which they are known. */
    private final long clientHi;
    /** By group; null before the first use. */
    private final GroupChannel[] channels;

    private final Pending pending;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final UnsafeBuffer lent = new UnsafeBuffer(0, 0);
    /** Answers that came while their sender was not ready for them. */
    private final ArrayDeque<UnsafeBuffer> early = new ArrayDeque<>();

    private NodeLife life;
    private boolean isSending;
    private boolean isClosed;
    private long nowNs;

    /** @param nowNs monotonic time, as {@link #poll} has it. */
    public GroupSessions(final SessionsContext context, final long nowNs) {
        this.context = context;
        this.nowNs = nowNs;
        this.clientHi = context.ids().getAsLong();
        this.pending = new Pending(context.pendingMax(), context.pendingBytesMax());
        this.channels = new GroupChannel[context.cluster().groupCount()];
    }

    /**
     * Begins a life of the node: what is left of those before is ended through the log.
     *
     * @param node see {@link io.vireo.node.stream.NodeNumber}.
     * @param processes that its replica runs.
     * @param onBegun takes the number of the life, see {@link io.vireo.node.stream.metadata.Connection#start}, as soon as clients may be
     *     served; once.
     */
    public void begin(final int node, final int processes, final LongConsumer onBegun) {
        life = new NodeLife(channel(0).apart(), node, processes, context.timeoutNs(), onBegun);
    }

    @Override
    public void submit(
            final int lane,
            final int group,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final long deadlineNs,
            final Callback callback) {
        if (length > context.cluster().bodyMax()) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.TOO_LARGE, EMPTY, 0, 0);
        } else if (isTaken(group, length, true, callback)) {
            channel(group)
                    .submit(
                            lane,
                            new PendingRequest(
                                    namespace,
                                    incarnation,
                                    operation,
                                    body,
                                    offset,
                                    length,
                                    deadline(deadlineNs),
                                    callback));
        }
    }

    @Override
    public void read(
            final int group,
            final long namespace,
            final Consistency consistency,
            final DirectBuffer query,
            final int offset,
            final int length,
            final long deadlineNs,
            final Callback callback) {
        if (length > Math.min(context.cluster().bodyMax(), ReadFlyweight.QUERY_LENGTH_MAX)) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.TOO_LARGE, EMPTY, 0, 0);
        } else if (isTaken(group, length, false, callback)) {
            final byte[] copy = new byte[length];
            query.getBytes(offset, copy);
            final int code =
                    consistency == Consistency.COMMITTED ? ReadFlyweight.COMMITTED : ReadFlyweight.LINEARIZABLE;
            channel(group).read(namespace, code, copy, deadline(deadlineNs), callback);
        }
    }

    /** No later than this waits for anything. */
    private long deadline(final long wantedNs) {
        final long latestNs = nowNs + context.timeoutNs();
        return wantedNs == NO_DEADLINE || wantedNs - latestNs > 0 ? latestNs : wantedNs;
    }

    private boolean isTaken(final int group, final int length, final boolean isRequest, final Callback callback) {
        if (group < 0 || group >= channels.length) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.UNKNOWN_NAMESPACE, EMPTY, 0, 0);
            return false;
        }
        if (isClosed || !hasRoom(channel(group).pending(), length, isRequest)) {
            callback.onOutcome(Outcome.NOT_APPLIED, isClosed ? ReplyStatus.RETRY : ReplyStatus.BUSY, EMPTY, 0, 0);
            return false;
        }
        return true;
    }

    private static boolean hasRoom(final Pending.Share share, final int length, final boolean isRequest) {
        return isRequest ? share.hasRoomForRequest(length) : share.hasRoomForRead(length);
    }

    static void refuse(final Callback callback) {
        callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.RETRY, EMPTY, 0, 0);
    }

    private GroupChannel channel(final int group) {
        if (channels[group] == null) {
            channels[group] = new GroupChannel(context, group, clientHi, new Way(group), pending.share(group));
        }
        return channels[group];
    }

    private final class Way implements SessionPlace.Link {
        private final int group;

        Way(final int group) {
            this.group = group;
        }

        @Override
        public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
            return GroupSessions.this.send(replica, group, frame, offset, length);
        }

        @Override
        public boolean isFull(final int replica) {
            return context.ways().isFull(replica, group);
        }
    }

    /** An answer of the replica at hand may come within the call: its session is in the midst of sending, and takes it afterwards. */
    private boolean send(
            final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
        isSending = true;
        try {
            return context.ways().send(replica, group, frame, offset, length);
        } finally {
            isSending = false;
        }
    }

    // ---- inputs ----

    /** What time it is for all that follows; {@link #poll} says it as well. */
    public void time(final long now) {
        nowNs = now;
    }

    /** Sends what waits or is due, and ends what has waited for too long. */
    public void poll(final long now) {
        nowNs = now;
        if (life != null) {
            life.poll(now);
        }
        for (final GroupChannel channel : channels) {
            if (channel != null) {
                channel.poll(now);
            }
        }
        while (!early.isEmpty()) {
            take(early.remove(), 0);
        }
    }

    /** Nanoseconds until {@link #poll} has something to do again, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long now) {
        if (!early.isEmpty() || (life != null && life.isDue())) {
            return 0;
        }
        long delay = Long.MAX_VALUE;
        for (final GroupChannel channel : channels) {
            if (channel != null) {
                delay = Math.min(delay, channel.delayNs(now));
            }
        }
        return delay;
    }

    /** A valid frame of a replica, for a client of this process; maybe of a client that is not here. */
    public void onFrame(final MutableDirectBuffer buffer, final int offset, final long now) {
        nowNs = now;
        take(buffer, offset);
    }

    /** The connection to a replica's part of a group has ended: what was sent to it may never have arrived. */
    public void onDisconnected(final int replica, final int group, final long now) {
        nowNs = now;
        if (channels[group] != null) {
            channels[group].onDisconnected(replica, now);
        }
    }

    @Override
    public boolean isClientHere(final long lo, final long hi) {
        return hi == clientHi;
    }

    @Override
    public void sendToClient(
            final long lo, final long hi, final DirectBuffer buffer, final int offset, final int length) {
        sendToClients(buffer, offset, length);
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        if (isSending) {
            final byte[] copy = new byte[length];
            buffer.getBytes(offset, copy);
            early.add(new UnsafeBuffer(copy));
        } else {
            lent.wrap(buffer, offset, length);
            take(lent, 0);
        }
    }

    /** Bytes held for what has no outcome yet, and for what is sent again though nobody waits for it. */
    public long pendingBytes() {
        return pending.bytes();
    }

    /** The replica that leads a group, as far as its sessions have heard. */
    public int primaryOf(final int group) {
        return context.cluster().primaryOf(group, channel(group).view());
    }

    /** Gives everything its outcome, and takes nothing more. */
    public void close() {
        isClosed = true;
        for (final GroupChannel channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
    }

    private void take(final MutableDirectBuffer buffer, final int offset) {
        header.wrap(buffer, offset);
        final int group = header.group();
        final Command command = header.command();
        if (group >= channels.length || channels[group] == null) {
            return;
        }
        final GroupChannel channel = channels[group];
        if (command == Command.CLIENT_VIEW) {
            channel.onView(header.view(), nowNs);
        } else if ((command == Command.REPLY || command == Command.READ_REPLY)
                && buffer.getLong(offset + CLIENT_OFFSET + Long.BYTES, LITTLE_ENDIAN) == clientHi) {
            final long clientLo = buffer.getLong(offset + CLIENT_OFFSET, LITTLE_ENDIAN);
            channel.onView(header.view(), nowNs);
            if (command == Command.REPLY) {
                channel.onReply(clientLo, buffer, offset, nowNs);
            } else {
                channel.onReadReply(clientLo, buffer, offset, nowNs);
            }
        }
    }
}
