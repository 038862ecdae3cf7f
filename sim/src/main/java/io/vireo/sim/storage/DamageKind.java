package io.vireo.sim.storage;

/** How a durable sector goes bad. */
public enum DamageKind {
    BIT,
    BYTE,
    SECTOR,
    UNREADABLE
}
