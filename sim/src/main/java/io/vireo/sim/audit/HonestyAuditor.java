package io.vireo.sim.audit;

import io.vireo.node.client.ClientSession;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * A18: clients are told the truth. A request that was refused for good is never executed, neither before nor at any time later in the run;
 * one that was dropped on its way is asked again, or given up as unknown, within the client's own timeout.
 */
public final class HonestyAuditor extends Auditor {
    /** Longest wait of a session between two of its sends or outcomes, with all jitter. */
    static final long SILENCE_MAX_NS = (ClientSession.TIMEOUT_MAX_NS + ClientSession.BACKOFF_MAX_NS) / 4 * 5;

    private final ExactlyOnceAuditor executions;
    private final Long2ObjectHashMap<LongHashSet> refused = new Long2ObjectHashMap<>();
    private long refusals;

    public HonestyAuditor(final AuditLog log, final ExactlyOnceAuditor executions) {
        super("A18", log);
        this.executions = executions;
    }

    /** Definite failures that were watched. */
    public long refusals() {
        return refusals;
    }

    /** A client was told that one of its requests was not and will not be executed. */
    public void onRefused(final int group, final long client, final long number) {
        refusals++;
        final long last = executions.lastExecuted(client);
        check(last < number, -1, group, 0, number, last);
        refused.computeIfAbsent(client, id -> new LongHashSet()).add(number);
    }

    /** A state machine executes a client's request. */
    public void onExecuted(final int replica, final int group, final long op, final long client, final long number) {
        if (!refused.isEmpty()) {
            final LongHashSet ofClient = refused.get(client);
            check(ofClient == null || !ofClient.contains(number), replica, group, op, number, number);
        }
    }

    private void check(
            final boolean holds,
            final int replica,
            final int group,
            final long op,
            final long number,
            final long executed) {
        checkNumbers(
                holds,
                "a request that was refused for good is never executed",
                replica,
                group,
                -1,
                op,
                "request, executed",
                number,
                executed);
    }

    /** A session with unanswered requests has just done what it had to do, and has neither sent nor heard anything for so long. */
    public void onWaiting(final int group, final long client, final long silentNs) {
        checkNumbers(
                silentNs <= SILENCE_MAX_NS,
                "an unanswered request is asked again within the client's timeout",
                -1,
                group,
                -1,
                0,
                "silent for ns, client",
                silentNs,
                client);
    }
}
