package io.vireo.node.gateway.group;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClientReads;
import io.vireo.node.client.ClientSession;
import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests.Callback;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/** A gateway's dealings with one group: the sessions that its lanes share, one that is apart, and its reads. */
final class GroupChannel implements ClientReads.Port {
    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private record PendingRead(
            long namespace, int consistency, byte[] query, long deadlineNs, long order, Callback callback) {
        /** By deadline, and then as they were submitted. */
        static final Comparator<PendingRead> BY_DEADLINE = (one, other) -> {
            final long laterNs = one.deadlineNs - other.deadlineNs;
            return laterNs == 0 ? Long.compare(one.order, other.order) : laterNs < 0 ? -1 : 1;
        };
    }

    private final SessionsContext context;
    private final int group;
    private final long clientHi;
    private final SessionPlace.Link link;
    private final Pending.Share pending;
    private final SessionPlace[] places;
    /** Of the node itself; belongs to no lane. */
    private final SessionPlace apart;

    private final ClientReads reads;
    /** Not handed over yet, in their order; the same by deadline, because who has little time must not wait for who has much. */
    private final ArrayDeque<PendingRead> waitingReads = new ArrayDeque<>();

    private final TreeSet<PendingRead> timedReads = new TreeSet<>(PendingRead.BY_DEADLINE);
    private long lastRead;
    private final Long2ObjectHashMap<PendingRead> readers = new Long2ObjectHashMap<>();
    private long view;
    private long nowNs;

    GroupChannel(
            final SessionsContext context,
            final int group,
            final long clientHi,
            final SessionPlace.Link link,
            final Pending.Share pending) {
        this.context = context;
        this.group = group;
        this.clientHi = clientHi;
        this.link = link;
        this.pending = pending;
        this.places = new SessionPlace[context.sessionsPerGroup()];
        for (int i = 0; i < places.length; i++) {
            places[i] = place();
        }
        this.apart = place();
        this.reads =
                new ClientReads(context.cluster(), newId(), clientHi, group, context.replica(), context.random(), this);
    }

    private SessionPlace place() {
        return new SessionPlace(context.cluster().window(), link, this::newSession, pending);
    }

    private ClientSession newSession(final ClientSession.Port port) {
        final ClientSession session =
                new ClientSession(context.cluster(), newId(), clientHi, group, context.random(), port);
        session.onView(view, nowNs);
        return session;
    }

    private long newId() {
        return context.ids().getAsLong();
    }

    /** The highest that has been heard of. */
    long view() {
        return view;
    }

    SessionPlace apart() {
        return apart;
    }

    void submit(final int lane, final PendingRequest request) {
        // Lanes of one shard may be equal modulo a number of shards, which must not leave places empty.
        final int mixed = lane * 0x9e37_79b1;
        places[(mixed >>> 16) % places.length].submit(request);
    }

    void read(
            final long namespace,
            final int consistency,
            final byte[] query,
            final long deadlineNs,
            final Callback callback) {
        pending.add(query.length);
        final PendingRead read = new PendingRead(namespace, consistency, query, deadlineNs, ++lastRead, callback);
        waitingReads.add(read);
        timedReads.add(read);
    }

    void onReply(final long clientLo, final MutableDirectBuffer buffer, final int offset, final long now) {
        nowNs = now;
        for (final SessionPlace place : places) {
            if (place.isOf(clientLo)) {
                place.onReply(buffer, offset, now);
                return;
            }
        }
        if (apart.isOf(clientLo)) {
            apart.onReply(buffer, offset, now);
        }
    }

    void onReadReply(final long clientLo, final MutableDirectBuffer buffer, final int offset, final long now) {
        nowNs = now;
        if (clientLo == reads.clientLo()) {
            reads.onReply(buffer, offset, now);
        }
    }

    void onView(final long started, final long now) {
        nowNs = now;
        if (started > view) {
            view = started;
            for (final SessionPlace place : places) {
                place.onView(started, now);
            }
            apart.onView(started, now);
            reads.onView(started, now);
        }
    }

    void onDisconnected(final int replica, final long now) {
        nowNs = now;
        for (final SessionPlace place : places) {
            place.onDisconnected(replica, now);
        }
        apart.onDisconnected(replica, now);
        reads.onDisconnected(replica, now);
    }

    void poll(final long now) {
        nowNs = now;
        for (final SessionPlace place : places) {
            place.poll(now);
        }
        apart.poll(now);
        expireReads();
        while (!timedReads.isEmpty() && reads.room() > 0) {
            final PendingRead next = waitingReads.remove();
            if (!timedReads.remove(next)) {
                // Its time was over before its turn came.
                continue;
            }
            readers.put(
                    reads.submit(
                            next.namespace,
                            next.consistency,
                            ClientReads.ANY_REPLICA,
                            next.query,
                            now,
                            next.deadlineNs),
                    next);
        }
        if (timedReads.isEmpty()) {
            waitingReads.clear();
        }
        reads.poll(now);
    }

    private void expireReads() {
        while (!timedReads.isEmpty() && timedReads.first().deadlineNs - nowNs <= 0) {
            final PendingRead late = timedReads.pollFirst();
            pending.remove(late.query.length);
            late.callback.onOutcome(Outcome.UNKNOWN, ReplyStatus.RETRY, EMPTY, 0, 0);
        }
    }

    Pending.Share pending() {
        return pending;
    }

    long delayNs(final long now) {
        if (!timedReads.isEmpty() && reads.room() > 0) {
            return 0;
        }
        long delay = Math.min(reads.delayNs(now), apart.delayNs(now));
        if (!timedReads.isEmpty()) {
            delay = Math.min(delay, Math.max(0, timedReads.first().deadlineNs - now));
        }
        for (final SessionPlace place : places) {
            delay = Math.min(delay, place.delayNs(now));
        }
        return delay;
    }

    void close() {
        for (final SessionPlace place : places) {
            place.close();
        }
        apart.close();
        while (!timedReads.isEmpty()) {
            final PendingRead read = timedReads.pollFirst();
            pending.remove(read.query.length);
            GroupSessions.refuse(read.callback);
        }
        waitingReads.clear();
        reads.close();
    }

    @Override
    public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
        return link.send(replica, frame, offset, length);
    }

    @Override
    public boolean isFull(final int replica) {
        return link.isFull(replica);
    }

    @Override
    public void onRead(
            final long readNumber,
            final Outcome outcome,
            final int status,
            final long commitMin,
            final DirectBuffer answer,
            final int offset,
            final int length) {
        final PendingRead read = readers.remove(readNumber);
        pending.remove(read.query.length);
        read.callback.onOutcome(outcome, status, answer, offset, outcome == Outcome.OK ? length : 0);
    }
}
