package io.vireo.sim.audit;

import io.vireo.node.session.ClientSessions;
import java.util.function.LongUnaryOperator;
import org.agrona.DirectBuffer;

/**
 * A number for the replicated state of one group at one replica: its sessions with their stored replies, and where each namespace ends.
 * A sum over parts, so that it follows the state op by op in the time that the op's requests take, and does not depend on slots.
 */
final class StateDigest {
    private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;

    private final ClientSessions sessions;
    private final LongUnaryOperator ends;
    private final int window;
    private final long[] end;
    private final long[] session;
    private final long[] seen;
    private final long[][] record;
    private final long[] records;
    private final long[] part;
    private long sum;

    /**
     * Of the state as it is now.
     *
     * @param ends offset of a namespace's next entry.
     */
    StateDigest(
            final ClientSessions sessions,
            final LongUnaryOperator ends,
            final int sessionsMax,
            final int window,
            final int namespaces) {
        this.sessions = sessions;
        this.ends = ends;
        this.window = window;
        end = new long[namespaces];
        session = new long[sessionsMax];
        seen = new long[sessionsMax];
        record = new long[sessionsMax][];
        records = new long[sessionsMax];
        part = new long[sessionsMax];
        for (int slot = 0; slot < sessions.count(); slot++) {
            onSession(slot);
        }
        for (int namespace = 0; namespace < namespaces; namespace++) {
            onNamespace(namespace);
        }
    }

    long value() {
        return sum + mix(sessions.nextSession());
    }

    /** An op may have changed this slot. */
    void onSession(final int slot) {
        if (session[slot] != sessions.session(slot)) {
            session[slot] = sessions.session(slot);
            seen[slot] = 0;
            records[slot] = 0;
            record[slot] = new long[window];
        }
        final long last = sessions.lastRequest(slot);
        for (long request = Math.max(seen[slot], last - window) + 1; request <= last; request++) {
            final int place = (int) (request % window);
            final long value = recordOf(slot, request);
            records[slot] += value - record[slot][place];
            record[slot][place] = value;
        }
        seen[slot] = last;
        final long now = mix(mix(mix(mix(mix(session[slot]) + sessions.clientLo(slot)) + sessions.clientHi(slot))
                        + sessions.registerOp(slot))
                + last
                + PRIME * records[slot]);
        sum += now - part[slot];
        part[slot] = now;
    }

    /** An op may have added to this namespace, or dropped it. */
    void onNamespace(final int namespace) {
        final long now = ends.applyAsLong(namespace);
        if (now != end[namespace]) {
            sum += ofEnd(namespace, now) - ofEnd(namespace, end[namespace]);
            end[namespace] = now;
        }
    }

    /** Of a namespace that is empty, again or still, there is nothing. */
    private static long ofEnd(final int namespace, final long end) {
        return end == 0 ? 0 : mix(mix(~namespace) + end);
    }

    private long recordOf(final int slot, final long request) {
        long value = mix(request) + sessions.storedOp(slot, request);
        value = mix(value) + sessions.storedDigest(slot, request);
        value = mix(value) + sessions.storedStatus(slot, request);
        final DirectBuffer reply = sessions.replyBuffer(slot);
        final int offset = sessions.replyOffset(slot, request);
        for (int i = 0; i < sessions.storedLength(slot, request); i++) {
            value = value * 31 + reply.getByte(offset + i);
        }
        return mix(value);
    }

    private static long mix(final long value) {
        final long mixed = (value ^ value >>> 32) * PRIME;
        return mixed ^ mixed >>> 29;
    }
}
