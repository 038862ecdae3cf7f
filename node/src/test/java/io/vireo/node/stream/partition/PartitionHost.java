package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.stream.StreamLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A machine on a real disk, without a log: what is not in its last checkpoint goes with a {@link #restart}. */
final class PartitionHost implements SegmentStore.Listener, Storage.Completions, AutoCloseable {
    static final StreamLimits LIMITS = new StreamLimits(2, 2, 2, 2, 4, 4, 4, 32 << 10);
    static final SegmentLimits SEGMENTS = new SegmentLimits(32 << 10, 8 << 10, 16 << 10);
    static final int REPLY_AT = 3;
    /** More often than a query has chunks to fetch. */
    private static final int WAITS_MAX = 50;

    /** What an operation or a query came to. */
    record Outcome(int status, byte[] bytes) {
        long longAt(final int at) {
            return new UnsafeBuffer(bytes).getLong(at, LITTLE_ENDIAN);
        }

        int intAt(final int at) {
            return new UnsafeBuffer(bytes).getInt(at, LITTLE_ENDIAN);
        }
    }

    private final Semaphore wakeups = new Semaphore(0);
    private final Path directory;
    private final StreamLimits limits;
    private final int endedMax;
    private FileStorage storage;
    private SegmentStore store;
    private PartitionMachine machine;
    private boolean isOpened;
    private boolean isReadable;
    private int syncs;
    private int sweeps;
    private Manifest manifest = Manifest.EMPTY;
    private byte[] snapshot;
    /** Queries that had to wait for the disk. */
    int pending;

    PartitionHost(final Path directory) throws IOException {
        this(directory, LIMITS, PartitionMachine.ENDED_MAX);
    }

    PartitionHost(final Path directory, final StreamLimits limits, final int endedMax) throws IOException {
        this.directory = directory;
        this.limits = limits;
        this.endedMax = endedMax;
        FileStorage.createDirectory(Files.createDirectories(directory));
        Files.createDirectories(directory.resolve("segments"));
        open();
    }

    PartitionMachine machine() {
        return machine;
    }

    SegmentStore store() {
        return store;
    }

    Outcome apply(
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final int operation,
            final byte[] requestBody) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[requestBody.length + 5]);
        body.putBytes(5, requestBody);
        final byte[] before = body.byteArray().clone();
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[REPLY_AT + PartitionOperation.REPLY_LENGTH_MAX]);
        final long result = machine.apply(
                1, timestampNs, namespace, incarnation, operation, body, 5, requestBody.length, reply, REPLY_AT);
        assertArrayEquals(before, body.byteArray(), "the prepare stays as it is");
        while (poll()) {
            // What has completed so far.
        }
        return outcome(result, reply, REPLY_AT);
    }

    Outcome read(final long namespace, final byte[] query, final int limit) {
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[7 + limit + 1]);
        answer.setMemory(0, answer.capacity(), (byte) 0x5a);
        long result;
        int waits = 0;
        while ((result = machine.read(namespace, new UnsafeBuffer(query), 0, query.length, answer, 7, limit))
                == StateMachine.PENDING) {
            pending++;
            assertTrue(++waits < WAITS_MAX, "a query that waits for the disk gets on");
            isReadable = false;
            while (!isReadable) {
                await();
            }
        }
        assertTrue((int) result <= limit, "an answer exceeds its limit");
        assertEquals(0x5a, answer.getByte(7 + limit), "an answer ends before its limit");
        return outcome(result, answer, 7);
    }

    /** Makes all durable; the bytes that replicas compare: snapshot and manifest. */
    List<byte[]> checkpoint() {
        final int former = syncs;
        final Manifest frozen = store.freeze();
        snapshot = SnapshotBytes.of(machine);
        store.sync(frozen);
        while (syncs == former) {
            await();
        }
        manifest = frozen;
        store.forget(manifest);
        for (final int before = sweeps; sweeps == before; ) {
            await();
        }
        final ManifestCodec codec = new ManifestCodec(SEGMENTS);
        final ExpandableArrayBuffer encoded = new ExpandableArrayBuffer();
        codec.encode(manifest, encoded, 0);
        final byte[] bytes = new byte[codec.encodedLength(manifest)];
        encoded.getBytes(0, bytes);
        return List.of(snapshot, bytes);
    }

    /** Files of segments on disk. */
    long fileCount() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
            return files.count();
        }
    }

    Manifest manifest() {
        return manifest;
    }

    /** Goes on from the last checkpoint as a new process would. */
    void restart() {
        storage.close();
        open();
    }

    @Override
    public void close() {
        storage.close();
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
    public void onOpened() {
        isOpened = true;
    }

    @Override
    public void onDamaged(final List<SegmentDamage> damages) {
        throw new AssertionError(damages);
    }

    @Override
    public void onSynced() {
        syncs++;
    }

    @Override
    public void onReadable() {
        isReadable = true;
    }

    @Override
    public void onForgotten(final int files) {
        sweeps++;
    }

    private void open() {
        storage = new FileStorage(directory, wakeups::release, false);
        store = new SegmentStore(storage, SEGMENTS, this);
        machine = new PartitionMachine(limits, SEGMENTS, store, endedMax);
        if (snapshot != null) {
            SnapshotBytes.restore(snapshot, machine);
        }
        isOpened = false;
        store.open(manifest);
        while (!isOpened) {
            await();
        }
    }

    private boolean poll() {
        return storage.poll(this) > 0;
    }

    private void await() {
        while (!poll()) {
            wakeups.acquireUninterruptibly();
        }
    }

    private static Outcome outcome(final long result, final UnsafeBuffer buffer, final int at) {
        final byte[] bytes = new byte[(int) result];
        buffer.getBytes(at, bytes);
        return new Outcome((int) (result >>> 32), bytes);
    }

    /** The messages of an answer to a poll, each batch of which is right by itself. */
    static List<Message> messages(final Outcome answer) {
        final UnsafeBuffer bytes = new UnsafeBuffer(answer.bytes());
        final List<Message> messages = new ArrayList<>();
        int at = PartitionQuery.POLL_PREFIX_LENGTH;
        final BatchFlyweight batch = new BatchFlyweight();
        while (at < bytes.capacity()) {
            final int length = bytes.getInt(at, LITTLE_ENDIAN);
            assertTrue(new BatchCheck().isIntact(bytes, at + 4, length));
            batch.wrap(bytes, at + 4);
            final FrameCursor frames = new FrameCursor().wrap(bytes, at + 4, length);
            while (frames.next()) {
                messages.add(Message.of(batch, frames, bytes));
            }
            assertTrue(frames.isAtEnd());
            assertEquals(batch.count(), frames.passed());
            at += 4 + length;
        }
        assertEquals(bytes.capacity(), at);
        assertEquals(answer.intAt(PartitionQuery.POLL_COUNT_OFFSET), messages.size());
        assertEquals(0, answer.intAt(PartitionQuery.POLL_COUNT_OFFSET + 4));
        return messages;
    }
}
