package io.vireo.sim.audit;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;

/**
 * Watches one invariant. Fed by the simulated cluster with everything that happens, in order; reports to the {@link AuditLog}; changes
 * nothing and draws from no generator, so that a seed is the same run with and without it.
 */
public abstract class Auditor {
    private final String code;
    private final AuditLog log;

    protected Auditor(final String code, final AuditLog log) {
        this.code = code;
        this.log = log;
    }

    /** Code of the auditor, for example "A1". */
    public final String code() {
        return code;
    }

    /** A process has opened its data and is about to take part. */
    public void onStarted(final int replica, final ReplicaView view) {}

    /** A process has ended. */
    public void onCrashed(final int replica) {}

    public void onTransition(
            final int replica,
            final int group,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {}

    /** A frame leaves a replica for another one or, with {@code to} below 0, for clients. Flyweights are valid during the call. */
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {}

    /** An op was applied. */
    public void onApplied(final int replica, final int group, final PrepareFlyweight prepare) {}

    /** How a replica stands after it has worked. */
    public void onView(final int replica, final ReplicaView view) {}

    protected final void check(
            final boolean holds,
            final String invariant,
            final int replica,
            final int group,
            final long view,
            final long op,
            final String what,
            final long a,
            final long b) {
        if (!holds) {
            log.report(
                    code,
                    invariant,
                    replica,
                    group,
                    view,
                    op,
                    what + " " + Long.toHexString(a) + " / " + Long.toHexString(b) + " (hex)");
        }
    }

    protected final void fail(
            final String invariant, final int replica, final int group, final long op, final String detail) {
        log.report(code, invariant, replica, group, -1, op, detail);
    }

    protected final void checkNumbers(
            final boolean holds,
            final String invariant,
            final int replica,
            final int group,
            final long view,
            final long op,
            final String what,
            final long a,
            final long b) {
        if (!holds) {
            log.report(code, invariant, replica, group, view, op, what + " " + a + " / " + b);
        }
    }
}
