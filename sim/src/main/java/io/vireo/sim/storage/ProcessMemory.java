package io.vireo.sim.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The buffers of the process that uses a disk. What a process had, the next one gets: a run starts some dozen processes, and each
 * takes megabytes that the collector would have to find and the processor to clear. No longer than from its allocation to
 * {@link #endLife} does a buffer belong to whoever asked for it.
 */
final class ProcessMemory {
    private final ArrayList<byte[]> used = new ArrayList<>();
    /** By length. */
    private final Int2ObjectHashMap<ArrayDeque<byte[]>> free = new Int2ObjectHashMap<>();

    /** A buffer of zeros. */
    UnsafeBuffer allocate(final int length) {
        return allocate(length, true);
    }

    /** A buffer with whatever a process that is gone has left in it. */
    UnsafeBuffer allocateUncleared(final int length) {
        return allocate(length, false);
    }

    private UnsafeBuffer allocate(final int length, final boolean isCleared) {
        final ArrayDeque<byte[]> ofLength = free.get(length);
        final byte[] bytes;
        if (ofLength == null || ofLength.isEmpty()) {
            bytes = new byte[length];
        } else {
            bytes = ofLength.pop();
            if (isCleared) {
                Arrays.fill(bytes, (byte) 0);
            }
        }
        used.add(bytes);
        return new UnsafeBuffer(bytes);
    }

    /** The process is gone, and nothing that it has submitted refers to its buffers any more. */
    void endLife() {
        for (final byte[] bytes : used) {
            free.computeIfAbsent(bytes.length, length -> new ArrayDeque<>()).push(bytes);
        }
        used.clear();
    }
}
