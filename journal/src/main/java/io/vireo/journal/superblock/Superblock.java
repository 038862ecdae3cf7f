package io.vireo.journal.superblock;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.SuperblockException.Code;
import io.vireo.journal.util.Invariant;
import org.agrona.MutableDirectBuffer;

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

    /** What is going on; a copy is touched in REPAIRING and WRITING only. */
    private enum Stage {
        CLOSED,
        SYNCING,
        READING,
        REPAIRING,
        WRITING,
        READY,
        REFUSED;

        boolean isLegalAfter(final Stage former) {
            return switch (this) {
                case CLOSED -> false;
                case SYNCING -> former == CLOSED;
                case READING -> former == SYNCING;
                case REPAIRING, REFUSED -> former == READING;
                case WRITING -> former == CLOSED || former == READY;
                case READY -> former == READING || former == REPAIRING || former == WRITING;
            };
        }
    }

    private static final long TOKEN_SYNC_BEFORE_READ = token(1, 0);
    private static final int TOKEN_READ = 2;
    private static final int TOKEN_WRITE = 3;
    private static final int TOKEN_SYNC = 4;

    private final Storage storage;
    private final int file;
    private final Listener listener;
    private final MutableDirectBuffer buffer;
    private final Checksum checksum = new Checksum();
    private final boolean[] readable = new boolean[COPIES];
    private final boolean[] isRepaired = new boolean[COPIES];

    private Stage stage = Stage.CLOSED;
    private SuperblockIdentity configured;
    private SuperblockQuorum quorum;
    private int readsLeft;
    private int place;
    private boolean isWritten;
    private boolean isSynced;

    private SuperblockIdentity identity;
    private VsrState state;
    private long sequence;
    private long checksumLo;
    private long checksumHi;
    private VsrState next;
    private long nextChecksumLo;
    private long nextChecksumHi;

    public Superblock(final Storage storage, final int file, final Listener listener) {
        this.storage = storage;
        this.file = file;
        this.listener = listener;
        buffer = storage.allocate(COPIES * COPY_LENGTH);
    }

    /** Writes the first superblock of a new file: all copies, sequence 1; ends with {@link Listener#onSuperblockWritten}. */
    public void format(final SuperblockIdentity newIdentity, final VsrState first) {
        Invariant.check(stage == Stage.CLOSED, "a superblock is formatted once, and not after it was opened");
        identity = newIdentity;
        startWrite(first);
    }

    /**
     * Reads the copies and decides; repairs copies that are damaged or old before it reports. What it reads is made durable first: after
     * the end of a process, not of the machine, bytes can be read that a power cut would still take away.
     *
     * @param configuredIdentity what the file has to be, all but its format id; null to take what it is.
     */
    public void open(final SuperblockIdentity configuredIdentity) {
        configured = configuredIdentity;
        stage(Stage.SYNCING);
        storage.sync(file, TOKEN_SYNC_BEFORE_READ);
    }

    /** Writes the next state, a legal successor of {@link #state}; none is in flight. */
    public void write(final VsrState newState) {
        Invariant.check(stage == Stage.READY, "a superblock is written when it is open and no write is in flight");
        final String broken = newState.brokenRuleAfter(state);
        Invariant.check(broken == null, broken, newState.view(), newState.logView());
        startWrite(newState);
    }

    /** A completion of the storage whose token carries {@link #TOKEN_OWNER}. */
    public void onCompletion(final long token, final long result) {
        switch (stage) {
            case SYNCING -> {
                Invariant.check(token == TOKEN_SYNC_BEFORE_READ, "an awaited completion of the superblock", token);
                readCopies();
            }
            case READING -> {
                final int copy = (int) (token & 0xff);
                Invariant.check(
                        copy < COPIES && token == token(TOKEN_READ, copy),
                        "an awaited completion of the superblock",
                        token);
                readable[copy] = result == COPY_LENGTH;
                readsLeft--;
                if (readsLeft == 0) {
                    decide();
                }
            }
            case REPAIRING, WRITING -> {
                final boolean isSync = token == token(TOKEN_SYNC, place);
                Invariant.check(
                        isSync || token == token(TOKEN_WRITE, place), "an awaited completion of the superblock", token);
                isSynced |= isSync;
                isWritten |= !isSync;
                if (isSynced && isWritten) {
                    onCopyDurable();
                }
            }
            case CLOSED, READY, REFUSED -> Invariant.check(false, "no completion of the superblock is awaited", token);
        }
    }

    /** True between {@link #write} or {@link #format} and its {@link Listener#onSuperblockWritten}. */
    public boolean isWriting() {
        return stage == Stage.WRITING;
    }

    /** The durable state; null before there is one. */
    public VsrState state() {
        return state;
    }

    public SuperblockIdentity identity() {
        return identity;
    }

    /** Number of the durable superblock; from 1, one more with each write. */
    public long sequence() {
        return sequence;
    }

    private void readCopies() {
        stage(Stage.READING);
        readsLeft = COPIES;
        for (int i = 0; i < COPIES; i++) {
            storage.read(
                    file,
                    DataFileLayout.superblockOffset(i),
                    buffer,
                    i * COPY_LENGTH,
                    COPY_LENGTH,
                    token(TOKEN_READ, i));
        }
    }

    private void decide() {
        quorum = SuperblockQuorum.decide(buffer, readable);
        final SuperblockException refusal = quorum.refusal() == null ? misfit() : quorum.refusal();
        if (refusal != null) {
            stage(Stage.REFUSED);
            listener.onSuperblockRefused(refusal);
            return;
        }
        final SuperblockCopy chosen = quorum.copy(quorum.chosen());
        identity = quorum.identity();
        state = quorum.state();
        sequence = chosen.sequence;
        checksumLo = chosen.checksumLo;
        checksumHi = chosen.checksumHi;
        place = quorum.nextRepair(isRepaired);
        if (place < 0) {
            opened();
        } else {
            stage(Stage.REPAIRING);
            repairCopy();
        }
    }

    /** What is wrong with an intact superblock in this file under this configuration, or null. */
    private SuperblockException misfit() {
        final String mismatch = configured == null ? null : quorum.identity().mismatchReason(configured);
        if (mismatch != null) {
            return new SuperblockException(Code.OTHER_IDENTITY, mismatch);
        }
        final long size = storage.size(file);
        final long expected = new DataFileLayout(quorum.identity().walBytes()).fileSize();
        return size == expected
                ? null
                : new SuperblockException(
                        Code.WRONG_SIZE, "the file has " + size + " bytes, it was formatted with " + expected);
    }

    /** The chosen superblock again, byte for byte: a torn repair leaves nothing that a torn write could not have left. */
    private void repairCopy() {
        final int from = quorum.chosen() * COPY_LENGTH;
        final int to = place * COPY_LENGTH;
        buffer.putBytes(to, buffer, from, COPY_LENGTH);
        writeCopy();
    }

    private void startWrite(final VsrState newState) {
        stage(Stage.WRITING);
        next = newState;
        // The copies have one checksum and differ in nothing but their place, which is said when each is written.
        SuperblockCopy.encode(buffer, 0, 0, sequence + 1, checksumLo, checksumHi, identity, next, checksum);
        for (int i = 1; i < COPIES; i++) {
            buffer.putBytes(i * COPY_LENGTH, buffer, 0, COPY_LENGTH);
        }
        nextChecksumLo = checksum.lo();
        nextChecksumHi = checksum.hi();
        place = 0;
        writeCopy();
    }

    private void writeCopy() {
        isWritten = false;
        isSynced = false;
        final int offset = place * COPY_LENGTH;
        SuperblockCopy.place(buffer, offset, place);
        storage.write(
                file, DataFileLayout.superblockOffset(place), buffer, offset, COPY_LENGTH, token(TOKEN_WRITE, place));
        storage.sync(file, token(TOKEN_SYNC, place));
    }

    private void onCopyDurable() {
        if (stage == Stage.REPAIRING) {
            isRepaired[place] = true;
            place = quorum.nextRepair(isRepaired);
            if (place < 0) {
                opened();
            } else {
                repairCopy();
            }
        } else if (place < COPIES - 1) {
            place++;
            writeCopy();
        } else {
            state = next;
            next = null;
            sequence++;
            checksumLo = nextChecksumLo;
            checksumHi = nextChecksumHi;
            stage(Stage.READY);
            listener.onSuperblockWritten(state);
        }
    }

    private void opened() {
        quorum = null;
        stage(Stage.READY);
        listener.onSuperblockOpened(state);
    }

    private void stage(final Stage newStage) {
        Invariant.check(
                newStage.isLegalAfter(stage),
                "stages of the superblock follow each other",
                stage.ordinal(),
                newStage.ordinal());
        stage = newStage;
    }

    private static long token(final int kind, final int copy) {
        return (long) TOKEN_OWNER << 56 | (long) kind << 8 | copy;
    }
}
