package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import org.agrona.MutableDirectBuffer;

/**
 * Writes sync marks: one at a time, always over the place that is not the newest valid one, so that a crash can tear at most the older
 * statement. Knows what the durable statements of the present logView (marks, sectors, superblock) amount to. {@link PrepareJournal}
 * decides by it when a mark is due. Never submits a sync itself.
 */
final class SyncMarkWriter {
    /** The log is idle, or under load the last mark is old, after this long. */
    static final long MARK_INTERVAL_NS = 10_000_000;
    /** Under load a mark goes along with every such group. */
    static final int MARK_GROUPS = 8;

    private final Storage storage;
    private final int file;
    private final long marksOffset;
    private final LiveLog log;
    private final SyncMark mark;
    private final MutableDirectBuffer buffer;
    private final PrepareFlyweight header = new PrepareFlyweight();

    private long generation;
    private int nextSlot;
    private boolean writing;
    private boolean unsynced;
    private long unsyncedBy;
    private long submittedOp;
    private long submittedLogView;

    /** Highest syncedOp that a mark of this logView, durable or on its way, or the superblock states. */
    private long statedOp;
    /** Highest syncedOp that a durable mark, sector or superblock of this logView states. */
    private long markedOp;

    private long lastMarkNs;
    private int groupsSinceMark;

    SyncMarkWriter(final JournalContext context, final LiveLog log) {
        storage = context.storage();
        file = context.file();
        marksOffset = context.marksOffset();
        this.log = log;
        mark = new SyncMark(context.seed());
        buffer = storage.allocate(SECTOR);
        statedOp = log.checkpointOp();
        markedOp = log.checkpointOp();
    }

    /** What recovery found: generation and slot of the newest valid mark (0 and -1 if none), and what is stated durably already. */
    void recover(
            final long newestGeneration, final int newestSlot, final long evidenceOp, final long markOrSuperblockOp) {
        generation = newestGeneration;
        nextSlot = newestSlot < 0 ? 0 : SyncMark.SLOTS - 1 - newestSlot;
        markedOp = Math.max(markedOp, evidenceOp);
        statedOp = Math.max(statedOp, markOrSuperblockOp);
    }

    void startTime(final long nowNs) {
        lastMarkNs = nowNs;
    }

    long markedOp() {
        return markedOp;
    }

    /** A mark would state more than marks and superblock do, its header is there, and no other mark is on its way. */
    boolean isUseful() {
        return !writing && !unsynced && log.syncedOp() > statedOp && log.isKnown(log.syncedOp());
    }

    /** Under load: a group of entries is being submitted at this time; true if a mark should go along. */
    boolean isDueWithGroup(final long nowNs) {
        groupsSinceMark++;
        return isUseful() && (groupsSinceMark >= MARK_GROUPS || nowNs - lastMarkNs >= MARK_INTERVAL_NS);
    }

    /** Submits a mark of the present syncedOp; the caller submits sync number {@code sync} next. */
    void submit(final long nowNs, final long sync) {
        Invariant.check(isUseful(), "a mark that may not be written: op", log.syncedOp());
        generation++;
        submittedOp = log.syncedOp();
        submittedLogView = log.logView();
        mark.wrap(buffer, 0).seal(nextSlot, generation, submittedLogView, log.header(submittedOp, header));
        writing = true;
        unsynced = true;
        unsyncedBy = sync;
        statedOp = submittedOp;
        lastMarkNs = nowNs;
        groupsSinceMark = 0;
        storage.write(
                file,
                marksOffset + (long) nextSlot * SECTOR,
                buffer,
                0,
                SECTOR,
                JournalToken.of(JournalToken.MARK, generation));
        nextSlot = SyncMark.SLOTS - 1 - nextSlot;
    }

    void onWritten(final long result) {
        Invariant.check(writing && result == SECTOR, "a mark completed in part", result);
        writing = false;
    }

    void onSynced(final long completedSync) {
        if (unsynced && unsyncedBy <= completedSync) {
            unsynced = false;
            if (submittedLogView == log.logView()) {
                markedOp = Math.max(markedOp, submittedOp);
            }
        }
    }

    /**
     * A durable entry of this logView states this syncedOp in its tags. It is counted up to the entry's own op only: the tags of an entry
     * that a checkpoint covers count no more after a restart, and then nothing may be lost but what the checkpoint covers too.
     *
     * <p>Story: the checkpoint of op 7 is being written with syncedOp 20. Op 6 is repaired meanwhile; its tags state 25; on the strength of
     * them op 25 is acknowledged. The checkpoint becomes durable, the replica crashes, op 25 rots: its only evidence was in op 6.
     */
    void onStatedBySector(final long op, final long stated) {
        markedOp = Math.max(markedOp, Math.min(op, stated));
    }

    /** The checkpoint is durable: what it covers needs no other statement. */
    void onCheckpoint() {
        markedOp = Math.max(markedOp, log.checkpointOp());
        statedOp = Math.max(statedOp, log.checkpointOp());
    }

    /** Statements of the former logView count no more (section 4). */
    void onLogViewChange() {
        markedOp = log.checkpointOp();
        statedOp = log.checkpointOp();
    }

    /** The superblock of this logView is durable and states this syncedOp. */
    void onStatedBySuperblock(final long op) {
        markedOp = Math.max(markedOp, op);
        statedOp = Math.max(statedOp, op);
    }
}
