package io.vireo.sim.audit;

/**
 * A6: real-time order. An append that was submitted after another one was acknowledged to any client is behind it in the log of its group.
 * Every read shows a prefix of the canonical entries; a linearizable one shows at least what had been acknowledged to any client when it
 * was asked. O(1) per append and entry, because the log gives the witness order.
 */
public final class ReadAuditor extends Auditor {
    private final ExactlyOnceAuditor entries;
    private final long[] acknowledgedEnd;
    private final long[] acknowledgedOp;
    private long reads;
    private long linearizable;

    public ReadAuditor(final AuditLog log, final ExactlyOnceAuditor entries, final int groups, final int namespaces) {
        super("A6", log);
        this.entries = entries;
        acknowledgedEnd = new long[namespaces];
        acknowledgedOp = new long[groups];
    }

    /** An append was acknowledged at this offset. */
    public void onAcknowledged(final int namespace, final long offset) {
        acknowledgedEnd[namespace] = Math.max(acknowledgedEnd[namespace], offset + 1);
    }

    /** Highest op of a group that any client knows to be applied. */
    public long acknowledgedOp(final int group) {
        return acknowledgedOp[group];
    }

    /**
     * An append was acknowledged with this op.
     *
     * @param acknowledgedBefore what {@link #acknowledgedOp} was when it was submitted.
     */
    public void onAppended(final int group, final long op, final long acknowledgedBefore) {
        checkNumbers(
                op > acknowledgedBefore,
                "an append is behind everything acknowledged before it was submitted",
                -1,
                group,
                -1,
                op,
                "applied by, acknowledged",
                op,
                acknowledgedBefore);
        acknowledgedOp[group] = Math.max(acknowledgedOp[group], op);
    }

    /** What a linearizable read that is asked now must show at least. */
    public long acknowledgedEnd(final int namespace) {
        return acknowledgedEnd[namespace];
    }

    /** A read was answered with this end of the log. */
    public void onRead(
            final int namespace,
            final int group,
            final boolean isLinearizable,
            final long acknowledgedBefore,
            final long end) {
        reads++;
        checkNumbers(
                end <= entries.end(namespace),
                "a read shows committed entries only",
                -1,
                group,
                -1,
                0,
                "shown, executed",
                end,
                entries.end(namespace));
        if (isLinearizable) {
            linearizable++;
            checkNumbers(
                    end >= acknowledgedBefore,
                    "a linearizable read shows everything acknowledged before it was asked",
                    -1,
                    group,
                    -1,
                    0,
                    "shown, acknowledged",
                    end,
                    acknowledgedBefore);
        }
    }

    /** A read showed this entry. */
    public void onEntry(final int namespace, final int group, final long offset, final long client, final long number) {
        final boolean isSame = offset < entries.end(namespace)
                && entries.client(namespace, (int) offset) == client
                && entries.number(namespace, (int) offset) == number;
        checkNumbers(isSame, "a read shows the canonical entries", -1, group, -1, 0, "offset, request", offset, number);
    }

    public long reads() {
        return reads;
    }

    public long linearizable() {
        return linearizable;
    }
}
