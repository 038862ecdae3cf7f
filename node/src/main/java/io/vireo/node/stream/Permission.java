package io.vireo.node.stream;

/**
 * What a user may be allowed to do, in the order of the wire. The global ones come first; those of a stream and of a topic are the last six
 * and the last four of a set of their own.
 */
public enum Permission {
    MANAGE_SERVERS,
    READ_SERVERS,
    MANAGE_USERS,
    READ_USERS,
    MANAGE_STREAMS,
    READ_STREAMS,
    MANAGE_TOPICS,
    READ_TOPICS,
    POLL_MESSAGES,
    SEND_MESSAGES;

    /** Permissions of a stream: from {@link #MANAGE_STREAMS} (manage this stream) on. */
    public static final int OF_STREAM = 6;
    /** Permissions of a topic: from {@link #MANAGE_TOPICS} (manage this topic) on. */
    public static final int OF_TOPIC = 4;

    /** Its bit in a set. */
    public int bit() {
        return 1 << ordinal();
    }
}
