package io.vireo.journal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Submits to a real storage and waits for what comes, asleep until the storage wakes it; for tests that need one thing after another. */
public final class StorageDriver implements Storage.Completions, AutoCloseable {
    /** One completion as it came. */
    public record Completion(long token, long result) {}

    private final Semaphore wakeups = new Semaphore(0);
    private final FileStorage storage;
    private final List<Completion> completions = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long nextToken = 1_000_000;

    public StorageDriver(final Path directory, final boolean isDirect) {
        storage = new FileStorage(directory, wakeups::release, isDirect);
    }

    public FileStorage storage() {
        return storage;
    }

    /** All completions so far, in their order. */
    public List<Completion> completions() {
        return completions;
    }

    public List<String> failures() {
        return failures;
    }

    /** Waits for the result of this token. */
    public long await(final long token) {
        while (true) {
            storage.poll(this);
            for (final Completion completion : completions) {
                if (completion.token == token) {
                    return completion.result;
                }
            }
            if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.get(0));
            }
            wakeups.acquireUninterruptibly();
        }
    }

    public String awaitFailure() {
        while (failures.isEmpty()) {
            storage.poll(this);
            if (failures.isEmpty()) {
                wakeups.acquireUninterruptibly();
            }
        }
        return failures.get(0);
    }

    public long open(final String name) {
        storage.open(name, ++nextToken);
        return await(nextToken);
    }

    public long create(final String name, final long size) {
        storage.create(name, size, ++nextToken);
        return await(nextToken);
    }

    /** Writes and syncs. */
    public void write(final int file, final long position, final byte[] bytes) {
        final var buffer = storage.allocate(bytes.length);
        buffer.putBytes(0, bytes);
        storage.write(file, position, buffer, 0, bytes.length, ++nextToken);
        storage.sync(file, ++nextToken);
        await(nextToken);
    }

    public byte[] read(final int file, final long position, final int length) {
        final var buffer = storage.allocate(length);
        storage.read(file, position, buffer, 0, length, ++nextToken);
        if (await(nextToken) != length) {
            throw new IllegalStateException(storage.readFailure());
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    @Override
    public void onCompletion(final long token, final long result) {
        completions.add(new Completion(token, result));
    }

    @Override
    public void onFailure(final String message) {
        failures.add(message);
    }

    @Override
    public void close() {
        storage.close();
    }
}
