package io.vireo.sim.storage;

/** How a durable sector goes bad. */
public enum DamageKind {
    BIT,
    BYTE,
    SECTOR,
    UNREADABLE,
    ZEROED,
    /** It holds what it held before its last write: that write was acknowledged and never landed. */
    STALE
}
