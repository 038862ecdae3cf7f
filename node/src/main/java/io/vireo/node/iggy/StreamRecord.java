package io.vireo.node.iggy;

/** A stream; get_stream has its topics behind it, by number. */
public record StreamRecord(int id, long createdAt, int topicsCount, long size, long messages, String name)
        implements WireRecord {
    /** Reads what {@link #writeTo} writes. */
    public static StreamRecord read(final WireReader in) throws WireException {
        return new StreamRecord(in.u32Bits(), in.u64(), in.u32Bits(), in.u64(), in.u64(), in.str8());
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(id);
        out.u64(createdAt);
        out.u32(topicsCount);
        out.u64(size);
        out.u64(messages);
        out.str8(name);
    }
}
