package io.vireo.journal.storage;

import io.vireo.journal.storage.FileOperation.Kind;
import io.vireo.journal.util.Invariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * The real storage: the files of one directory and those directly below it, served by one I/O thread of its own. The group's thread submits and polls; operations
 * travel in preallocated objects through two single-producer queues to that thread and back ({@link FileWorker}).
 */
public final class FileStorage implements Storage {
    /** Operations in flight; whoever submits has smaller bounds of its own. */
    public static final int IN_FLIGHT_MAX = 4096;
    /** Files open at a time. */
    public static final int FILES_MAX = 256;

    private final Path directory;
    private final FileWorker worker;
    private final SpscVarHandleArrayQueue<FileOperation> submissions = new SpscVarHandleArrayQueue<>(IN_FLIGHT_MAX);
    private final SpscVarHandleArrayQueue<FileOperation> completions = new SpscVarHandleArrayQueue<>(IN_FLIGHT_MAX);
    private final FileOperation[] free = new FileOperation[IN_FLIGHT_MAX];
    private int freeCount = IN_FLIGHT_MAX;
    private boolean isFailureReported;
    private boolean isClosed;
    private List<String> listed = List.of();

    /**
     * Starts the I/O thread; direct I/O where the file system allows it.
     *
     * @param directory of the group, which exists.
     * @param wakeup called by the I/O thread after completions were queued: cheap, never throwing, and deciding itself whether the
     *     group's thread sleeps at all. A full fence lies between the queueing and the call; a consumer that announces its sleep, fences
     *     and polls once more before it sleeps misses nothing.
     */
    public FileStorage(final Path directory, final Runnable wakeup) {
        this(directory, wakeup, true);
    }

    /** As {@link #FileStorage(Path, Runnable)}, with buffered I/O if {@code isDirectWanted} is false. */
    public FileStorage(final Path directory, final Runnable wakeup, final boolean isDirectWanted) {
        this.directory = directory;
        for (int i = 0; i < IN_FLIGHT_MAX; i++) {
            free[i] = new FileOperation();
        }
        worker = new FileWorker(directory, isDirectWanted, submissions, completions, wakeup);
        worker.start();
    }

    /** Makes the directory of a group and those above it that are missing, and their names durable. Blocks; before there is a storage. */
    public static void createDirectory(final Path directory) throws IOException {
        final Path absolute = directory.toAbsolutePath();
        final Path parent = absolute.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            createDirectory(parent);
        }
        Files.createDirectories(absolute);
        if (parent != null) {
            DirectoryTree.force(parent);
        }
    }

    @Override
    public MutableDirectBuffer allocate(final int length) {
        return SectorBuffer.allocate(length);
    }

    @Override
    public void open(final String name, final long token) {
        final FileOperation operation = take(Kind.OPEN, token);
        operation.name = FileName.check(name);
        submit(operation);
    }

    @Override
    public void create(final String name, final long size, final long token) {
        Invariant.check(size >= 0 && size % SECTOR == 0, "files have whole sectors", size);
        final FileOperation operation = take(Kind.CREATE, token);
        operation.name = FileName.check(name);
        operation.size = size;
        submit(operation);
    }

    @Override
    public long size(final int file) {
        return worker.files().get(file).size;
    }

    @Override
    public void close(final int file) {
        final FileOperation operation = take(Kind.CLOSE, 0);
        operation.file = file;
        submit(operation);
    }

    @Override
    public void read(
            final int file,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        submitTransfer(Kind.READ, file, position, buffer, offset, length, token);
    }

    @Override
    public void write(
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        submitTransfer(Kind.WRITE, file, position, buffer, offset, length, token);
    }

    @Override
    public void sync(final int file, final long token) {
        final FileOperation operation = take(Kind.SYNC, token);
        operation.file = file;
        submit(operation);
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        final FileOperation operation = take(Kind.RENAME, token);
        operation.name = FileName.check(from);
        operation.newName = FileName.check(to);
        submit(operation);
    }

    @Override
    public void delete(final String name, final long token) {
        final FileOperation operation = take(Kind.DELETE, token);
        operation.name = FileName.check(name);
        submit(operation);
    }

    @Override
    public void syncDirectory(final long token) {
        submit(take(Kind.SYNC_DIRECTORY, token));
    }

    @Override
    public void list(final long token) {
        submit(take(Kind.LIST, token));
    }

    @Override
    public void reset(final long token) {
        submit(take(Kind.RESET, token));
    }

    @Override
    public List<String> listed() {
        return listed;
    }

    @Override
    public int poll(final Completions consumer) {
        int count = 0;
        // Read before the queue: what completed before the failure is delivered before it.
        final String failed = worker.failure();
        for (FileOperation operation = completions.poll(); operation != null; operation = completions.poll()) {
            count++;
            final Kind kind = operation.kind;
            final long token = operation.token;
            final long result = operation.result;
            if (kind == Kind.LIST) {
                listed = operation.listed;
                operation.listed = null;
            }
            operation.bytes = null;
            free[freeCount++] = operation;
            if (kind != Kind.CLOSE) {
                consumer.onCompletion(token, result);
            }
            if (count == IN_FLIGHT_MAX) {
                return count;
            }
        }
        if (failed != null && !isFailureReported) {
            isFailureReported = true;
            consumer.onFailure(failed);
        }
        return count;
    }

    /** Ends the I/O thread after what it is doing now, and closes the files. What was queued behind may not have taken place. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        final IOException failed = worker.close();
        if (failed != null) {
            throw new UncheckedIOException("close of the files in " + directory, failed);
        }
    }

    /** True if every file opened so far bypasses the page cache. */
    public boolean isDirect() {
        return worker.files().isDirect();
    }

    /** Why a file is not served by direct I/O; null while none was refused. */
    public String directRefusal() {
        return worker.files().directRefusal();
    }

    /** What the last failed read was and why; null while none has failed. */
    public String readFailure() {
        return worker.readFailure();
    }

    /** Reads done, merged ones counted once. */
    public long readCount() {
        return worker.readCount();
    }

    /** Writes done, merged ones counted once. */
    public long writeCount() {
        return worker.writeCount();
    }

    /** Device flushes of files done; several syncs may share one. */
    public long flushCount() {
        return worker.flushCount();
    }

    private void submitTransfer(
            final Kind kind,
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        Invariant.check(position >= 0 && position % SECTOR == 0, "transfers start on a sector", position);
        Invariant.check(length > 0 && length % SECTOR == 0, "transfers have whole sectors", length);
        Invariant.check(
                offset >= 0 && (long) offset + length <= buffer.capacity(),
                "transfers lie inside their buffer",
                offset,
                length);
        final int start = buffer.wrapAdjustment() + offset;
        Invariant.check(buffer.byteBuffer() != null && buffer.byteBuffer().isDirect(), "buffers come from allocate");
        Invariant.check((buffer.addressOffset() + offset) % SECTOR == 0, "buffers start on a sector in memory", start);
        final FileOperation operation = take(kind, token);
        operation.file = file;
        operation.position = position;
        operation.length = length;
        operation.offset = start;
        operation.address = buffer.addressOffset() + offset;
        operation.bytes = buffer instanceof SectorBuffer sectors
                ? sectors.transferView()
                : buffer.byteBuffer().duplicate();
        submit(operation);
    }

    private FileOperation take(final Kind kind, final long token) {
        Invariant.check(!isClosed, "nothing is submitted to a closed storage", token);
        Invariant.check(freeCount > 0, "operations in flight are below their limit", IN_FLIGHT_MAX, token);
        final FileOperation operation = free[--freeCount];
        operation.kind = kind;
        operation.token = token;
        return operation;
    }

    private void submit(final FileOperation operation) {
        if (worker.failure() != null) {
            // No completion comes any more, so neither does this one.
            free[freeCount++] = operation;
            return;
        }
        submissions.offer(operation);
        worker.wake();
    }
}
