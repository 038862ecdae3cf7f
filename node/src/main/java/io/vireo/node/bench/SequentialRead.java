package io.vireo.node.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The least that it can cost to read a part of a file: one large read after the other, nothing done with the bytes. Past the page cache if
 * the file system can; otherwise the cache is warm, because the part is read once before it is measured. Blocks; for commands.
 *
 * @param bytes that were read.
 * @param ns how long that took.
 * @param isDirect false: what was measured is the page cache.
 */
public record SequentialRead(long bytes, long ns, boolean isDirect) {
    static final int LENGTH = 1 << 20;

    /** Reads {@code length} bytes from {@code start}, both multiples of 4,096 inside the file. */
    public static SequentialRead of(final Path file, final long start, final long length) throws IOException {
        final ByteBuffer buffer = buffer();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, YardstickFile.directOption())) {
            return new SequentialRead(length, read(channel, start, length, buffer), true);
        } catch (final IOException | UnsupportedOperationException e) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                read(channel, start, length, buffer);
                return new SequentialRead(length, read(channel, start, length, buffer), false);
            }
        }
    }

    /** Memory for one transfer, that direct I/O accepts. */
    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(LENGTH + YardstickFile.BLOCK)
                .alignedSlice(YardstickFile.BLOCK)
                .limit(LENGTH)
                .slice();
    }

    private static long read(final FileChannel channel, final long start, final long length, final ByteBuffer buffer)
            throws IOException {
        final long startNs = System.nanoTime();
        for (long position = start; position < start + length; ) {
            buffer.clear().limit((int) Math.min(LENGTH, start + length - position));
            position += readSome(channel, position, buffer);
        }
        return Math.max(1, System.nanoTime() - startNs);
    }

    static int readSome(final FileChannel channel, final long position, final ByteBuffer buffer) throws IOException {
        final int count = channel.read(buffer, position);
        if (count <= 0) {
            throw new IOException("it ends at offset " + position);
        }
        return count;
    }

    /** Millions of bytes per second. */
    public double megabytesPerSecond() {
        return bytes * 1e3 / ns;
    }
}
