package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.JournalPicture.MarkState;
import io.vireo.journal.wal.RecoveryInput.FoundMark;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens the journal of a group: syncs the file, reads the marks and the whole ring once, classifies, and builds the
 * {@link PrepareJournal}. Driven by storage completions on the thread of its group. Writes nothing, so a crash at any point of it changes
 * nothing; damage it finds is the journal's to mark once it runs.
 *
 * <p>The sync comes first because after the death of a process alone the file reads back bytes that are not durable yet; what is read
 * here is taken for durable.
 */
public final class JournalRecovery {
    /** Top 8 bits of every storage token of a recovery. */
    public static final int TOKEN_OWNER = 3;

    /** Bytes per read of the ring. */
    static final int CHUNK_LENGTH = 1 << 20;

    private static final int OWNER_SHIFT = 56;

    private enum Stage {
        NEW,
        SYNCING,
        READING_MARKS,
        READING_CHUNK,
        READING_SECTORS,
        DONE;

        boolean canBecome(final Stage next) {
            switch (this) {
                case NEW:
                    return next == SYNCING;
                case SYNCING:
                    return next == READING_MARKS;
                case READING_MARKS:
                    return next == READING_CHUNK;
                case READING_CHUNK:
                    return next == READING_CHUNK || next == READING_SECTORS || next == DONE;
                case READING_SECTORS:
                    return next == READING_CHUNK || next == DONE;
                default:
                    return false;
            }
        }
    }

    private final JournalContext context;
    private final VsrState state;
    private final Storage storage;
    private final PrepareRing ring;
    private final RingScan scan;
    /** The chunk that is being read, after the marks. */
    private MutableDirectBuffer buffer;
    /** The one before it, which is scanned meanwhile; never used where one chunk is the whole ring. */
    private MutableDirectBuffer other;

    private final Checksum checksum = new Checksum();
    private final List<FoundMark> marks = new ArrayList<>();
    private final List<JournalPicture.Mark> picturedMarks = new ArrayList<>();
    private final BitSet unreadable = new BitSet();

    private Stage stage = Stage.NEW;
    private long submissions;
    /** Next mark, or next sector of the chunk, that is being read on its own. */
    private int single;

    private long chunkStart;
    private int chunkLength;
    private long unreadableMarks;

    private PrepareJournal journal;
    private RecoveryReport report;
    private JournalPicture picture;
    private JournalDamageException damage;

    public JournalRecovery(final JournalContext context, final VsrState state) {
        this.context = context;
        this.state = state;
        storage = context.storage();
        ring = new PrepareRing(context.walBytes(), context.prepareSizeMax());
        scan = new RingScan(
                context, ring, state.checkpoint().op(), state.checkpoint().endPosition(), state.logView());
        final int length = (int) Math.min(CHUNK_LENGTH, context.walBytes());
        buffer = storage.allocateUncleared(length);
        other = length < context.walBytes() ? storage.allocateUncleared(length) : buffer;
    }

    /** Submits the first step. */
    public void start() {
        become(Stage.SYNCING);
        storage.sync(context.file(), token());
    }

    /** A completion of the storage whose token carries {@link #TOKEN_OWNER} and is the outstanding one of this recovery. */
    public void onCompletion(final long token, final long result) {
        Invariant.check(
                token == ((long) TOKEN_OWNER << OWNER_SHIFT | submissions),
                "a completion recovery does not wait for",
                token);
        switch (stage) {
            case SYNCING:
                become(Stage.READING_MARKS);
                readMark(0);
                break;
            case READING_MARKS:
                onMark(result);
                break;
            case READING_CHUNK:
                onChunk(result);
                break;
            case READING_SECTORS:
                onSector(result);
                break;
            default:
                Invariant.check(false, "a completion in stage " + stage);
        }
    }

    public boolean isDone() {
        return stage == Stage.DONE;
    }

    /** The journal, ready for use; throws the typed reason if it must not be opened. */
    public PrepareJournal journal() {
        Invariant.check(isDone(), "the journal is not recovered yet");
        if (damage != null) {
            throw damage;
        }
        return journal;
    }

    /** False: RECOVERING_HEAD, the identity of an op that was durable here is not known. */
    public boolean isHeadCertain() {
        return report().isHeadCertain();
    }

    public RecoveryReport report() {
        Invariant.check(isDone(), "the journal is not recovered yet");
        return report;
    }

    /** The same op by op and sector by sector; also where the journal must not be opened. */
    public JournalPicture picture() {
        Invariant.check(isDone(), "the journal is not recovered yet");
        return picture;
    }

    /** Bytes of the ring that have been scanned. */
    public long scannedBytes() {
        return isDone() ? context.walBytes() : chunkStart;
    }

    private void readMark(final int slot) {
        single = slot;
        storage.read(context.file(), context.marksOffset() + (long) slot * SECTOR, buffer, 0, SECTOR, token());
    }

    private void onMark(final long result) {
        final SyncMark mark = new SyncMark(context.seed()).wrap(buffer, 0);
        final boolean isReadable = result == SECTOR;
        final boolean isValid = isReadable && mark.isValid(single, checksum);
        pictureMark(mark, isReadable, isValid);
        if (!isReadable) {
            unreadableMarks++;
        } else if (isValid) {
            final UnsafeBuffer header = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
            header.putBytes(0, buffer, SyncMark.HEADER_OFFSET, HeaderFlyweight.HEADER_LENGTH);
            marks.add(new FoundMark(
                    single, mark.generation(), mark.logView(), mark.syncedOp(), new HeaderRef(header, 0)));
        }
        if (single + 1 < SyncMark.SLOTS) {
            readMark(single + 1);
        } else {
            readChunk(0);
        }
    }

    private void pictureMark(final SyncMark mark, final boolean isReadable, final boolean isValid) {
        final MarkState markState = isValid
                ? MarkState.VALID
                : !isReadable
                        ? MarkState.UNREADABLE
                        : FrameCheck.isZero(buffer, 0, SECTOR) ? MarkState.NEVER_WRITTEN : MarkState.INVALID;
        picturedMarks.add(new JournalPicture.Mark(
                single,
                context.marksOffset() + (long) single * SECTOR,
                markState,
                isValid ? mark.generation() : 0,
                isValid ? mark.logView() : 0,
                isValid ? mark.syncedOp() : 0,
                isValid && mark.logView() == state.logView(),
                isReadable ? mark.crc() : 0,
                isReadable ? mark.computeCrc(single) : 0));
    }

    private void readChunk(final long start) {
        become(Stage.READING_CHUNK);
        chunkStart = start;
        chunkLength = (int) Math.min(buffer.capacity(), context.walBytes() - start);
        storage.read(context.file(), context.walOffset() + start, buffer, 0, chunkLength, token());
    }

    private void onChunk(final long result) {
        unreadable.clear();
        if (result == chunkLength) {
            scanChunk();
        } else {
            become(Stage.READING_SECTORS);
            readSector(0);
        }
    }

    /** One sector that the device cannot deliver must not take its neighbours with it. */
    private void readSector(final int index) {
        single = index;
        storage.read(
                context.file(),
                context.walOffset() + chunkStart + (long) index * SECTOR,
                buffer,
                index * SECTOR,
                SECTOR,
                token());
    }

    private void onSector(final long result) {
        if (result != SECTOR) {
            unreadable.set(single);
        }
        if ((single + 1) * SECTOR < chunkLength) {
            readSector(single + 1);
        } else {
            scanChunk();
        }
    }

    /** Asks for the next chunk first, so that the device and the scan work at the same time. */
    private void scanChunk() {
        final MutableDirectBuffer chunk = buffer;
        final int length = chunkLength;
        final long next = chunkStart + length;
        final boolean isLast = next == context.walBytes();
        if (!isLast) {
            buffer = other;
            other = chunk;
            readChunk(next);
        }
        for (int offset = 0; offset < length; offset += SECTOR) {
            if (unreadable.get(offset / SECTOR)) {
                scan.unreadable();
            } else {
                scan.sector(chunk, offset);
            }
        }
        if (isLast) {
            scan.end();
            finish();
        }
    }

    private void finish() {
        become(Stage.DONE);
        final RecoveryInput input =
                new RecoveryInput(ring, context.replicaCount(), state, marks, scan.entries(), scan.sectorSyncedOp());
        final Classification found = RecoveryClassifier.classify(input);
        report = RecoveryReport.of(input, found, scan.countedSectors(), scan.unreadableSectors() + unreadableMarks);
        picture = JournalPicture.of(context, input, found, scan, report, picturedMarks);
        damage = refusal(input, found);
        if (damage == null) {
            journal = open(found);
        }
    }

    private PrepareJournal open(final Classification found) {
        final LiveLog log = new LiveLog(ring, state);
        log.recover(found);
        final PrepareJournal opened = new PrepareJournal(context, log);
        long generation = 0;
        int slot = -1;
        for (final FoundMark mark : marks) {
            if (mark.generation() > generation) {
                generation = mark.generation();
                slot = mark.slot();
            }
        }
        opened.marks().recover(generation, slot, found.syncedOp(), Math.max(state.syncedOp(), report.markSyncedOp()));
        return opened;
    }

    private JournalDamageException refusal(final RecoveryInput input, final Classification found) {
        final String where = "group " + context.group() + " of replica " + context.replica() + ": ";
        long newestMarkLogView = 0;
        for (final FoundMark mark : input.marks()) {
            newestMarkLogView = Math.max(newestMarkLogView, mark.logView());
        }
        if (scan.newerSectors() > 0 || newestMarkLogView > state.logView()) {
            return new JournalDamageException(
                    found.checkpointOp(),
                    where + "the superblock of file \"" + DataFileLayout.FILE_NAME + "\" (offset 0) is older than the"
                            + " journal behind it (offset " + context.walOffset() + "): it is of logView "
                            + state.logView() + ", " + scan.newerSectors() + " sectors and the newest mark (logView "
                            + newestMarkLogView + ") are of later ones; an old image was restored or superblock writes"
                            + " were lost; nothing was written; this replica has forgotten promises: bring the directory"
                            + " back as it was last, or leave the replica out, the others go on without it");
        }
        if (context.replicaCount() > 1) {
            return null;
        }
        return picture.unclean().isEmpty()
                ? null
                : new JournalDamageException(
                        picture.unclean().get(0).op(),
                        where + soleReplica(picture.unclean().get(0), found));
    }

    private String soleReplica(final JournalPicture.Op op, final Classification found) {
        final int others = picture.unclean().size() - 1;
        return "op " + op.op() + " of the journal is " + op.state() + ": it belongs into file \""
                + DataFileLayout.FILE_NAME
                + "\" " + op.where() + "; " + op.contents() + "; ops up to " + found.syncedOp() + " were durable, "
                + (others == 0 ? "no other op is" : others + " other ops are") + " damaged, "
                + scan.unreadableSectors()
                + " sectors are unreadable; nothing was written; a cluster of one replica has no"
                + " other copy: check the device and restore this directory from a backup (\"vireo verify\" lists all that"
                + " is damaged)";
    }

    private long token() {
        submissions++;
        return (long) TOKEN_OWNER << OWNER_SHIFT | submissions;
    }

    private void become(final Stage next) {
        Invariant.check(stage.canBecome(next), "recovery cannot go on this way");
        stage = next;
    }
}
