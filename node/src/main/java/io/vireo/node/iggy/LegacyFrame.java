package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The legacy framing: finds the request at the front of received bytes, and writes the header of a response. A gateway has one per
 * connection. Numbers are little-endian and unsigned.
 *
 * <pre>
 *  request    0  length   u32   of code and payload     response   0  status   u32   0, or an {@link IggyError}
 *             4  code     u32                                      4  length   u32   of the payload, 0 with an error
 *             8  payload                                           8  payload
 * </pre>
 *
 * A refused request is answered with {@link IggyError#INVALID_COMMAND} and the {@link #frameLength} bytes of it are passed over, as many
 * as arrive: the connection stays in step.
 */
public final class LegacyFrame {
    public static final int HEADER_LENGTH = 8;
    public static final int STATUS_OK = 0;

    private static final int CODE = 4;
    private static final int CODE_LENGTH = 4;

    /** What is at the front of the received bytes. */
    public enum Progress {
        /** Less than a request: call again with {@link #bytesNeeded} bytes. */
        INCOMPLETE,
        /** A whole request. */
        COMPLETE,
        /** An unknown command or a length that is not allowed; known from the header, so nothing of it need be kept. */
        REFUSED
    }

    private CommandCode command;
    private int payloadOffset;
    private long frameLength;

    /**
     * Looks at the front of what was received.
     *
     * @param offset of the first byte that is not consumed.
     * @param available bytes from there on, 0 allowed.
     */
    public Progress wrap(final DirectBuffer buffer, final int offset, final int available) {
        buffer.boundsCheck(offset, available);
        command = null;
        payloadOffset = offset + HEADER_LENGTH;
        frameLength = HEADER_LENGTH;
        if (available < HEADER_LENGTH) {
            return Progress.INCOMPLETE;
        }
        final long length = buffer.getInt(offset, LITTLE_ENDIAN) & 0xffff_ffffL;
        if (length < CODE_LENGTH) {
            // Every client writes a code, so the header is taken as whole whatever its length says: one that forgets
            // to count the code of a request without payload stays in step.
            return Progress.REFUSED;
        }
        frameLength = HEADER_LENGTH - CODE_LENGTH + length;
        command = CommandCode.ofCode(buffer.getInt(offset + CODE, LITTLE_ENDIAN));
        if (command == null || length - CODE_LENGTH > command.payloadMax()) {
            return Progress.REFUSED;
        }
        return available < frameLength ? Progress.INCOMPLETE : Progress.COMPLETE;
    }

    /** Null if the header has not arrived yet, its length is below 4, or the code is unknown. */
    public CommandCode command() {
        return command;
    }

    /** Bytes from the first of the header that have to be there before the next call; stands if incomplete. */
    public int bytesNeeded() {
        return (int) frameLength;
    }

    /** Bytes of header and payload by the header's own word: what to consume, or to pass over if refused; up to 4 GiB. */
    public long frameLength() {
        return frameLength;
    }

    /** Stands if complete. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** In bytes; stands if complete. */
    public int payloadLength() {
        return (int) frameLength - HEADER_LENGTH;
    }

    /** Writes the header of a success before its payload. */
    public static void putOk(final MutableDirectBuffer buffer, final int offset, final int payloadLength) {
        buffer.putInt(offset, STATUS_OK, LITTLE_ENDIAN);
        buffer.putInt(offset + 4, payloadLength, LITTLE_ENDIAN);
    }

    /** Writes a whole response: an error has no payload, because some clients would not read it and lose step. */
    public static void putError(final MutableDirectBuffer buffer, final int offset, final IggyError error) {
        buffer.putInt(offset, error.code(), LITTLE_ENDIAN);
        buffer.putInt(offset + 4, 0, LITTLE_ENDIAN);
    }
}
