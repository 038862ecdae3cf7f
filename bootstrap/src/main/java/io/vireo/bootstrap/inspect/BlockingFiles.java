package io.vireo.bootstrap.inspect;

import io.vireo.journal.storage.ReadOnlyStorage;
import io.vireo.journal.storage.Storage;
import java.util.function.BooleanSupplier;
import org.agrona.MutableDirectBuffer;

/** A storage that answers at once, used by one caller after the other: what would be a completion elsewhere is a result here. */
final class BlockingFiles implements Storage.Completions {
    /** Hears completions while {@link #drive} runs. */
    interface Driven {
        void onCompletion(long token, long result);
    }

    private static final long TOKEN = 0x7fL << 56;

    final ReadOnlyStorage storage;
    private Driven driven;
    private long result;

    BlockingFiles(final ReadOnlyStorage storage) {
        this.storage = storage;
    }

    /** The handle, or {@link Storage#NOT_FOUND}. */
    int open(final String name) {
        storage.open(name, TOKEN);
        return (int) await();
    }

    /** True if the bytes could be read. */
    boolean read(
            final int file, final long position, final MutableDirectBuffer buffer, final int offset, final int length) {
        storage.read(file, position, buffer, offset, length, TOKEN);
        return await() == length;
    }

    /** Delivers completions to {@code target}, which has submitted something, until it is done. */
    void drive(final Driven target, final BooleanSupplier isDone) {
        driven = target;
        while (!isDone.getAsBoolean() && storage.poll(this) > 0) {
            // It goes on inside.
        }
        driven = null;
    }

    private long await() {
        storage.poll(this);
        return result;
    }

    @Override
    public void onCompletion(final long token, final long outcome) {
        if (driven != null) {
            driven.onCompletion(token, outcome);
        } else {
            result = outcome;
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new InspectionException(message);
    }
}
