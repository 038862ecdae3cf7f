package io.vireo.node.tls;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/** What can be told from the first bytes of a connection: whether the other side speaks TLS at all (RFC 8446 section 5.1). */
public final class TlsRecords {
    /** For people, of a port without TLS. */
    public static final String TLS_CALLER_OF_REPLICA =
            "the caller speaks TLS, and this port is without: set tls.replicas the same on both sides";

    public static final String TLS_CALLER_OF_CLIENTS =
            "the caller speaks TLS, and this port is without: connect without, or set tls.clients = \"on\" here";

    /** For people, of who has called such a port without. */
    public static final String TLS_CALLED_REPLICA = "answers by TLS: set tls.replicas = \"on\" here as there";

    public static final String TLS_CALLED_CLIENTS = "answers by TLS: set tls.clients = \"on\" here as there";

    /** Bytes that are looked at. */
    static final int LOOKED_AT = 3;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int MAJOR = 3;
    private static final int LENGTH_OFFSET = 3;
    /** Greatest length that a record may state (RFC 8446 section 5.2). */
    static final int LENGTH_MAX = (1 << 14) + 256;

    private static final int HEADER_LENGTH = 5;
    private static final int CLIENT_HELLO_OFFSET = 5;
    private static final int CLIENT_HELLO = 1;
    /** Of a record, and of a message in it. */
    private static final int HEADERS_LENGTH = 9;
    /** A fatal alert, "unexpected message", before any key: to who does not speak TLS. */
    private static final byte[] UNEXPECTED_MESSAGE = {ALERT, MAJOR, MAJOR, 0, 2, 2, 10};

    private TlsRecords() {}

    /** True if a caller begins by TLS: the header of a record with a client's first message of a handshake. */
    public static boolean isClientHello(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADERS_LENGTH
                || buffer.getByte(offset) != HANDSHAKE
                || buffer.getByte(offset + 1) != MAJOR
                || buffer.getByte(offset + 2) > MAJOR + 1) {
            return false;
        }
        // Read as one number: the type of the message, and its length, which fills the record.
        final int message = buffer.getInt(offset + CLIENT_HELLO_OFFSET, BIG_ENDIAN);
        final int record = buffer.getShort(offset + LENGTH_OFFSET, BIG_ENDIAN) & 0xffff;
        return message == (CLIENT_HELLO << 24 | record - Integer.BYTES);
    }

    /** True if what came before the end of a connection is the alert of a side that wants TLS. */
    public static boolean isAlert(final DirectBuffer buffer, final int offset, final int length) {
        return length == UNEXPECTED_MESSAGE.length
                && buffer.getByte(offset) == ALERT
                && buffer.getByte(offset + 1) == MAJOR
                && buffer.getByte(offset + 2) <= MAJOR + 1
                && buffer.getByte(offset + 3) == 0
                && buffer.getByte(offset + 4) == 2;
    }

    /** What the next record states as its length, that of its header not counted; 0 if that is not here yet. */
    static int length(final ByteBuffer bytes) {
        return bytes.remaining() < HEADER_LENGTH ? 0 : bytes.getShort(bytes.position() + LENGTH_OFFSET) & 0xffff;
    }

    /** True if what the next record holds is encrypted; there is at least its first byte. */
    static boolean isEncrypted(final ByteBuffer bytes) {
        return bytes.get(bytes.position()) == APPLICATION_DATA;
    }

    /** False if these, of which there are {@link #LOOKED_AT}, begin no record. */
    static boolean isRecord(final ByteBuffer bytes) {
        final int type = bytes.get(bytes.position());
        return type >= CHANGE_CIPHER_SPEC
                && type <= APPLICATION_DATA
                && bytes.get(bytes.position() + 1) == MAJOR
                && bytes.get(bytes.position() + 2) <= MAJOR + 1;
    }

    static byte[] unexpectedMessage() {
        return UNEXPECTED_MESSAGE.clone();
    }
}
