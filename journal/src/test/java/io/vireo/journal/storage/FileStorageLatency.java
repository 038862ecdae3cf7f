package io.vireo.journal.storage;

import static io.vireo.journal.storage.Storage.SECTOR;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;

/**
 * Measures durable appends through {@link FileStorage} next to the same appends without it; a program to run by hand, not a test. Arguments:
 * a directory on the device to measure, and the number of appends. The consumer sleeps until it is woken, as a shard does.
 */
public final class FileStorageLatency {
    private static final int FILE_SECTORS = 16_384;

    private FileStorageLatency() {}

    public static void main(final String[] args) throws IOException {
        final Path directory = Files.createTempDirectory(Path.of(args[0]), "latency");
        final int appends = Integer.parseInt(args[1]);
        for (int round = 0; round < 3; round++) {
            for (final int sectors : new int[] {1, 16}) {
                raw(directory, appends, sectors);
                for (final int depth : new int[] {1, 8}) {
                    storage(directory, appends, sectors, depth);
                }
            }
        }
        Files.deleteIfExists(directory.resolve("data"));
        Files.delete(directory);
    }

    private static void raw(final Path directory, final int appends, final int sectors) throws IOException {
        final Path path = directory.resolve("raw");
        final long[] times = new long[appends];
        final ByteBuffer bytes = SectorBuffer.allocate(sectors * SECTOR).transferView();
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, OpenFiles.DIRECT)) {
            final ByteBuffer zeros = SectorBuffer.allocate(1 << 20).transferView();
            for (long position = 0; position < (long) FILE_SECTORS * SECTOR; position += 1 << 20) {
                channel.write(zeros.clear(), position);
            }
            channel.force(true);
            final long start = System.nanoTime();
            for (int i = 0; i < appends; i++) {
                final long before = System.nanoTime();
                channel.write(bytes.clear(), (long) (i * sectors % FILE_SECTORS) * SECTOR);
                channel.force(false);
                times[i] = System.nanoTime() - before;
            }
            report("no storage  ", sectors, 1, times, System.nanoTime() - start, appends, appends);
        }
        Files.delete(path);
    }

    /** Keeps {@code depth} appends in flight: a write and a sync each, submitted again as soon as its sync has completed. */
    private static void storage(final Path directory, final int appends, final int sectors, final int depth)
            throws IOException {
        Files.deleteIfExists(directory.resolve("data"));
        final Thread owner = Thread.currentThread();
        try (FileStorage storage = new FileStorage(directory, () -> LockSupport.unpark(owner))) {
            final Appender appender = new Appender(storage, appends, sectors, depth);
            storage.create("data", (long) FILE_SECTORS * SECTOR, -1);
            storage.sync(0, -1);
            appender.await(2);
            final long flushes = storage.flushCount();
            final long writes = storage.writeCount();
            final long start = System.nanoTime();
            appender.run();
            report(
                    storage.isDirect() ? "FileStorage " : "FileStorage (buffered)",
                    sectors,
                    depth,
                    appender.times,
                    System.nanoTime() - start,
                    storage.flushCount() - flushes,
                    storage.writeCount() - writes);
        }
    }

    private static void report(
            final String what,
            final int sectors,
            final int depth,
            final long[] times,
            final long total,
            final long flushes,
            final long writes) {
        Arrays.sort(times);
        System.out.printf(
                "%s %3d KiB, %d in flight: p50 %5.0f us, p99 %6.0f us, %7.0f appends/s, %.2f flushes and %.2f writes per append%n",
                what,
                sectors * SECTOR / 1024,
                depth,
                times[times.length / 2] / 1e3,
                times[times.length * 99 / 100] / 1e3,
                times.length * 1e9 / total,
                (double) flushes / times.length,
                (double) writes / times.length);
    }

    private static final class Appender implements Storage.Completions {
        private final FileStorage storage;
        private final int sectors;
        private final int depth;
        private final long[] times;
        private final long[] starts;
        private final MutableDirectBuffer buffer;
        private int submitted;
        private int completed;
        private int other;

        private Appender(final FileStorage storage, final int appends, final int sectors, final int depth) {
            this.storage = storage;
            this.sectors = sectors;
            this.depth = depth;
            times = new long[appends];
            starts = new long[appends];
            buffer = storage.allocate(FILE_SECTORS * SECTOR);
        }

        private void run() {
            while (completed < times.length) {
                while (submitted < times.length && submitted - completed < depth) {
                    starts[submitted] = System.nanoTime();
                    final int place = submitted * sectors % FILE_SECTORS * SECTOR;
                    storage.write(0, place, buffer, place, sectors * SECTOR, -1);
                    storage.sync(0, submitted);
                    submitted++;
                }
                if (storage.poll(this) == 0) {
                    LockSupport.park(this);
                }
            }
        }

        private void await(final int count) {
            while (other < count) {
                if (storage.poll(this) == 0) {
                    LockSupport.park(this);
                }
            }
        }

        @Override
        public void onCompletion(final long token, final long result) {
            if (token < 0) {
                other++;
            } else {
                times[(int) token] = System.nanoTime() - starts[(int) token];
                completed++;
            }
        }

        @Override
        public void onFailure(final String message) {
            throw new IllegalStateException(message);
        }
    }
}
