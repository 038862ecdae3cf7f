package io.vireo.sim.storage;

/** Moments in the life of a process at its disk that a crash can be aimed at. */
public enum DiskEvent {
    READ_ISSUED,
    WRITE_ISSUED,
    /** The write has taken place; the process has not heard of it. */
    WRITE_APPLIED,
    SYNC_ISSUED,
    /** The sync has taken place; the process has not heard of it. */
    SYNC_DONE,
    /** Completions wait for the process. */
    COMPLETED
}
