package io.vireo.journal.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The body of a REQUEST and of a PREPARE: a count, one row per request, then the bodies of the requests in the order of the rows. A
 * prepare's body is the rows, then the bodies, of the requests that waited when it was formed. Static accessors over somebody else's bytes.
 *
 * <pre>
 *   0  count        u32   1..65,535
 *   4  zero         u32
 *   8  rows, 56 bytes each:
 *        0  client       u128
 *       16  session      u64   0 only for a register
 *       24  request      u32   number within the session, from 1; 0 only for a register
 *       28  operation    u16   {@link #OPERATION_REGISTER}, or the state machine's from 16
 *       30  zero         u16
 *       32  namespace    u64
 *       40  incarnation  u64
 *       48  length       u32   of this request's body
 *       52  zero         u32
 *   8 + 56 * count  bodies
 * </pre>
 */
public final class RequestBatch {
    public static final int PREFIX_LENGTH = 8;
    public static final int ROW_LENGTH = 56;
    public static final int REQUESTS_MAX = 65_535;
    /** Opens a session; idempotent per client id. */
    public static final int OPERATION_REGISTER = 1;
    /** Takes the place of a request number whose caller has given up; changes nothing but the session's window. */
    public static final int OPERATION_NOOP = 2;
    /** First code that belongs to the state machine. */
    public static final int OPERATION_STATE_MACHINE = 16;

    private RequestBatch() {}

    /** Bytes of a body with {@code count} rows and {@code bodies} bytes of request bodies. */
    public static int length(final int count, final int bodies) {
        return PREFIX_LENGTH + count * ROW_LENGTH + bodies;
    }

    public static int count(final DirectBuffer buffer, final int batch) {
        return buffer.getInt(batch, LITTLE_ENDIAN);
    }

    public static void count(final MutableDirectBuffer buffer, final int batch, final int count) {
        buffer.putInt(batch, count, LITTLE_ENDIAN);
        buffer.putInt(batch + 4, 0, LITTLE_ENDIAN);
    }

    /** Offset in the buffer of row {@code index}. */
    public static int row(final int batch, final int index) {
        return batch + PREFIX_LENGTH + index * ROW_LENGTH;
    }

    /** Offset in the buffer of the first request body. */
    public static int bodies(final DirectBuffer buffer, final int batch) {
        return row(batch, count(buffer, batch));
    }

    public static long clientLo(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row, LITTLE_ENDIAN);
    }

    public static long clientHi(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 8, LITTLE_ENDIAN);
    }

    public static long session(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 16, LITTLE_ENDIAN);
    }

    /** Unsigned 32 bit. */
    public static long request(final DirectBuffer buffer, final int row) {
        return buffer.getInt(row + 24, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    public static int operation(final DirectBuffer buffer, final int row) {
        return buffer.getShort(row + 28, LITTLE_ENDIAN) & 0xffff;
    }

    public static long namespace(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 32, LITTLE_ENDIAN);
    }

    public static long incarnation(final DirectBuffer buffer, final int row) {
        return buffer.getLong(row + 40, LITTLE_ENDIAN);
    }

    /** Bytes of this request's body; validated batches hold no negative one. */
    public static int length(final DirectBuffer buffer, final int row) {
        return buffer.getInt(row + 48, LITTLE_ENDIAN);
    }

    /** Writes one whole row, reserved bytes included. */
    public static void putRow(
            final MutableDirectBuffer buffer,
            final int row,
            final long clientLo,
            final long clientHi,
            final long session,
            final long request,
            final int operation,
            final long namespace,
            final long incarnation,
            final int length) {
        buffer.putLong(row, clientLo, LITTLE_ENDIAN);
        buffer.putLong(row + 8, clientHi, LITTLE_ENDIAN);
        buffer.putLong(row + 16, session, LITTLE_ENDIAN);
        buffer.putInt(row + 24, (int) request, LITTLE_ENDIAN);
        buffer.putInt(row + 28, operation & 0xffff, LITTLE_ENDIAN);
        buffer.putLong(row + 32, namespace, LITTLE_ENDIAN);
        buffer.putLong(row + 40, incarnation, LITTLE_ENDIAN);
        buffer.putLong(row + 48, length & 0xffff_ffffL, LITTLE_ENDIAN);
    }

    /**
     * Total check of a body of {@code length} bytes: count, reserved bytes, and lengths that add up to exactly the body.
     *
     * @return null if valid, else the reason.
     */
    public static String invalidReason(final DirectBuffer buffer, final int batch, final int length) {
        if (length < PREFIX_LENGTH) {
            return "request batch shorter than its prefix";
        }
        final int count = count(buffer, batch);
        if (count < 1 || count > REQUESTS_MAX) {
            return "request count out of range";
        }
        if (buffer.getInt(batch + 4, LITTLE_ENDIAN) != 0) {
            return "reserved bytes of the request batch are not zero";
        }
        long end = PREFIX_LENGTH + (long) count * ROW_LENGTH;
        if (end > length) {
            return "request rows exceed the body";
        }
        for (int i = 0; i < count; i++) {
            final int row = row(batch, i);
            if (buffer.getShort(row + 30, LITTLE_ENDIAN) != 0 || buffer.getInt(row + 52, LITTLE_ENDIAN) != 0) {
                return "reserved bytes of a request row are not zero";
            }
            end += buffer.getInt(row + 48, LITTLE_ENDIAN) & 0xffff_ffffL;
            if (end > length) {
                return "request bodies exceed the body";
            }
        }
        return end == length ? null : "request bodies end before the body";
    }
}
