package io.vireo.journal.wal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.Storage;
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
         * @param length of the whole prepare; 0 if the bytes are damaged or the op was replaced meanwhile.
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

    public long checkpointOp() {
        return log.checkpointOp();
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

    /** For checkpointOp &lt; op &lt;= head. */
    public EntryState state(final long op) {
        return log.state(op);
    }

    /** True if the header of {@code op} is known and belongs to the log (so not of an unconfirmed op). */
    public boolean hasHeader(final long op) {
        return op > log.checkpointOp() && op <= log.head() && log.isKnown(op);
    }

    /** Points {@code wrap} at the header in the journal's memory, which stays as it is until the op is replaced; it must be known. */
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
            // Story: ops 1..3 of view 0 are in flight when a StartView far above them comes; header repair contradicts
            // op 3. Its write
            // goes on, is dead, and must neither be counted as durable nor be overtaken by the write of the new op 3.
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
     * Reads a prepare that is clean here.
     *
     * @return false if it is not clean with this checksum, or too many reads wait: nothing will come.
     */
    public boolean read(final long op, final long checksumLo, final long checksumHi, final long token) {
        return op > log.checkpointOp()
                && log.matches(op, checksumLo, checksumHi)
                && log.state(op) == EntryState.CLEAN
                && reader.read(op, checksumLo, checksumHi, token);
    }

    /**
     * End of a duty cycle: submits what was written, one sync for all of it, and a mark where one is due. Syncs may overlap; each covers
     * what was submitted before it, and the storage serves several by one device flush.
     */
    public void flush() {
        if (isHeld) {
            // Rule 5. Story: prepares of view v land on what was acknowledged in the view before; the superblock write
            // that says so is
            // lost; the replica comes back in the old view without the entries it vouched for there.
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
                marks.onStatedBySector(writer.stated(slot));
            }
            if (log.isKnown(op)) {
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
            // before the repair.
            isMarkForced = true;
        }
        listener.onPrepareRead(token, op, lo, hi, reader.prepare(), 0, length);
    }
}
