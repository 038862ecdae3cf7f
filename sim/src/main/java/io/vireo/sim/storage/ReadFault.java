package io.vireo.sim.storage;

/** How the next read of a good sector goes wrong. */
public enum ReadFault {
    /** The device cannot deliver it this time. */
    ERROR,
    /** It delivers another sector. */
    MISDIRECTED,
    /** It delivers what was there before the last write. */
    STALE
}
