package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What can be asked of a partition. All little-endian.
 *
 * <pre>
 *                query, type u8 first                                     answer
 * 80  poll       incarnation u64, consumerKind u8, consumer u64,         currentOffset u64, beginOffset u64, count u32, zero u32,
 *                strategy u8, value u64, count u32                        batches, each length u32, bytes
 * 81  offset     incarnation u64, consumerKind u8, consumer u64          currentOffset u64, storedOffset u64
 * 82  state      incarnation u64                                          currentOffset u64, beginOffset u64, endOffset u64,
 *                                                                         bytes u64, lastTimestamp u64, segments u32
 * 84  groups     incarnation u64, from u64                                count u32, more u32, each: consumer u64
 * </pre>
 *
 * The current offset is that of the last message, 0 if there was none; the end is that of the next. A partition that was never written, or
 * whose incarnation has not begun, has zeros and no messages. The answer to a poll has exactly the messages asked for: batches at its ends
 * are cut. Groups are the numbers under which groups of consumers have stored an offset, ascending from one on; where there is more, 1, it is
 * asked for from behind the last. A poll has fewer messages where the answer has no room for more, and only those at hand where the next ones must be fetched from disk.
 *
 * @see ContentsQuery
 */
public final class PartitionQuery {
    public static final int POLL = 80;
    public static final int OFFSET = 81;
    public static final int STATE = 82;
    public static final int GROUPS = 84;

    public static final int POLL_LENGTH = 31;
    public static final int OFFSET_LENGTH = 18;
    public static final int STATE_LENGTH = 9;
    public static final int GROUPS_LENGTH = 17;

    /** From the message on whose offset is the value. Strategies have their numbers on the wire. */
    public static final int STRATEGY_OFFSET = 1;
    /** From the first message on whose timestamp is not before the value, in microseconds. */
    public static final int STRATEGY_TIMESTAMP = 2;
    /** From the first message on that is kept; as the following, without a value. */
    public static final int STRATEGY_FIRST = 3;
    /** So that it ends with the last message. */
    public static final int STRATEGY_LAST = 4;
    /** From behind the offset on that the consumer has stored, or else from the first message. */
    public static final int STRATEGY_NEXT = 5;

    public static final int POLL_PREFIX_LENGTH = 24;
    public static final int POLL_BEGIN_OFFSET = 8;
    public static final int POLL_COUNT_OFFSET = 16;
    public static final int OFFSET_ANSWER_LENGTH = 16;
    public static final int OFFSET_STORED_OFFSET = 8;
    public static final int STATE_ANSWER_LENGTH = 44;
    /** Of an answer, without groups. */
    public static final int GROUPS_PREFIX_LENGTH = 8;

    public static final int GROUPS_MORE_OFFSET = 4;
    public static final int STATE_BEGIN_OFFSET = 8;
    public static final int STATE_END_OFFSET = 16;
    public static final int STATE_BYTES_OFFSET = 24;
    public static final int STATE_TIMESTAMP_OFFSET = 32;
    public static final int STATE_SEGMENTS_OFFSET = 40;

    private static final int INCARNATION_OFFSET = 1;
    private static final int FROM_OFFSET = 9;
    private static final int KIND_OFFSET = 9;
    private static final int CONSUMER_OFFSET = 10;
    private static final int STRATEGY_CODE_OFFSET = 18;
    private static final int VALUE_OFFSET = 19;
    private static final int COUNT_OFFSET = 27;

    private PartitionQuery() {}

    /**
     * Writes a query and returns its length in bytes.
     *
     * @param count of messages at most, as an unsigned number.
     */
    public static int putPoll(
            final MutableDirectBuffer query,
            final int at,
            final long incarnation,
            final int consumerKind,
            final long consumer,
            final int strategy,
            final long value,
            final int count) {
        putOffset(query, at, incarnation, consumerKind, consumer);
        query.putByte(at, (byte) POLL);
        query.putByte(at + STRATEGY_CODE_OFFSET, (byte) strategy);
        query.putLong(at + VALUE_OFFSET, value, LITTLE_ENDIAN);
        query.putInt(at + COUNT_OFFSET, count, LITTLE_ENDIAN);
        return POLL_LENGTH;
    }

    /** Writes a query and returns its length in bytes. */
    public static int putOffset(
            final MutableDirectBuffer query,
            final int at,
            final long incarnation,
            final int consumerKind,
            final long consumer) {
        putState(query, at, incarnation);
        query.putByte(at, (byte) OFFSET);
        query.putByte(at + KIND_OFFSET, (byte) consumerKind);
        query.putLong(at + CONSUMER_OFFSET, consumer, LITTLE_ENDIAN);
        return OFFSET_LENGTH;
    }

    /** Writes a query and returns its length in bytes. */
    public static int putState(final MutableDirectBuffer query, final int at, final long incarnation) {
        query.putByte(at, (byte) STATE);
        query.putLong(at + INCARNATION_OFFSET, incarnation, LITTLE_ENDIAN);
        return STATE_LENGTH;
    }

    /** Writes a query and returns its length in bytes. @param from lowest number that is wanted. */
    public static int putGroups(
            final MutableDirectBuffer query, final int at, final long incarnation, final long from) {
        putState(query, at, incarnation);
        query.putByte(at, (byte) GROUPS);
        query.putLong(at + FROM_OFFSET, from, LITTLE_ENDIAN);
        return GROUPS_LENGTH;
    }

    /** Whether these bytes are one of the queries. */
    static boolean isValid(final DirectBuffer query, final int at, final int length) {
        if (length < STATE_LENGTH || incarnation(query, at) <= 0) {
            return false;
        }
        return switch (query.getByte(at)) {
            case POLL ->
                length == POLL_LENGTH
                        && ConsumerKind.isValid(consumerKind(query, at))
                        && strategy(query, at) >= STRATEGY_OFFSET
                        && strategy(query, at) <= STRATEGY_NEXT;
            case OFFSET -> length == OFFSET_LENGTH && ConsumerKind.isValid(consumerKind(query, at));
            case STATE -> length == STATE_LENGTH;
            case GROUPS -> length == GROUPS_LENGTH;
            default -> false;
        };
    }

    static long incarnation(final DirectBuffer query, final int at) {
        return query.getLong(at + INCARNATION_OFFSET, LITTLE_ENDIAN);
    }

    static long from(final DirectBuffer query, final int at) {
        return query.getLong(at + FROM_OFFSET, LITTLE_ENDIAN);
    }

    static int consumerKind(final DirectBuffer query, final int at) {
        return query.getByte(at + KIND_OFFSET);
    }

    static long consumer(final DirectBuffer query, final int at) {
        return query.getLong(at + CONSUMER_OFFSET, LITTLE_ENDIAN);
    }

    static int strategy(final DirectBuffer query, final int at) {
        return query.getByte(at + STRATEGY_CODE_OFFSET);
    }

    static long value(final DirectBuffer query, final int at) {
        return query.getLong(at + VALUE_OFFSET, LITTLE_ENDIAN);
    }

    static long count(final DirectBuffer query, final int at) {
        return query.getInt(at + COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
    }
}
