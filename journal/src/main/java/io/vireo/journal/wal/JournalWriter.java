package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The way of entries to the disk: a bounded staging memory in which prepares wait in sector form, first in, first out; submission in that
 * order with neighbours merged; the numbers of the syncs that cover them. {@link PrepareJournal} drives it. Never reorders, never
 * retries, never waits.
 *
 * <p>The order is the prefix rule (section 2 rule 1): an entry is staged only when the one below is in the journal or staged, and nothing
 * overtakes in the queue, so an entry is never submitted before the one below.
 */
final class JournalWriter {
    /** Longest merged write; longer ones would delay the small entry at their end without making the device faster. */
    static final int RUN_SECTORS_MAX = 256;

    /** Writes in flight; the rest waits in the staging memory, where neighbours grow together. */
    static final int WRITES_IN_FLIGHT_MAX = 512;

    private static final byte QUEUED = 1;
    private static final byte SUBMITTED = 2;
    private static final byte WRITTEN = 3;
    private static final byte CANCELLED = 4;

    private final Storage storage;
    private final int file;
    private final long walOffset;
    private final LiveLog log;
    private final PrepareRing ring;
    private final PrepareRing stagingRing;
    private final MutableDirectBuffer staging;
    private final SectorTag tag;
    private final PrepareFlyweight header = new PrepareFlyweight();

    /** Staged entries by running number modulo the capacity; every entry takes at least one sector, so this many suffice. */
    private final int mask;

    private final long[] ops;
    private final long[] los;
    private final long[] his;
    private final long[] positions;
    private final long[] stagedAt;
    private final int[] counts;
    private final long[] views;
    private final long[] syncs;
    private final long[] stated;
    private final int[] runs;
    private final byte[] stages;
    private final boolean[] dead;

    /** oldest <= nextDurable <= nextSubmit <= end, but for cancelled entries, which the later ones pass over. */
    private long oldest;

    private long nextDurable;
    private long nextSubmit;
    private long end;
    private long stagingStart;
    private long stagingEnd;
    /** Submitted entries that are no longer part of the log and whose write has not completed. */
    private int deadInFlight;

    private int writesInFlight;

    JournalWriter(final JournalContext context, final LiveLog log) {
        this.storage = context.storage();
        this.file = context.file();
        this.walOffset = context.walOffset();
        this.log = log;
        this.ring = log.ring();
        final int stagingSectors = context.stagingEntries() * ring.entrySectorsMax();
        stagingRing = new PrepareRing((long) stagingSectors * SECTOR, context.prepareSizeMax());
        staging = storage.allocate(stagingSectors * SECTOR);
        tag = new SectorTag(context.seed());
        final int capacity = Integer.highestOneBit(stagingSectors * 2 - 1);
        mask = capacity - 1;
        ops = new long[capacity];
        los = new long[capacity];
        his = new long[capacity];
        positions = new long[capacity];
        stagedAt = new long[capacity];
        counts = new int[capacity];
        views = new long[capacity];
        syncs = new long[capacity];
        stated = new long[capacity];
        runs = new int[capacity];
        stages = new byte[capacity];
        dead = new boolean[capacity];
    }

    /** True if an entry of so many sectors can be staged now. */
    boolean hasRoom(final int count) {
        return stagingRing.positionAfter(stagingEnd, count) + count <= stagingStart + stagingRing.sectors();
    }

    /** True if nothing is staged or on its way. */
    boolean isIdle() {
        return nextDurable == end;
    }

    /** Copies the prepare into sector form; the one copy on its way to the disk. */
    void stage(final long op, final DirectBuffer prepare, final int offset) {
        log.header(op, header);
        final int size = (int) header.size();
        final int count = PrepareRing.entrySectors(size);
        Invariant.check(hasRoom(count), "no staging memory for op", op);
        final long at = stagingRing.positionAfter(stagingEnd, count);
        final int base = (int) stagingRing.place(at) * SECTOR;
        int copied = 0;
        for (int i = 0; i < count; i++) {
            final int length = Math.min(SectorTag.PAYLOAD_LENGTH, size - copied);
            final int payload = base + i * SECTOR + SectorTag.LENGTH;
            staging.putBytes(payload, prepare, offset + copied, length);
            if (length < SectorTag.PAYLOAD_LENGTH) {
                staging.setMemory(payload + length, SectorTag.PAYLOAD_LENGTH - length, (byte) 0);
            }
            copied += length;
        }
        final int slot = (int) end & mask;
        ops[slot] = op;
        los[slot] = header.checksumLo();
        his[slot] = header.checksumHi();
        views[slot] = header.view();
        positions[slot] = log.position(op);
        counts[slot] = count;
        stagedAt[slot] = at;
        stages[slot] = QUEUED;
        dead[slot] = false;
        syncs[slot] = Long.MAX_VALUE;
        if (oldest == end) {
            stagingStart = at;
        }
        stagingEnd = at + count;
        end++;
        log.onQueued(op);
    }

    /**
     * Submits what is staged, in order, up to the first entry whose place a write in flight still covers.
     *
     * @param sync number of the sync that the caller submits next.
     * @return true if anything was submitted.
     */
    boolean submit(final long sync) {
        boolean submitted = false;
        while (nextSubmit < end && writesInFlight < WRITES_IN_FLIGHT_MAX) {
            if (stages[(int) nextSubmit & mask] == CANCELLED) {
                nextSubmit++;
                continue;
            }
            // Rule 3. Story: the late write of N+1 of view 1 lands in the middle of the bigger, already acknowledged
            // N'. Only the writes of entries that have left the log can be in the way: two entries of one log share a
            // place only when the lower one is at or below the reuse bound, and then it has left too.
            if (deadInFlight > 0 && overlapsInFlight((int) nextSubmit & mask)) {
                break;
            }
            submitRun(sync);
            submitted = true;
        }
        return submitted;
    }

    private void submitRun(final long sync) {
        final int first = (int) nextSubmit & mask;
        final long number = nextSubmit;
        final long place = ring.place(positions[first]);
        final int base = (int) stagingRing.place(stagedAt[first]) * SECTOR;
        int sectors = 0;
        int entries = 0;
        int slot = first;
        do {
            seal(slot, sync);
            sectors += counts[slot];
            entries++;
            nextSubmit++;
            slot = (int) nextSubmit & mask;
        } while (nextSubmit < end && isNeighbour(slot, first, place, base, sectors));
        runs[first] = entries;
        writesInFlight++;
        storage.write(
                file,
                walOffset + place * SECTOR,
                staging,
                base,
                sectors * SECTOR,
                JournalToken.of(JournalToken.WRITE, number));
    }

    /** True if this staged entry continues the run: next on the disk, next in memory, and nothing in flight in its way. */
    private boolean isNeighbour(final int slot, final int first, final long place, final int base, final int sectors) {
        return stages[slot] == QUEUED
                && sectors + counts[slot] <= RUN_SECTORS_MAX
                && positions[slot] == positions[first] + sectors
                && ring.place(positions[slot]) == place + sectors
                && (int) stagingRing.place(stagedAt[slot]) * SECTOR == base + sectors * SECTOR
                && (deadInFlight == 0 || !overlapsInFlight(slot));
    }

    private void seal(final int slot, final long sync) {
        final int base = (int) stagingRing.place(stagedAt[slot]) * SECTOR;
        final long place = ring.place(positions[slot]);
        final int count = counts[slot];
        final long logView = log.logView();
        final long syncedOp = log.statedSyncedOp();
        for (int i = 0; i < count; i++) {
            tag.wrap(staging, base + i * SECTOR)
                    .seal(place + i, i, count, ops[slot], views[slot], logView, los[slot], positions[slot], syncedOp);
        }
        stages[slot] = SUBMITTED;
        syncs[slot] = sync;
        stated[slot] = syncedOp;
        log.onSubmitted(ops[slot]);
    }

    private boolean overlapsInFlight(final int slot) {
        for (long number = oldest; number < nextSubmit; number++) {
            final int other = (int) number & mask;
            if (stages[other] == SUBMITTED
                    && ring.overlaps(positions[other], counts[other], positions[slot], counts[slot])) {
                return true;
            }
        }
        return false;
    }

    /** The log has changed: what is staged and no longer part of it is cancelled, what is in flight and no longer part of it is dead. */
    void reconcile() {
        for (long number = nextDurable; number < end; number++) {
            final int slot = (int) number & mask;
            if (dead[slot] || stages[slot] == CANCELLED || log.isOnItsWay(ops[slot], los[slot], his[slot])) {
                continue;
            }
            if (stages[slot] == QUEUED) {
                stages[slot] = CANCELLED;
            } else {
                dead[slot] = true;
                if (stages[slot] == SUBMITTED) {
                    deadInFlight++;
                }
            }
        }
        free();
    }

    /** The storage has written the run that starts at this number. */
    void onWritten(final long number, final long result) {
        writesInFlight--;
        final int entries = runs[(int) number & mask];
        long expected = 0;
        for (int i = 0; i < entries; i++) {
            final int slot = (int) (number + i) & mask;
            Invariant.check(stages[slot] == SUBMITTED, "a write completed twice", number);
            stages[slot] = WRITTEN;
            expected += (long) counts[slot] * SECTOR;
            if (dead[slot]) {
                deadInFlight--;
            }
        }
        Invariant.check(result == expected, "a write completed in part", result, expected);
        free();
    }

    /**
     * The next entry that a completed sync covers, in order of submission; its state is changed already.
     *
     * @return its slot for {@link #op} and the others, or -1 if there is none. Slots of dead entries are not returned.
     */
    int pollDurable(final long completedSync) {
        while (nextDurable < nextSubmit) {
            final int slot = (int) nextDurable & mask;
            if (stages[slot] != CANCELLED && syncs[slot] > completedSync) {
                return -1;
            }
            nextDurable++;
            if (stages[slot] != CANCELLED && !dead[slot]) {
                log.onDurable(ops[slot]);
                return slot;
            }
        }
        return -1;
    }

    /** Returns staging memory, oldest first: an entry's is free when its write has completed and a sync covers it. */
    void free() {
        while (oldest < end) {
            final int slot = (int) oldest & mask;
            final boolean done = stages[slot] == CANCELLED || (stages[slot] == WRITTEN && oldest < nextDurable);
            if (!done) {
                return;
            }
            stagingStart = stagedAt[slot] + counts[slot];
            oldest++;
            nextDurable = Math.max(nextDurable, oldest);
            nextSubmit = Math.max(nextSubmit, oldest);
        }
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

    /** syncedOp in the tags of the entry. */
    long stated(final int slot) {
        return stated[slot];
    }
}
