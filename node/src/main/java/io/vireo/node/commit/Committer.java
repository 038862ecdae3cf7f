package io.vireo.node.commit;

import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReadToken;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.ReplyAssembler;
import io.vireo.node.core.TraceSink;

/**
 * Applies committed ops, one per step and strictly in order, each along the hash chain from the one before. The bytes come from the
 * cache; those of older ops are read back from the journal, a few ahead. An op that is not here is left to repair.
 */
public final class Committer {
    private static final int READ_AHEAD = 8;

    private final ReplicaState state;
    private final PrepareJournal journal;
    private final PrepareCache cache;
    private final ApplyStep applyStep;
    private final ReplyAssembler replies;
    private final Checkpoints checkpoints;
    private final SegmentStore segments;
    private final TraceSink trace;
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private long appliedLo;
    private long appliedHi;
    /** Ops up to this one have been asked for from the journal. */
    private long readAheadOp;

    public Committer(
            final ReplicaState state,
            final PrepareJournal journal,
            final PrepareCache cache,
            final ApplyStep applyStep,
            final ReplyAssembler replies,
            final Checkpoints checkpoints,
            final SegmentStore segments,
            final TraceSink trace) {
        this.state = state;
        this.journal = journal;
        this.cache = cache;
        this.applyStep = applyStep;
        this.replies = replies;
        this.checkpoints = checkpoints;
        this.segments = segments;
        this.trace = trace;
        this.appliedLo = journal.checksumLo(state.commitMin());
        this.appliedHi = journal.checksumHi(state.commitMin());
    }

    /** The log above what is applied may be another one now. */
    public void onLogReplaced() {
        readAheadOp = state.commitMin();
    }

    /** Applies the next committed op if its bytes are here; true if it did. */
    public boolean step(final boolean isReplying) {
        final long op = state.commitMin() + 1;
        if (op > state.commitMax() || checkpoints.mustWait() || segments.isBacklogged() || !isConfirmed(op)) {
            return false;
        }
        if (!cache.holds(op, journal.checksumLo(op), journal.checksumHi(op))) {
            readAhead(op);
            return false;
        }
        apply(op, isReplying);
        return true;
    }

    private boolean isConfirmed(final long op) {
        return op <= journal.head() && journal.contiguousHeaders() >= op && journal.hasHeader(op);
    }

    private void readAhead(final long first) {
        readAheadOp = Math.max(readAheadOp, first - 1);
        // What the cache holds beyond its span gives way to ops that come before it, and what is read for there finds
        // no room.
        final long span = Math.min(READ_AHEAD, cache.span());
        final long last = Math.min(first + span - 1, state.commitMax());
        while (readAheadOp < last) {
            final long op = readAheadOp + 1;
            if (!isConfirmed(op)) {
                return;
            }
            final long lo = journal.checksumLo(op);
            final long hi = journal.checksumHi(op);
            if (!cache.holds(op, lo, hi)) {
                if (journal.state(op) != EntryState.CLEAN || !journal.read(op, lo, hi, ReadToken.commit())) {
                    return;
                }
            }
            readAheadOp = op;
        }
    }

    /** A prepare was read back to be applied; {@code length} 0: its entry turned out to be damaged. */
    public void onPrepareRead(final long op, final PrepareFlyweight found, final int length) {
        final boolean isUseful = length > 0
                && op <= journal.head()
                && journal.hasHeader(op)
                && journal.matches(op, found.checksumLo(), found.checksumHi())
                && cache.put(found, state.commitMin());
        if (!isUseful) {
            readAheadOp = Math.min(readAheadOp, Math.max(op - 1, state.commitMin()));
        }
    }

    private void apply(final long op, final boolean isReplying) {
        prepare.wrap(cache.prepare(op), 0);
        Invariant.check(prepare.op() == op, "the cache holds another op than it says");
        Invariant.check(
                prepare.parentLo() == appliedLo && prepare.parentHi() == appliedHi,
                "the op to be applied does not follow the one applied before");
        replies.begin(isReplying);
        applyStep.apply(cache.prepare(op), 0, replies);
        replies.end();
        appliedLo = prepare.checksumLo();
        appliedHi = prepare.checksumHi();
        state.onApplied(op);
        checkpoints.onApplied(op);
        trace.applied(state.group, prepare);
    }
}
