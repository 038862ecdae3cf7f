package io.vireo.bootstrap.checkpoint;

/** The parts of a snapshot, in the order in which they stand in it. */
public enum SnapshotSection {
    /** The session table with its stored replies. */
    SESSIONS,
    /** The files that belong to the checkpoint; empty where none do. Its SHA-256 is the manifest hash of the superblock. */
    MANIFEST,
    /** What the state machine holds besides files. */
    STATE
}
