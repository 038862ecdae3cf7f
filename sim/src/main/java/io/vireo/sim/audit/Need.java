package io.vireo.sim.audit;

/**
 * What clients ask for to see whether they may, and the permissions of which one suffices: everywhere, on the stream, on the topic. Bits are
 * in the order of the wire, by the specification of the protocol and by no table of the product, which is under test.
 */
public enum Need {
    READ_SERVER(0b11, 0, 0),
    READ_USERS(0b11 << 2, 0, 0),
    MANAGE_USERS(1 << 2, 0, 0),
    LIST_STREAMS(0b11 << 4, 0, 0),
    SEE_STREAM(0b11 << 4, 0b11, 0),
    MAKE_STREAM(1 << 4, 0, 0),
    CHANGE_STREAM(1 << 4, 1, 0),
    LIST_TOPICS(0b1111 << 4, 0b1111, 0),
    SEE_TOPIC(0b1111 << 4, 0b1111, 0b11),
    MAKE_TOPIC(1 << 4 | 1 << 6, 1 | 1 << 2, 0),
    CHANGE_TOPIC(1 << 4 | 1 << 6, 1 | 1 << 2, 1),
    POLL(0b11111 << 4, 0b11111, 0b111),
    SEND(1 << 4 | 1 << 6 | 1 << 9, 1 | 1 << 2 | 1 << 5, 1 | 1 << 3);

    private final int everywhere;
    private final int onStream;
    private final int onTopic;

    Need(final int everywhere, final int onStream, final int onTopic) {
        this.everywhere = everywhere;
        this.onStream = onStream;
        this.onTopic = onTopic;
    }

    /**
     * What a user may do, on the one stream and topic that everything is asked of.
     *
     * @param everywhere 10 bits: manage and read of servers, users, streams, topics; poll; send.
     * @param onStream 6 bits: manage and read of the stream and of its topics; poll; send.
     * @param onTopic 4 bits: manage, read, poll, send.
     */
    public record Grants(int everywhere, int onStream, int onTopic) {
        public static final Grants NONE = new Grants(0, 0, 0);
    }

    public boolean isMetBy(final Grants grants) {
        return (grants.everywhere & everywhere) != 0
                || (grants.onStream & onStream) != 0
                || (grants.onTopic & onTopic) != 0;
    }

    /** Whether a permission of a moment ago may do, since the way to a partition is not asked for with every batch. */
    public boolean isOfPartition() {
        return this == POLL || this == SEND;
    }
}
