package io.vireo.node.iggy;

import io.vireo.node.stream.Permissions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** Reads what a client reads, by the specification of the protocol and by nothing of the product. */
final class ReplyBytes {
    private final ByteBuffer in;

    /** A response whose status is 0 and whose payload is as long as it says. */
    ReplyBytes(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != 0 || in.getInt() != length - 8) {
            throw new IllegalStateException("status or length: " + RequestSample.hex(bytes));
        }
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }

    int u8() {
        return in.get() & 0xff;
    }

    int u16() {
        return in.getShort() & 0xffff;
    }

    int u32() {
        return in.getInt();
    }

    long u64() {
        return in.getLong();
    }

    String str8() {
        return text(u8());
    }

    String str32() {
        return text(u32());
    }

    <T> List<T> times(final int count, final Supplier<T> one) {
        final List<T> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(one.get());
        }
        return all;
    }

    StreamRecord stream() {
        return new StreamRecord(u32(), u64(), u32(), u64(), u64(), str8());
    }

    TopicRecord topic() {
        return new TopicRecord(u32(), u64(), u32(), u64(), u8(), u64(), u8(), u64(), u64(), str8());
    }

    PartitionRecord partition() {
        return new PartitionRecord(u32(), u64(), u32(), u64(), u64(), u64());
    }

    ConsumerGroupRecord groupDetails() {
        final int id = u32();
        final int partitions = u32();
        final int members = u32();
        return new ConsumerGroupRecord(id, partitions, str8(), times(members, this::member));
    }

    private ConsumerGroupRecord.Member member() {
        return new ConsumerGroupRecord.Member(u32(), times(u32(), this::u32));
    }

    UserRecord userDetails() {
        return new UserRecord(u32(), u64(), u8() == 1, str8(), permissions());
    }

    private Optional<Permissions> permissions() {
        if (u8() == 0) {
            in.position(in.position() + 3);
            return Optional.empty();
        }
        final int length = u32();
        final int start = in.position();
        final int global = flags(10, 0);
        final SortedMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        boolean hasMore = u8() == 1;
        while (hasMore) {
            final int stream = u32();
            final int set = flags(6, 4);
            final SortedMap<Integer, Integer> topics = new TreeMap<>();
            boolean hasMoreTopics = u8() == 1;
            while (hasMoreTopics) {
                topics.put(u32(), flags(4, 6));
                hasMoreTopics = u8() == 1;
            }
            streams.put(stream, new Permissions.OfStream(set, topics));
            hasMore = u8() == 1;
        }
        if (in.position() - start != length) {
            throw new IllegalStateException("permissions of another length than " + length);
        }
        return Optional.of(new Permissions(global, streams));
    }

    TokenRecord token() {
        return new TokenRecord(str8(), u64());
    }

    ClientRecord clientDetails() {
        final int id = u32();
        final int user = u32();
        final ClientRecord.Transport transport = ClientRecord.Transport.values()[u8() - 1];
        final String address = str32();
        return new ClientRecord(
                id, user, transport, address, times(u32(), () -> new ClientRecord.Membership(u32(), u32(), u32())));
    }

    ClusterRecord cluster() {
        return new ClusterRecord(
                str32(),
                times(
                        u32(),
                        () -> new ClusterRecord.Node(
                                str32(),
                                str32(),
                                u16(),
                                u16(),
                                u16(),
                                u16(),
                                ClusterRecord.Role.values()[u8()],
                                ClusterRecord.Health.values()[u8()])));
    }

    StatsRecord stats() {
        final StatsRecord.ProcessFigures process = new StatsRecord.ProcessFigures(
                u32(), in.getFloat(), in.getFloat(), u64(), u64(), u64(), u64(), u64(), u64(), u64());
        final StatsRecord.Contents contents =
                new StatsRecord.Contents(u64(), u32(), u32(), u32(), u32(), u64(), u32(), u32());
        final StatsRecord.Host host = new StatsRecord.Host(str32(), str32(), str32(), str32(), str32(), u32());
        final List<StatsRecord.Cache> caches =
                times(u32(), () -> new StatsRecord.Cache(u32(), u32(), u32(), u64(), u64(), in.getFloat()));
        return new StatsRecord(process, contents, host, caches, new StatsRecord.Storage(u32(), u64(), u64()));
    }

    ConsumerOffsetRecord consumerOffset() {
        return new ConsumerOffsetRecord(u32(), u64(), u64());
    }

    private String text(final int length) {
        final byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int flags(final int count, final int first) {
        int set = 0;
        for (int i = first; i < first + count; i++) {
            set |= u8() << i;
        }
        return set;
    }
}
