package io.vireo.node.session;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.RequestBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** The rules of sessions said a second time, with lists and maps and no eye on cost: what {@link ClientSessions} is compared with. */
final class SessionModel {
    /** A session with every reply it ever got. */
    static final class Session {
        final int client;
        final long number;
        final long registerOp;
        final TreeMap<Long, Outcome> replies = new TreeMap<>();
        long lastOp;

        Session(final int client, final long number, final long op) {
            this.client = client;
            this.number = number;
            this.registerOp = op;
            this.lastOp = op;
        }

        long last() {
            return replies.isEmpty() ? 0 : replies.lastKey();
        }
    }

    final List<Session> sessions = new ArrayList<>();
    final List<byte[]> entries = new ArrayList<>();
    private final int sessionsMax;
    private final int window;
    private long nextSession = 1;

    SessionModel(final int sessionsMax, final int window) {
        this.sessionsMax = sessionsMax;
        this.window = window;
    }

    Session of(final int client) {
        return sessions.stream()
                .filter(session -> session.client == client)
                .findFirst()
                .orElse(null);
    }

    Outcome apply(final long op, final Rows.Row row) {
        if (row.operation() == RequestBatch.OPERATION_REGISTER) {
            return register(op, row);
        }
        final Session session = of(row.client());
        if (session == null || session.number != row.session()) {
            return refused(row, ReplyStatus.NO_SESSION);
        }
        if (row.request() == 0) {
            return refused(row, ReplyStatus.MALFORMED);
        }
        if (row.request() > session.last() + 1) {
            return refused(row, ReplyStatus.GAP);
        }
        if (row.request() <= session.last()) {
            return row.request() + window <= session.last()
                    ? refused(row, ReplyStatus.TOO_OLD)
                    : session.replies.get(row.request());
        }
        final Outcome outcome = execute(op, row);
        session.replies.put(row.request(), outcome);
        session.lastOp = op;
        return outcome;
    }

    private Outcome register(final long op, final Rows.Row row) {
        if (row.session() != 0 || row.request() != 0 || row.body().length != 0) {
            return refused(row, ReplyStatus.MALFORMED);
        }
        if (of(row.client()) == null) {
            if (sessions.size() == sessionsMax) {
                sessions.remove(sessions.stream()
                        .min(Comparator.<Session>comparingLong(each -> each.lastOp)
                                .thenComparingLong(each -> each.number))
                        .orElseThrow());
            }
            sessions.add(new Session(row.client(), nextSession++, op));
        }
        final Session session = of(row.client());
        return new Outcome(
                row.clientLo(),
                row.clientHi(),
                session.number,
                0,
                ReplyStatus.OK,
                session.registerOp,
                digest(row),
                u64(session.number));
    }

    private Outcome execute(final long op, final Rows.Row row) {
        int status = ReplyStatus.OK;
        String reply = "";
        if (row.operation() == 16) {
            reply = u64(entries.size());
            entries.add(row.body());
        } else if (row.operation() != RequestBatch.OPERATION_NOOP) {
            status = ReplyStatus.MALFORMED;
        }
        return new Outcome(
                row.clientLo(), row.clientHi(), row.session(), row.request(), status, op, digest(row), reply);
    }

    private static Outcome refused(final Rows.Row row, final int status) {
        return new Outcome(row.clientLo(), row.clientHi(), row.session(), row.request(), status, 0, 0, "");
    }

    static long digest(final Rows.Row row) {
        final Checksum checksum = new Checksum();
        checksum.hash(new UnsafeBuffer(row.body()), 0, row.body().length);
        return checksum.lo();
    }

    static String u64(final long value) {
        return String.format("%016x", Long.reverseBytes(value));
    }
}
