package io.vireo.journal.wal;

import io.vireo.journal.message.PrepareFlyweight;
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
        void onPrepareRead(long token, long op, long checksumLo, long checksumHi, DirectBuffer prepare, int offset, int length);
    }

    private final LiveLog log;

    PrepareJournal(final JournalContext context, final LiveLog log) {
        this.log = log;
    }

    /** Where outcomes go; to be set before the first completion. */
    public void listener(final Listener listener) {
        throw new UnsupportedOperationException();
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
        return log.durableOp();
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
        return log.isWritable(op);
    }

    // ---- changes of the log ----

    /** Appends a prepare to the log; its op is head + 1 and its parent the head. The bytes come by {@link #write}. */
    public void append(final PrepareFlyweight header) {
        log.append(header.buffer(), header.offset());
    }

    /**
     * Header repair of an op below the head. The caller has checked it against the parent link of the op above, which is known. Confirms
     * or contradicts what unconfirmed entries lie there and below.
     */
    public void setHeader(final PrepareFlyweight header) {
        log.setHeader(header.buffer(), header.offset());
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
        log.installStartView(headOp, headers, offset, count, logView);
    }

    /** The superblock with this logView (and the syncedOp this journal stated after installing it) is durable. */
    public void logViewDurable(final long logView) {
        throw new UnsupportedOperationException();
    }

    // ---- bytes ----

    /** Takes a copy of the prepare of {@code op}, which is {@link #isWritable} and whose header stands; submitted by {@link #flush}. */
    public void write(final long op, final DirectBuffer prepare, final int offset) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a prepare that is clean here.
     *
     * @return false if it is not clean with this checksum, or too many reads wait: nothing will come.
     */
    public boolean read(final long op, final long checksumLo, final long checksumHi, final long token) {
        throw new UnsupportedOperationException();
    }

    /** End of a duty cycle: submits what was written, one sync for all of it, and a mark where one is due. */
    public void flush() {
        throw new UnsupportedOperationException();
    }

    /** Time passes; decides about marks only. */
    public void tick(final long nowNs) {
        throw new UnsupportedOperationException();
    }

    /** A completion of the storage whose token carries {@link #TOKEN_OWNER}. */
    public void onCompletion(final long token, final long result) {
        throw new UnsupportedOperationException();
    }
}
