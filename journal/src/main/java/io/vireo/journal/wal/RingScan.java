package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareCheck;
import io.vireo.journal.message.PrepareFlyweight;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the ring sector by sector, in order of place, and says which entries and fragments of entries are there and what their tags
 * state. One pass, memory for one entry; does no I/O: {@link JournalRecovery} feeds it. An entry never crosses the end of the ring, so
 * the order of places is the order within every entry.
 */
final class RingScan {
    /** So many bad sectors are told one by one. */
    static final int BAD_SECTORS_KEPT = 4096;

    private static final int ARENA_HEADERS = 256;

    private final PrepareRing ring;
    private final long checkpointOp;
    private final long checkpointEnd;
    private final long logView;
    private final long clusterLo;
    private final long clusterHi;
    private final int group;
    private final int prepareSizeMax;
    private final SectorTag tag;
    private final Checksum checksum = new Checksum();
    private final PrepareFlyweight header = new PrepareFlyweight();
    private final UnsafeBuffer assembly;
    private final List<FoundEntry> entries = new ArrayList<>();
    private UnsafeBuffer arena = new UnsafeBuffer(new byte[0]);
    private int arenaUsed;

    /** The entry whose sectors are being gathered; count 0 if none. */
    private int count;

    private long op;
    private long view;
    private long entry;
    private long position;
    private long tagLogView;
    private int gathered;
    private boolean hasFirst;

    private long nextPlace;
    private long sectorSyncedOp;
    private long countedSectors;
    private long unreadableSectors;
    private final List<BadSector> bad = new ArrayList<>();
    private long badSectors;
    private long newerSectors;

    RingScan(
            final JournalContext context,
            final PrepareRing ring,
            final long checkpointOp,
            final long checkpointEnd,
            final long logView) {
        this.ring = ring;
        this.checkpointOp = checkpointOp;
        this.checkpointEnd = checkpointEnd;
        this.logView = logView;
        clusterLo = context.clusterLo();
        clusterHi = context.clusterHi();
        group = context.group();
        prepareSizeMax = context.prepareSizeMax();
        tag = new SectorTag(context.seed());
        assembly = new UnsafeBuffer(new byte[ring.entrySectorsMax() * SectorTag.PAYLOAD_LENGTH]);
        sectorSyncedOp = checkpointOp;
    }

    /** The next sector of the ring. */
    void sector(final MutableDirectBuffer buffer, final int offset) {
        final long place = nextPlace++;
        tag.wrap(buffer, offset);
        if (!tag.isValid(place)) {
            noteBad(buffer, offset, place);
            passGap(place);
            return;
        }
        if (!isCounted(place)) {
            passGap(place);
            return;
        }
        countedSectors++;
        if (tag.logView() == logView) {
            sectorSyncedOp = Math.max(sectorSyncedOp, tag.syncedOp());
        } else if (tag.logView() > logView) {
            newerSectors++;
        }
        final boolean continues = count > 0
                && tag.op() == op
                && tag.view() == view
                && tag.entry() == entry
                && tag.position() == position
                && tag.count() == count;
        if (!continues) {
            finish();
            count = tag.count();
            op = tag.op();
            view = tag.view();
            entry = tag.entry();
            position = tag.position();
            tagLogView = 0;
            gathered = 0;
            hasFirst = false;
        }
        if (tag.logView() <= logView) {
            tagLogView = Math.max(tagLogView, tag.logView());
        }
        gathered++;
        hasFirst |= tag.index() == 0;
        assembly.putBytes(
                tag.index() * SectorTag.PAYLOAD_LENGTH, buffer, offset + SectorTag.LENGTH, SectorTag.PAYLOAD_LENGTH);
        if (tag.index() == count - 1) {
            finish();
        }
    }

    /** Sectors that were never written are zero; everything else that does not hold is worth a word. */
    private void noteBad(final MutableDirectBuffer buffer, final int offset, final long place) {
        if (!FrameCheck.isZero(buffer, offset, SECTOR)) {
            badSectors++;
            if (bad.size() < BAD_SECTORS_KEPT) {
                bad.add(new BadSector(place, true, tag.crc(), tag.computeCrc(place)));
            }
        }
    }

    /** The next sector of the ring could not be read. */
    void unreadable() {
        unreadableSectors++;
        badSectors++;
        if (bad.size() < BAD_SECTORS_KEPT) {
            bad.add(new BadSector(nextPlace, false, 0, 0));
        }
        passGap(nextPlace++);
    }

    /** The last sector has been given. */
    void end() {
        finish();
    }

    /** Section 5: a sector counts only in its own place and within the lap that the checkpoint leaves for live entries. */
    private boolean isCounted(final long place) {
        final long start = tag.position();
        final int sectors = tag.count();
        return sectors >= 1
                && sectors <= ring.entrySectorsMax()
                && tag.index() < sectors
                && start >= checkpointEnd
                && start <= Long.MAX_VALUE - ring.sectors()
                && start + sectors <= checkpointEnd + ring.sectors()
                && ring.place(start) + sectors <= ring.sectors()
                && ring.place(start) + tag.index() == place
                && tag.op() > checkpointOp;
    }

    private void passGap(final long place) {
        if (count > 0 && place >= ring.place(position) + count - 1) {
            finish();
        }
    }

    private void finish() {
        if (count == 0) {
            return;
        }
        boolean intact = false;
        HeaderRef found = null;
        long hi = 0;
        if (hasFirst && isHeaderOfEntry()) {
            hi = header.checksumHi();
            found = keepHeader();
            intact = gathered == count && isWholePrepare();
        }
        entries.add(new FoundEntry(op, view, entry, hi, position, count, tagLogView, intact, found));
        count = 0;
    }

    private boolean isHeaderOfEntry() {
        header.wrap(assembly, 0);
        return PrepareCheck.invalidHeaderReason(
                                assembly,
                                0,
                                HeaderFlyweight.HEADER_LENGTH,
                                clusterLo,
                                clusterHi,
                                prepareSizeMax,
                                checksum)
                        == null
                && header.group() == group
                && header.op() == op
                && header.view() == view
                && header.checksumLo() == entry
                && PrepareRing.entrySectors(header.size()) == count;
    }

    private boolean isWholePrepare() {
        return PrepareCheck.invalidReason(
                        assembly, 0, (int) header.size(), clusterLo, clusterHi, prepareSizeMax, checksum)
                == null;
    }

    private HeaderRef keepHeader() {
        if (arenaUsed == arena.capacity()) {
            arena = new UnsafeBuffer(new byte[ARENA_HEADERS * HeaderFlyweight.HEADER_LENGTH]);
            arenaUsed = 0;
        }
        final HeaderRef ref = new HeaderRef(arena, arenaUsed);
        arena.putBytes(arenaUsed, assembly, 0, HeaderFlyweight.HEADER_LENGTH);
        arenaUsed += HeaderFlyweight.HEADER_LENGTH;
        return ref;
    }

    List<FoundEntry> entries() {
        return entries;
    }

    /** Highest syncedOp among the counted sectors of the present logView; the checkpoint's op if none states one. */
    long sectorSyncedOp() {
        return sectorSyncedOp;
    }

    long countedSectors() {
        return countedSectors;
    }

    /** Sectors that are neither valid nor zero, by place; the first {@link #BAD_SECTORS_KEPT} of {@link #badSectors()}. */
    List<BadSector> bad() {
        return bad;
    }

    long badSectors() {
        return badSectors;
    }

    long unreadableSectors() {
        return unreadableSectors;
    }

    /** Sectors that state a logView above the superblock's: the superblock is older than the ring. */
    long newerSectors() {
        return newerSectors;
    }
}
