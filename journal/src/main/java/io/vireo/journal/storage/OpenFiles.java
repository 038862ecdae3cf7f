package io.vireo.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The files of a {@link FileStorage} that are open, by handle, past the page cache where the file system allows it. Belongs to the I/O thread, but for
 * what says that others may ask. Every call blocks.
 */
final class OpenFiles {
    private static final int ZEROS_LENGTH = 1 << 20;
    private static final String DIRECT_OPTION_CLASS = "com.sun.nio.file.ExtendedOpenOption";
    /** Opens a file past the page cache; null where the JVM has no such option. */
    static final OpenOption DIRECT = directOption();

    /** One of them. */
    static final class OpenFile {
        final String name;
        final FileChannel channel;
        /** Set before the write that grew the file completes; read by the group's thread. */
        volatile long size;

        OpenFile(final String name, final FileChannel channel, final long size) {
            this.name = name;
            this.channel = channel;
            this.size = size;
        }
    }

    private final DirectoryTree tree;
    /** Read by the group's thread only for handles it has got from a completion. */
    private final OpenFile[] files = new OpenFile[FileStorage.FILES_MAX];
    /** Of the file system, once the first file was opened; asking takes longer than opening. */
    private long blockSize;

    private volatile boolean isDirect;
    private volatile String directRefusal;

    OpenFiles(final DirectoryTree tree, final boolean isDirectWanted) {
        this.tree = tree;
        isDirect = isDirectWanted && DIRECT != null;
        directRefusal = isDirect ? null : isDirectWanted ? "this JVM has no " + DIRECT_OPTION_CLASS : "not wanted";
    }

    /** Of a handle. */
    OpenFile get(final int file) {
        return files[file];
    }

    /** True if every file opened so far bypasses the page cache; for any thread. */
    boolean isDirect() {
        return isDirect;
    }

    /** Why one does not, or null; for any thread. */
    String directRefusal() {
        return directRefusal;
    }

    /** A handle, or {@link Storage#NOT_FOUND}. */
    long open(final String name) throws IOException {
        try {
            return register(name, openChannel(tree.resolve(name)));
        } catch (final NoSuchFileException e) {
            return Storage.NOT_FOUND;
        }
    }

    /** A handle, {@link Storage#EXISTS} or {@link Storage#NO_SPACE}. */
    long create(final String name, final long size) throws IOException {
        final Path path = tree.resolve(name);
        try {
            tree.create(name);
        } catch (final FileAlreadyExistsException e) {
            return Storage.EXISTS;
        }
        if (Files.getFileStore(path).getUsableSpace() < size) {
            Files.delete(path);
            return Storage.NO_SPACE;
        }
        final FileChannel channel = openChannel(path);
        try {
            final ByteBuffer zeros =
                    size == 0 ? null : SectorBuffer.allocate(ZEROS_LENGTH).transferView();
            for (long position = 0; position < size; position += ZEROS_LENGTH) {
                zeros.limit((int) Math.min(ZEROS_LENGTH, size - position)).position(0);
                FullTransfer.write(channel, zeros, position);
            }
        } catch (final IOException e) {
            // The space may have gone to somebody else meanwhile. The text of the error is the system's, in the
            // system's language.
            channel.close();
            Files.delete(path);
            if (Files.getFileStore(path.getParent()).getUsableSpace() < size) {
                return Storage.NO_SPACE;
            }
            throw e;
        }
        return register(name, channel);
    }

    void close(final int file) throws IOException {
        files[file].channel.close();
        files[file] = null;
    }

    void closeAll() throws IOException {
        for (int file = 0; file < files.length; file++) {
            if (files[file] != null) {
                close(file);
            }
        }
    }

    /** Closes all, whatever fails. @return the first failure; null if there was none. */
    IOException closeAtEnd() {
        IOException first = null;
        for (final OpenFile file : files) {
            try {
                if (file != null) {
                    file.channel.close();
                }
            } catch (final IOException e) {
                first = first == null ? e : first;
            }
        }
        return first;
    }

    private FileChannel openChannel(final Path path) throws IOException {
        if (isDirect) {
            if (blockSize == 0) {
                blockSize = Files.getFileStore(path).getBlockSize();
            }
            if (blockSize <= 0 || Storage.SECTOR % blockSize != 0) {
                refuseDirect(path + " has blocks of " + blockSize + " bytes");
            } else {
                try {
                    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, DIRECT);
                } catch (final UnsupportedOperationException e) {
                    refuseDirect(path + ": " + e);
                } catch (final FileSystemException e) {
                    if (!Files.isReadable(path) || !Files.isWritable(path)) {
                        throw e;
                    }
                    refuseDirect(e.getMessage());
                }
            }
        }
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void refuseDirect(final String reason) {
        isDirect = false;
        directRefusal = reason;
    }

    private long register(final String name, final FileChannel channel) throws IOException {
        for (int i = 0; i < files.length; i++) {
            if (files[i] == null) {
                // A growth that a crash cut inside a sector is lost.
                files[i] = new OpenFile(name, channel, channel.size() & -Storage.SECTOR);
                return i;
            }
        }
        channel.close();
        throw new IOException("more than " + files.length + " files are open");
    }

    /** The option by name: newer compilers warn of the class, which every JDK has in its module {@code jdk.unsupported}. Null if not. */
    private static OpenOption directOption() {
        try {
            for (final Object option : Class.forName(DIRECT_OPTION_CLASS).getEnumConstants()) {
                if (option.toString().equals("DIRECT")) {
                    return (OpenOption) option;
                }
            }
            return null;
        } catch (final ClassNotFoundException e) {
            return null;
        }
    }
}
