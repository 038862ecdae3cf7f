package io.vireo.journal.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * The 256-byte header in front of every frame and every prepare, little-endian. The first 128 bytes are common to all commands, the
 * other 128 are the command's own. A flyweight over somebody else's bytes: no allocation, one per thread and use.
 *
 * <pre>
 *    0  checksum      u128  over bytes 16..255: enough to trust the header without the body
 *   16  checksumBody  u128  over the body (of an empty body too)
 *   32  cluster       u128
 *   48  size          u32   header and body, bytes
 *   52  view          u32
 *   56  release       u32
 *   60  command       u8
 *   61  replica       u8    the author, not the forwarder
 *   62  group         u16
 *   64  zero          to 127
 *  128  the command's own fields, the rest zero
 * </pre>
 */
public class HeaderFlyweight {
    public static final int HEADER_LENGTH = 256;
    public static final int CHECKSUM_OFFSET = 0;
    public static final int CHECKSUM_BODY_OFFSET = 16;
    public static final int CLUSTER_OFFSET = 32;
    public static final int SIZE_OFFSET = 48;
    public static final int VIEW_OFFSET = 52;
    public static final int RELEASE_OFFSET = 56;
    public static final int COMMAND_OFFSET = 60;
    public static final int REPLICA_OFFSET = 61;
    public static final int GROUP_OFFSET = 62;
    public static final int OWN_FIELDS_OFFSET = 128;

    /** Release stated by this code; other releases are refused at the handshake. */
    public static final int RELEASE = 1;

    protected MutableDirectBuffer buffer;
    protected int offset;

    /** Points this flyweight at the header that starts at {@code offset}; bounds are the caller's duty. */
    public HeaderFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    public final MutableDirectBuffer buffer() {
        return buffer;
    }

    public final int offset() {
        return offset;
    }

    public final long checksumLo() {
        return u64(CHECKSUM_OFFSET);
    }

    public final long checksumHi() {
        return u64(CHECKSUM_OFFSET + 8);
    }

    public final long checksumBodyLo() {
        return u64(CHECKSUM_BODY_OFFSET);
    }

    public final long checksumBodyHi() {
        return u64(CHECKSUM_BODY_OFFSET + 8);
    }

    public final long clusterLo() {
        return u64(CLUSTER_OFFSET);
    }

    public final long clusterHi() {
        return u64(CLUSTER_OFFSET + 8);
    }

    /** Header and body in bytes, unsigned 32 bit. */
    public final long size() {
        return u32(SIZE_OFFSET);
    }

    public final long view() {
        return u32(VIEW_OFFSET);
    }

    public final long release() {
        return u32(RELEASE_OFFSET);
    }

    public final int commandCode() {
        return buffer.getByte(offset + COMMAND_OFFSET) & 0xff;
    }

    /** The command, or null for a code this release does not know. */
    public final Command command() {
        return Command.ofCode(commandCode());
    }

    public final int replica() {
        return buffer.getByte(offset + REPLICA_OFFSET) & 0xff;
    }

    public final int group() {
        return buffer.getShort(offset + GROUP_OFFSET, LITTLE_ENDIAN) & 0xffff;
    }

    /** Zeroes the header and sets the common fields; checksums come last, by {@link #seal}. */
    public final void init(
            final Command command,
            final long clusterLo,
            final long clusterHi,
            final int size,
            final long view,
            final int replica,
            final int group) {
        buffer.setMemory(offset, HEADER_LENGTH, (byte) 0);
        u64(CLUSTER_OFFSET, clusterLo);
        u64(CLUSTER_OFFSET + 8, clusterHi);
        u32(SIZE_OFFSET, size);
        u32(VIEW_OFFSET, view);
        u32(RELEASE_OFFSET, RELEASE);
        buffer.putByte(offset + COMMAND_OFFSET, (byte) command.code());
        buffer.putByte(offset + REPLICA_OFFSET, (byte) replica);
        buffer.putShort(offset + GROUP_OFFSET, (short) group, LITTLE_ENDIAN);
    }

    /** Sets both checksums from the bytes as they stand; the body must follow the header in the same buffer. */
    public final void seal(final Checksum checksum) {
        checksum.hash(buffer, offset + HEADER_LENGTH, (int) size() - HEADER_LENGTH);
        sealWithBody(checksum, checksum.lo(), checksum.hi());
    }

    /** Sets both checksums for a body whose own checksum is known. */
    public final void sealWithBody(final Checksum checksum, final long bodyLo, final long bodyHi) {
        u64(CHECKSUM_BODY_OFFSET, bodyLo);
        u64(CHECKSUM_BODY_OFFSET + 8, bodyHi);
        checksum.hash(buffer, offset + CHECKSUM_BODY_OFFSET, HEADER_LENGTH - CHECKSUM_BODY_OFFSET);
        u64(CHECKSUM_OFFSET, checksum.lo());
        u64(CHECKSUM_OFFSET + 8, checksum.hi());
    }

    /** True if the header's own checksum holds. */
    public final boolean isHeaderIntact(final Checksum checksum) {
        checksum.hash(buffer, offset + CHECKSUM_BODY_OFFSET, HEADER_LENGTH - CHECKSUM_BODY_OFFSET);
        return checksum.lo() == checksumLo() && checksum.hi() == checksumHi();
    }

    /** True if the body's checksum holds; only to be asked after {@link #isHeaderIntact} and the size check. */
    public final boolean isBodyIntact(final Checksum checksum) {
        checksum.hash(buffer, offset + HEADER_LENGTH, (int) size() - HEADER_LENGTH);
        return checksum.lo() == checksumBodyLo() && checksum.hi() == checksumBodyHi();
    }

    protected final long u64(final int field) {
        return buffer.getLong(offset + field, LITTLE_ENDIAN);
    }

    protected final void u64(final int field, final long value) {
        buffer.putLong(offset + field, value, LITTLE_ENDIAN);
    }

    protected final long u32(final int field) {
        return buffer.getInt(offset + field, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    protected final void u32(final int field, final long value) {
        buffer.putInt(offset + field, (int) value, LITTLE_ENDIAN);
    }
}
