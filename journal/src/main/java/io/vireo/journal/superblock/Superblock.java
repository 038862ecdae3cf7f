package io.vireo.journal.superblock;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;

/**
 * The superblock of one group: four copies at the start of the data file, opened by quorum, written one after another. Driven by the
 * thread of its group: {@link #format} or {@link #open} once, then {@link #write}, one at a time; outcomes come by {@link #onCompletion}
 * and leave by the {@link Listener}. It never acts on what it stores.
 */
public final class Superblock {
    /** Top 8 bits of every storage token of the superblock. */
    public static final int TOKEN_OWNER = 1;

    public static final int COPIES = DataFileLayout.SUPERBLOCK_COPIES;
    public static final int COPY_LENGTH = DataFileLayout.SUPERBLOCK_COPY_LENGTH;

    /** Receives outcomes, inside {@link #onCompletion}; may call {@link #write}. */
    public interface Listener {
        /** {@link #state} and {@link #identity} are there, durable in four equal copies. */
        void onSuperblockOpened(VsrState state);

        /** It stays unopened; nothing was written. */
        void onSuperblockRefused(SuperblockException reason);

        /** The state given to {@link #write} or {@link #format} is durable in all copies. */
        void onSuperblockWritten(VsrState state);
    }

    public Superblock(final Storage storage, final int file, final Listener listener) {
        throw new UnsupportedOperationException();
    }

    /** Writes the first superblock of a new file: all copies, sequence 1; ends with {@link Listener#onSuperblockWritten}. */
    public void format(final SuperblockIdentity identity, final VsrState state) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the copies and decides; repairs copies that are damaged or old before it reports.
     *
     * @param configured what the file has to be, all but its format id; null to take what it is.
     */
    public void open(final SuperblockIdentity configured) {
        throw new UnsupportedOperationException();
    }

    /** Writes the next state, a legal successor of {@link #state}; none is in flight. */
    public void write(final VsrState next) {
        throw new UnsupportedOperationException();
    }

    /** A completion of the storage whose token carries {@link #TOKEN_OWNER}. */
    public void onCompletion(final long token, final long result) {
        throw new UnsupportedOperationException();
    }

    /** True between {@link #write} and its {@link Listener#onSuperblockWritten}. */
    public boolean isWriting() {
        throw new UnsupportedOperationException();
    }

    /** The durable state. */
    public VsrState state() {
        throw new UnsupportedOperationException();
    }

    public SuperblockIdentity identity() {
        throw new UnsupportedOperationException();
    }

    /** Number of the durable superblock; from 1, one more with each write. */
    public long sequence() {
        throw new UnsupportedOperationException();
    }
}
