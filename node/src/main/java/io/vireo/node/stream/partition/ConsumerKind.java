package io.vireo.node.stream.partition;

/** Whose offset it is, by its number on the wire. */
public final class ConsumerKind {
    /** A consumer by its number of 32 bits. */
    public static final int CONSUMER = 1;
    /**
     * A consumer group. Its number must be of one life of the group, since the numbers that people see are used again: a group that is made
     * after another was deleted must not go on where that one was.
     */
    public static final int GROUP = 2;

    private ConsumerKind() {}

    static boolean isValid(final int kind) {
        return kind == CONSUMER || kind == GROUP;
    }
}
