package io.vireo.journal.storage;

import io.vireo.journal.util.Invariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * The real storage: the files of one directory and those directly below it, served by one I/O thread of its own. The group's thread submits and polls; operations
 * travel in preallocated objects through two single-producer queues, and the I/O thread is parked while there is nothing to do. It takes
 * what is queued in order; syncs are put off to the end of what is queued and served by one flush per file, so that everything that
 * arrived meanwhile is committed with them. Any failed write, sync or change of a name ends it: nothing is retried.
 */
public final class FileStorage implements Storage {
    /** Operations in flight; whoever submits has smaller bounds of its own. */
    public static final int IN_FLIGHT_MAX = 4096;
    /** Files open at a time. */
    public static final int FILES_MAX = 256;

    private static final int ZEROS_LENGTH = 1 << 20;
    /** A put-off sync waits for no more than these bytes read and written around it, and for no more than these other syncs. */
    private static final long GROUP_BYTES_MAX = 8L << 20;

    private static final int SYNCS_MAX = 256;
    /** Transfers that lie one behind the other in memory and in the file become one, up to this size and number. */
    private static final int MERGED_LENGTH_MAX = 4 << 20;
    /** Shorter for reads, because somebody works on the bytes of one while the next is read. */
    private static final int MERGED_READ_LENGTH_MAX = 1 << 20;

    private static final int MERGED_MAX = 64;
    private static final String DIRECT_OPTION_CLASS = "com.sun.nio.file.ExtendedOpenOption";
    /** Opens a file past the page cache; null where the JVM has no such option. */
    static final OpenOption DIRECT = directOption();

    private enum Kind {
        OPEN,
        CREATE,
        READ,
        WRITE,
        SYNC,
        CLOSE,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        LIST,
        RESET
    }

    /** One submission; belongs to the group's thread, then to the I/O thread, then to the group's thread again. */
    private static final class Operation {
        private Kind kind;
        private long token;
        private int file;
        private long position;
        private int length;
        private ByteBuffer bytes;
        private int offset;
        private long address;
        private String name;
        private String newName;
        private long size;
        private long result;
        private List<String> listed;
    }

    private static final class OpenFile {
        private final String name;
        private final FileChannel channel;
        /** Set by the I/O thread before it completes the write that grew the file. */
        private volatile long size;

        OpenFile(final String name, final FileChannel channel, final long size) {
            this.name = name;
            this.channel = channel;
            this.size = size;
        }
    }

    private final Path directory;
    private final Runnable wakeup;
    private final Thread thread;
    private final SpscVarHandleArrayQueue<Operation> submissions = new SpscVarHandleArrayQueue<>(IN_FLIGHT_MAX);
    private final SpscVarHandleArrayQueue<Operation> completions = new SpscVarHandleArrayQueue<>(IN_FLIGHT_MAX);
    /** Read by the group's thread only for handles it has got from a completion. */
    private final OpenFile[] files = new OpenFile[FILES_MAX];

    // Group's thread.
    private final Operation[] free = new Operation[IN_FLIGHT_MAX];
    private int freeCount = IN_FLIGHT_MAX;
    private boolean isFailureReported;
    private List<String> listed = List.of();

    // I/O thread.
    private final Operation[] syncs = new Operation[SYNCS_MAX];
    private final Operation[] merged = new Operation[MERGED_MAX];
    private final DirectoryTree tree;
    /** Per file, the number of the last flush it took part in. */
    private final long[] flushed = new long[FILES_MAX];

    /** Of the file system, once the first file was opened; asking takes longer than opening. */
    private long blockSize;

    private Operation current;
    private int syncCount;
    private long bytesInGroup;
    private long flushNumber;
    private boolean isUnannounced;
    private boolean isReadUnannounced;

    // Both.
    private volatile boolean isParked;
    private volatile boolean isClosed;
    private volatile String failure;
    private volatile boolean isDirect;
    private volatile String directRefusal;
    private volatile String readFailure;
    private final AtomicLong readCount = new AtomicLong();
    private final AtomicLong writeCount = new AtomicLong();
    private final AtomicLong flushCount = new AtomicLong();

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
        this.wakeup = wakeup;
        tree = new DirectoryTree(directory);
        isDirect = isDirectWanted && DIRECT != null;
        directRefusal = isDirect ? null : isDirectWanted ? "this JVM has no " + DIRECT_OPTION_CLASS : "not wanted";
        for (int i = 0; i < IN_FLIGHT_MAX; i++) {
            free[i] = new Operation();
        }
        thread = new Thread(this::run, "vireo-io-" + directory.getFileName());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (failed, defect) -> fail("I/O thread of " + directory + " ended by a defect: " + defect));
        thread.start();
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
        final Operation operation = take(Kind.OPEN, token);
        operation.name = FileName.check(name);
        submit(operation);
    }

    @Override
    public void create(final String name, final long size, final long token) {
        Invariant.check(size >= 0 && size % SECTOR == 0, "files have whole sectors", size);
        final Operation operation = take(Kind.CREATE, token);
        operation.name = FileName.check(name);
        operation.size = size;
        submit(operation);
    }

    @Override
    public long size(final int file) {
        return files[file].size;
    }

    @Override
    public void close(final int file) {
        final Operation operation = take(Kind.CLOSE, 0);
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
        final Operation operation = take(Kind.SYNC, token);
        operation.file = file;
        submit(operation);
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        final Operation operation = take(Kind.RENAME, token);
        operation.name = FileName.check(from);
        operation.newName = FileName.check(to);
        submit(operation);
    }

    @Override
    public void delete(final String name, final long token) {
        final Operation operation = take(Kind.DELETE, token);
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
        final String failed = failure;
        for (Operation operation = completions.poll(); operation != null; operation = completions.poll()) {
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
        LockSupport.unpark(thread);
        joinUninterruptibly();
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
        if (first != null) {
            throw new UncheckedIOException("close of the files in " + directory, first);
        }
    }

    /** True if every file opened so far bypasses the page cache. */
    public boolean isDirect() {
        return isDirect;
    }

    /** Why a file is not served by direct I/O; null while none was refused. */
    public String directRefusal() {
        return directRefusal;
    }

    /** What the last failed read was and why; null while none has failed. */
    public String readFailure() {
        return readFailure;
    }

    /** Reads done, merged ones counted once. */
    public long readCount() {
        return readCount.get();
    }

    /** Writes done, merged ones counted once. */
    public long writeCount() {
        return writeCount.get();
    }

    /** Device flushes of files done; several syncs may share one. */
    public long flushCount() {
        return flushCount.get();
    }

    // ---- group's thread ----

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
        final Operation operation = take(kind, token);
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

    private Operation take(final Kind kind, final long token) {
        Invariant.check(!isClosed, "nothing is submitted to a closed storage", token);
        Invariant.check(freeCount > 0, "operations in flight are below their limit", IN_FLIGHT_MAX, token);
        final Operation operation = free[--freeCount];
        operation.kind = kind;
        operation.token = token;
        return operation;
    }

    private void submit(final Operation operation) {
        if (failure != null) {
            // No completion comes any more, so neither does this one.
            free[freeCount++] = operation;
            return;
        }
        submissions.offer(operation);
        VarHandle.fullFence();
        if (isParked) {
            // Only the first of several submissions pays for the wake-up.
            isParked = false;
            LockSupport.unpark(thread);
        }
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
                final Operation operation = submissions.poll();
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

    private void perform(final Operation operation) throws IOException {
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
    private void write(final Operation first) throws IOException {
        final OpenFile file = files[first.file];
        int count = 1;
        merged[0] = first;
        int length = first.length;
        for (Operation next = submissions.peek(); next != null && count < MERGED_MAX; next = submissions.peek()) {
            if (next.kind == Kind.SYNC && syncCount < SYNCS_MAX) {
                syncs[syncCount++] = submissions.poll();
                continue;
            }
            if (!isBehind(next, first, length, MERGED_LENGTH_MAX)) {
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
    private static long sizeWith(final Operation write, final long size) throws IOException {
        final long end = write.position + write.length;
        if (end > size && write.position != size) {
            throw new IOException("it ends beyond the file's " + size + " bytes");
        }
        return Math.max(end, size);
    }

    /** True if a transfer lies directly behind {@code length} bytes from the first one, in memory and in the file. */
    private static boolean isBehind(
            final Operation next, final Operation first, final int length, final int mergedLengthMax) {
        return next.kind == first.kind
                && next.file == first.file
                && next.position == first.position + length
                && next.address == first.address + length
                && first.offset + length + next.length <= first.bytes.capacity()
                && length + next.length <= mergedLengthMax;
    }

    /** Reads this and what lies directly behind it in memory and in the file as one; each on its own where that fails. */
    private void read(final Operation first) throws IOException {
        int count = 1;
        merged[0] = first;
        int length = first.length;
        for (Operation next = submissions.peek();
                next != null && count < MERGED_MAX && isBehind(next, first, length, MERGED_READ_LENGTH_MAX);
                next = submissions.peek()) {
            merged[count++] = submissions.poll();
            length += next.length;
        }
        final boolean isWhole = read(first, length);
        for (int i = 0; i < count; i++) {
            final Operation operation = merged[i];
            // One sector that the device cannot deliver must not take its neighbours with it.
            final boolean isRead = isWhole || count > 1 && read(operation, operation.length);
            operation.result = isRead ? operation.length : READ_FAILED;
            complete(operation);
        }
        readCount.lazySet(readCount.get() + 1);
        bytesInGroup += length;
        isReadUnannounced = true;
    }

    private boolean read(final Operation operation, final int length) throws IOException {
        final OpenFile file = files[operation.file];
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
            final Operation sync = syncs[i];
            current = sync;
            if (flushed[sync.file] != flushNumber) {
                flushed[sync.file] = flushNumber;
                files[sync.file].channel.force(false);
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

    private long changeNames(final Operation operation) throws IOException {
        switch (operation.kind) {
            case OPEN:
                return openFile(operation.name);
            case CREATE:
                return createFile(operation.name, operation.size);
            case CLOSE:
                files[operation.file].channel.close();
                files[operation.file] = null;
                return 0;
            case RENAME:
                tree.rename(operation.name, operation.newName);
                return 0;
            case DELETE:
                tree.delete(operation.name);
                return 0;
            case RESET:
                for (int file = 0; file < files.length; file++) {
                    if (files[file] != null) {
                        files[file].channel.close();
                        files[file] = null;
                    }
                }
                return 0;
            case LIST:
                operation.listed = tree.list();
                return operation.listed.size();
            default:
                tree.sync();
                return 0;
        }
    }

    private long openFile(final String name) throws IOException {
        try {
            return register(name, openChannel(tree.resolve(name)));
        } catch (final NoSuchFileException e) {
            return NOT_FOUND;
        }
    }

    private long createFile(final String name, final long size) throws IOException {
        final Path path = tree.resolve(name);
        try {
            tree.create(name);
        } catch (final FileAlreadyExistsException e) {
            return EXISTS;
        }
        if (Files.getFileStore(path).getUsableSpace() < size) {
            Files.delete(path);
            return NO_SPACE;
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
                return NO_SPACE;
            }
            throw e;
        }
        return register(name, channel);
    }

    private FileChannel openChannel(final Path path) throws IOException {
        if (isDirect) {
            if (blockSize == 0) {
                blockSize = Files.getFileStore(path).getBlockSize();
            }
            if (blockSize <= 0 || SECTOR % blockSize != 0) {
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

    private void refuseDirect(final String reason) {
        isDirect = false;
        directRefusal = reason;
    }

    private long register(final String name, final FileChannel channel) throws IOException {
        for (int i = 0; i < FILES_MAX; i++) {
            if (files[i] == null) {
                // A growth that a crash cut inside a sector is lost.
                files[i] = new OpenFile(name, channel, channel.size() & -SECTOR);
                return i;
            }
        }
        channel.close();
        throw new IOException("more than " + FILES_MAX + " files are open");
    }

    private void complete(final Operation operation) {
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

    private String describe(final Operation operation, final IOException cause) {
        final String what = operation.kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        final String text = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        return switch (operation.kind) {
            case READ, WRITE ->
                what + " of " + directory.resolve(files[operation.file].name) + " at offset " + operation.position
                        + ", length " + operation.length + ": " + text;
            case SYNC, CLOSE -> what + " of " + directory.resolve(files[operation.file].name) + ": " + text;
            case SYNC_DIRECTORY, LIST, RESET -> what + " " + directory + ": " + text;
            case OPEN, CREATE, RENAME, DELETE -> what + " of " + directory.resolve(operation.name) + ": " + text;
        };
    }
}
