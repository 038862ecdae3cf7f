package io.vireo.node.gateway.group;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClientSession;
import io.vireo.node.client.Outcome;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One place in the pool of a group: the session that is in it now, and the requests that wait for room in its window, first come first
 * served. A session that has ended is followed by a new one as soon as somebody needs it.
 *
 * <p>Who has waited for too long is told so, and the session goes on with the request: it may still be applied, and must be before those that
 * the same lane submits later.
 */
final class SessionPlace implements ClientSession.Port {
    /** The way of a session's frames. */
    interface Link {
        boolean send(int replica, DirectBuffer frame, int offset, int length);

        boolean isFull(int replica);
    }

    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private final Link link;
    /** Makes a session with a client id of its own. */
    private final Function<ClientSession.Port, ClientSession> sessions;
    /** Counts those without an outcome in all places of the group. */
    private final Pending.Share pending;

    private final ArrayDeque<PendingRequest> waiting = new ArrayDeque<>();
    /** In the session, by number modulo the window. */
    private final PendingRequest[] submitted;
    /** All whose time is running, by deadline; those with an outcome leave when they come to the front. */
    private final PriorityQueue<PendingRequest> timed = new PriorityQueue<>(PendingRequest.BY_DEADLINE);

    private long lastOrder;
    /** Null if there is none. */
    private ClientSession session;

    SessionPlace(
            final int window,
            final Link link,
            final Function<ClientSession.Port, ClientSession> sessions,
            final Pending.Share pending) {
        this.link = link;
        this.sessions = sessions;
        this.pending = pending;
        this.submitted = new PendingRequest[window];
    }

    /** The number of the session, 0 while there is none; asks for one. */
    long open() {
        live().open();
        return session.session();
    }

    /** True if a session is asked for and not there yet. */
    boolean isOpening() {
        return session != null && !isEnded() && session.session() == 0;
    }

    void submit(final PendingRequest request) {
        pending.add(request.length);
        request.order = ++lastOrder;
        waiting.add(request);
        timed.add(request);
    }

    /** True if the frame is for the session that is here now. */
    boolean isOf(final long clientLo) {
        return session != null && session.clientLo() == clientLo;
    }

    void onReply(final MutableDirectBuffer buffer, final int offset, final long nowNs) {
        session.onReply(buffer, offset, nowNs);
    }

    void onView(final long view, final long nowNs) {
        if (session != null) {
            session.onView(view, nowNs);
        }
    }

    void onDisconnected(final int replica, final long nowNs) {
        if (session != null) {
            session.onDisconnected(replica, nowNs);
        }
    }

    void poll(final long nowNs) {
        expire(nowNs);
        if (session != null && session.stage() == ClientSession.Stage.ENDED) {
            session = null;
        }
        skipExpired();
        while (!waiting.isEmpty() && live().room() > 0) {
            hand(waiting.remove());
            skipExpired();
        }
        if (session != null) {
            session.poll(nowNs);
        }
    }

    long delayNs(final long nowNs) {
        if (!waiting.isEmpty() && (session == null || isEnded() || session.room() > 0)) {
            return 0;
        }
        final long delay = session == null ? Long.MAX_VALUE : session.delayNs(nowNs);
        return timed.isEmpty() ? delay : Math.min(delay, Math.max(0, timed.peek().deadlineNs - nowNs));
    }

    /** Ends the session; all that is here has its outcome then. */
    void close() {
        if (session != null) {
            session.close();
        }
        for (skipExpired(); !waiting.isEmpty(); skipExpired()) {
            complete(waiting.remove(), Outcome.NOT_APPLIED, ReplyStatus.RETRY, EMPTY, 0, 0);
        }
        timed.clear();
    }

    private boolean isEnded() {
        return session.stage() == ClientSession.Stage.ENDED;
    }

    private ClientSession live() {
        if (session == null || isEnded()) {
            session = sessions.apply(this);
        }
        return session;
    }

    private void hand(final PendingRequest request) {
        request.number = session.submit(
                request.operation,
                request.namespace,
                request.incarnation,
                request.body,
                request.offset,
                request.length);
        submitted[slot(request.number)] = request;
    }

    private void expire(final long nowNs) {
        while (!timed.isEmpty()) {
            final PendingRequest oldest = timed.peek();
            final boolean isWaitedFor = oldest.callback != null;
            if (isWaitedFor && oldest.deadlineNs - nowNs > 0) {
                return;
            }
            timed.remove();
            if (isWaitedFor && oldest.number == 0) {
                complete(oldest, Outcome.NOT_APPLIED, ReplyStatus.RETRY, EMPTY, 0, 0);
            } else if (isWaitedFor) {
                final byte[] copy = new byte[oldest.length];
                oldest.body.getBytes(oldest.offset, copy);
                session.moveBody(oldest.number, new UnsafeBuffer(copy), 0, copy.length);
                // The copy is held until the session has its answer, and counts until then.
                tell(oldest, Outcome.UNKNOWN, ReplyStatus.RETRY, EMPTY, 0, 0);
            }
        }
    }

    /** Those that were not handed over in time lie among the others, which have other deadlines. */
    private void skipExpired() {
        while (!waiting.isEmpty() && waiting.peek().callback == null) {
            waiting.remove();
        }
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
    public void onOutcome(
            final long request,
            final Outcome outcome,
            final int status,
            final long op,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        final PendingRequest known = submitted[slot(request)];
        submitted[slot(request)] = null;
        pending.remove(known.length);
        if (known.callback != null) {
            tell(known, outcome, status, reply, offset, outcome == Outcome.OK ? length : 0);
        }
    }

    private void complete(
            final PendingRequest request,
            final Outcome outcome,
            final int status,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        pending.remove(request.length);
        tell(request, outcome, status, reply, offset, length);
    }

    private static void tell(
            final PendingRequest request,
            final Outcome outcome,
            final int status,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        final var callback = request.callback;
        request.callback = null;
        request.body = null;
        callback.onOutcome(outcome, status, reply, offset, length);
    }

    private int slot(final long number) {
        return (int) (number % submitted.length);
    }
}
