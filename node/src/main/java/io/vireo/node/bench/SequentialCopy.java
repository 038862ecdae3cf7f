package io.vireo.node.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * The least that it can cost one thread to read a part of a file and to write it to a new one, as replay does: large reads and writes in
 * turn, nothing done with the bytes, no flush. Past the page cache if the file system can. Blocks; for commands.
 *
 * @param bytes that were copied.
 * @param ns how long that took.
 */
public record SequentialCopy(long bytes, long ns) {
    /**
     * Copies {@code length} bytes from {@code start}, both multiples of 4,096 inside the file.
     *
     * @param copy is made and deleted again; must not exist.
     */
    public static SequentialCopy of(final Path file, final long start, final long length, final Path copy)
            throws IOException {
        try {
            return of(file, start, length, copy, Set.of(YardstickFile.directOption()));
        } catch (final IOException | UnsupportedOperationException e) {
            return of(file, start, length, copy, Set.of());
        }
    }

    private static SequentialCopy of(
            final Path file, final long start, final long length, final Path copy, final Set<OpenOption> options)
            throws IOException {
        final Set<OpenOption> reading = new HashSet<>(options);
        reading.add(StandardOpenOption.READ);
        final Set<OpenOption> writing = new HashSet<>(options);
        writing.add(StandardOpenOption.WRITE);
        Files.createFile(copy);
        try (FileChannel from = FileChannel.open(file, reading);
                FileChannel to = FileChannel.open(copy, writing)) {
            return new SequentialCopy(length, copy(from, start, length, to, SequentialRead.buffer()));
        } finally {
            Files.delete(copy);
        }
    }

    private static long copy(
            final FileChannel from, final long start, final long length, final FileChannel to, final ByteBuffer buffer)
            throws IOException {
        final long startNs = System.nanoTime();
        for (long done = 0; done < length; ) {
            buffer.clear().limit((int) Math.min(SequentialRead.LENGTH, length - done));
            SequentialRead.readSome(from, start + done, buffer);
            buffer.flip();
            while (buffer.hasRemaining()) {
                done += to.write(buffer, done);
            }
        }
        return Math.max(1, System.nanoTime() - startNs);
    }

    /** Millions of bytes per second that were read, and written. */
    public double megabytesPerSecond() {
        return bytes * 1e3 / ns;
    }
}
