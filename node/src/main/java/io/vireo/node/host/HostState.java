package io.vireo.node.host;

/** Life of a {@link ReplicaHost}. */
public enum HostState {
    /** Reads the data directory; frames are dropped. */
    OPENING,
    /** Takes part in the protocol. */
    RUNNING,
    /** Stopped by a failure that only an operator or a restart can mend; does nothing any more. */
    FAILED
}
