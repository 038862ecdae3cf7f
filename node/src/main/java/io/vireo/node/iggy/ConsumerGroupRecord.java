package io.vireo.node.iggy;

import java.util.List;

/** A consumer group: one of a list has the number of its members, its details have the members behind it. */
public record ConsumerGroupRecord(int id, int partitionsCount, String name, List<Member> members)
        implements WireRecord {
    public ConsumerGroupRecord {
        members = List.copyOf(members);
    }

    /** One of a list, as who asks for it sees it: how many members there are, not which. */
    public record Summary(int id, int partitionsCount, int membersCount, String name) {
        /** Reads what {@link ConsumerGroupRecord#writeTo} writes. */
        public static Summary read(final WireReader in) throws WireException {
            return new Summary(in.u32Bits(), in.u32Bits(), in.u32Bits(), in.str8());
        }
    }

    /** @param partitions that the member reads. */
    public record Member(int id, List<Integer> partitions) implements WireRecord {
        public Member {
            partitions = List.copyOf(partitions);
        }

        @Override
        public void writeTo(final WireWriter out) {
            out.u32(id);
            out.u32(partitions.size());
            for (final int partition : partitions) {
                out.u32(partition);
            }
        }
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(id);
        out.u32(partitionsCount);
        out.u32(members.size());
        out.str8(name);
    }

    /** As get_consumer_group and create_consumer_group answer. */
    public void writeDetailsTo(final WireWriter out) {
        writeTo(out);
        WireRecord.writeAll(out, members);
    }
}
