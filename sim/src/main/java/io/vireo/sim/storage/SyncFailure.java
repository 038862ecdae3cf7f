package io.vireo.sim.storage;

/** What becomes of the bytes that a failed sync should have made durable. */
public enum SyncFailure {
    /** They stay un-synced; a later sync would make them durable. */
    KEPT,
    /** They are gone, and a later sync that succeeds does not bring them back. */
    DROPPED
}
