package io.vireo.node.message;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * REQUEST_CHUNK, replica to replica: bytes of a file of a checkpoint. CHUNK, its answer: the same fields, and the bytes as the body, or
 * why there are none. A file is named by numbers only. Of kind 3 the request is none: it says that the chunk in which the position lies came
 * from the receiver with other bytes than the checkpoint lists, and nothing is answered.
 *
 * <pre>
 *  128  op          u64   of the checkpoint
 *  136  snapshotId  u128  of the checkpoint
 *  152  kind        u8    1 its snapshot, 2 a segment, 3 a segment that came wrong (REQUEST_CHUNK)
 *  153  status      u8    a {@link TransferCode} (CHUNK)
 *  156  length      u32   bytes wanted, bytes in the body
 *  160  namespace   u64   of a segment, as are the next two
 *  168  incarnation u64
 *  176  baseOffset  u64
 *  184  position    u64   of the first byte in the file
 *  192  fileLength  u64   of a snapshot (CHUNK)
 *  200  number      u64   of the request, given back
 *  208  mac         u256  of the header, by the key of the connection; 0 where the cluster has no secret
 * </pre>
 */
public final class ChunkFlyweight extends HeaderFlyweight {
    public static final int SNAPSHOT = 1;
    public static final int SEGMENT = 2;
    public static final int ACCUSED = 3;

    private static final int OP = 128;
    private static final int SNAPSHOT_ID = 136;
    private static final int KIND = 152;
    private static final int STATUS = 153;
    private static final int LENGTH = 156;
    private static final int NAMESPACE = 160;
    private static final int INCARNATION = 168;
    private static final int BASE_OFFSET = 176;
    private static final int POSITION = 184;
    private static final int FILE_LENGTH = 192;
    private static final int NUMBER = 200;
    public static final int MAC = 208;
    public static final int MAC_LENGTH = 32;
    public static final int RESERVED_OFFSET = 240;

    @Override
    public ChunkFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long op() {
        return u64(OP);
    }

    public long snapshotIdLo() {
        return u64(SNAPSHOT_ID);
    }

    public long snapshotIdHi() {
        return u64(SNAPSHOT_ID + 8);
    }

    public ChunkFlyweight checkpoint(final long op, final long idLo, final long idHi) {
        u64(OP, op);
        u64(SNAPSHOT_ID, idLo);
        u64(SNAPSHOT_ID + 8, idHi);
        return this;
    }

    public int kind() {
        return buffer.getByte(offset + KIND);
    }

    public ChunkFlyweight kind(final int value) {
        buffer.putByte(offset + KIND, (byte) value);
        return this;
    }

    public int status() {
        return buffer.getByte(offset + STATUS) & 0xff;
    }

    public ChunkFlyweight status(final int value) {
        buffer.putByte(offset + STATUS, (byte) value);
        return this;
    }

    /** The status of an answer; null if it is none. */
    public TransferCode code() {
        return TransferCode.ofCode(status());
    }

    /** Unsigned; checked to be below the largest frame. */
    public long length() {
        return u32(LENGTH);
    }

    public ChunkFlyweight length(final long value) {
        u32(LENGTH, value);
        return this;
    }

    public long namespace() {
        return u64(NAMESPACE);
    }

    public long incarnation() {
        return u64(INCARNATION);
    }

    public long baseOffset() {
        return u64(BASE_OFFSET);
    }

    public ChunkFlyweight segment(final long namespace, final long incarnation, final long baseOffset) {
        u64(NAMESPACE, namespace);
        u64(INCARNATION, incarnation);
        u64(BASE_OFFSET, baseOffset);
        return this;
    }

    public long position() {
        return u64(POSITION);
    }

    public ChunkFlyweight position(final long value) {
        u64(POSITION, value);
        return this;
    }

    public long fileLength() {
        return u64(FILE_LENGTH);
    }

    public ChunkFlyweight fileLength(final long value) {
        u64(FILE_LENGTH, value);
        return this;
    }

    public long number() {
        return u64(NUMBER);
    }

    public ChunkFlyweight number(final long value) {
        u64(NUMBER, value);
        return this;
    }
}
