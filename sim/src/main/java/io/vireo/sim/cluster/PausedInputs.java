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

    private final int replicas;
    private List<Input> waiting = new ArrayList<>();
    private boolean isPaused;
    /** The process may run, but nothing of other replicas arrives yet. */
    private boolean arePeersLate;

    private long lost;

    PausedInputs(final int replicas) {
        this.replicas = replicas;
    }

    boolean isPaused() {
        return isPaused;
    }

    void pause() {
        isPaused = true;
    }

    /** What other replicas send waits until {@link #catchUp}, also after the process runs again. */
    void delayPeers() {
        arePeersLate = true;
    }

    /** True if the frame must not arrive now: it waits, or is lost. */
    boolean take(final int from, final int group, final UnsafeBuffer frame, final int length) {
        if (!isPaused && !isLate(from)) {
            return false;
        }
        if (waiting.size() < FRAMES_MAX) {
            waiting.add(new Input(from, group, frame, length));
        } else {
            lost++;
        }
        return true;
    }

    private boolean isLate(final int from) {
        return arePeersLate && from < replicas;
    }

    /** The process runs again and finds what has waited, but for what is late; returns how many frames. */
    int resume(final Sink sink) {
        isPaused = false;
        return handOn(sink);
    }

    /** Nothing is late any more; what was waits no longer, unless the process is paused. Returns how many frames have arrived. */
    int catchUp(final Sink sink) {
        arePeersLate = false;
        return isPaused ? 0 : handOn(sink);
    }

    private int handOn(final Sink sink) {
        final List<Input> inputs = waiting;
        waiting = new ArrayList<>();
        int frames = 0;
        for (final Input input : inputs) {
            if (isLate(input.from)) {
                waiting.add(input);
            } else {
                sink.onFrame(input.from, input.group, input.frame, input.length);
                frames++;
            }
        }
        return frames;
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
        arePeersLate = false;
        waiting.clear();
    }
}
