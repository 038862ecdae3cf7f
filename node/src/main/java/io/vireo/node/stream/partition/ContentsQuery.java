package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Asks a group what its partitions hold, by namespace and as many as an answer may take; sent with namespace 0. All little-endian.
 *
 * <pre>
 *                   query                            answer
 * 83  contents      type u8, from namespace u64      count u32, more u32, then per partition:
 *                                                    namespace u64, incarnation u64, beginOffset u64, endOffset u64, bytes u64,
 *                                                    endBytes u64, sealedTimestamp u64, segments u32, groups u32
 * </pre>
 *
 * Partitions that were never written are in none of them. Where there is more, 1, it is asked for from behind the last namespace on. Pages
 * are of different ops.
 */
public final class ContentsQuery {
    public static final int CONTENTS = 83;
    public static final int LENGTH = 9;
    /** Of an answer, without partitions. */
    public static final int PREFIX_LENGTH = 8;
    /** Of one partition in it. */
    public static final int ENTRY_LENGTH = 64;

    private static final int FROM_OFFSET = 1;
    private static final int MORE_OFFSET = 4;
    private static final int INCARNATION_OFFSET = 8;
    private static final int BEGIN_OFFSET = 16;
    private static final int END_OFFSET = 24;
    private static final int BYTES_OFFSET = 32;
    private static final int END_BYTES_OFFSET = 40;
    private static final int SEALED_OFFSET = 48;
    private static final int SEGMENTS_OFFSET = 56;
    private static final int GROUPS_OFFSET = 60;

    private ContentsQuery() {}

    /** A part of what there is, and whether that goes on. */
    public record Page(List<PartitionContents> partitions, boolean hasMore) {
        public Page {
            partitions = List.copyOf(partitions);
        }

        /** Where the next page begins; of one that has more. */
        public long next() {
            return partitions.get(partitions.size() - 1).namespace() + 1;
        }
    }

    /**
     * Writes a query and returns its length in bytes.
     *
     * @param from the lowest namespace that is wanted, unsigned.
     */
    public static int put(final MutableDirectBuffer query, final int at, final long from) {
        query.putByte(at, (byte) CONTENTS);
        query.putLong(at + FROM_OFFSET, from, LITTLE_ENDIAN);
        return LENGTH;
    }

    /** Reads an answer. */
    public static Page read(final DirectBuffer answer, final int offset) {
        final int count = answer.getInt(offset, LITTLE_ENDIAN);
        final List<PartitionContents> partitions = new ArrayList<>(count);
        int at = offset + PREFIX_LENGTH;
        for (int i = 0; i < count; i++, at += ENTRY_LENGTH) {
            partitions.add(new PartitionContents(
                    answer.getLong(at, LITTLE_ENDIAN),
                    answer.getLong(at + INCARNATION_OFFSET, LITTLE_ENDIAN),
                    answer.getInt(at + SEGMENTS_OFFSET, LITTLE_ENDIAN),
                    answer.getLong(at + BEGIN_OFFSET, LITTLE_ENDIAN),
                    answer.getLong(at + END_OFFSET, LITTLE_ENDIAN),
                    answer.getLong(at + BYTES_OFFSET, LITTLE_ENDIAN),
                    answer.getLong(at + END_BYTES_OFFSET, LITTLE_ENDIAN),
                    answer.getLong(at + SEALED_OFFSET, LITTLE_ENDIAN),
                    answer.getInt(at + GROUPS_OFFSET, LITTLE_ENDIAN)));
        }
        return new Page(partitions, answer.getInt(offset + MORE_OFFSET, LITTLE_ENDIAN) != 0);
    }

    static boolean isValid(final DirectBuffer query, final int at, final int length) {
        return length == LENGTH && query.getByte(at) == CONTENTS;
    }

    static long answer(
            final Partitions partitions,
            final DirectBuffer query,
            final int queryOffset,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        final long[] namespaces = partitions.inOrder();
        final int first = firstFrom(namespaces, query.getLong(queryOffset + FROM_OFFSET, LITTLE_ENDIAN));
        final int room = (limit - PREFIX_LENGTH) / ENTRY_LENGTH;
        final int count = Math.min(namespaces.length - first, room);
        final boolean hasMore = first + count < namespaces.length;
        if (limit < PREFIX_LENGTH || hasMore && count == 0) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        answer.putInt(answerOffset, count, LITTLE_ENDIAN);
        answer.putInt(answerOffset + MORE_OFFSET, hasMore ? 1 : 0, LITTLE_ENDIAN);
        int at = answerOffset + PREFIX_LENGTH;
        for (int i = first; i < first + count; i++, at += ENTRY_LENGTH) {
            put(answer, at, namespaces[i], partitions.find(namespaces[i]));
        }
        return StateMachine.result(ReplyStatus.OK, PREFIX_LENGTH + count * ENTRY_LENGTH);
    }

    private static void put(
            final MutableDirectBuffer answer, final int at, final long namespace, final Partition partition) {
        answer.putLong(at, namespace, LITTLE_ENDIAN);
        answer.putLong(at + INCARNATION_OFFSET, partition.incarnation(), LITTLE_ENDIAN);
        answer.putLong(at + BEGIN_OFFSET, partition.beginOffset(), LITTLE_ENDIAN);
        answer.putLong(at + END_OFFSET, partition.endOffset(), LITTLE_ENDIAN);
        answer.putLong(at + BYTES_OFFSET, partition.bytes(), LITTLE_ENDIAN);
        answer.putLong(at + END_BYTES_OFFSET, partition.endBytes(), LITTLE_ENDIAN);
        answer.putLong(at + SEALED_OFFSET, partition.sealedTimestamp(), LITTLE_ENDIAN);
        answer.putInt(
                at + GROUPS_OFFSET,
                partition.groups() == null ? 0 : partition.groups().count(),
                LITTLE_ENDIAN);
        answer.putInt(at + SEGMENTS_OFFSET, partition.segments(), LITTLE_ENDIAN);
    }

    /** Index of the first that is not below, in the order of unsigned numbers. */
    private static int firstFrom(final long[] namespaces, final long from) {
        int low = 0;
        int high = namespaces.length;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(namespaces[middle], from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
