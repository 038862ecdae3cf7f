package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;

/**
 * One file without its name: the durable layer, the pages that processes see, and the writes between them. Knows nothing of time and
 * chance. A sector's bytes are never changed in place: the layers share them.
 */
final class Inode {
    /** Stands for a sector that the device cannot deliver. */
    static final byte[] UNREADABLE = new byte[0];

    static final byte[] ZERO = new byte[Storage.SECTOR];

    /** A sync that was asked for: it covers the writes below a sequence. */
    record Sync(long below, long token) {}

    /** What the next reads of a sector get instead of its bytes. */
    private static final class Misread {
        final ReadFault kind;
        final byte[] bytes;
        int left;
        boolean isDelivered;

        Misread(final ReadFault kind, final byte[] bytes, final int times) {
            this.kind = kind;
            this.bytes = bytes;
            left = times;
        }
    }

    final int handle;
    /** Told about what becomes durable, if this is a data file; else null. */
    private final DurableImage image;

    boolean isClosed;
    /** Syncs that wait for writes before them. */
    final ArrayList<Sync> syncs = new ArrayList<>();

    /** In order of submission; removed once durable. */
    private final ArrayList<PendingWrite> pending = new ArrayList<>();

    /** Reads that are to go wrong, or have gone wrong in this process, by their sector. */
    private final TreeMap<Integer, Misread> misreads = new TreeMap<>();

    private boolean isTruncated;
    private long nextSequence;
    /** In sectors: what is durable, what processes see, and that with the growth of all writes in flight. */
    private int durableCount;

    private int count;
    private int submittedCount;

    private byte[][] durable;
    /** By sector: the number of its last durable write in this file, from 1. */
    private long[] durableNumber;

    private long durableWrites;
    private byte[][] cached;
    /** Durable sectors that nobody has written as a whole. */
    private final BitSet garbage = new BitSet();
    /** What the durable sector replaced, for a write that turns out never to have landed. */
    private byte[][] former;
    /** What a reader gets in place of the durable sector, null where it is sound. */
    private byte[][] rot;

    /**
     * @param image null unless this is a data file.
     * @param sectors of zeros that it begins with.
     */
    Inode(final int handle, final DurableImage image, final int sectors) {
        this.handle = handle;
        this.image = image;
        durableCount = sectors;
        count = sectors;
        submittedCount = sectors;
        durable = new byte[sectors][];
        durableNumber = new long[sectors];
        cached = new byte[sectors][];
        former = new byte[sectors][];
        rot = new byte[sectors][];
    }

    boolean isData() {
        return image != null;
    }

    // Sizes in sectors

    /** As processes see it. */
    int count() {
        return count;
    }

    /** As processes see it once all writes in flight have completed. */
    int submittedCount() {
        return submittedCount;
    }

    int durableCount() {
        return durableCount;
    }

    // Writes

    /** A write that a process submits; until {@link #apply} nobody sees it. */
    PendingWrite submit(final int first, final int sectors, final DirectBuffer buffer, final int offset) {
        final PendingWrite write = new PendingWrite(nextSequence++, first, sectors, buffer, offset);
        submittedCount = Math.max(submittedCount, write.end());
        reserve(write.end());
        pending.add(write);
        return write;
    }

    /** The first write in flight that overlaps this one, null if none does. */
    PendingWrite inTheWayOf(final PendingWrite write) {
        for (final PendingWrite other : pending) {
            if (other != write && !other.isCompleted && other.overlaps(write)) {
                return other;
            }
        }
        return null;
    }

    /** True if an older write is still in flight. */
    boolean overtakes(final PendingWrite write) {
        for (final PendingWrite other : pending) {
            if (other.sequence < write.sequence && !other.isCompleted) {
                return true;
            }
        }
        return false;
    }

    /** The write takes place: readers see it, nothing is durable yet. */
    void apply(final PendingWrite write) {
        write.isCompleted = true;
        System.arraycopy(write.data(), 0, cached, write.first, write.sectors);
        count = Math.max(count, write.end());
    }

    ArrayList<PendingWrite> pending() {
        return pending;
    }

    boolean isPending(final int sector) {
        for (final PendingWrite write : pending) {
            if (write.covers(sector)) {
                return true;
            }
        }
        return false;
    }

    // Syncs

    /** A sync of all that was submitted by now. */
    Sync syncOfAll(final long token) {
        return new Sync(nextSequence, token);
    }

    /** True if everything that the sync covers has taken place. */
    boolean isReady(final Sync sync) {
        for (final PendingWrite write : pending) {
            if (write.sequence < sync.below() && !write.isCompleted) {
                return false;
            }
        }
        return true;
    }

    void makeDurable(final Sync sync) {
        int kept = 0;
        for (int i = 0; i < pending.size(); i++) {
            final PendingWrite write = pending.get(i);
            if (write.sequence < sync.below()) {
                keepSize(write);
                keepAll(write);
            } else {
                pending.set(kept++, write);
            }
        }
        while (pending.size() > kept) {
            pending.remove(pending.size() - 1);
        }
    }

    // What a crash keeps

    /** The growth by this write is durable; its bytes need not be. */
    void keepSize(final PendingWrite write) {
        durableCount = Math.max(durableCount, write.end());
    }

    void keepAll(final PendingWrite write) {
        for (int s = 0; s < write.sectors; s++) {
            keep(write, s);
        }
    }

    /** One sector of the write is durable, as it was written. */
    void keep(final PendingWrite write, final int index) {
        putDurable(write.first + index, write.data()[index], true);
    }

    /** A durable sector holds bytes that nobody has written as a whole. */
    void keepGarbage(final int sector, final byte[] bytes) {
        putDurable(sector, bytes, false);
    }

    private void putDurable(final int sector, final byte[] bytes, final boolean isAsWritten) {
        former[sector] = durable[sector];
        durable[sector] = bytes;
        durableNumber[sector] = ++durableWrites;
        garbage.set(sector, !isAsWritten);
        // Story: a rotten sector of a file is being mended, power fails, and it holds neither the old bytes nor the
        // new.
        rot[sector] = !isAsWritten && rot[sector] != null && image == null ? bytes : null;
        if (!misreads.isEmpty()) {
            misreads.remove(sector);
        }
        if (image != null) {
            image.onDurable(sector, bytes, isAsWritten);
        }
    }

    /** Whatever is not durable by now is gone: readers see what the device holds. */
    void forgetPending() {
        for (final PendingWrite write : pending) {
            for (int s = write.first; s < write.end(); s++) {
                cached[s] = onDevice(s);
            }
        }
        pending.clear();
    }

    /** Completed writes are gone and the pages dropped; what is in flight stays in flight. Returns how many writes are gone. */
    int dropCompleted() {
        int dropped = 0;
        for (int i = pending.size() - 1; i >= 0; i--) {
            if (pending.get(i).isCompleted) {
                pending.remove(i);
                dropped++;
            }
        }
        for (int sector = 0; sector < count; sector++) {
            cached[sector] = onDevice(sector);
        }
        return dropped;
    }

    // Ends of those who use it

    void onProcessEnded() {
        syncs.clear();
        isClosed = false;
        forgetMisreads();
    }

    /** Whoever opens it next sees its durable size. */
    void onMachineEnded() {
        count = durableCount;
    }

    /** Nothing is in flight any more. */
    void onCrashed() {
        submittedCount = count;
    }

    // Bytes

    /** The durable bytes before any damage, null if it was never written. */
    byte[] written(final int sector) {
        return durable[sector];
    }

    /** As {@link #written}, with zeros for what was never written. */
    byte[] content(final int sector) {
        return durable[sector] == null ? ZERO : durable[sector];
    }

    /** What the last durable write replaced. */
    byte[] formerContent(final int sector) {
        return former[sector] == null ? ZERO : former[sector];
    }

    /** What is durable now. */
    DiskCopy.File copy() {
        final int[] order = IntStream.range(0, durableCount)
                .filter(sector -> durable[sector] != null)
                .boxed()
                .sorted(Comparator.comparingLong(sector -> durableNumber[sector]))
                .mapToInt(Integer::intValue)
                .toArray();
        return new DiskCopy.File(Arrays.copyOf(durable, durableCount), (BitSet) garbage.clone(), order);
    }

    /** Of a new file: all this is durable. */
    void restore(final DiskCopy.File file) {
        final int sectors = file.sectors().length;
        reserve(sectors);
        durableCount = sectors;
        count = sectors;
        submittedCount = sectors;
        for (final int sector : file.order()) {
            putDurable(sector, file.sectors()[sector], !file.garbage().get(sector));
            former[sector] = null;
            cached[sector] = durable[sector];
        }
    }

    private byte[] onDevice(final int sector) {
        return rot[sector] == null ? durable[sector] : rot[sector];
    }

    // Damage

    /** True if this is a data file, and these former bytes of the sector belong to an entry that is there. */
    boolean isPartOfEntryThere(final int sector, final byte[] bytes) {
        return image != null && sector >= DurableImage.RING_START && image.isPartOfEntryThere(sector, bytes);
    }

    boolean isRotten(final int sector) {
        return rot[sector] != null;
    }

    /** From now on, until it is written again, a reader gets these bytes. */
    void rot(final int sector, final byte[] rotten) {
        rot[sector] = rotten;
        cached[sector] = rotten;
        if (image != null) {
            image.onDamaged(sector);
        }
    }

    /** True if a reader of this sector gets what damage has made of it. */
    boolean isSeenRotten(final int sector) {
        return cached[sector] != null && cached[sector] == rot[sector];
    }

    /**
     * So many reads of this sector get these bytes. It counts as damaged until it is written again, is read as it is, or the process that was
     * misled ends.
     */
    void misread(final int sector, final ReadFault kind, final byte[] bytes, final int times) {
        misreads.put(sector, new Misread(kind, bytes, times));
        if (image != null) {
            image.onDamaged(sector);
        }
    }

    boolean isMisread(final int sector) {
        return misreads.containsKey(sector);
    }

    /** A read takes place: what it gets, null for a sector of zeros that was never written. */
    byte[] read(final int sector, final DiskStatistics statistics) {
        final Misread misread = misreads.isEmpty() ? null : misreads.get(sector);
        if (misread == null) {
            return cached[sector];
        }
        if (misread.left == 0) {
            misreads.remove(sector);
            mend(sector);
            return cached[sector];
        }
        misread.left--;
        misread.isDelivered = true;
        switch (misread.kind) {
            case ERROR -> statistics.readErrors++;
            case MISDIRECTED -> statistics.misdirectedReads++;
            case STALE -> statistics.staleReads++;
        }
        return misread.bytes;
    }

    /** Nobody remembers a read that went wrong in an earlier process: the sector is as good as ever. */
    private void forgetMisreads() {
        misreads.forEach((sector, misread) -> {
            if (misread.isDelivered) {
                mend(sector);
            }
        });
        misreads.values().removeIf(misread -> misread.isDelivered);
    }

    private void mend(final int sector) {
        if (image != null) {
            image.onMended(sector);
        }
    }

    /** The file ends here from now on. */
    void truncate(final int sectors) {
        for (int sector = sectors; sector < durable.length; sector++) {
            durable[sector] = null;
            cached[sector] = null;
            former[sector] = null;
            rot[sector] = null;
        }
        isTruncated = true;
        durableCount = sectors;
        count = sectors;
        submittedCount = sectors;
    }

    /** True if its end got lost. */
    boolean isTruncated() {
        return isTruncated;
    }

    /** True if a reader of this sector gets something else than was written. */
    boolean isDamaged(final int sector) {
        return sector < durableCount && rot[sector] != null;
    }

    /** The first byte of a bad sector that a reader gets wrong. */
    int firstBad(final int sector) {
        // A device that cannot deliver the sector has none of its bytes.
        return rot[sector] == UNREADABLE ? 0 : Math.max(0, Arrays.mismatch(content(sector), rot[sector]));
    }

    /** True if it has lost its end, or a reader of some sector gets something else than was written. */
    boolean isDamaged() {
        for (int sector = 0; sector < durableCount; sector++) {
            if (rot[sector] != null) {
                return true;
            }
        }
        return isTruncated;
    }

    private void reserve(final int sectors) {
        if (sectors > durable.length) {
            final int length = Math.max(sectors, 2 * durable.length);
            durable = Arrays.copyOf(durable, length);
            durableNumber = Arrays.copyOf(durableNumber, length);
            cached = Arrays.copyOf(cached, length);
            former = Arrays.copyOf(former, length);
            rot = Arrays.copyOf(rot, length);
        }
    }
}
