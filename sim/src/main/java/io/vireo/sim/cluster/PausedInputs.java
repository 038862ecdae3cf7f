package io.vireo.sim.cluster;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What arrives for a process while the operating system does not let it run: waits in order, as far as there is room. Completions of its
 * disks wait at the disks.
 */
final class PausedInputs {
    /** More than socket buffers hold of small frames; what comes on top is lost. */
    static final int FRAMES_MAX = 1_024;

    /** Takes what has waited. */
    @FunctionalInterface
    interface Sink {
        void onFrame(int from, int group, UnsafeBuffer frame, int length);
    }

    private record Input(int from, int group, UnsafeBuffer frame, int length) {}

    private final List<Input> waiting = new ArrayList<>();
    private boolean isPaused;
    private long lost;

    boolean isPaused() {
        return isPaused;
    }

    void pause() {
        isPaused = true;
    }

    /** True if the process does not run: the frame waits, or is lost. */
    boolean take(final int from, final int group, final UnsafeBuffer frame, final int length) {
        if (isPaused && waiting.size() < FRAMES_MAX) {
            waiting.add(new Input(from, group, frame, length));
        } else if (isPaused) {
            lost++;
        }
        return isPaused;
    }

    /** The process runs again and finds what has waited; returns how many frames. */
    int resume(final Sink sink) {
        isPaused = false;
        final List<Input> inputs = List.copyOf(waiting);
        waiting.clear();
        for (final Input input : inputs) {
            sink.onFrame(input.from, input.group, input.frame, input.length);
        }
        return inputs.size();
    }

    /** Frames that there was no room for, since the last call. */
    long takeLost() {
        final long taken = lost;
        lost = 0;
        return taken;
    }

    /** The process has ended. */
    void clear() {
        isPaused = false;
        waiting.clear();
    }
}
