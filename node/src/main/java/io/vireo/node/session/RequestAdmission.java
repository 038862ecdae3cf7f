package io.vireo.node.session;

import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.journal.message.RequestBatch;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * Keeps repetitions out of the primary's queue: per session the highest number that is queued or in the pipeline of this view. Used by the
 * primary of a group on its thread, row by row: {@link #decide}, then {@link #queued} if the row really entered the queue. Only an
 * optimisation, never the authority: whether a request takes effect is decided where its prepare is applied.
 *
 * <p>What it knows is of one view and is thrown away with it. 1. The primary queues request 5 and prepares it; 2. the view changes and
 * drops that prepare; 3. the client sends 5 again, to the same replica, primary once more. Had it kept "5 is on its way", it would wait for
 * ever for a prepare that no longer exists; had it counted 5 as applied, it would answer for something that never happened.
 */
public final class RequestAdmission {
    /** What to do with a row. */
    public enum Verdict {
        /** Into the queue; report it by {@link RequestAdmission#queued}. */
        ADMIT,
        /** It is on its way already: drop, its first copy will be answered. */
        DUPLICATE_IN_FLIGHT,
        /** Answer at once: the stored reply, for a register the session. */
        ALREADY_APPLIED,
        /** Answer with this status. */
        GAP,
        NO_SESSION,
        TOO_OLD,
        MALFORMED,
        /** The inherited log is not yet applied here: the table cannot tell. Answer "retry" or keep the frame. */
        CLOSED
    }

    private final ClientSessions sessions;
    /** By slot of the table: session number and highest number queued; an entry of another session is void. */
    private final long[] session;

    private final long[] queued;
    private boolean isOpen;

    public RequestAdmission(final ClientSessions sessions, final int sessionsMax) {
        this.sessions = sessions;
        this.session = new long[sessionsMax];
        this.queued = new long[sessionsMax];
    }

    /** The view ends, or this replica is not its primary: forgets everything and admits nothing. */
    public void reset() {
        isOpen = false;
    }

    /** This replica is primary, and everything it inherited is applied here. Begins with an empty memory. */
    public void open() {
        Arrays.fill(session, 0);
        isOpen = true;
    }

    public boolean isOpen() {
        return isOpen;
    }

    /** Decides about one row of a validated batch without changing anything. */
    public Verdict decide(final DirectBuffer buffer, final int row) {
        if (!isOpen) {
            return Verdict.CLOSED;
        }
        final long clientLo = RequestBatch.clientLo(buffer, row);
        final long clientHi = RequestBatch.clientHi(buffer, row);
        final long number = RequestBatch.session(buffer, row);
        final long request = RequestBatch.request(buffer, row);
        if (RequestBatch.operation(buffer, row) == RequestBatch.OPERATION_REGISTER) {
            if (number != 0 || request != 0 || RequestBatch.length(buffer, row) != 0) {
                return Verdict.MALFORMED;
            }
            // A second register on its way is admitted: it is rare, and applying it twice is the same as once.
            return sessions.slotOf(clientLo, clientHi) == SessionTable.NO_SLOT
                    ? Verdict.ADMIT
                    : Verdict.ALREADY_APPLIED;
        }
        if (number == 0 || request == 0) {
            return Verdict.MALFORMED;
        }
        final int slot = sessions.find(clientLo, clientHi, number);
        if (slot == SessionTable.NO_SLOT) {
            return Verdict.NO_SESSION;
        }
        return switch (sessions.decide(slot, request)) {
            case REPEAT -> Verdict.ALREADY_APPLIED;
            case TOO_OLD -> Verdict.TOO_OLD;
            case APPLY, GAP -> decideAgainstQueue(slot, request);
        };
    }

    private Verdict decideAgainstQueue(final int slot, final long request) {
        final long highest = highestQueued(slot);
        if (request <= highest) {
            return Verdict.DUPLICATE_IN_FLIGHT;
        }
        return request == highest + 1 ? Verdict.ADMIT : Verdict.GAP;
    }

    /** The row for which {@link #decide} said ADMIT is in the queue. */
    public void queued(final DirectBuffer buffer, final int row) {
        final int slot = slot(buffer, row);
        if (slot != SessionTable.NO_SLOT) {
            session[slot] = sessions.session(slot);
            queued[slot] = RequestBatch.request(buffer, row);
        }
    }

    /**
     * The row left the queue without becoming part of a prepare (the log is full): it and what follows it in its session may come again.
     * Those that follow must be taken out as well, else they are prepared only to be refused as a gap.
     */
    public void withdrawn(final DirectBuffer buffer, final int row) {
        final int slot = slot(buffer, row);
        if (slot != SessionTable.NO_SLOT && session[slot] == sessions.session(slot)) {
            queued[slot] = Math.min(queued[slot], RequestBatch.request(buffer, row) - 1);
        }
    }

    private int slot(final DirectBuffer buffer, final int row) {
        if (RequestBatch.operation(buffer, row) == RequestBatch.OPERATION_REGISTER) {
            return SessionTable.NO_SLOT;
        }
        return sessions.find(
                RequestBatch.clientLo(buffer, row),
                RequestBatch.clientHi(buffer, row),
                RequestBatch.session(buffer, row));
    }

    private long highestQueued(final int slot) {
        final long applied = sessions.lastRequest(slot);
        return session[slot] == sessions.session(slot) ? Math.max(queued[slot], applied) : applied;
    }
}
