package io.vireo.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * REPLY, replica to client: outcomes of requests of one client. The body is one row per outcome, then the replies in the order of the
 * rows. {@code view} is the latest view that the sender knows to have started.
 *
 * <pre>
 *  128  client    u128
 *  144  session   u64   of the last row
 *  192  rowCount  u32
 *  rows, 40 bytes each:
 *    0  request  u32
 *    4  status   u16   see ReplyStatus
 *    6  zero     u16
 *    8  session  u64
 *   16  op       u64   that applied the request; 0 if none did
 *   24  digest   u64   low half of the checksum of the applied request's body; 0 if none was
 *   32  length   u32   of the reply
 *   36  zero     u32
 * </pre>
 */
public final class ReplyFlyweight extends HeaderFlyweight {
    public static final int ROW_LENGTH = 40;
    /** Rows of one frame. */
    public static final int ROWS_MAX = 8192;

    private static final int CLIENT = 128;
    private static final int SESSION = 144;
    private static final int ROW_COUNT = 192;

    @Override
    public ReplyFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long clientLo() {
        return u64(CLIENT);
    }

    public long clientHi() {
        return u64(CLIENT + 8);
    }

    public ReplyFlyweight client(final long lo, final long hi) {
        u64(CLIENT, lo);
        u64(CLIENT + 8, hi);
        return this;
    }

    public long session() {
        return u64(SESSION);
    }

    public ReplyFlyweight session(final long value) {
        u64(SESSION, value);
        return this;
    }

    public int rowCount() {
        return (int) u32(ROW_COUNT);
    }

    public ReplyFlyweight rowCount(final int value) {
        u32(ROW_COUNT, value);
        return this;
    }

    /** Offset in the buffer of row {@code index}. */
    public int row(final int index) {
        return offset + HEADER_LENGTH + index * ROW_LENGTH;
    }

    /** Offset in the buffer of the first reply. */
    public int bodies() {
        return row(rowCount());
    }

    /** Unsigned 32 bit. */
    public static long request(final DirectBuffer buffer, final int row) {
        return buffer.getInt(row, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    public static int status(final DirectBuffer buffer, final int row) {
        return buffer.getShort(row + 4, LITTLE_ENDIAN) & 0xffff;
    }

    public static long session(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 8, LITTLE_ENDIAN);
    }

    public static long op(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 16, LITTLE_ENDIAN);
    }

    public static long digest(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 24, LITTLE_ENDIAN);
    }

    public static int length(final DirectBuffer buffer, final int row) {
        return buffer.getInt(row + 32, LITTLE_ENDIAN);
    }

    /** Writes one whole row, reserved bytes included. */
    public static void putRow(
            final MutableDirectBuffer buffer,
            final int row,
            final long request,
            final int status,
            final long session,
            final long op,
            final long digest,
            final int length) {
        buffer.putInt(row, (int) request, LITTLE_ENDIAN);
        buffer.putInt(row + 4, status & 0xffff, LITTLE_ENDIAN);
        buffer.putLong(row + 8, session, LITTLE_ENDIAN);
        buffer.putLong(row + 16, op, LITTLE_ENDIAN);
        buffer.putLong(row + 24, digest, LITTLE_ENDIAN);
        buffer.putLong(row + 32, length & 0xffff_ffffL, LITTLE_ENDIAN);
    }

    /** Total check of the body of a REPLY whose common part is valid; null if valid. */
    static String invalidReason(final DirectBuffer buffer, final int offset, final int bodyLength) {
        final int count = buffer.getInt(offset + ROW_COUNT, LITTLE_ENDIAN);
        if (count < 1 || count > ROWS_MAX) {
            return "row count of a reply is out of range";
        }
        long end = (long) count * ROW_LENGTH;
        for (int i = 0; i < count && end <= bodyLength; i++) {
            end += buffer.getInt(offset + HEADER_LENGTH + i * ROW_LENGTH + 32, LITTLE_ENDIAN) & 0xffff_ffffL;
        }
        return end == bodyLength ? null : "rows and replies do not fill the body";
    }
}
