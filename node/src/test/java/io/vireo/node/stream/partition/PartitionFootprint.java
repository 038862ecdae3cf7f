package io.vireo.node.stream.partition;

import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.stream.StreamLimits;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Prints the heap that partitions of one message each take, before and behind a checkpoint and out of a snapshot. Arguments: a directory
 * that is not there yet, and how many partitions.
 */
final class PartitionFootprint implements SegmentStore.Listener, Storage.Completions {
    private static final SegmentLimits SEGMENTS = SegmentLimits.production();
    private static final StreamLimits LIMITS = StreamLimits.DEFAULT.withSegmentBytes(SEGMENTS.segmentBytes());

    private final Semaphore wakeups = new Semaphore(0);
    private final FileStorage storage;
    private SegmentStore store;
    private PartitionMachine machine;
    private int ends;

    private PartitionFootprint(final Path directory) {
        storage = new FileStorage(directory, wakeups::release, false);
        store = new SegmentStore(storage, SEGMENTS, this);
        machine = new PartitionMachine(LIMITS, SEGMENTS, store);
    }

    public static void main(final String[] args) throws Exception {
        final Path directory = Path.of(args[0]);
        final int count = Integer.parseInt(args[1]);
        Files.createDirectories(directory.resolve("segments"));
        new PartitionFootprint(directory).run(count);
    }

    @SuppressWarnings("SystemOut")
    private void run(final int count) {
        store.open(Manifest.EMPTY);
        final byte[] batch = Message.batch(List.of(new Message(0, 0, 1, 2, 3, Message.list(new byte[100]), List.of())));
        final UnsafeBuffer body = new UnsafeBuffer(batch);
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[PartitionOperation.REPLY_LENGTH_MAX]);
        final long empty = heap();
        for (int i = 0; i < count; i++) {
            machine.apply(1, i, i, i + 1, PartitionOperation.APPEND, body, 0, batch.length, reply, 0);
            while (storage.poll(this) > 0) {
                // What has completed so far.
            }
        }
        print("heap per partition with what waits for the disk", heap() - empty, count);
        final Manifest manifest = store.freeze();
        final byte[] snapshot = SnapshotBytes.of(machine);
        store.sync(manifest);
        await();
        store.forget(manifest);
        await();
        final long all = heap();
        print("heap per partition behind a checkpoint, snapshot and manifest included", all - empty, count);
        print("of these the snapshot", snapshot.length, count);
        machine = null;
        final long withoutMachine = heap();
        print("of these the state machine", all - withoutMachine, count);
        store = null;
        final long withoutStore = heap();
        print("of these the segments", withoutMachine - withoutStore, count);
        store = new SegmentStore(storage, SEGMENTS, this);
        machine = new PartitionMachine(LIMITS, SEGMENTS, store);
        SnapshotBytes.restore(snapshot, machine);
        print("heap per partition of a state machine out of a snapshot", heap() - withoutStore, count);
        storage.close();
        System.out.println(manifest.count() + " files");
    }

    private void await() {
        for (final int before = ends; ends == before; ) {
            if (storage.poll(this) == 0) {
                wakeups.acquireUninterruptibly();
            }
        }
    }

    private static void print(final String what, final long bytes, final int count) {
        System.out.printf("%-75s %6d bytes%n", what, bytes / count);
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void onCompletion(final long token, final long result) {
        store.onCompletion(token, result);
    }

    @Override
    public void onFailure(final String message) {
        throw new AssertionError(message);
    }

    @Override
    public void onOpened() {}

    @Override
    public void onDamaged(final List<SegmentDamage> damages) {
        throw new AssertionError(damages);
    }

    @Override
    public void onSynced() {
        ends++;
    }

    @Override
    public void onReadable() {}

    @Override
    public void onForgotten(final int files) {
        ends++;
    }
}
