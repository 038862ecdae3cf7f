package io.vireo.journal.storage;

import io.vireo.journal.util.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The files of one directory for those who only look: every file is opened for reading alone, so that nothing on disk can change, and what
 * is written, created or deleted is accepted and forgotten. Thus the code that opens a replica runs as it is and finds out what it would
 * do. Whoever reads what was forgotten has met a defect and is told so. Works on the caller's thread, at submission; for commands.
 */
public final class ReadOnlyStorage implements Storage {
    private static final class OpenFile {
        private final String name;
        /** Null for one that was created here, which has no byte to read. */
        private final FileChannel channel;

        private final BitSet forgotten = new BitSet();
        private long size;

        OpenFile(final String name, final FileChannel channel, final long size) {
            this.name = name;
            this.channel = channel;
            this.size = size;
        }
    }

    private record Completion(long token, long result) {}

    private final Path directory;
    private final DirectoryTree tree;
    private final List<OpenFile> files = new ArrayList<>();
    private final TreeSet<String> created = new TreeSet<>();
    private final TreeSet<String> deleted = new TreeSet<>();
    private final ArrayDeque<Completion> completions = new ArrayDeque<>();
    private List<String> listed = List.of();
    private String failure;
    private boolean isFailureReported;
    private String readFailure;
    private long bytesRead;

    /** @param directory of the group; one that does not exist has no files. */
    public ReadOnlyStorage(final Path directory) {
        this.directory = directory;
        tree = new DirectoryTree(directory);
    }

    /** Bytes that were read from files so far. */
    public long bytesRead() {
        return bytesRead;
    }

    /** What the last failed read was and why; null while none has failed. */
    public String readFailure() {
        return readFailure;
    }

    @Override
    public MutableDirectBuffer allocate(final int length) {
        return SectorBuffer.allocate(length);
    }

    @Override
    public void open(final String name, final long token) {
        FileName.check(name);
        if (created.contains(name) || deleted.contains(name)) {
            complete(token, created.contains(name) ? register(new OpenFile(name, null, 0)) : NOT_FOUND);
            return;
        }
        try {
            if (Files.isDirectory(tree.resolve(name))) {
                // Open for reading it would be a file of some size, but nobody can open it for writing.
                throw new FileSystemException(name, null, "it is a directory and should be a file");
            }
            final FileChannel channel = openChannel(tree.resolve(name));
            // As whoever writes it sees it: a growth that a crash cut inside a sector is lost.
            complete(token, register(new OpenFile(name, channel, channel.size() & -SECTOR)));
        } catch (final NoSuchFileException e) {
            complete(token, NOT_FOUND);
        } catch (final IOException e) {
            fail("open", name, e);
        }
    }

    @Override
    public void create(final String name, final long size, final long token) {
        FileName.check(name);
        final boolean isThere = created.contains(name) || !deleted.contains(name) && Files.exists(tree.resolve(name));
        if (isThere) {
            complete(token, EXISTS);
        } else {
            created.add(name);
            final OpenFile file = new OpenFile(name, null, size);
            file.forgotten.set(0, Math.toIntExact(size / SECTOR));
            complete(token, register(file));
        }
    }

    @Override
    public long size(final int file) {
        return files.get(file).size;
    }

    @Override
    public void close(final int file) {
        final OpenFile closed = files.set(file, null);
        try {
            if (closed.channel != null) {
                closed.channel.close();
            }
        } catch (final IOException e) {
            fail("close", closed.name, e);
        }
    }

    @Override
    public void read(
            final int file,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        final OpenFile from = files.get(file);
        final int sector = (int) (position / SECTOR);
        final int next = from.forgotten.nextSetBit(sector);
        Invariant.check(
                next < 0 || next >= sector + length / SECTOR, "what was written to look only is not read", position);
        final ByteBuffer bytes = ((SectorBuffer) buffer).transferView();
        bytes.limit(offset + length).position(offset);
        try {
            long at = position;
            while (bytes.hasRemaining()) {
                final int count = from.channel == null ? -1 : from.channel.read(bytes, at);
                if (count <= 0) {
                    throw new IOException("it ends beyond the file's " + from.size + " bytes");
                }
                at += count;
            }
            bytesRead += length;
            complete(token, length);
        } catch (final IOException e) {
            readFailure = "read of " + directory.resolve(from.name) + " at offset " + position + ", length " + length
                    + ": " + IoFailure.text(e);
            complete(token, READ_FAILED);
        }
    }

    @Override
    public void write(
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        final OpenFile to = files.get(file);
        Invariant.check(position <= to.size, "a write starts inside its file or at its end", position, to.size);
        to.forgotten.set((int) (position / SECTOR), (int) ((position + length) / SECTOR));
        to.size = Math.max(to.size, position + length);
        complete(token, length);
    }

    @Override
    public void sync(final int file, final long token) {
        complete(token, 0);
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        Invariant.check(created.remove(from), "only what was created to look only gets another name");
        created.add(to);
        complete(token, 0);
    }

    @Override
    public void delete(final String name, final long token) {
        created.remove(name);
        deleted.add(name);
        complete(token, 0);
    }

    @Override
    public void syncDirectory(final long token) {
        complete(token, 0);
    }

    @Override
    public void list(final long token) {
        try {
            listed = Files.isDirectory(directory) ? tree.list() : List.of();
            complete(token, listed.size());
        } catch (final IOException e) {
            fail("list", "", e);
        }
    }

    @Override
    public List<String> listed() {
        return listed;
    }

    @Override
    public void reset(final long token) {
        closeAll();
        complete(token, 0);
    }

    @Override
    public int poll(final Completions consumer) {
        int count = 0;
        for (Completion next = completions.poll(); next != null; next = completions.poll()) {
            count++;
            consumer.onCompletion(next.token, next.result);
        }
        if (failure != null && !isFailureReported) {
            isFailureReported = true;
            consumer.onFailure(failure);
        }
        return count;
    }

    @Override
    public void close() {
        closeAll();
    }

    private void closeAll() {
        for (int file = 0; file < files.size(); file++) {
            if (files.get(file) != null) {
                close(file);
            }
        }
    }

    /** Past the page cache where that can be: what is asked for is what the device has. */
    private static FileChannel openChannel(final Path path) throws IOException {
        final long blockSize = Files.getFileStore(path).getBlockSize();
        if (OpenFiles.DIRECT != null && blockSize > 0 && SECTOR % blockSize == 0) {
            try {
                return FileChannel.open(path, StandardOpenOption.READ, OpenFiles.DIRECT);
            } catch (final UnsupportedOperationException e) {
                return FileChannel.open(path, StandardOpenOption.READ);
            } catch (final FileSystemException e) {
                if (!Files.isReadable(path)) {
                    throw e;
                }
            }
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private int register(final OpenFile file) {
        for (int i = 0; i < files.size(); i++) {
            if (files.get(i) == null) {
                files.set(i, file);
                return i;
            }
        }
        files.add(file);
        return files.size() - 1;
    }

    private void complete(final long token, final long result) {
        completions.add(new Completion(token, result));
    }

    private void fail(final String what, final String name, final IOException cause) {
        failure = what + " of " + directory.resolve(name) + ": " + IoFailure.text(cause);
    }
}
