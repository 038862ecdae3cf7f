package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;

/**
 * One life of one partition that holds at least one message: its bounds in batches ("entries" of the segments), messages and bytes, and
 * what only some partitions need, made when they do, because there may be a hundred thousand of them.
 */
final class Partition {
    /** Bytes that {@link #writeTo} writes at least. */
    static final int LENGTH_MIN = 7 * Long.BYTES + 1;

    /** Far from where sums of two bounds overflow. */
    private static final long BOUND_MAX = Long.MAX_VALUE >> 1;
    /** What a partition may have, in its written form. */
    private static final int STARTS = 1;

    private static final int INDEX = 2;
    private static final int CONSUMERS = 4;
    private static final int GROUPS = 8;
    private static final int ALL = 15;

    private final long incarnation;
    private final long indexIntervalBytes;

    private long beginEntry;
    private long beginOffset;
    private long beginBytes;
    private long endEntry;
    private long endOffset;
    private long endBytes;
    private long lastTimestamp;

    private SegmentStarts starts;
    private SparseIndex index;
    private ConsumerOffsets consumers;
    private ConsumerOffsets groups;

    /** Where a poll stopped last: a batch and its base offset. Only makes the next one faster; no part of the state. */
    private long hintEntry;

    private long hintOffset;

    Partition(final long incarnation, final long indexIntervalBytes) {
        this.incarnation = incarnation;
        this.indexIntervalBytes = indexIntervalBytes;
    }

    long incarnation() {
        return incarnation;
    }

    /** Number of the first batch that is kept. */
    long beginEntry() {
        return beginEntry;
    }

    /** Of the first message that is kept. */
    long beginOffset() {
        return beginOffset;
    }

    /** Bytes of all batches before it. */
    long beginBytes() {
        return beginBytes;
    }

    /** Number of the next batch. */
    long endEntry() {
        return endEntry;
    }

    /** Of the next message. */
    long endOffset() {
        return endOffset;
    }

    /** Bytes of all batches there ever were. */
    long endBytes() {
        return endBytes;
    }

    /** Of the last message, in microseconds. */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** Bytes of the batches that are kept. */
    long bytes() {
        return endBytes - beginBytes;
    }

    int segments() {
        return sealedSegments() + 1;
    }

    /** Null if it has no row. */
    SparseIndex index() {
        return index;
    }

    long hintEntry() {
        return hintEntry;
    }

    long hintOffset() {
        return hintOffset;
    }

    void hint(final long entry, final long offset) {
        hintEntry = entry;
        hintOffset = offset;
    }

    /** Timestamp of a batch whose prepare has this one, in microseconds: later than that of every batch before. */
    long nextTimestamp(final long timestamp) {
        return Math.max(timestamp, lastTimestamp + 1);
    }

    /** A batch was appended with {@link #endOffset} for its base; it may have begun a segment. */
    void onAppended(final long timestamp, final int count, final int length, final boolean isNewSegment) {
        if (isNewSegment && endEntry > 0) {
            if (starts == null) {
                starts = new SegmentStarts();
            }
            starts.add(endEntry, endOffset, endBytes, lastTimestamp);
        }
        if (index == null && endBytes >= indexIntervalBytes) {
            index = new SparseIndex(indexIntervalBytes, SparseIndex.ROWS_MAX);
        }
        if (index != null) {
            index.offer(endOffset, timestamp, endEntry, endBytes);
        }
        endEntry++;
        endOffset += count;
        endBytes += length;
        lastTimestamp = timestamp;
    }

    /** How many segments can go: all but the last. */
    int sealedSegments() {
        return starts == null ? 0 : starts.count();
    }

    /** Of the newest message in the oldest segment, in microseconds; 0 if that is also the last one. */
    long sealedTimestamp() {
        return sealedSegments() == 0 ? 0 : starts.formerTimestamp(0);
    }

    /**
     * How many have only messages of an age and none later than a time, or begin below a number of bytes.
     *
     * @param now of the log, microseconds.
     * @param age microseconds, unsigned.
     * @param bytesBelow of all batches there ever were, as {@link #beginBytes}, unsigned.
     * @param notAfter microseconds; for age alone.
     */
    int segmentsToForget(final long now, final long age, final long bytesBelow, final long notAfter) {
        int forgotten = 0;
        while (forgotten < sealedSegments()) {
            final long bytesBefore = forgotten == 0 ? beginBytes : starts.bytes(forgotten - 1);
            final long newest = starts.formerTimestamp(forgotten);
            final boolean isExpired = Long.compareUnsigned(age, now) < 0 && newest < now - age && newest <= notAfter;
            if (!isExpired && Long.compareUnsigned(bytesBefore, bytesBelow) >= 0) {
                break;
            }
            forgotten++;
        }
        return forgotten;
    }

    /** Forgets the oldest segments, at least one and at most {@link #sealedSegments}. */
    void forgetSegments(final int count) {
        beginEntry = starts.entry(count - 1);
        beginOffset = starts.offset(count - 1);
        beginBytes = starts.bytes(count - 1);
        starts.removeFirst(count);
        if (index != null) {
            index.dropBelow(beginEntry);
        }
    }

    /** The offset a consumer has stored, or {@link ConsumerOffsets#NONE}. */
    long storedOffset(final int kind, final long consumer) {
        final ConsumerOffsets stored = kind == ConsumerKind.GROUP ? groups : consumers;
        return stored == null ? ConsumerOffsets.NONE : stored.get(consumer);
    }

    /** Offsets that groups have stored; null if none ever did. */
    ConsumerOffsets groups() {
        return groups;
    }

    /** False if there is no room for another consumer. */
    boolean storeOffset(final int kind, final long consumer, final long offset) {
        if (kind == ConsumerKind.GROUP) {
            groups = groups == null ? new ConsumerOffsets() : groups;
            return groups.put(consumer, offset);
        }
        consumers = consumers == null ? new ConsumerOffsets() : consumers;
        return consumers.put(consumer, offset);
    }

    /** False if there was none. */
    boolean deleteOffset(final int kind, final long consumer) {
        final ConsumerOffsets stored = kind == ConsumerKind.GROUP ? groups : consumers;
        return stored != null && stored.remove(consumer);
    }

    void writeTo(final SnapshotOutput out) {
        out.writeLong(beginEntry);
        out.writeLong(beginOffset);
        out.writeLong(beginBytes);
        out.writeLong(endEntry);
        out.writeLong(endOffset);
        out.writeLong(endBytes);
        out.writeLong(lastTimestamp);
        // What has become empty is written as what never was: both behave alike, but a restored one has none.
        final boolean hasStarts = sealedSegments() > 0;
        final boolean hasConsumers = consumers != null && consumers.count() > 0;
        final boolean hasGroups = groups != null && groups.count() > 0;
        out.writeByte((hasStarts ? STARTS : 0)
                | (index != null ? INDEX : 0)
                | (hasConsumers ? CONSUMERS : 0)
                | (hasGroups ? GROUPS : 0));
        if (hasStarts) {
            starts.writeTo(out);
        }
        if (index != null) {
            index.writeTo(out);
        }
        if (hasConsumers) {
            consumers.writeTo(out);
        }
        if (hasGroups) {
            groups.writeTo(out);
        }
    }

    void readFrom(final SnapshotInput in) {
        beginEntry = readBetween(in, 0, BOUND_MAX, "first entry of a partition");
        beginOffset = readBetween(in, beginEntry, BOUND_MAX, "first offset of a partition");
        beginBytes = readBetween(in, 0, BOUND_MAX, "bytes before a partition");
        endEntry = readBetween(in, beginEntry + 1, BOUND_MAX, "next entry of a partition");
        endOffset = readBetween(in, beginOffset + 1, BOUND_MAX, "next offset of a partition");
        endBytes = readBetween(in, beginBytes + 1, BOUND_MAX, "bytes of a partition");
        in.check(
                endOffset - beginOffset >= endEntry - beginEntry,
                "a partition has at least as many messages as its " + (endEntry - beginEntry) + " batches",
                endOffset - beginOffset);
        lastTimestamp = readBetween(in, 0, BOUND_MAX, "last timestamp of a partition");
        final int parts = in.readByte();
        in.check((parts & ~ALL) == 0, "parts of a partition are known", parts);
        if ((parts & STARTS) != 0) {
            starts = new SegmentStarts();
            starts.readFrom(in, this);
            in.check(starts.count() > 0, "a part of a partition is not empty", starts.count());
        }
        if ((parts & INDEX) != 0) {
            index = new SparseIndex(indexIntervalBytes, SparseIndex.ROWS_MAX);
            index.readFrom(in, this);
        }
        if ((parts & CONSUMERS) != 0) {
            consumers = new ConsumerOffsets();
            consumers.readFrom(in, endOffset);
            in.check(consumers.count() > 0, "a part of a partition is not empty", consumers.count());
        }
        if ((parts & GROUPS) != 0) {
            groups = new ConsumerOffsets();
            groups.readFrom(in, endOffset);
            in.check(groups.count() > 0, "a part of a partition is not empty", groups.count());
        }
    }

    static long readBetween(final SnapshotInput in, final long min, final long max, final String what) {
        final long value = in.readLong();
        in.check(value >= min && value <= max, what + " is from " + min + " to " + max, value);
        return value;
    }
}
