package io.vireo.node.port;

/** Time, passed into the core by whoever drives it. */
public interface Clock {
    /** Nanoseconds since an arbitrary origin; never goes back. */
    long monotonicNs();

    /** Nanoseconds since the epoch; may jump. Nothing's safety depends on it. */
    long wallNs();
}
