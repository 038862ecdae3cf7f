package io.vireo.node.iggy;

/**
 * Who reads what, as polls and offset commands begin with it: a consumer or a consumer group, a topic, and maybe a partition. A flyweight,
 * valid as long as the bytes of the request are.
 */
public final class ConsumerScope {
    private static final int KIND_CONSUMER = 1;
    private static final int KIND_GROUP = 2;

    private final IdentifierFlyweight consumer = new IdentifierFlyweight();
    private final IdentifierFlyweight stream = new IdentifierFlyweight();
    private final IdentifierFlyweight topic = new IdentifierFlyweight();
    private boolean isGroup;
    private boolean hasPartition;
    private int partition;

    void read(final WireReader in) throws WireException {
        final int kind = in.u8();
        if (kind != KIND_CONSUMER && kind != KIND_GROUP) {
            throw WireReader.invalid("consumer of kind " + kind);
        }
        isGroup = kind == KIND_GROUP;
        in.id(consumer);
        in.id(stream);
        in.id(topic);
        hasPartition = in.bool();
        // Four bytes are there in either case; without the flag they say nothing.
        partition = in.u32Bits();
    }

    public boolean isGroup() {
        return isGroup;
    }

    /** Of the group if it is one, else of the single consumer. */
    public IdentifierFlyweight consumer() {
        return consumer;
    }

    /** The number of a single consumer: a name stands for its hash. */
    public int consumerNumber() {
        return consumer.isNumeric()
                ? consumer.number()
                : Xxh32.hash(consumer.buffer(), consumer.offset(), consumer.length());
    }

    public IdentifierFlyweight stream() {
        return stream;
    }

    public IdentifierFlyweight topic() {
        return topic;
    }

    public boolean hasPartition() {
        return hasPartition;
    }

    /** Stands if there is one. */
    public int partition() {
        return partition;
    }
}
