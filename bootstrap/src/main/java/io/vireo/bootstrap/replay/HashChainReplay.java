package io.vireo.bootstrap.replay;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Applies the committed ops above the checkpoint from the journal, in order and along the hash chain. It stops at the first op that is not
 * intact or not the child of the one before it, and hands the rest to repair by consensus: an op is never skipped, and a bad one never
 * keeps a replica from opening. It also stops at the first op that triggers a checkpoint, because the state as of that op is to be saved, by
 * the running replica. Reads a few ops ahead; driven by the journal's outcomes on the thread of its group.
 */
public final class HashChainReplay implements PrepareJournal.Listener {
    /** Ops asked for and not applied yet, at most; as many as a journal takes. */
    public static final int READ_AHEAD = 64;

    private final PrepareJournal journal;
    private final ApplyStep applyStep;
    private final SegmentStore segments;
    /** Highest committed op that the journal has. */
    private final long wantedOp;

    private final long lastOp;
    private final boolean isEndedByTrigger;
    /** Ops that were read before their turn. */
    private final Long2ObjectHashMap<UnsafeBuffer> early = new Long2ObjectHashMap<>();

    /** Identity of the last op applied: the parent of the next one. */
    private long appliedLo;

    private long appliedHi;
    private long askedOp;
    private int inFlight;
    /** The lowest op that is known to be no good; nothing from it on is applied. */
    private long brokenOp = Long.MAX_VALUE;

    /**
     * @param segments that the state machine fills; while too much in them waits for the disk, nothing is applied.
     * @param policy says which op triggers a checkpoint.
     * @param lastOp highest op to apply.
     */
    public HashChainReplay(
            final PrepareJournal journal,
            final ApplyStep applyStep,
            final SegmentStore segments,
            final CheckpointPolicy policy,
            final long lastOp) {
        this.journal = journal;
        this.applyStep = applyStep;
        this.segments = segments;
        this.lastOp = firstTrigger(policy, Math.min(lastOp, journal.contiguousHeaders()));
        this.wantedOp = Math.min(lastOp, journal.head());
        this.isEndedByTrigger = this.lastOp > journal.checkpointOp()
                && policy.isTrigger(journal.endPosition(journal.checkpointOp()), journal.endPosition(this.lastOp));
        this.askedOp = applyStep.appliedOp();
        this.appliedLo = journal.checksumLo(askedOp);
        this.appliedHi = journal.checksumHi(askedOp);
    }

    private long firstTrigger(final CheckpointPolicy policy, final long end) {
        final long checkpointEnd = journal.endPosition(journal.checkpointOp());
        for (long op = journal.checkpointOp() + 1; op <= end; op++) {
            if (policy.isTrigger(checkpointEnd, journal.endPosition(op))) {
                return op;
            }
        }
        return end;
    }

    public void start() {
        readAhead();
    }

    /** Segments were written: goes on if that was what it waited for. */
    public void resume() {
        readAhead();
    }

    /** True when nothing more can be applied from what is intact here. */
    public boolean isDone() {
        return inFlight == 0 && (applyStep.appliedOp() >= lastOp || askedOp >= Math.min(lastOp, brokenOp));
    }

    /** The op of the journal that is committed and could not be applied; 0 if there is none, also where a checkpoint comes first. */
    public long stoppedOp() {
        final long applied = applyStep.appliedOp();
        return isDone() && applied < wantedOp && !(isEndedByTrigger && applied == lastOp) ? applied + 1 : 0;
    }

    /** Highest op to apply, be it intact or not. */
    public long lastOp() {
        return lastOp;
    }

    @Override
    public void onPrepareRead(
            final long token,
            final long op,
            final long checksumLo,
            final long checksumHi,
            final DirectBuffer prepare,
            final int offset,
            final int length) {
        inFlight--;
        if (length == 0) {
            brokenOp = Math.min(brokenOp, op);
        } else if (op == applyStep.appliedOp() + 1) {
            apply(prepare, offset);
            applyEarly();
        } else {
            final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
            copy.putBytes(0, prepare, offset, length);
            early.put(op, copy);
        }
        readAhead();
    }

    @Override
    public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
        Invariant.check(false, "nothing is written while a journal is replayed", op);
    }

    private void applyEarly() {
        for (; ; ) {
            final UnsafeBuffer next = early.remove(applyStep.appliedOp() + 1);
            if (next == null) {
                return;
            }
            apply(next, 0);
        }
    }

    private void apply(final DirectBuffer prepare, final int offset) {
        final int parent = offset + PrepareFlyweight.PARENT_OFFSET;
        if (prepare.getLong(parent, LITTLE_ENDIAN) != appliedLo
                || prepare.getLong(parent + 8, LITTLE_ENDIAN) != appliedHi) {
            brokenOp = Math.min(brokenOp, applyStep.appliedOp() + 1);
            return;
        }
        applyStep.apply(prepare, offset, ReplySink.NONE);
        appliedLo = prepare.getLong(offset + HeaderFlyweight.CHECKSUM_OFFSET, LITTLE_ENDIAN);
        appliedHi = prepare.getLong(offset + HeaderFlyweight.CHECKSUM_OFFSET + 8, LITTLE_ENDIAN);
    }

    /** Half of them at a time: the storage makes one read of those that are asked for together. */
    private void readAhead() {
        if (askedOp > applyStep.appliedOp() + READ_AHEAD / 2) {
            return;
        }
        while (askedOp < lastOp
                && askedOp < brokenOp
                && askedOp < applyStep.appliedOp() + READ_AHEAD
                && !segments.isBacklogged()) {
            final long op = askedOp + 1;
            if (journal.state(op) != EntryState.CLEAN
                    || !journal.read(op, journal.checksumLo(op), journal.checksumHi(op), op)) {
                if (inFlight == 0 || journal.state(op) != EntryState.CLEAN) {
                    brokenOp = Math.min(brokenOp, op);
                    askedOp = Math.max(askedOp, Math.min(op, brokenOp));
                }
                return;
            }
            askedOp = op;
            inFlight++;
        }
    }
}
