package io.vireo.sim.network;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.sim.random.Draws;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Of every kind of frame the last one that has reached a replica from another one, to arrive there once more. Random duplicates come soon
 * after their original; the ones that do harm come when the process or the view they were meant for is over, and random ones hardly ever
 * last that long.
 */
final class LateFrames {
    private static final long MICROS = 1_000L;
    private static final long MILLIS = 1_000_000L;
    private static final int OF = 16;

    /** Where copies go. */
    @FunctionalInterface
    interface Sink {
        void accept(int from, byte[] bytes, long delayNs);
    }

    private final byte[][][] last;
    private final int[][] from;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final HeaderFlyweight header = new HeaderFlyweight();

    LateFrames(final int replicas) {
        last = new byte[replicas][Command.values().length][];
        from = new int[replicas][Command.values().length];
    }

    void onDelivered(final int sender, final int to, final byte[] bytes) {
        if (sender >= last.length || to >= last.length) {
            return;
        }
        view.wrap(bytes);
        final int kind = header.wrap(view, 0).command().ordinal();
        last[to][kind] = bytes;
        from[to][kind] = sender;
    }

    /** Some of the frames kept for a replica, each a chance of {@code of16} / 16, in no order. */
    void repeat(final int to, final int of16, final Draws draws, final Sink sink) {
        for (int kind = 0; of16 > 0 && kind < last[to].length; kind++) {
            if (last[to][kind] != null && draws.chance(of16, OF)) {
                sink.accept(from[to][kind], last[to][kind].clone(), draws.logUniform(MICROS, 20 * MILLIS));
            }
        }
    }
}
