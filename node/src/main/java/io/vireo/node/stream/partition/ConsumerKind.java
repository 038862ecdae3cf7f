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

    /** The number of a group in its topic has so many bits in its number here, the rest is the time of its creation. */
    public static final int GROUP_NUMBER_BITS = 12;

    private ConsumerKind() {}

    /** Under which number one life of a group is kept: groups of one op have one time, and numbers come again, but never both. */
    public static long ofGroup(final int number, final long createdAtMicros) {
        return createdAtMicros << GROUP_NUMBER_BITS | number;
    }

    static boolean isValid(final int kind) {
        return kind == CONSUMER || kind == GROUP;
    }
}
