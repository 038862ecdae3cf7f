package io.vireo.journal.wal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.util.InvariantException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The prepare journal of one group: the log in memory (headers, states) and its bytes in the WAL ring, written, synced, marked and read
 * through the {@link io.vireo.journal.storage.Storage} port. Driven by the thread of its group: mutations are in memory at once, bytes
 * follow by {@link #write} and {@link #flush}, outcomes come by {@link #onCompletion} and leave by the {@link Listener}. It never decides
 * what the log is: views and quorums are its caller's.
 */
public final class PrepareJournal {
    /** Top 8 bits of every storage token of the journal. */
    public static final int TOKEN_OWNER = 2;

    /**
     * Syncs in flight; beyond it nothing is submitted until one completes. Several help: what is submitted while the device flushes is
     * taken along by the next flush. More than the storage takes along at once do not.
     */
    static final int SYNCS_IN_FLIGHT_MAX = 64;

    /** Receives outcomes, on the thread that calls {@link #onCompletion} or {@link #flush}; may call the journal back. */
    public interface Listener {
        /**
         * The prepare is durable here; {@link #ackableOp} may have risen. Comes again for the op {@link #ackableOp} when that rose for
         * another reason than a prepare (durability "marked": the mark became durable).
         */
        void onPrepareWritten(long op, long checksumLo, long checksumHi);

        /**
         * A read ended.
         *
         * @param prepare valid during the call only.
         * @param length of the whole prepare; 0 if the bytes are damaged, or the op was replaced or its space reused meanwhile.
         */
        void onPrepareRead(
                long token, long op, long checksumLo, long checksumHi, DirectBuffer prepare, int offset, int length);
    }

    private final JournalContext context;
    private final Storage storage;
    private final LiveLog log;
    private final JournalWriter writer;
    private final JournalReader reader;
    private final SyncMarkWriter marks;
    private Listener listener;

    /** The logView of the log is not durable in the superblock yet: nothing may be submitted. */
    private boolean isHeld;
    /** syncedOp when the log of this logView was installed; the superblock write that follows states at least this. */
    private long superblockSyncedOp;

    private long lastSync;
    private long completedSync;
    private boolean isMarkForced;
    private boolean isTimeKnown;
    private long nowNs;
    private long lastActivityNs;

    PrepareJournal(final JournalContext context, final LiveLog log) {
        this.context = context;
        this.storage = context.storage();
        this.log = log;
        writer = new JournalWriter(context, log);
        reader = new JournalReader(context, log);
        marks = new SyncMarkWriter(context, log);
    }

    /** Where outcomes go; to be set before the first write or read. */
    public void listener(final Listener listener) {
        this.listener = listener;
    }

    LiveLog log() {
        return log;
    }

    SyncMarkWriter marks() {
        return marks;
    }

    // ---- the log ----

    /** Op of the own durable checkpoint, from which the log counts. */
    public long checkpointOp() {
        return log.checkpointOp();
    }

    /** Highest checkpoint known to be durable on a quorum; may be above or below the own one. For the superblock. */
    public long checkpointQuorumOp() {
        return log.checkpointQuorumOp();
    }

    /** Sector position for the superblock beside {@link #checkpointQuorumOp}: at or below that op's end; never falls. */
    public long checkpointQuorumEnd() {
        return log.reuseEnd();
    }

    /**
     * The lowest op that may still be served to others: above it and up to the checkpoint the entries are kept until the checkpoint is
     * durable on a quorum. None of them may be left: then it is checkpointOp + 1.
     */
    public long lowestServableOp() {
        return log.floorOp() + 1;
    }

    /**
     * True if {@link #header} may be given to another replica, and {@link #read} may be asked for its bytes (which are here or not). Ops at
     * or below the checkpoint too, as long as they are kept.
     */
    public boolean isServable(final long op) {
        return log.hasHeader(op);
    }

    /** Logical end of the entry of {@code op} in sectors, for its checkpoint; -1 if it is not known. */
    public long endPosition(final long op) {
        return op > log.head() ? -1 : log.endOf(op);
    }

    /** Low half of the identity of {@code op}; see {@link #hasChecksum}. */
    public long checksumLo(final long op) {
        return log.checksumLo(op);
    }

    public long checksumHi(final long op) {
        return log.checksumHi(op);
    }

    /** True if the identity of {@code op} is known: the checkpoint's, its own header's, or by the parent link of the op above it. */
    public boolean hasChecksum(final long op) {
        return log.hasChecksum(op);
    }

    /** Highest op of this replica's log; the checkpoint's if the log is empty. */
    public long head() {
        return log.head();
    }

    /** For checkpointOp &lt; op &lt;= head; below nothing has a state, see {@link #isServable}. */
    public EntryState state(final long op) {
        return log.state(op);
    }

    /** True if {@code op} is not below the checkpoint and its header is known and belongs to the log (so not of an unconfirmed op). */
    public boolean hasHeader(final long op) {
        return op >= log.checkpointOp() && log.hasHeader(op);
    }

    /**
     * Points {@code wrap} at the header in the journal's memory, which stays as it is until the op is replaced or no longer
     * {@link #isServable servable}; it must be known.
     */
    public PrepareFlyweight header(final long op, final PrepareFlyweight wrap) {
        return log.header(op, wrap);
    }

    /** True if the header is known (or op is the checkpoint's) and its checksum is this one. */
    public boolean matches(final long op, final long checksumLo, final long checksumHi) {
        return log.matches(op, checksumLo, checksumHi);
    }

    /** High-water mark: every op of this branch up to it was durable here at some time. For the superblock too. */
    public long syncedOp() {
        return log.syncedOp();
    }

    /** Checksum of {@link #syncedOp} for the superblock; both halves 0 where a damaged log does not tell it. */
    public long syncedChecksumLo() {
        return log.hasChecksum(log.syncedOp()) ? log.checksumLo(log.syncedOp()) : 0;
    }

    public long syncedChecksumHi() {
        return log.hasChecksum(log.syncedOp()) ? log.checksumHi(log.syncedOp()) : 0;
    }

    /** Highest op up to which everything is durable here now, and marked where the durability asks for it. */
    public long ackableOp() {
        return context.marked() ? Math.min(log.durableOp(), marks.markedOp()) : log.durableOp();
    }

    /** Highest op down from which all headers to the checkpoint are known. */
    public long contiguousHeaders() {
        return log.contiguousOp();
    }

    /** True if a prepare of this size would fit above the head without overwriting what may still be needed. */
    public boolean hasSpaceFor(final int prepareSize) {
        return log.hasSpaceFor(prepareSize);
    }

    /**
     * True if {@link #write} may be called for {@code op} now: it is missing or faulty here, the op below is in the journal, its position
     * is known and inside the reuse bound, and there is staging memory for it.
     */
    public boolean isWritable(final long op) {
        return log.isWritable(op) && writer.hasRoom(log.sectorCount(op));
    }

    // ---- changes of the log ----

    /** Appends a prepare to the log; its op is head + 1 and its parent the head. The bytes come by {@link #write}. */
    public void append(final PrepareFlyweight header) {
        log.append(header.buffer(), header.offset());
    }

    /**
     * Header repair of an op whose {@link #hasChecksum identity} is known; the caller has checked it against that. Confirms
     * or contradicts what unconfirmed entries lie there and below.
     */
    public void setHeader(final PrepareFlyweight header) {
        if (log.setHeader(header.buffer(), header.offset())) {
            // Story: ops 1..3 of view 0 are in flight when a StartView far above them comes; header repair
            // contradicts op 3. Its write goes on, is dead, and must neither be counted as durable nor be overtaken
            // by the write of the new op 3.
            writer.reconcile();
        }
    }

    /**
     * Adopts the log of a StartView, or of this replica's own merge as the new primary: {@code count} headers of 256 bytes, newest first,
     * from {@code headOp} down to an op at or below {@code commitMax}. Cuts what lies above, replaces what contradicts. Called before the
     * superblock write of this logView; entries are held back until {@link #logViewDurable}. A StartView of the present logView with a
     * lower head is the caller's to drop.
     */
    public void installStartView(
            final long headOp,
            final MutableDirectBuffer headers,
            final int offset,
            final int count,
            final long commitMax,
            final long logView) {
        final boolean isNewView = logView > log.logView();
        log.installStartView(headOp, headers, offset, count, logView);
        writer.reconcile();
        if (isNewView) {
            isHeld = true;
            marks.onLogViewChange();
            superblockSyncedOp = log.syncedOp();
        }
    }

    /**
     * The superblock with this logView, the StartView's headers and at least the syncedOp that this journal stated after installing it is
     * durable: entries may be submitted. A call for a logView that has been superseded meanwhile changes nothing.
     */
    public void logViewDurable(final long logView) {
        Invariant.check(
                logView <= log.logView(), "a logView is durable that was not installed", logView, log.logView());
        if (isHeld && logView == log.logView()) {
            isHeld = false;
            marks.onStatedBySuperblock(superblockSyncedOp);
        }
    }

    // ---- checkpoints ----

    /**
     * A checkpoint of this replica, of an op that it has applied, is durable in the superblock; the log counts from here on. May raise
     * {@link #ackableOp} (holes below the checkpoint matter no more); the caller acknowledges.
     *
     * <p>The superblock that names it states as synced the higher of {@link #syncedOp} and the checkpoint, each with its checksum.
     */
    public void checkpoint(final CheckpointState durable) {
        Invariant.check(durable.op() <= log.head(), "a checkpoint of an op above the log", durable.op(), log.head());
        moveCheckpoint(durable);
    }

    /**
     * True if the log does not contradict this checkpoint of another replica. It does if this replica has not yet joined the view that
     * committed the checkpoint's op: then the StartView has to come first.
     */
    public boolean isInstallable(final CheckpointState other) {
        return other.op() > log.checkpointOp() && log.isOnChain(other.op(), other.checksumLo(), other.checksumHi());
    }

    /**
     * A checkpoint of another replica is durable in our superblock, and what it names is here (state synchronization). It may be above the
     * head; otherwise what the log has above it stays. {@link #isInstallable} was true when its superblock write was submitted. Writes may
     * be in flight: the space of what the checkpoint drops is not written before they have ended. As {@link #checkpoint} for the rest.
     */
    public void installCheckpoint(final CheckpointState durable) {
        moveCheckpoint(durable);
    }

    /**
     * Gives the journal the header of its checkpoint's prepare, which is in no log any more but in the snapshot: after an opening and after
     * {@link #installCheckpoint}.
     *
     * @param header 256 bytes from {@code offset}.
     */
    public void checkpointHeader(final DirectBuffer header, final int offset) {
        log.checkpointHeader(header, offset);
    }

    private void moveCheckpoint(final CheckpointState durable) {
        log.moveCheckpoint(durable);
        writer.reconcile();
        marks.onCheckpoint();
    }

    /**
     * The checkpoint of this op is durable on a quorum; lower ones than known change nothing. Frees space of the ring up to it, if the own
     * checkpoint is not below; ops that were servable may no longer be.
     */
    public void checkpointQuorum(final long op) {
        if (log.checkpointQuorum(op)) {
            // Story: op 3 is applied and in the checkpoint while its write is still in flight. The space it lies in is
            // given to an op of the next lap, which must wait for that write.
            writer.reconcile();
        }
    }

    // ---- bytes ----

    /** Takes a copy of the prepare of {@code op}, which is {@link #isWritable} and whose header stands; submitted by {@link #flush}. */
    public void write(final long op, final DirectBuffer prepare, final int offset) {
        Invariant.check(isWritable(op), "an op that may not be written", op);
        final long lo = prepare.getLong(offset + HeaderFlyweight.CHECKSUM_OFFSET, LITTLE_ENDIAN);
        final long hi = prepare.getLong(offset + HeaderFlyweight.CHECKSUM_OFFSET + Long.BYTES, LITTLE_ENDIAN);
        Invariant.check(log.matches(op, lo, hi), "bytes of another prepare than the log has: op", op);
        writer.stage(op, prepare, offset);
    }

    /**
     * Reads a prepare that is {@link #isServable servable} and durable here. If it ceases to be while the read is on its way, the outcome
     * is the prepare or length 0, never other bytes.
     *
     * @return false if it is not durable here with this checksum, or too many reads wait: nothing will come.
     */
    public boolean read(final long op, final long checksumLo, final long checksumHi, final long token) {
        return log.isKnown(op)
                && log.matches(op, checksumLo, checksumHi)
                && log.body(op) == LiveLog.DURABLE
                && reader.read(op, checksumLo, checksumHi, token);
    }

    /**
     * End of a duty cycle: submits what was written, one sync for all of it, and a mark where one is due. Syncs may overlap; each covers
     * what was submitted before it, and the storage serves several by one device flush.
     */
    public void flush() {
        if (isHeld) {
            // Rule 5. Story: prepares of view v land on what was acknowledged in the view before; the superblock
            // write that says so is lost; the replica comes back in the old view without the entries it vouched for
            // there.
            return;
        }
        if (lastSync - completedSync >= SYNCS_IN_FLIGHT_MAX) {
            return;
        }
        final long sync = lastSync + 1;
        boolean isSubmitted = writer.submit(sync);
        if (isSubmitted) {
            lastActivityNs = nowNs;
            if (marks.isDueWithGroup(nowNs)) {
                marks.submit(nowNs, sync);
                isMarkForced = false;
            }
        } else if (marks.isUseful() && (isMarkForced || isAckWaiting() || isLogIdle())) {
            marks.submit(nowNs, sync);
            isMarkForced = false;
            isSubmitted = true;
        }
        if (isSubmitted) {
            lastSync = sync;
            storage.sync(context.file(), JournalToken.of(JournalToken.SYNC, sync));
        }
    }

    /** Rule 7: with durability "marked" the mark is written at once when no entry goes along that would state it. */
    private boolean isAckWaiting() {
        return context.marked() && log.durableOp() > marks.markedOp();
    }

    private boolean isLogIdle() {
        return writer.isIdle() && nowNs - lastActivityNs >= SyncMarkWriter.MARK_INTERVAL_NS;
    }

    /** Time passes (any monotonic clock); only marks depend on it. */
    public void tick(final long nowNs) {
        if (!isTimeKnown) {
            isTimeKnown = true;
            lastActivityNs = nowNs;
            marks.startTime(nowNs);
        }
        this.nowNs = nowNs;
    }

    /** A completion of the storage whose token carries {@link #TOKEN_OWNER}. */
    public void onCompletion(final long token, final long result) {
        final long number = JournalToken.number(token);
        switch (JournalToken.kind(token)) {
            case JournalToken.WRITE:
                writer.onWritten(number, result);
                break;
            case JournalToken.MARK:
                marks.onWritten(result);
                break;
            case JournalToken.SYNC:
                onSynced(number);
                break;
            case JournalToken.READ:
                onRead(number, result);
                break;
            default:
                throw new InvariantException(
                        "a completion of a kind the journal does not submit: " + JournalToken.kind(token));
        }
    }

    /** A sync covers all that was submitted before it, so also what an earlier one covers whose completion is still to come. */
    private void onSynced(final long sync) {
        if (sync <= completedSync) {
            return;
        }
        completedSync = sync;
        lastActivityNs = nowNs;
        final long ackableBefore = ackableOp();
        marks.onSynced(sync);
        for (int slot = writer.pollDurable(sync); slot >= 0; slot = writer.pollDurable(sync)) {
            final long op = writer.op(slot);
            if (log.tagLogView(op) == log.logView()) {
                marks.onStatedBySector(op, writer.stated(slot));
            }
            if (op > log.checkpointOp() && log.isKnown(op)) {
                listener.onPrepareWritten(op, writer.checksumLo(slot), writer.checksumHi(slot));
            }
        }
        writer.free();
        final long ackable = ackableOp();
        if (context.marked() && ackable > ackableBefore && ackable > log.checkpointOp()) {
            listener.onPrepareWritten(ackable, log.checksumLo(ackable), log.checksumHi(ackable));
        }
    }

    private void onRead(final long number, final long result) {
        final int slot = reader.slotOf(number);
        final long token = reader.token(slot);
        final long op = reader.op(slot);
        final long lo = reader.checksumLo(slot);
        final long hi = reader.checksumHi(slot);
        final boolean isOfThisLog = reader.isOfThisLog(slot);
        final int length = reader.gather(slot, result);
        reader.release(slot);
        if (length == 0 && isOfThisLog && log.matches(op, lo, hi) && log.body(op) == LiveLog.DURABLE) {
            log.onDamaged(op);
            // Section 1: a mark is written when damage is found at run time, so that it stays damage if a crash comes
            // before the repair. What the checkpoint covers is not repaired, only not served any more.
            isMarkForced |= op > log.checkpointOp();
        }
        listener.onPrepareRead(token, op, lo, hi, reader.prepare(), 0, length);
    }
}
