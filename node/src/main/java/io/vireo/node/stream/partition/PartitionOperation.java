package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * What changes a partition, with the bodies of the requests; namespace and incarnation are those of the request. All little-endian.
 *
 * <pre>
 *                       body                                               reply
 * 64  append            a batch, see {@link BatchFlyweight}                baseOffset u64, count u32
 * 65  store offset      kind u8, consumer u64, offset u64                  none
 * 66  delete offset     kind u8, consumer u64                              none
 * 67  drop              none                                               none
 * 68  delete segments   count u32                                          beginOffset u64, deleted u32
 * 69  retain            age u64, bytesBelow u64, notAfter u64            beginOffset u64, deleted u32
 * </pre>
 *
 * Drop ends the incarnation and all before it, whether it has begun or not, as often as it is asked to. Delete segments and retain take
 * whole sealed segments, oldest first, and never the last: the former so many; the latter while the newest message of the oldest has an age
 * in microseconds at the time of the op, which is that of the log and no clock's, and is not later than {@code notAfter}, or while the oldest
 * begins below {@code bytesBelow}, which counts the bytes of all batches that this incarnation ever had. Both say absolutely what was meant:
 * a retain that comes late, or twice, takes no more than that, whatever was appended since. Both leave offsets as they are.
 */
public final class PartitionOperation {
    public static final int APPEND = 64;
    public static final int STORE_OFFSET = 65;
    public static final int DELETE_OFFSET = 66;
    public static final int DROP = 67;
    public static final int DELETE_SEGMENTS = 68;
    public static final int RETAIN = 69;

    public static final int STORE_OFFSET_LENGTH = 17;
    public static final int DELETE_OFFSET_LENGTH = 9;
    public static final int DROP_LENGTH = 0;
    public static final int DELETE_SEGMENTS_LENGTH = 4;
    public static final int RETAIN_LENGTH = 24;
    /** Age of nothing, for a retain by size. */
    public static final long NO_AGE = -1;
    /** For a retain by age: no segment begins below. */
    public static final long NO_BYTES_BELOW = 0;
    /** For a retain by size: nothing has expired. */
    public static final long NO_TIME = 0;
    /** Of the longest reply. */
    public static final int REPLY_LENGTH_MAX = 12;

    static final int CONSUMER_OFFSET = 1;
    static final int STORED_OFFSET = 9;
    static final int BYTES_BELOW_OFFSET = 8;
    static final int NOT_AFTER_OFFSET = 16;
    static final int REPLY_COUNT_OFFSET = 8;

    private PartitionOperation() {}

    /** Writes a body and returns its length in bytes. */
    public static int putStoreOffset(
            final MutableDirectBuffer body, final int at, final int kind, final long consumer, final long offset) {
        putDeleteOffset(body, at, kind, consumer);
        body.putLong(at + STORED_OFFSET, offset, LITTLE_ENDIAN);
        return STORE_OFFSET_LENGTH;
    }

    /** Writes a body and returns its length in bytes. */
    public static int putDeleteOffset(
            final MutableDirectBuffer body, final int at, final int kind, final long consumer) {
        body.putByte(at, (byte) kind);
        body.putLong(at + CONSUMER_OFFSET, consumer, LITTLE_ENDIAN);
        return DELETE_OFFSET_LENGTH;
    }

    /** Writes a body and returns its length in bytes. */
    public static int putDeleteSegments(final MutableDirectBuffer body, final int at, final int count) {
        body.putInt(at, count, LITTLE_ENDIAN);
        return DELETE_SEGMENTS_LENGTH;
    }

    /**
     * Writes a body and returns its length in bytes.
     *
     * @param age microseconds, unsigned; {@link #NO_AGE} if nothing expires.
     * @param bytesBelow of all batches there ever were, unsigned: segments that begin below it go; {@link #NO_BYTES_BELOW} if none is to.
     * @param notAfter microseconds since 1970: later messages do not expire; {@link #NO_TIME} if none is to.
     */
    public static int putRetain(
            final MutableDirectBuffer body, final int at, final long age, final long bytesBelow, final long notAfter) {
        body.putLong(at, age, LITTLE_ENDIAN);
        body.putLong(at + BYTES_BELOW_OFFSET, bytesBelow, LITTLE_ENDIAN);
        body.putLong(at + NOT_AFTER_OFFSET, notAfter, LITTLE_ENDIAN);
        return RETAIN_LENGTH;
    }
}
