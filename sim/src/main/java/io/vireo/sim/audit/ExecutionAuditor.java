package io.vireo.sim.audit;

import java.util.Arrays;

/**
 * A4 for requests that do not say whose they are: all replicas execute the same requests in the same order, each with one outcome. The first
 * replica that executes something makes it canonical; every other one, and the same one after a restart, must do the same. {@link
 * ReplyAuditor} is its counterpart where requests name their session.
 */
public final class ExecutionAuditor extends Auditor {
    private static final int UNKNOWN = -1;

    /** The executions of one group, in their order; the arrays grow together. */
    private static final class Executions {
        long[] op = new long[256];
        long[] request = new long[256];
        long[] outcome = new long[256];
        int count;

        void add(final long newOp, final long newRequest, final long newOutcome) {
            if (count == op.length) {
                op = Arrays.copyOf(op, 2 * count);
                request = Arrays.copyOf(request, 2 * count);
                outcome = Arrays.copyOf(outcome, 2 * count);
            }
            op[count] = newOp;
            request[count] = newRequest;
            outcome[count] = newOutcome;
            count++;
        }

        /** The first one of this op or a later one. */
        int firstOf(final long wanted) {
            int low = 0;
            int high = count;
            while (low < high) {
                final int middle = (low + high) >>> 1;
                if (op[middle] < wanted) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private final Executions[] executed;
    private final int[][] cursor;
    private long compared;

    public ExecutionAuditor(final AuditLog log, final int replicas, final int groups) {
        super("A4", log);
        cursor = new int[replicas][groups];
        executed = new Executions[groups];
        for (int group = 0; group < groups; group++) {
            executed[group] = new Executions();
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
     * @param request digest of all that was asked.
     * @param outcome digest of status and reply.
     * @return true if it is the first one to do so.
     */
    public boolean onExecuted(
            final int replica, final int group, final long op, final long request, final long outcome) {
        final Executions all = executed[group];
        if (cursor[replica][group] == UNKNOWN) {
            cursor[replica][group] = all.firstOf(op);
        }
        final int at = cursor[replica][group]++;
        if (at == all.count) {
            all.add(op, request, outcome);
            return true;
        }
        compared++;
        final boolean isSame = all.op[at] == op && all.request[at] == request;
        check(
                isSame,
                "all replicas execute the same requests",
                replica,
                group,
                -1,
                op,
                "digest of the request, first",
                request,
                all.request[at]);
        check(
                !isSame || all.outcome[at] == outcome,
                "a request has the same outcome wherever and whenever it is executed",
                replica,
                group,
                -1,
                op,
                "digest of the outcome, first",
                outcome,
                all.outcome[at]);
        return false;
    }
}
