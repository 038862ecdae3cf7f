package io.vireo.node.iggy;

/** @param currentOffset of the last message, 0 if there is none. */
public record PartitionRecord(int id, long createdAt, int segmentsCount, long currentOffset, long size, long messages)
        implements WireRecord {
    /** Reads what {@link #writeTo} writes. */
    public static PartitionRecord read(final WireReader in) throws WireException {
        return new PartitionRecord(in.u32Bits(), in.u64(), in.u32Bits(), in.u64(), in.u64(), in.u64());
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(id);
        out.u64(createdAt);
        out.u32(segmentsCount);
        out.u64(currentOffset);
        out.u64(size);
        out.u64(messages);
    }
}
