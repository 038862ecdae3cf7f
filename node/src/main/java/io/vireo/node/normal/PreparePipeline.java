package io.vireo.node.normal;

import io.vireo.journal.util.Invariant;
import io.vireo.node.core.VoteSet;

/**
 * The primary's prepares that are not committed yet, in op order, each with the distinct replicas that have it durable. Bounded by
 * {@code pipelineMax}: what does not fit waits in the request queue.
 */
public final class PreparePipeline {
    private final int max;
    private final VoteSet[] acks;
    private final long[] checksumsLo;
    private final long[] checksumsHi;
    private final long[] resendAtNs;
    private final int[] resends;
    private long first = 1;
    private int size;

    public PreparePipeline(final int max) {
        this.max = max;
        this.acks = new VoteSet[max];
        this.checksumsLo = new long[max];
        this.checksumsHi = new long[max];
        this.resendAtNs = new long[max];
        this.resends = new int[max];
        for (int i = 0; i < max; i++) {
            acks[i] = new VoteSet();
        }
    }

    /** Forgets everything; the next op to be added is {@code op}. */
    public void reset(final long op) {
        first = op;
        size = 0;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == max;
    }

    /** Lowest op in the pipeline, or the one that would be added next. */
    public long firstOp() {
        return first;
    }

    public long lastOp() {
        return first + size - 1;
    }

    public void add(final long op, final long checksumLo, final long checksumHi, final long resendAt) {
        Invariant.check(size < max, "pipeline overflow");
        Invariant.check(op == first + size, "pipeline ops are consecutive");
        final int slot = slot(op);
        acks[slot].clear();
        checksumsLo[slot] = checksumLo;
        checksumsHi[slot] = checksumHi;
        resendAtNs[slot] = resendAt;
        resends[slot] = 0;
        size++;
    }

    /**
     * Counts one acknowledgement, which speaks for every op at or below {@code op}, because replicas acknowledge in op order and the
     * checksum names the whole chain below it.
     *
     * @return true if it was new for at least one op.
     */
    public boolean acknowledge(final long op, final int replica) {
        boolean isNew = false;
        final long last = Math.min(op, lastOp());
        for (long o = last; o >= first; o--) {
            final VoteSet votes = acks[slot(o)];
            if (votes.contains(replica)) {
                break;
            }
            votes.add(replica);
            isNew = true;
        }
        return isNew;
    }

    /** No op of the pipeline counts as acknowledged by this replica any more. */
    public void forget(final int replica) {
        for (long op = first; op <= lastOp(); op++) {
            acks[slot(op)].remove(replica);
        }
    }

    /** Highest op such that it and all below it in the pipeline have {@code quorum} acknowledgements, or firstOp - 1. */
    public long quorumOp(final int quorum) {
        long op = first - 1;
        while (op < lastOp() && acks[slot(op + 1)].count() >= quorum) {
            op++;
        }
        return op;
    }

    /** Removes everything up to {@code op}, which is committed. */
    public void committed(final long op) {
        while (size > 0 && first <= op) {
            first++;
            size--;
        }
    }

    public boolean isAcknowledgedBy(final long op, final int replica) {
        return acks[slot(op)].contains(replica);
    }

    /** Lowest op of the pipeline that this replica has not acknowledged, or the one that would be added next. */
    public long owedBy(final int replica) {
        long op = first;
        while (op <= lastOp() && isAcknowledgedBy(op, replica)) {
            op++;
        }
        return op;
    }

    public boolean contains(final long op) {
        return op >= first && op <= lastOp();
    }

    public boolean matches(final long op, final long checksumLo, final long checksumHi) {
        final int slot = slot(op);
        return contains(op) && checksumsLo[slot] == checksumLo && checksumsHi[slot] == checksumHi;
    }

    public long resendAtNs(final long op) {
        return resendAtNs[slot(op)];
    }

    /** How often this op was sent again. */
    public int resends(final long op) {
        return resends[slot(op)];
    }

    public void resent(final long op, final long nextNs) {
        resendAtNs[slot(op)] = nextNs;
        resends[slot(op)]++;
    }

    private int slot(final long op) {
        return (int) (op % max);
    }
}
