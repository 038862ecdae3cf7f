package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.Storage;
import org.agrona.MutableDirectBuffer;

/**
 * Reads of whole prepares from the ring: a bounded queue, a bounded memory, every byte verified before it is handed on (sector, place,
 * entry, header and body). {@link PrepareJournal} drives it. It says what the bytes are; what damage means is the journal's.
 */
final class JournalReader {
    /** Reads waiting or in flight; more are refused. A power of two. */
    static final int READS_MAX = 64;
    /** Entries of the largest size that can be in memory at a time. */
    static final int READ_ENTRIES = 2;

    private static final byte WAITING = 1;
    private static final byte READING = 2;
    private static final byte DONE = 3;

    private final Storage storage;
    private final int file;
    private final long walOffset;
    private final LiveLog log;
    private final PrepareRing ring;
    private final PrepareRing memoryRing;
    private final MutableDirectBuffer memory;
    private final MutableDirectBuffer prepare;
    private final SectorTag tag;
    private final Checksum checksum = new Checksum();
    private final PrepareFlyweight header = new PrepareFlyweight();

    private final long[] tokens = new long[READS_MAX];
    private final long[] ops = new long[READS_MAX];
    private final long[] los = new long[READS_MAX];
    private final long[] his = new long[READS_MAX];
    private final long[] positions = new long[READS_MAX];
    private final long[] memoryAt = new long[READS_MAX];
    private final long[] cuts = new long[READS_MAX];
    private final int[] counts = new int[READS_MAX];
    private final byte[] stages = new byte[READS_MAX];
    private long oldest;
    private long nextStart;
    private long end;
    private long memoryStart;
    private long memoryEnd;
    /** False from when the memory was full until half of it is free. */
    private boolean isFilling = true;

    JournalReader(final JournalContext context, final LiveLog log) {
        storage = context.storage();
        file = context.file();
        walOffset = context.walOffset();
        this.log = log;
        ring = log.ring();
        memoryRing = new PrepareRing((long) READ_ENTRIES * ring.entrySectorsMax() * SECTOR, context.prepareSizeMax());
        memory = storage.allocate(READ_ENTRIES * ring.entrySectorsMax() * SECTOR);
        prepare = storage.allocate(ring.entrySectorsMax() * SECTOR);
        tag = new SectorTag(context.seed());
    }

    /** Queues the read of an entry that is durable here; false if the queue is full. */
    boolean read(final long op, final long lo, final long hi, final long token) {
        if (end - oldest == READS_MAX) {
            return false;
        }
        final int slot = slot(end++);
        tokens[slot] = token;
        ops[slot] = op;
        los[slot] = lo;
        his[slot] = hi;
        positions[slot] = log.position(op);
        counts[slot] = log.sectorCount(op);
        cuts[slot] = log.cuts();
        stages[slot] = WAITING;
        start();
        return true;
    }

    /** In runs where there is more to read than memory for it: one read per entry that is released would be as many small ones on disk. */
    private void start() {
        isFilling |= nextStart == oldest || memoryEnd - memoryStart <= memoryRing.sectors() / 2;
        while (isFilling && nextStart < end) {
            final int slot = slot(nextStart);
            final int count = counts[slot];
            final long at = memoryRing.positionAfter(memoryEnd, count);
            if (nextStart > oldest && at + count > memoryStart + memoryRing.sectors()) {
                isFilling = false;
                return;
            }
            if (nextStart == oldest) {
                memoryStart = at;
            }
            memoryAt[slot] = at;
            memoryEnd = at + count;
            stages[slot] = READING;
            storage.read(
                    file,
                    walOffset + ring.place(positions[slot]) * SECTOR,
                    memory,
                    (int) memoryRing.place(at) * SECTOR,
                    count * SECTOR,
                    JournalToken.of(JournalToken.READ, nextStart));
            nextStart++;
        }
    }

    /** The slot of the read that ended, for the accessors, until {@link #release}. */
    int slotOf(final long number) {
        return slot(number);
    }

    /**
     * Verifies what was read and gathers it into {@link #prepare}.
     *
     * @return length of the prepare, 0 if any of its bytes is not what was asked for.
     */
    int gather(final int slot, final long result) {
        final int count = counts[slot];
        if (result != (long) count * SECTOR) {
            return 0;
        }
        final int base = (int) memoryRing.place(memoryAt[slot]) * SECTOR;
        final long place = ring.place(positions[slot]);
        for (int i = 0; i < count; i++) {
            tag.wrap(memory, base + i * SECTOR);
            if (!tag.isValid(place + i)
                    || tag.index() != i
                    || tag.count() != count
                    || tag.op() != ops[slot]
                    || tag.entry() != los[slot]
                    || tag.position() != positions[slot]) {
                return 0;
            }
            prepare.putBytes(
                    i * SectorTag.PAYLOAD_LENGTH,
                    memory,
                    base + i * SECTOR + SectorTag.LENGTH,
                    SectorTag.PAYLOAD_LENGTH);
        }
        header.wrap(prepare, 0);
        final long size = header.size();
        if (header.checksumLo() != los[slot]
                || header.checksumHi() != his[slot]
                || size < HeaderFlyweight.HEADER_LENGTH
                || PrepareRing.entrySectors(size) != count
                || !header.isHeaderIntact(checksum)
                || !header.isBodyIntact(checksum)) {
            return 0;
        }
        return (int) size;
    }

    /** Ends the read; its memory goes back and the next ones start. */
    void release(final int slot) {
        stages[slot] = DONE;
        while (oldest < nextStart && stages[slot(oldest)] == DONE) {
            memoryStart = memoryAt[slot(oldest)] + counts[slot(oldest)];
            oldest++;
        }
        start();
    }

    /** True if no entry has been replaced since the read was asked for, so that bad bytes mean damage. */
    boolean isOfThisLog(final int slot) {
        return cuts[slot] == log.cuts();
    }

    MutableDirectBuffer prepare() {
        return prepare;
    }

    long token(final int slot) {
        return tokens[slot];
    }

    long op(final int slot) {
        return ops[slot];
    }

    long checksumLo(final int slot) {
        return los[slot];
    }

    long checksumHi(final int slot) {
        return his[slot];
    }

    private static int slot(final long number) {
        return (int) number & (READS_MAX - 1);
    }
}
