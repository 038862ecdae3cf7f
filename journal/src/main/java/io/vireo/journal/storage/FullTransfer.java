package io.vireo.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Transfers that end only when all bytes have moved: the system may move fewer of them at a time than it was asked to. */
final class FullTransfer {
    private FullTransfer() {}

    /**
     * Writes what remains in the buffer.
     *
     * @throws IOException if the device takes no more, as when it is full; a part may have been written.
     */
    static void write(final FileChannel channel, final ByteBuffer bytes, final long start) throws IOException {
        long position = start;
        while (bytes.hasRemaining()) {
            final int count = channel.write(bytes, position);
            if (count <= 0) {
                throw new IOException("the device took no byte at offset " + position);
            }
            position += count;
        }
    }

    /** Fills what remains of the buffer; false if the file ends before. */
    static boolean read(final FileChannel channel, final ByteBuffer bytes, final long start) throws IOException {
        long position = start;
        while (bytes.hasRemaining()) {
            final int count = channel.read(bytes, position);
            if (count <= 0) {
                return false;
            }
            position += count;
        }
        return true;
    }
}
