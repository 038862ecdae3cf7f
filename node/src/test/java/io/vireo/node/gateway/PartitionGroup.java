package io.vireo.node.gateway;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.StreamStateMachine;
import io.vireo.node.stream.partition.PartitionMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The state machine of a group of partitions on a real disk, without a log. */
public final class PartitionGroup implements SegmentStore.Listener, Storage.Completions, AutoCloseable {
    public static final SegmentLimits SEGMENTS = new SegmentLimits(32 << 10, 8 << 10, 16 << 10);

    /** Few, so that tests that make and delete much meet what comes of it. */
    static final int ENDED_MAX = 4;

    private final Semaphore wakeups = new Semaphore(0);
    private final FileStorage storage;
    private final SegmentStore store;
    private final StateMachine machine;
    private boolean isOpened;

    public PartitionGroup(final Path directory, final StreamLimits limits) {
        try {
            FileStorage.createDirectory(Files.createDirectories(directory));
            Files.createDirectories(directory.resolve("segments"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        storage = new FileStorage(directory, wakeups::release, false);
        store = new SegmentStore(storage, SEGMENTS, this);
        machine = new StreamStateMachine(null, new PartitionMachine(limits, SEGMENTS, store, ENDED_MAX));
        store.open(Manifest.EMPTY);
        while (!isOpened) {
            await();
        }
    }

    public StateMachine machine() {
        return machine;
    }

    /** Takes what the disk has done by now. */
    public void poll() {
        while (storage.poll(this) > 0) {
            // What has completed so far.
        }
    }

    public void await() {
        while (storage.poll(this) == 0) {
            wakeups.acquireUninterruptibly();
        }
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
        throw new AssertionError("nobody asked for it");
    }

    @Override
    public void onReadable() {
        // The query that waits asks again.
    }

    @Override
    public void onForgotten(final int files) {
        throw new AssertionError("nobody asked for it");
    }
}
