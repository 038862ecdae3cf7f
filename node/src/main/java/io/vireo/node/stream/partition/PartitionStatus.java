package io.vireo.node.stream.partition;

import io.vireo.bootstrap.replay.ReplyStatus;

/**
 * Outcomes of a partition's operations and queries beside those of {@link ReplyStatus}. Where the protocol has a number for one it is
 * that; the others lie below all of them.
 */
public final class PartitionStatus {
    public static final int OK = ReplyStatus.OK;
    /** This life of the partition was dropped, or a later one has begun: nothing was done, and never will be. */
    public static final int INCARNATION_ENDED = 256;
    /** The drop of the life before is still to come: nothing was done; the same may succeed later. */
    public static final int INCARNATION_NOT_YET = 257;
    /** The group holds as many partitions as it may: nothing was done. */
    public static final int TOO_MANY_PARTITIONS = 258;
    /** The partition holds the offsets of as many consumers as it may: nothing was done. */
    public static final int TOO_MANY_CONSUMERS = 259;
    /**
     * Nothing is stored in this life, and the group no longer knows whether it has ended: nothing was done, and never will be. If the metadata
     * says that it goes on, no message was ever written to it, and the partition needs a new incarnation.
     */
    public static final int INCARNATION_FORGOTTEN = 260;
    /** The consumer has stored no offset. */
    public static final int CONSUMER_OFFSET_NOT_FOUND = 3021;
    /** An offset that is behind the last message. */
    public static final int INVALID_OFFSET = 4100;

    private PartitionStatus() {}
}
