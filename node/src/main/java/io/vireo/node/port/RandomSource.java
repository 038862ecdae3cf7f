package io.vireo.node.port;

/** Seeded choices (jitter, peers to ask); deterministic per seed and the same on every JDK. */
public interface RandomSource {
    long nextLong();

    /** Uniform in [0, bound); bound at least 1. */
    int nextInt(int bound);
}
