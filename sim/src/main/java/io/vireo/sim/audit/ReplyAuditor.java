package io.vireo.sim.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A4 for any state machine: each client's requests are executed once, in their order, with one reply. The first replica that executes
 * something makes it canonical; every other one, and the same one after a restart, must execute the same and give the same reply, and the
 * client must be told that one. {@link ExactlyOnceAuditor} is its counterpart for the plain log, which it knows more about.
 */
public final class ReplyAuditor extends Auditor {
    private static final int UNKNOWN = -1;

    private record Executed(long op, long session, long number, Object reply) {
        boolean isRequest(final long otherOp, final long otherSession, final long otherNumber) {
            return op == otherOp && session == otherSession && number == otherNumber;
        }
    }

    private final List<List<Executed>> executed = new ArrayList<>();
    private final int[][] cursor;
    /** Of each session, its requests by number from 1 on. */
    private final Map<Long, List<Executed>> ofSession = new HashMap<>();

    private long compared;

    public ReplyAuditor(final AuditLog log, final int replicas, final int groups) {
        super("A4", log);
        cursor = new int[replicas][groups];
        for (int group = 0; group < groups; group++) {
            executed.add(new ArrayList<>());
        }
    }

    /** Executions that were compared with an earlier one of the same request. */
    public long compared() {
        return compared;
    }

    /** A state machine begins, from nothing or from a snapshot: what it executes first says where. */
    public void onOpened(final int replica, final int group) {
        cursor[replica][group] = UNKNOWN;
    }

    /**
     * A state machine has executed a request.
     *
     * @param reply with its status: compared by equals, kept, and shown as a text.
     * @return true if it is the first one to do so.
     */
    public boolean onExecuted(
            final int replica,
            final int group,
            final long op,
            final long session,
            final long number,
            final Object reply) {
        final List<Executed> all = executed.get(group);
        if (cursor[replica][group] == UNKNOWN) {
            cursor[replica][group] = firstOf(all, op);
        }
        final int at = cursor[replica][group]++;
        if (at < all.size()) {
            compare(all.get(at), replica, group, op, session, number, reply);
            return false;
        }
        final List<Executed> requests = ofSession.computeIfAbsent(session, key -> new ArrayList<>());
        checkNumbers(
                number == requests.size() + 1,
                "the requests of a session are executed once and in their order",
                replica,
                group,
                -1,
                op,
                "executed after",
                number,
                requests.size());
        final Executed first = new Executed(op, session, number, reply);
        all.add(first);
        requests.add(first);
        return true;
    }

    private void compare(
            final Executed first,
            final int replica,
            final int group,
            final long op,
            final long session,
            final long number,
            final Object reply) {
        compared++;
        if (!first.isRequest(op, session, number)) {
            fail(
                    "all replicas execute the same requests",
                    replica,
                    group,
                    op,
                    "request " + number + " of session " + session + ", elsewhere " + first.number + " of session "
                            + first.session + " in op " + first.op);
        } else if (!first.reply.equals(reply)) {
            fail(
                    "a request has the same reply wherever and whenever it is executed",
                    replica,
                    group,
                    op,
                    "reply here " + reply + ", first " + first.reply);
        }
    }

    private static int firstOf(final List<Executed> all, final long op) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (all.get(middle).op < op) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A client was told what its request has given. */
    public void onReply(final int group, final long op, final long session, final long number, final Object reply) {
        final List<Executed> requests = ofSession.getOrDefault(session, List.of());
        final Executed first = number <= requests.size() ? requests.get((int) number - 1) : null;
        if (first == null || first.op != op || !first.reply.equals(reply)) {
            fail(
                    "a client is told the reply of its own request",
                    -1,
                    group,
                    op,
                    "request " + number + " told " + reply
                            + (first == null
                                    ? ", never executed"
                                    : ", executed in op " + first.op + ": " + first.reply));
        }
    }

    /** A client was told that one of its requests was not and will not be executed. */
    public void onRefused(final int group, final long session, final long number) {
        final int last = ofSession.getOrDefault(session, List.of()).size();
        checkNumbers(
                last < number,
                "a request that was refused for good is not executed",
                -1,
                group,
                -1,
                0,
                "request, executed",
                number,
                last);
    }
}
