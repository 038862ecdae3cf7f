package io.vireo.journal.message;

import static io.vireo.journal.message.HeaderFlyweight.COMMAND_OFFSET;
import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;
import static io.vireo.journal.message.HeaderFlyweight.SIZE_OFFSET;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * The total check of a prepare, or of its header alone, as it comes from a peer or from the ring: everything one prepare can tell about
 * itself. Whether it belongs to the log (parent, view, place) is its taker's question. It never throws and never allocates; see
 * {@link FrameCheck}.
 */
public final class PrepareCheck {
    public static final String NOT_A_PREPARE = "not a prepare";
    public static final String OP_OUT_OF_RANGE = "op of a prepare is below 1";
    public static final String COMMIT_OUT_OF_RANGE = "commit of a prepare is not below its op";
    public static final String CHECKPOINT_OUT_OF_RANGE = "checkpoint quorum of a prepare is not below its op";
    public static final String REQUEST_COUNT_OUT_OF_RANGE = "request count of a prepare is out of range";
    public static final String REQUEST_COUNT_MISMATCH = "request count of a prepare is not its batch's";
    public static final String RESERVED_NOT_ZERO = "reserved bytes of a prepare are not zero";

    private PrepareCheck() {}

    /**
     * Checks a whole prepare of exactly {@code length} bytes.
     *
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
        final String headerReason =
                invalidHeaderReason(buffer, offset, length, clusterLo, clusterHi, sizeMax, checksum);
        if (headerReason != null) {
            return headerReason;
        }
        final String bodyReason = FrameCheck.invalidBodyReason(buffer, offset, length, checksum);
        if (bodyReason != null) {
            return bodyReason;
        }
        final int batch = offset + HEADER_LENGTH;
        final String batchReason = RequestBatch.invalidReason(buffer, batch, length - HEADER_LENGTH);
        if (batchReason != null) {
            return batchReason;
        }
        return RequestBatch.count(buffer, batch) == requestCount(buffer, offset) ? null : REQUEST_COUNT_MISMATCH;
    }

    /** Checks the header of a prepare without its body, as view change, header repair and superblock carry it. */
    public static String invalidHeaderReason(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long clusterLo,
            final long clusterHi,
            final int sizeMax,
            final Checksum checksum) {
        final String frameReason =
                FrameCheck.invalidHeaderReason(buffer, offset, length, clusterLo, clusterHi, sizeMax, checksum);
        if (frameReason != null) {
            return frameReason;
        }
        if ((buffer.getByte(offset + COMMAND_OFFSET) & 0xff) != Command.PREPARE.code()) {
            return NOT_A_PREPARE;
        }
        final long op = buffer.getLong(offset + PrepareFlyweight.OP_OFFSET, LITTLE_ENDIAN);
        if (op < 1) {
            return OP_OUT_OF_RANGE;
        }
        final long commit = buffer.getLong(offset + PrepareFlyweight.COMMIT_OFFSET, LITTLE_ENDIAN);
        if (commit < 0 || commit >= op) {
            return COMMIT_OUT_OF_RANGE;
        }
        final long checkpoint = buffer.getLong(offset + PrepareFlyweight.CHECKPOINT_QUORUM_OFFSET, LITTLE_ENDIAN);
        if (checkpoint < 0 || checkpoint >= op) {
            return CHECKPOINT_OUT_OF_RANGE;
        }
        final int count = requestCount(buffer, offset);
        final long size = buffer.getInt(offset + SIZE_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
        if (count < 1 || count > RequestBatch.REQUESTS_MAX || HEADER_LENGTH + RequestBatch.length(count, 0) > size) {
            return REQUEST_COUNT_OUT_OF_RANGE;
        }
        final int reserved = PrepareFlyweight.RESERVED_OFFSET;
        return FrameCheck.isZero(buffer, offset + reserved, HEADER_LENGTH - reserved) ? null : RESERVED_NOT_ZERO;
    }

    private static int requestCount(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + PrepareFlyweight.REQUEST_COUNT_OFFSET, LITTLE_ENDIAN);
    }
}
