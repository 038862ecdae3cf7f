package io.vireo.node.iggy;

/**
 * A stored offset; where none is stored the reply is empty.
 *
 * @param currentOffset of the last message of the partition.
 */
public record ConsumerOffsetRecord(int partition, long currentOffset, long storedOffset) implements WireRecord {
    @Override
    public void writeTo(final WireWriter out) {
        out.u32(partition);
        out.u64(currentOffset);
        out.u64(storedOffset);
    }
}
