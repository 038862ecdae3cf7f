package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * CRC32C of a sector seeded with the ring it belongs to and its place there, so that a misdirected, foreign or former-life sector is
 * invalid. One per thread. Allocates only when it meets another buffer than the last time.
 */
final class SectorCrc {
    private static final int PREFIX_LENGTH = 16;

    private final CRC32C crc = new CRC32C();
    private final byte[] prefix = new byte[PREFIX_LENGTH];
    private final UnsafeBuffer prefixBuffer = new UnsafeBuffer(prefix);
    private DirectBuffer lastBuffer;
    private ByteBuffer lastBytes;

    SectorCrc(final long seed) {
        prefixBuffer.putLong(0, seed, LITTLE_ENDIAN);
    }

    /** Seed of one ring: whose it is and which life of it. */
    static long seed(
            final long clusterLo,
            final long clusterHi,
            final int replica,
            final int group,
            final long formatIdLo,
            final long formatIdHi) {
        final UnsafeBuffer fields = new UnsafeBuffer(new byte[48]);
        fields.putStringWithoutLengthAscii(0, "vireowal");
        fields.putLong(8, clusterLo, LITTLE_ENDIAN);
        fields.putLong(16, clusterHi, LITTLE_ENDIAN);
        fields.putInt(24, replica, LITTLE_ENDIAN);
        fields.putInt(28, group, LITTLE_ENDIAN);
        fields.putLong(32, formatIdLo, LITTLE_ENDIAN);
        fields.putLong(40, formatIdHi, LITTLE_ENDIAN);
        final Checksum checksum = new Checksum();
        checksum.hash(fields, 0, fields.capacity());
        return checksum.lo();
    }

    /** Over the seed, the place and bytes 4..4095 of the sector at {@code offset}. */
    int compute(final DirectBuffer buffer, final int offset, final long place) {
        prefixBuffer.putLong(8, place, LITTLE_ENDIAN);
        crc.reset();
        crc.update(prefix, 0, PREFIX_LENGTH);
        final byte[] array = buffer.byteArray();
        if (array != null) {
            crc.update(array, buffer.wrapAdjustment() + offset + Integer.BYTES, SECTOR - Integer.BYTES);
        } else {
            if (buffer != lastBuffer) {
                lastBytes = buffer.byteBuffer().duplicate();
                lastBuffer = buffer;
            }
            final int start = buffer.wrapAdjustment() + offset + Integer.BYTES;
            lastBytes.limit(start + SECTOR - Integer.BYTES).position(start);
            crc.update(lastBytes);
        }
        return (int) crc.getValue();
    }
}
