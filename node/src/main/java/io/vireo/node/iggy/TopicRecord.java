package io.vireo.node.iggy;

/**
 * A topic; get_topic and create_topic have its partitions behind it, by number.
 *
 * @param messageExpiryUs what holds, not what was asked for: never 0; 2^64 - 1 for ever.
 * @param compression 1 none, 2 gzip.
 * @param maxSize what holds, as the expiry; 2^64 - 1 without limit.
 */
public record TopicRecord(
        int id,
        long createdAt,
        int partitionsCount,
        long messageExpiryUs,
        int compression,
        long maxSize,
        int replicationFactor,
        long size,
        long messages,
        String name)
        implements WireRecord {
    /** Reads what {@link #writeTo} writes. */
    public static TopicRecord read(final WireReader in) throws WireException {
        return new TopicRecord(
                in.u32Bits(),
                in.u64(),
                in.u32Bits(),
                in.u64(),
                in.u8(),
                in.u64(),
                in.u8(),
                in.u64(),
                in.u64(),
                in.str8());
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(id);
        out.u64(createdAt);
        out.u32(partitionsCount);
        out.u64(messageExpiryUs);
        out.u8(compression);
        out.u64(maxSize);
        out.u8(replicationFactor);
        out.u64(size);
        out.u64(messages);
        out.str8(name);
    }
}
