package io.vireo.journal.storage;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory that direct I/O accepts: off-heap, zeroed, starting on a multiple of {@link Storage#SECTOR}. Every {@link Storage} hands these
 * out. It carries a second view of its bytes for the thread that does the I/O, so that a transfer neither allocates nor disturbs
 * whoever reads positions of {@link #byteBuffer}.
 */
public final class SectorBuffer extends UnsafeBuffer {
    private final ByteBuffer transferView;

    private SectorBuffer(final ByteBuffer bytes) {
        super(bytes);
        transferView = bytes.duplicate();
    }

    /** A new buffer of {@code length} bytes, more than none; freed by the garbage collector. */
    public static SectorBuffer allocate(final int length) {
        if (length <= 0 || length > Integer.MAX_VALUE - 2 * Storage.SECTOR) {
            throw new IllegalArgumentException("length=" + length);
        }
        // A whole number of sectors, because the aligned slice drops what does not fill one.
        final int sectors = (length + Storage.SECTOR - 1) / Storage.SECTOR;
        final ByteBuffer bytes =
                ByteBuffer.allocateDirect((sectors + 1) * Storage.SECTOR).alignedSlice(Storage.SECTOR);
        return new SectorBuffer(bytes.slice(0, length));
    }

    /** The bytes, with position and limit that belong to the I/O thread alone. */
    ByteBuffer transferView() {
        return transferView;
    }
}
