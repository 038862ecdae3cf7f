package io.vireo.bootstrap.open;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second process out of a group's directory, for as long as this one lives: the operating system drops it when the process ends,
 * however it ends. Production only; the file stays and means nothing by itself.
 */
public final class DirectoryLock implements AutoCloseable {
    public static final String FILE_NAME = "lock";

    private final FileChannel channel;

    private DirectoryLock(final FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, or throws: {@link RecoveryException} when another process has it, {@link IOException} when it cannot be taken at all.
     */
    public static DirectoryLock take(final Path directory) throws IOException {
        final FileChannel channel =
                FileChannel.open(directory.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return lock(directory, channel, false);
    }

    /**
     * Takes the lock for one who only reads: keeps whoever would write out as {@link #take} does, lets other readers in, and changes
     * nothing. Null if there is no lock file, which is so in a directory that nobody has ever worked in, or a copy.
     */
    public static DirectoryLock takeShared(final Path directory) throws IOException {
        final FileChannel channel;
        try {
            channel = FileChannel.open(directory.resolve(FILE_NAME), StandardOpenOption.READ);
        } catch (final NoSuchFileException e) {
            return null;
        }
        return lock(directory, channel, true);
    }

    private static DirectoryLock lock(final Path directory, final FileChannel channel, final boolean isShared)
            throws IOException {
        try {
            final FileLock lock = channel.tryLock(0, Long.MAX_VALUE, isShared);
            if (lock != null) {
                return new DirectoryLock(channel);
            }
        } catch (final OverlappingFileLockException e) {
            channel.close();
            throw held(directory, e);
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw held(directory, null);
    }

    private static RecoveryException held(final Path directory, final OverlappingFileLockException cause) {
        return new RecoveryException(
                RecoveryException.Code.LOCKED,
                "another process works in " + directory + " (it holds the file \"" + FILE_NAME
                        + "\"); stop it first, one replica runs in one process at a time",
                cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot release a lock file", e);
        }
    }
}
