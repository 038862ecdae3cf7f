package io.vireo.node.port;

/** Bytes that nobody can guess: nonces. In production of the operating system, never of a {@link RandomSource}. */
public interface Secrets {
    /** Fills the whole array. */
    void nextBytes(byte[] target);
}
