package io.vireo.journal.storage;

import io.vireo.journal.storage.OpenFiles.OpenFile;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * The I/O thread of a {@link FileStorage}: parked while there is nothing to do. It takes what is queued in order; transfers that lie one behind the
 * other become one, and syncs are put off to the end of what is queued and served by one flush per file, so that everything that
 * arrived meanwhile is committed with them. Any failed write, sync or change of a name ends it: nothing is retried.
 */
final class FileWorker {
    /** A put-off sync waits for no more than these bytes read and written around it, and for no more than these other syncs. */
    private static final long GROUP_BYTES_MAX = 8L << 20;

    private static final int SYNCS_MAX = 256;
    /** Transfers that lie one behind the other in memory and in the file become one, up to this size and number. */
    private static final int MERGED_LENGTH_MAX = 4 << 20;
    /** Shorter for reads, because somebody works on the bytes of one while the next is read. */
    private static final int MERGED_READ_LENGTH_MAX = 1 << 20;

    private static final int MERGED_MAX = 64;

    private final Path directory;
    private final Runnable wakeup;
    private final SpscVarHandleArrayQueue<FileOperation> submissions;
    private final SpscVarHandleArrayQueue<FileOperation> completions;
    private final DirectoryTree tree;
    private final OpenFiles files;
    private final Thread thread;

    private final FileOperation[] syncs = new FileOperation[SYNCS_MAX];
    private final FileOperation[] merged = new FileOperation[MERGED_MAX];
    /** Per file, the number of the last flush it took part in. */
    private final long[] flushed = new long[FileStorage.FILES_MAX];

    private FileOperation current;
    private int syncCount;
    private long bytesInGroup;
    private long flushNumber;
    private boolean isUnannounced;
    private boolean isReadUnannounced;

    // Read by others, too.
    private volatile boolean isParked;
    private volatile boolean isClosed;
    private volatile String failure;
    private volatile String readFailure;
    private final AtomicLong readCount = new AtomicLong();
    private final AtomicLong writeCount = new AtomicLong();
    private final AtomicLong flushCount = new AtomicLong();

    /** @param wakeup called after completions were queued, see {@link FileStorage}. */
    FileWorker(
            final Path directory,
            final boolean isDirectWanted,
            final SpscVarHandleArrayQueue<FileOperation> submissions,
            final SpscVarHandleArrayQueue<FileOperation> completions,
            final Runnable wakeup) {
        this.directory = directory;
        this.submissions = submissions;
        this.completions = completions;
        this.wakeup = wakeup;
        tree = new DirectoryTree(directory);
        files = new OpenFiles(tree, isDirectWanted);
        thread = new Thread(this::run, "vireo-io-" + directory.getFileName());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (failed, defect) -> fail("I/O thread of " + directory + " ended by a defect: " + defect));
    }

    void start() {
        thread.start();
    }

    /** Something was queued. Full fence between the queueing and the look whether it is parked. */
    void wake() {
        VarHandle.fullFence();
        if (isParked) {
            // Only the first of several submissions pays for the wake-up.
            isParked = false;
            LockSupport.unpark(thread);
        }
    }

    /** Ends after what it is doing now, with every file closed. @return the first failure to close one; null if there was none. */
    IOException close() {
        isClosed = true;
        LockSupport.unpark(thread);
        joinUninterruptibly();
        return files.closeAtEnd();
    }

    OpenFiles files() {
        return files;
    }

    /** Why it has ended; null while it has not. */
    String failure() {
        return failure;
    }

    /** What the last failed read was and why; null while none has failed. */
    String readFailure() {
        return readFailure;
    }

    /** Reads done, merged ones counted once. */
    long readCount() {
        return readCount.get();
    }

    /** Writes done, merged ones counted once. */
    long writeCount() {
        return writeCount.get();
    }

    /** Device flushes of files done; several syncs may share one. */
    long flushCount() {
        return flushCount.get();
    }

    private void joinUninterruptibly() {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- I/O thread ----

    private void run() {
        try {
            while (!isClosed) {
                final FileOperation operation = submissions.poll();
                if (operation != null) {
                    perform(operation);
                } else if (syncCount > 0) {
                    flush();
                } else {
                    announce();
                    park();
                }
            }
        } catch (final IOException e) {
            fail(describe(current, e));
        }
    }

    private void park() {
        isParked = true;
        VarHandle.fullFence();
        if (submissions.isEmpty() && !isClosed) {
            LockSupport.park(this);
        }
        isParked = false;
    }

    private void perform(final FileOperation operation) throws IOException {
        current = operation;
        switch (operation.kind) {
            case WRITE -> write(operation);
            case READ -> read(operation);
            case SYNC -> syncs[syncCount++] = operation;
            case OPEN, CREATE, CLOSE, RENAME, DELETE, SYNC_DIRECTORY, LIST, RESET -> {
                // Names change in the order of submission, with regard to the syncs before them too.
                flush();
                current = operation;
                operation.result = changeNames(operation);
                complete(operation);
            }
        }
        if (syncCount == SYNCS_MAX || syncCount > 0 && bytesInGroup >= GROUP_BYTES_MAX) {
            flush();
        }
    }

    /** Writes this and what lies directly behind it in memory and in the file as one, putting off the syncs queued between. */
    private void write(final FileOperation first) throws IOException {
        final OpenFile file = files.get(first.file);
        int count = 1;
        merged[0] = first;
        int length = first.length;
        for (FileOperation next = submissions.peek(); next != null && count < MERGED_MAX; next = submissions.peek()) {
            if (next.kind == FileOperation.Kind.SYNC && syncCount < SYNCS_MAX) {
                syncs[syncCount++] = submissions.poll();
                continue;
            }
            if (!next.isBehind(first, length, MERGED_LENGTH_MAX)) {
                break;
            }
            merged[count++] = submissions.poll();
            length += next.length;
        }
        long size = file.size;
        for (int i = 0; i < count; i++) {
            size = sizeWith(merged[i], size);
        }
        first.bytes.limit(first.offset + length).position(first.offset);
        FullTransfer.write(file.channel, first.bytes, first.position);
        writeCount.lazySet(writeCount.get() + 1);
        bytesInGroup += length;
        file.size = size;
        for (int i = 0; i < count; i++) {
            merged[i].result = merged[i].length;
            complete(merged[i]);
        }
    }

    /** Size of a file of {@code size} bytes after this write. */
    private static long sizeWith(final FileOperation write, final long size) throws IOException {
        final long end = write.position + write.length;
        if (end > size && write.position != size) {
            throw new IOException("it ends beyond the file's " + size + " bytes");
        }
        return Math.max(end, size);
    }

    /** Reads this and what lies directly behind it in memory and in the file as one; each on its own where that fails. */
    private void read(final FileOperation first) throws IOException {
        int count = 1;
        merged[0] = first;
        int length = first.length;
        for (FileOperation next = submissions.peek();
                next != null && count < MERGED_MAX && next.isBehind(first, length, MERGED_READ_LENGTH_MAX);
                next = submissions.peek()) {
            merged[count++] = submissions.poll();
            length += next.length;
        }
        final boolean isWhole = read(first, length);
        for (int i = 0; i < count; i++) {
            final FileOperation operation = merged[i];
            // One sector that the device cannot deliver must not take its neighbours with it.
            final boolean isRead = isWhole || count > 1 && read(operation, operation.length);
            operation.result = isRead ? operation.length : Storage.READ_FAILED;
            complete(operation);
        }
        readCount.lazySet(readCount.get() + 1);
        bytesInGroup += length;
        isReadUnannounced = true;
    }

    private boolean read(final FileOperation operation, final int length) throws IOException {
        final OpenFile file = files.get(operation.file);
        final ByteBuffer bytes = operation.bytes;
        bytes.limit(operation.offset + length).position(operation.offset);
        try {
            if (!FullTransfer.read(file.channel, bytes, operation.position)) {
                readFailure = describe(operation, new IOException("it ends beyond the file's " + file.size + " bytes"));
                return false;
            }
            return true;
        } catch (final ClosedChannelException e) {
            throw e;
        } catch (final IOException e) {
            readFailure = describe(operation, e);
            return false;
        }
    }

    /** One device flush per file for all syncs that were put off; every write submitted before them has been done. */
    private void flush() throws IOException {
        if (syncCount == 0) {
            return;
        }
        if (isReadUnannounced) {
            announce();
        }
        flushNumber++;
        for (int i = 0; i < syncCount; i++) {
            final FileOperation sync = syncs[i];
            current = sync;
            if (flushed[sync.file] != flushNumber) {
                flushed[sync.file] = flushNumber;
                files.get(sync.file).channel.force(false);
                flushCount.lazySet(flushCount.get() + 1);
            }
        }
        for (int i = 0; i < syncCount; i++) {
            syncs[i].result = 0;
            complete(syncs[i]);
        }
        syncCount = 0;
        bytesInGroup = 0;
        announce();
    }

    private long changeNames(final FileOperation operation) throws IOException {
        switch (operation.kind) {
            case OPEN:
                return files.open(operation.name);
            case CREATE:
                return files.create(operation.name, operation.size);
            case CLOSE:
                files.close(operation.file);
                return 0;
            case RENAME:
                tree.rename(operation.name, operation.newName);
                return 0;
            case DELETE:
                tree.delete(operation.name);
                return 0;
            case RESET:
                files.closeAll();
                return 0;
            case LIST:
                operation.listed = tree.list();
                return operation.listed.size();
            default:
                tree.sync();
                return 0;
        }
    }

    private void complete(final FileOperation operation) {
        completions.offer(operation);
        isUnannounced = true;
    }

    private void announce() {
        if (isUnannounced) {
            isUnannounced = false;
            isReadUnannounced = false;
            VarHandle.fullFence();
            wakeup.run();
        }
    }

    private void fail(final String message) {
        failure = message;
        VarHandle.fullFence();
        wakeup.run();
    }

    private String describe(final FileOperation operation, final IOException cause) {
        final String what = operation.kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        final String text = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        return switch (operation.kind) {
            case READ, WRITE ->
                what + " of " + directory.resolve(files.get(operation.file).name) + " at offset " + operation.position
                        + ", length " + operation.length + ": " + text;
            case SYNC, CLOSE -> what + " of " + directory.resolve(files.get(operation.file).name) + ": " + text;
            case SYNC_DIRECTORY, LIST, RESET -> what + " " + directory + ": " + text;
            case OPEN, CREATE, RENAME, DELETE -> what + " of " + directory.resolve(operation.name) + ": " + text;
        };
    }
}
