package io.vireo.sim;

/** The kinds of faults that are a matter of rates: each can be left out of a run as a whole. */
public enum FaultRate {
    FRAME_LOSS,
    FRAME_DUPLICATION,
    FRAME_REORDERING,
    CLOGS,
    FRAME_CORRUPTION,
    FRAME_MISDELIVERY,
    CONNECTION_RESETS,
    QUEUE_OVERFLOW,
    CLOCK_DRIFT,
    RETRY_STORMS,
    /** Requests that are old, out of their session's window or of no session. */
    STRAY_REQUESTS,
    MALFORMED_FRAMES,
    /** Frames that arrive again in a later life or view of their receiver. */
    LATE_FRAMES,
    TORN_WRITES,
    GARBAGE_SECTORS,
    DISK_STALLS,
    /** Files and superblocks that a crash takes with it. */
    DISK_LOSSES,
    ROT_AT_CRASH,
    /** Damage up to the limit or beyond it, when the storm is over. */
    REGIME,
    /** The partial fault that stays in the core. */
    RESIDUAL,
    CRASH_IN_RECOVERY
}
