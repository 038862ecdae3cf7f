package io.vireo.node.host;

/** Life of a {@link ReplicaHost}. */
public enum HostState {
    /** Reads the data directory; frames are dropped. */
    OPENING,
    /** Fetches a checkpoint from others, because its own is damaged or too old; frames of the protocol are dropped. */
    SYNCING,
    /** Takes part in the protocol. */
    RUNNING,
    /** Stopped by a failure that only an operator or a restart can mend; does nothing any more. */
    FAILED,
    /** Stopped because its process ends; does nothing any more. */
    STOPPED
}
