package io.vireo.sim.storage;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.wal.SectorTag;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What one data file holds for certain, whatever a crash does: an index over the durable layer alone, kept up to date sector by sector, so
 * that auditors can ask about an op in constant time. Latent damage is kept apart: the index says what was made durable, the damage what
 * has become of it. Parses the bytes itself; never asks the node.
 */
public final class DurableImage {
    /** Where the ring starts, in sectors of the file. */
    public static final int RING_START = 16;

    /** Where the sync marks start, in sectors of the file. */
    public static final int MARKS_START =
            DataFileLayout.SUPERBLOCK_COPIES * DataFileLayout.SUPERBLOCK_COPY_LENGTH / Storage.SECTOR;

    private static final int HEADER_IN_SECTOR = SectorTag.LENGTH;
    private static final int PARENT_IN_SECTOR = HEADER_IN_SECTOR + 128;

    private final UnsafeBuffer sectorBuffer = new UnsafeBuffer(0, 0);
    private final BitSet damaged = new BitSet();
    /** Of those that were damaged when somebody began to watch: the ones that have been so ever since. */
    private final BitSet damagedSince = new BitSet();

    private final SuperblockImage superblock;

    // Per sector of the ring: what its tag says; op 0 if it is no sector of an entry.
    private long[] sectorOp = new long[1024];
    private long[] sectorEntry = new long[1024];
    private long[] sectorSynced = new long[1024];
    private long[] sectorLogView = new long[1024];
    private int[] sectorIndex = new int[1024];
    private int[] sectorCount = new int[1024];

    // Per op: the entry of it that was written last.
    private long[] entry = new long[1024];
    private long[] parent = new long[1024];
    private long[] first = new long[1024];
    private int[] count = new int[1024];
    private long[] present = new long[1024];
    private long highestOp;

    private final long[] markSynced = new long[2];
    private final long[] markLogView = new long[2];

    /** Falls when an entry that was whole is overwritten. */
    private long wholeBelow = Long.MAX_VALUE;

    private DurableFiles files;

    public DurableImage() {
        superblock = new SuperblockImage();
    }

    /** The image of a data file as a copy of its disk has it. */
    public static DurableImage of(final DiskCopy copy) {
        final DurableImage image = new DurableImage();
        final DiskCopy.File file = copy.files().get(DataFileLayout.FILE_NAME);
        if (file != null) {
            for (final int sector : file.order()) {
                image.onDurable(sector, file.sectors()[sector], !file.garbage().get(sector));
            }
        }
        return image;
    }

    // Inputs, from the disk

    /** Nothing was ever written, but for what {@link #onDurable} says from now on. */
    void forgetAll() {
        damaged.clear();
        damagedSince.clear();
        superblock.forgetAll();
        Arrays.fill(sectorOp, 0);
        Arrays.fill(sectorCount, 0);
        Arrays.fill(entry, 0);
        Arrays.fill(parent, 0);
        Arrays.fill(first, 0);
        Arrays.fill(count, 0);
        Arrays.fill(present, 0);
        Arrays.fill(markSynced, 0);
        Arrays.fill(markLogView, 0);
        highestOp = 0;
        wholeBelow = 0;
    }

    void files(final DurableFiles durable) {
        files = durable;
    }

    void onDurable(final int sector, final byte[] bytes, final boolean isAsWritten) {
        onMended(sector);
        if (sector < MARKS_START) {
            superblock.onDurable(sector, bytes);
        } else if (sector < MARKS_START + 2) {
            onMark(sector - MARKS_START, bytes, isAsWritten);
        } else if (sector >= RING_START) {
            onRing(sector - RING_START, bytes, isAsWritten);
        }
    }

    void onDamaged(final int sector) {
        damaged.set(sector);
    }

    void onMended(final int sector) {
        damaged.clear(sector);
        damagedSince.clear(sector);
    }

    private void onMark(final int slot, final byte[] bytes, final boolean isAsWritten) {
        sectorBuffer.wrap(bytes);
        markSynced[slot] = isAsWritten ? sectorBuffer.getLong(24, LITTLE_ENDIAN) : 0;
        markLogView[slot] = isAsWritten ? sectorBuffer.getInt(16, LITTLE_ENDIAN) & 0xffff_ffffL : -1;
    }

    private void onRing(final int place, final byte[] bytes, final boolean isAsWritten) {
        ensureSector(place);
        forget(place);
        if (!isAsWritten) {
            return;
        }
        sectorBuffer.wrap(bytes);
        final long op = sectorBuffer.getLong(SectorTag.OP_OFFSET, LITTLE_ENDIAN);
        if (op <= 0 || op > 1 << 24) {
            return;
        }
        final int index = sectorBuffer.getShort(SectorTag.INDEX_OFFSET, LITTLE_ENDIAN) & 0xffff;
        final long tagEntry = sectorBuffer.getLong(SectorTag.ENTRY_OFFSET, LITTLE_ENDIAN);
        sectorOp[place] = op;
        sectorEntry[place] = tagEntry;
        sectorIndex[place] = index;
        sectorCount[place] = sectorBuffer.getShort(SectorTag.COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff;
        sectorSynced[place] = sectorBuffer.getLong(SectorTag.SYNCED_OP_OFFSET, LITTLE_ENDIAN);
        sectorLogView[place] = sectorBuffer.getInt(SectorTag.LOG_VIEW_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
        ensureOp((int) op);
        final int at = (int) op;
        final long start = (long) place - index;
        if (entry[at] != tagEntry || first[at] != start) {
            if (isWholeEntry(at)) {
                wholeBelow = Math.min(wholeBelow, op);
            }
            entry[at] = tagEntry;
            first[at] = start;
            count[at] = sectorCount[place];
            present[at] = 0;
        }
        present[at] |= 1L << index;
        if (index == 0) {
            parent[at] = sectorBuffer.getLong(PARENT_IN_SECTOR, LITTLE_ENDIAN);
        }
        highestOp = Math.max(highestOp, op);
    }

    private void forget(final int place) {
        final int op = (int) sectorOp[place];
        if (op == 0) {
            return;
        }
        if (entry[op] == sectorEntry[place] && first[op] == place - sectorIndex[place]) {
            if (isWholeEntry(op)) {
                wholeBelow = Math.min(wholeBelow, op);
            }
            present[op] &= ~(1L << sectorIndex[place]);
        }
        sectorOp[place] = 0;
    }

    // Questions

    /** The superblock a process would open from the durable layer. */
    public SuperblockImage superblock() {
        return superblock;
    }

    /** The files beside the data file, and it. */
    public DurableFiles files() {
        return files;
    }

    /** True if a durable checkpoint stands for this op, whatever became of its entry. */
    public boolean isCovered(final long op) {
        return op <= superblock.checkpointOp();
    }

    /** True if every sector of this prepare was made durable and is still what is there, damage aside. */
    public boolean holds(final long op, final long checksumLo) {
        return op > 0 && op < entry.length && entry[(int) op] == checksumLo && isWholeEntry((int) op);
    }

    /** True if some prepare of this op is there with all its sectors. */
    public boolean isWhole(final long op) {
        return op > 0 && op < entry.length && isWholeEntry((int) op);
    }

    /** The same as {@link #holds}, and none of its sectors is damaged. */
    public boolean holdsIntact(final long op, final long checksumLo) {
        return holds(op, checksumLo) && !isDamaged(op);
    }

    /**
     * True if a copy of this prepare, which need not be the one written last, is there with all its sectors, and none of them was damaged
     * from {@link #watchDamage} until now.
     */
    public boolean holdsSound(final long op, final long checksumLo) {
        if (holds(op, checksumLo) && isSound((int) first[(int) op], checksumLo, damagedSince)) {
            return true;
        }
        for (int place = 0; place < sectorOp.length; place++) {
            if (sectorOp[place] == op && sectorIndex[place] == 0 && isSound(place, checksumLo, damagedSince)) {
                return true;
            }
        }
        return false;
    }

    private boolean isSound(final int start, final long checksumLo, final BitSet bad) {
        final int sectors = sectorCount[start];
        for (int i = 0; i < sectors; i++) {
            final int place = start + i;
            if (place >= sectorOp.length
                    || sectorOp[place] != sectorOp[start]
                    || sectorEntry[place] != checksumLo
                    || sectorIndex[place] != i
                    || bad.get(RING_START + place)) {
                return false;
            }
        }
        return sectors > 0;
    }

    /** Entries whose first sector is there and one of the others is not: a crash has torn them, or damage struck their body. */
    public int headersAlone() {
        int alone = 0;
        for (int place = 0; place < sectorOp.length; place++) {
            final boolean isFirst = sectorOp[place] != 0 && sectorIndex[place] == 0 && !damaged.get(RING_START + place);
            alone += isFirst && !isSound(place, sectorEntry[place], damaged) ? 1 : 0;
        }
        return alone;
    }

    /** A process begins to read: from now on {@link #holdsSound} tells what was damaged all the time from what was damaged later. */
    public void watchDamage() {
        damagedSince.clear();
        damagedSince.or(damaged);
    }

    /** True if a sector of what is there for this op is damaged. */
    public boolean isDamaged(final long op) {
        if (op <= 0 || op >= entry.length || count[(int) op] == 0) {
            return false;
        }
        final int from = RING_START + (int) first[(int) op];
        final int next = damaged.nextSetBit(from);
        return next >= 0 && next < from + count[(int) op];
    }

    /** Low half of the identity of the entry that is there for this op; 0 if none is. */
    public long entry(final long op) {
        return op > 0 && op < entry.length ? entry[(int) op] : 0;
    }

    /** Low half of the identity of the prepare below this op; of a whole entry only. */
    public long parent(final long op) {
        return parent[(int) op];
    }

    public long highestOp() {
        return highestOp;
    }

    /**
     * Highest op that an opening keeps without any evidence: all up to it from the checkpoint on are whole and sound, and follow each other.
     * Entries that a later view has cut may be among the last of them; whoever asks about a committed op knows its identity.
     */
    public long unbrokenOp() {
        final long checkpointOp = superblock.checkpointOp();
        long op = checkpointOp;
        while (isWhole(op + 1) && !isDamaged(op + 1) && (op == checkpointOp || parent(op + 1) == entry(op))) {
            op++;
        }
        return op;
    }

    /** Lowest op whose whole entry was overwritten since the last call, {@code Long.MAX_VALUE} if none was. */
    public long takeOverwritten() {
        final long lowest = wholeBelow;
        wholeBelow = Long.MAX_VALUE;
        return lowest;
    }

    /** Op of the entry that this sector of the file belongs to; 0 if it is none of the ring or holds no entry. */
    public long opOfSector(final int sector) {
        final int place = sector - RING_START;
        return place >= 0 && place < sectorOp.length ? sectorOp[place] : 0;
    }

    /** True if the sector belongs to what {@link #entry} says of its op. */
    public boolean isSectorOfEntry(final int sector) {
        final int place = sector - RING_START;
        final int op = (int) opOfSector(sector);
        return op > 0 && entry[op] == sectorEntry[place] && first[op] == place - sectorIndex[place];
    }

    public boolean isSectorDamaged(final int sector) {
        return damaged.get(sector);
    }

    /** Damaged sectors of the superblock. */
    public int damagedSuperblockCopies() {
        int copies = 0;
        for (int copy = 0; copy < DataFileLayout.SUPERBLOCK_COPIES; copy++) {
            final int next = damaged.nextSetBit(3 * copy);
            copies += next >= 0 && next < 3 * copy + 3 ? 1 : 0;
        }
        return copies;
    }

    /** Highest op up to this one with a damaged entry; 0 if none has one. */
    public long highestDamagedOp(final long upTo) {
        long highest = 0;
        for (int sector = damaged.nextSetBit(RING_START); sector >= 0; sector = damaged.nextSetBit(sector + 1)) {
            if (isSectorOfEntry(sector) && opOfSector(sector) <= upTo && !isCovered(opOfSector(sector))) {
                highest = Math.max(highest, opOfSector(sector));
            }
        }
        return highest;
    }

    /**
     * Highest op that some durable and undamaged sector, mark or superblock of the present logView states to have been durable
     * (storage-and-safety, section 4: evidence).
     *
     * @param without a sector to leave out as if it were damaged too.
     */
    public long evidenceWithout(final int without) {
        return evidence(sector -> sector != without && !damaged.get(sector));
    }

    /** The evidence that was made durable under the present logView, whatever damage came over it since. */
    public long evidenceWritten() {
        return evidence(sector -> true);
    }

    private long evidence(final IntPredicate isReadable) {
        final long logView = superblock.logView();
        final long covered = superblock.checkpointOp();
        long highest = superblock.syncedOp();
        for (int slot = 0; slot < 2; slot++) {
            if (markLogView[slot] == logView && isReadable.test(MARKS_START + slot)) {
                highest = Math.max(highest, markSynced[slot]);
            }
        }
        for (int place = 0; place < sectorOp.length; place++) {
            // The tags of what a checkpoint covers count no more.
            if (sectorOp[place] > covered && sectorLogView[place] == logView && isReadable.test(RING_START + place)) {
                highest = Math.max(highest, sectorSynced[place]);
            }
        }
        return highest;
    }

    /**
     * True if these bytes in this sector would add to an entry of which other sectors are in their places. 1. An entry is written; 2. another
     * one is, over it; 3. the first is written again, as repair does, and a crash leaves a part of that; 4. what was there before comes back
     * in the other part: it is the first entry, whole. So such bytes are no damage to anybody; nor are those of an entry of one sector where a
     * crash has left garbage in its place.
     */
    boolean isPartOfEntryThere(final int sector, final byte[] bytes) {
        final UnsafeBuffer tag = new UnsafeBuffer(bytes);
        final long op = tag.getLong(SectorTag.OP_OFFSET, LITTLE_ENDIAN);
        final long tagEntry = tag.getLong(SectorTag.ENTRY_OFFSET, LITTLE_ENDIAN);
        final int index = tag.getShort(SectorTag.INDEX_OFFSET, LITTLE_ENDIAN) & 0xffff;
        final int sectors = tag.getShort(SectorTag.COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff;
        final int start = sector - RING_START - index;
        if (op > 0 && sectors == 1 && start >= 0 && start < sectorOp.length && sectorOp[start] == 0) {
            return true;
        }
        for (int i = 0; op > 0 && start >= 0 && i < sectors && start + i < sectorOp.length; i++) {
            final int place = start + i;
            if (i != index
                    && sectorOp[place] == op
                    && sectorEntry[place] == tagEntry
                    && sectorIndex[place] == i
                    && sectorCount[place] == sectors) {
                return true;
            }
        }
        return false;
    }

    /** True if both hold the same sector of the same entry, whatever else their tags say. */
    static boolean isSameSectorOfEntry(final byte[] one, final byte[] other) {
        final UnsafeBuffer first = new UnsafeBuffer(one);
        final UnsafeBuffer second = new UnsafeBuffer(other);
        return first.getLong(SectorTag.OP_OFFSET, LITTLE_ENDIAN) > 0
                && first.getLong(SectorTag.OP_OFFSET) == second.getLong(SectorTag.OP_OFFSET)
                && first.getLong(SectorTag.ENTRY_OFFSET) == second.getLong(SectorTag.ENTRY_OFFSET)
                && first.getShort(SectorTag.INDEX_OFFSET) == second.getShort(SectorTag.INDEX_OFFSET);
    }

    public static boolean isSuperblock(final int sector) {
        return sector < MARKS_START;
    }

    public static boolean isMark(final int sector) {
        return sector >= MARKS_START && sector < MARKS_START + 2;
    }

    private boolean isWholeEntry(final int op) {
        return count[op] > 0 && count[op] < 64 && present[op] == (1L << count[op]) - 1;
    }

    private void ensureSector(final int place) {
        if (place >= sectorOp.length) {
            final int capacity = Math.max(2 * sectorOp.length, place + 1);
            sectorOp = Arrays.copyOf(sectorOp, capacity);
            sectorEntry = Arrays.copyOf(sectorEntry, capacity);
            sectorSynced = Arrays.copyOf(sectorSynced, capacity);
            sectorLogView = Arrays.copyOf(sectorLogView, capacity);
            sectorIndex = Arrays.copyOf(sectorIndex, capacity);
            sectorCount = Arrays.copyOf(sectorCount, capacity);
        }
    }

    private void ensureOp(final int op) {
        if (op >= entry.length) {
            final int capacity = Math.max(2 * entry.length, op + 1);
            entry = Arrays.copyOf(entry, capacity);
            parent = Arrays.copyOf(parent, capacity);
            first = Arrays.copyOf(first, capacity);
            count = Arrays.copyOf(count, capacity);
            present = Arrays.copyOf(present, capacity);
        }
    }
}
