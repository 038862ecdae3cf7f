package io.vireo.node.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A preallocated file that is written round and round, each write durable when it returns: the least that an acknowledged append costs a
 * disk. Direct if the file system can. One thread.
 */
final class YardstickFile implements AutoCloseable {
    static final int BLOCK = 4096;
    private static final long LENGTH = 64L << 20;
    private static final int FILL = 1 << 20;

    private final FileChannel channel;
    private final boolean isDirect;
    private long position;

    YardstickFile(final Path file) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(FILL);
        try (FileChannel filled = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < LENGTH; at += FILL) {
                zeros.clear();
                while (zeros.hasRemaining()) {
                    filled.write(zeros, at + zeros.position());
                }
            }
            filled.force(true);
        }
        FileChannel opened;
        boolean opensDirect = true;
        try {
            opened = open(file, true);
        } catch (final IOException | UnsupportedOperationException e) {
            opensDirect = false;
            opened = open(file, false);
        }
        this.channel = opened;
        this.isDirect = opensDirect;
    }

    private static FileChannel open(final Path file, final boolean direct) throws IOException {
        final Set<OpenOption> options = new HashSet<>(EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC));
        if (direct) {
            options.add(directOption());
        }
        return FileChannel.open(file, options);
    }

    /** The JDK's option for direct I/O, found by its name, because its package is not part of Java SE. */
    static OpenOption directOption() {
        try {
            final Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            for (final Object constant : type.getEnumConstants()) {
                if (constant.toString().equals("DIRECT")) {
                    return (OpenOption) constant;
                }
            }
        } catch (final ClassNotFoundException e) {
            throw new UnsupportedOperationException("this Java has no direct I/O", e);
        }
        throw new UnsupportedOperationException("this Java has no direct I/O");
    }

    boolean isDirect() {
        return isDirect;
    }

    /**
     * Writes the first {@code length} bytes, rounded up to whole blocks; durable when it returns.
     *
     * @param bytes starts at a multiple of the block size in memory and has room for the last block.
     */
    void write(final ByteBuffer bytes, final int length) throws IOException {
        final int whole = (length + BLOCK - 1) / BLOCK * BLOCK;
        if (position + whole > LENGTH) {
            position = 0;
        }
        bytes.position(0).limit(whole);
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
