package io.vireo.sim.network;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Acknowledgements between replicas that are very late: put aside when they arrive, until somebody lets them go. */
final class HeldFrames {
    /** Where released frames go. */
    @FunctionalInterface
    interface Sink {
        void accept(long number, int from, byte[] bytes);
    }

    private record Held(long number, int from, byte[] bytes) {}

    private final boolean[] isHolding;
    private final List<List<Held>> frames = new ArrayList<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final HeaderFlyweight header = new HeaderFlyweight();

    HeldFrames(final int replicas) {
        isHolding = new boolean[replicas];
        for (int replica = 0; replica < replicas; replica++) {
            frames.add(new ArrayList<>());
        }
    }

    void hold(final int replica) {
        isHolding[replica] = true;
    }

    /** True if the frame was put aside. */
    boolean take(final long number, final int from, final int to, final byte[] bytes) {
        if (to >= isHolding.length || from >= isHolding.length || !isHolding[to]) {
            return false;
        }
        view.wrap(bytes);
        if (header.wrap(view, 0).command() != Command.PREPARE_OK) {
            return false;
        }
        frames.get(to).add(new Held(number, from, bytes));
        return true;
    }

    void release(final int replica, final Sink sink) {
        isHolding[replica] = false;
        final List<Held> waiting = new ArrayList<>(frames.get(replica));
        frames.get(replica).clear();
        for (final Held frame : waiting) {
            sink.accept(frame.number, frame.from, frame.bytes);
        }
    }
}
