package io.vireo.journal.message;

import static io.vireo.journal.message.HeaderFlyweight.CHECKSUM_BODY_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.CHECKSUM_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.CLUSTER_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.COMMAND_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;
import static io.vireo.journal.message.HeaderFlyweight.OWN_FIELDS_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.RELEASE;
import static io.vireo.journal.message.HeaderFlyweight.RELEASE_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.SIZE_OFFSET;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The total check of what all frames have in common: asked once for bytes from a wire or a disk, by whoever takes them in, on its own
 * thread. It never throws, whatever the bytes, the range or the limit are, and never allocates: a reason is one of the constants here.
 * What a command adds is checked by that command's own validator, which asks this one first.
 */
public final class FrameCheck {
    public static final String OUT_OF_RANGE = "frame is not inside its buffer";
    public static final String TOO_SHORT = "frame is shorter than a header";
    public static final String HEADER_CHECKSUM = "header checksum does not match";
    public static final String OTHER_RELEASE = "frame of another release";
    public static final String OTHER_CLUSTER = "frame of another cluster";
    public static final String SIZE_TOO_SMALL = "size is below the header's";
    public static final String SIZE_TOO_LARGE = "size is above the largest allowed";
    public static final String SIZE_MISMATCH = "size is not the frame's length";
    public static final String UNKNOWN_COMMAND = "unknown command";
    public static final String RESERVED_NOT_ZERO = "reserved bytes of the header are not zero";
    public static final String BODY_CHECKSUM = "body checksum does not match";

    private static final int COMMON_RESERVED_OFFSET = 64;

    /** Never written to. */
    private static final byte[] ZEROS = new byte[4096];

    private FrameCheck() {}

    /**
     * Checks a whole frame of exactly {@code length} bytes.
     *
     * @param sizeMax largest size allowed, header included.
     * @param checksum of the calling thread; its last result is overwritten.
     * @return null if valid, else the reason.
     */
    public static String invalidReason(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long clusterLo,
            final long clusterHi,
            final int sizeMax,
            final Checksum checksum) {
        final String reason = invalidHeaderReason(buffer, offset, length, clusterLo, clusterHi, sizeMax, checksum);
        return reason == null ? invalidBodyReason(buffer, offset, length, checksum) : reason;
    }

    /**
     * Checks the header alone, so that its size can be trusted before the body is there: {@code length} is what is available, at least a
     * header. The checksum comes first; every later reason is therefore what the sender wrote.
     */
    public static String invalidHeaderReason(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long clusterLo,
            final long clusterHi,
            final int sizeMax,
            final Checksum checksum) {
        if (!isInside(buffer, offset, length)) {
            return OUT_OF_RANGE;
        }
        if (length < HEADER_LENGTH) {
            return TOO_SHORT;
        }
        checksum.hash(buffer, offset + CHECKSUM_BODY_OFFSET, HEADER_LENGTH - CHECKSUM_BODY_OFFSET);
        if (checksum.lo() != u64(buffer, offset + CHECKSUM_OFFSET)
                || checksum.hi() != u64(buffer, offset + CHECKSUM_OFFSET + 8)) {
            return HEADER_CHECKSUM;
        }
        if (u32(buffer, offset + RELEASE_OFFSET) != RELEASE) {
            return OTHER_RELEASE;
        }
        if (u64(buffer, offset + CLUSTER_OFFSET) != clusterLo
                || u64(buffer, offset + CLUSTER_OFFSET + 8) != clusterHi) {
            return OTHER_CLUSTER;
        }
        final long size = u32(buffer, offset + SIZE_OFFSET);
        if (size < HEADER_LENGTH) {
            return SIZE_TOO_SMALL;
        }
        if (size > sizeMax) {
            return SIZE_TOO_LARGE;
        }
        if (Command.ofCode(buffer.getByte(offset + COMMAND_OFFSET) & 0xff) == null) {
            return UNKNOWN_COMMAND;
        }
        return isZero(buffer, offset + COMMON_RESERVED_OFFSET, OWN_FIELDS_OFFSET - COMMON_RESERVED_OFFSET)
                ? null
                : RESERVED_NOT_ZERO;
    }

    /** Checks what the header could not: the rest of a frame of {@code length} bytes whose header is valid. */
    public static String invalidBodyReason(
            final DirectBuffer buffer, final int offset, final int length, final Checksum checksum) {
        if (!isInside(buffer, offset, length)) {
            return OUT_OF_RANGE;
        }
        if (length < HEADER_LENGTH) {
            return TOO_SHORT;
        }
        if (u32(buffer, offset + SIZE_OFFSET) != length) {
            return SIZE_MISMATCH;
        }
        checksum.hash(buffer, offset + HEADER_LENGTH, length - HEADER_LENGTH);
        final boolean isIntact = checksum.lo() == u64(buffer, offset + CHECKSUM_BODY_OFFSET)
                && checksum.hi() == u64(buffer, offset + CHECKSUM_BODY_OFFSET + 8);
        return isIntact ? null : BODY_CHECKSUM;
    }

    /**
     * True if these bytes, which lie inside the buffer, are all zero. A recovery asks this of every sector that was never written, so bytes
     * of an array are compared many at a time.
     */
    public static boolean isZero(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        final byte[] array = buffer.byteArray();
        if (array == null) {
            return isZeroOffHeap(buffer, offset, length);
        }
        final int start = buffer.wrapAdjustment() + offset;
        int i = 0;
        while (i < length) {
            final int part = Math.min(length - i, ZEROS.length);
            if (!Arrays.equals(array, start + i, start + i + part, ZEROS, 0, part)) {
                return false;
            }
            i += part;
        }
        return true;
    }

    private static boolean isZeroOffHeap(final DirectBuffer buffer, final int offset, final int length) {
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (buffer.getLong(offset + i) != 0) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (buffer.getByte(offset + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInside(final DirectBuffer buffer, final int offset, final int length) {
        return offset >= 0 && length >= 0 && (long) offset + length <= buffer.capacity();
    }

    private static long u64(final DirectBuffer buffer, final int index) {
        return buffer.getLong(index, LITTLE_ENDIAN);
    }

    private static long u32(final DirectBuffer buffer, final int index) {
        return buffer.getInt(index, LITTLE_ENDIAN) & 0xffff_ffffL;
    }
}
