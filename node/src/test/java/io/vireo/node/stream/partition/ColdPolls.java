package io.vireo.node.stream.partition;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.stream.StreamLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Prints what the sparse index of one partition costs in a snapshot, and how long polls at random offsets and timestamps take whose batches
 * are not in memory. Arguments: a directory that is not there yet, MiB of messages, bytes of a batch.
 */
final class ColdPolls implements SegmentStore.Listener, Storage.Completions {
    private static final SegmentLimits SEGMENTS = SegmentLimits.production();
    private static final StreamLimits LIMITS = StreamLimits.DEFAULT.withSegmentBytes(SEGMENTS.segmentBytes());
    private static final int POLLS = 1_000;
    private static final int ANSWER_LENGTH = 64 << 10;

    private final Semaphore wakeups = new Semaphore(0);
    private final FileStorage storage;
    private final SegmentStore store;
    private final PartitionMachine machine;
    private final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.POLL_LENGTH]);
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[ANSWER_LENGTH]);
    private int ends;
    private int waits;

    private ColdPolls(final Path directory) {
        storage = new FileStorage(directory, wakeups::release, false);
        store = new SegmentStore(storage, SEGMENTS, this);
        machine = new PartitionMachine(LIMITS, SEGMENTS, store);
    }

    public static void main(final String[] args) throws Exception {
        final Path directory = Path.of(args[0]);
        Files.createDirectories(directory.resolve("segments"));
        new ColdPolls(directory).run((int) ((Long.parseLong(args[1]) << 20) / Integer.parseInt(args[2])), args[2]);
    }

    @SuppressWarnings("SystemOut")
    private void run(final int batches, final String batchLength) {
        store.open(Manifest.EMPTY);
        final int payload = Integer.parseInt(batchLength) - BatchFlyweight.LENGTH_MIN;
        final byte[] batch =
                Message.batch(List.of(new Message(0, 0, 1, 2, 3, Message.list(new byte[payload]), List.of())));
        final UnsafeBuffer body = new UnsafeBuffer(batch);
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[PartitionOperation.REPLY_LENGTH_MAX]);
        for (int i = 0; i < batches; i++) {
            machine.apply(1, i * 1_000L, 1, 1, PartitionOperation.APPEND, body, 0, batch.length, reply, 0);
            while (store.isBacklogged()) {
                await();
            }
        }
        final Manifest manifest = store.freeze();
        final int snapshotLength = SnapshotBytes.of(machine).length;
        store.sync(manifest);
        for (final int before = ends; ends == before; ) {
            await();
        }
        System.out.println("snapshot of the partition, bytes: " + snapshotLength);
        final Random random = new Random(1);
        for (final int strategy : new int[] {PartitionQuery.STRATEGY_OFFSET, PartitionQuery.STRATEGY_TIMESTAMP}) {
            final long[] nanos = new long[POLLS];
            waits = 0;
            for (int i = 0; i < POLLS; i++) {
                final long begin = System.nanoTime();
                poll(strategy, random.nextInt(batches));
                nanos[i] = System.nanoTime() - begin;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "polls by %s: p50 %d us, p99 %d us, waits for the disk %.2f each%n",
                    strategy == PartitionQuery.STRATEGY_OFFSET ? "offset" : "timestamp",
                    nanos[POLLS / 2] / 1_000,
                    nanos[POLLS * 99 / 100] / 1_000,
                    (double) waits / POLLS);
        }
        storage.close();
    }

    private void poll(final int strategy, final long value) {
        PartitionQuery.putPoll(query, 0, 1, ConsumerKind.CONSUMER, 1, strategy, value, 1);
        while (machine.read(1, query, 0, query.capacity(), answer, 0, ANSWER_LENGTH) == StateMachine.PENDING) {
            waits++;
            await();
        }
    }

    private void await() {
        while (storage.poll(this) == 0) {
            wakeups.acquireUninterruptibly();
        }
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
    public void onForgotten(final int files) {}
}
