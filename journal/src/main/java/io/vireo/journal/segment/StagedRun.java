package io.vireo.journal.segment;

/** Bytes of a segment that are in memory, from a sector of the file on and inside one chunk. Used again for other bytes. */
final class StagedRun {
    Block block;
    int position;
    int length;
    /** Most bytes it takes. */
    int capacity;
    /** Nothing is added: its sectors may be written. */
    boolean isClosed;

    boolean isWritten;
    /** Writes in flight. */
    int writes;
    /** The leaf of its chunk up to its end, where a checkpoint fell there; null elsewhere. */
    byte[] leaf;

    int end() {
        return position + length;
    }
}
