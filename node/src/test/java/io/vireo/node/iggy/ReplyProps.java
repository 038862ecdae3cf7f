package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A client reads each record of a reply as it was, to the last byte and behind any other record. */
class ReplyProps {
    private static final int OFFSET = 5;

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(16);
    private final WireWriter out = new WireWriter();

    @Property(tries = 300)
    void shouldReadStreamsTopicsAndPartitionsAsTheyAre(@ForAll final long seed) {
        final Random random = new Random(seed);
        checkRecords(random, () -> anyStream(random), ReplyBytes::stream);
        checkRecords(random, () -> anyTopic(random), ReplyBytes::topic);
        checkRecords(random, () -> anyPartition(random), ReplyBytes::partition);
    }

    @Property(tries = 300)
    void shouldReadTokensOffsetsAndServerAsTheyAre(@ForAll final long seed) {
        final Random random = new Random(seed);
        checkRecords(random, () -> new TokenRecord(text(random), random.nextLong()), ReplyBytes::token);
        checkRecords(
                random,
                () -> new ConsumerOffsetRecord(random.nextInt(), random.nextLong(), random.nextLong()),
                ReplyBytes::consumerOffset);
        checkRecords(random, () -> anyCluster(random), ReplyBytes::cluster);
        checkRecords(random, () -> anyStats(random), ReplyBytes::stats);
    }

    @Property(tries = 300)
    void shouldReadDetailsAsTheyAre(@ForAll final long seed) {
        final Random random = new Random(seed);
        final UserRecord user = new UserRecord(
                random.nextInt(),
                random.nextLong(),
                random.nextBoolean(),
                text(random),
                random.nextBoolean() ? Optional.empty() : Optional.of(RequestSample.anyPermissions(random)));
        check(List.of(user), out -> user.writeDetailsTo(out), ReplyBytes::userDetails);
        final ConsumerGroupRecord group = anyGroup(random);
        check(List.of(group), out -> group.writeDetailsTo(out), ReplyBytes::groupDetails);
        final ClientRecord client = anyClient(random);
        check(List.of(client), out -> client.writeDetailsTo(out), ReplyBytes::clientDetails);
    }

    @Property(tries = 300)
    void shouldReadBackWhatTheRecordsThemselvesWroteWhenAClientOfOursAsks(@ForAll final long seed)
            throws WireException {
        final Random random = new Random(seed);
        final StreamRecord stream = anyStream(random);
        assertEquals(stream, StreamRecord.read(written(stream)));
        final TopicRecord topic = anyTopic(random);
        assertEquals(topic, TopicRecord.read(written(topic)));
        final PartitionRecord partition = anyPartition(random);
        assertEquals(partition, PartitionRecord.read(written(partition)));
        final UserRecord user = new UserRecord(
                random.nextInt(), random.nextLong(), random.nextBoolean(), text(random), Optional.empty());
        assertEquals(user, UserRecord.read(written(user)));
        final ConsumerGroupRecord group = anyGroup(random);
        assertEquals(
                new ConsumerGroupRecord.Summary(
                        group.id(), group.partitionsCount(), group.members().size(), group.name()),
                ConsumerGroupRecord.Summary.read(written(group)));
    }

    private WireReader written(final WireRecord record) {
        final int start = out.begin(buffer, OFFSET).position();
        record.writeTo(out);
        return new WireReader().wrap(buffer, start, out.position() - start);
    }

    @Property(tries = 300)
    void shouldLeaveDetailsOutOfListsButTheirNumber(@ForAll final long seed) {
        final Random random = new Random(seed);
        final ConsumerGroupRecord group = anyGroup(random);
        check(
                List.of(List.of(
                        group.id(), group.partitionsCount(), group.members().size(), group.name())),
                group::writeTo,
                in -> List.of(in.u32(), in.u32(), in.u32(), in.str8()));
        final ClientRecord client = anyClient(random);
        check(
                List.of(List.of(
                        client.clientId(),
                        client.userId(),
                        client.transport().ordinal() + 1,
                        client.address(),
                        client.groups().size())),
                client::writeTo,
                in -> List.of(in.u32(), in.u32(), in.u8(), in.str32(), in.u32()));
        final UserRecord user = new UserRecord(
                random.nextInt(),
                random.nextLong(),
                random.nextBoolean(),
                text(random),
                Optional.of(RequestSample.anyPermissions(random)));
        check(
                List.of(List.of(user.id(), user.createdAt(), user.isActive() ? 1 : 2, user.username())),
                user::writeTo,
                in -> List.of(in.u32(), in.u64(), in.u8(), in.str8()));
    }

    @Property(tries = 300)
    void shouldReadPolledMessagesAsTheyAre(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] messages = new byte[random.nextInt(200)];
        random.nextBytes(messages);
        final int partition = random.nextInt();
        final long offset = random.nextLong();
        final int count = random.nextInt();
        check(
                List.of(List.of(partition, offset, count, RequestSample.hex(messages))),
                writer -> {
                    final int start = PollReply.begin(writer, partition, offset);
                    writer.bytes(new UnsafeBuffer(messages), 0, messages.length);
                    PollReply.count(writer, start, count);
                },
                in -> List.of(in.u32(), in.u64(), in.u32(), rest(in)));
    }

    @Example
    void shouldHaveThePrefixWhenAPollFindsNothing() {
        out.begin(buffer, OFFSET);
        PollReply.begin(out, 0, 0);
        assertEquals(8 + 16, out.end());
    }

    @Example
    void shouldEndWithFourZerosWhenAUserHasNoPermissions() {
        out.begin(buffer, OFFSET);
        new UserRecord(1, 2, true, "user", Optional.empty()).writeDetailsTo(out);
        assertEquals(8 + 18 + 4, out.end());
        assertEquals(0, buffer.getInt(OFFSET + 8 + 18));
    }

    @Example
    void shouldRefuseToWriteATextThatIsTooLong() {
        out.begin(buffer, OFFSET);
        out.str8("x".repeat(255));
        assertThrows(IllegalArgumentException.class, () -> out.str8("ü".repeat(128)));
    }

    private <T extends WireRecord> void checkRecords(
            final Random random, final Supplier<T> draw, final Function<ReplyBytes, T> read) {
        final List<T> records = list(random, draw);
        check(records, writer -> WireRecord.writeAll(writer, records), read);
    }

    private <T> void check(
            final List<T> expected, final Consumer<WireWriter> write, final Function<ReplyBytes, T> read) {
        out.begin(buffer, OFFSET);
        write.accept(out);
        final ReplyBytes in = new ReplyBytes(buffer, OFFSET, out.end());
        assertEquals(expected, in.times(expected.size(), () -> read.apply(in)));
        assertTrue(in.isAtEnd(), "bytes behind the last record");
    }

    private static String rest(final ReplyBytes in) {
        final StringBuilder hex = new StringBuilder();
        while (!in.isAtEnd()) {
            hex.append(String.format("%02x", in.u8()));
        }
        return hex.toString();
    }

    private static StreamRecord anyStream(final Random random) {
        return new StreamRecord(
                random.nextInt(),
                random.nextLong(),
                random.nextInt(),
                random.nextLong(),
                random.nextLong(),
                text(random));
    }

    private static TopicRecord anyTopic(final Random random) {
        return new TopicRecord(
                random.nextInt(),
                random.nextLong(),
                random.nextInt(),
                random.nextLong(),
                1 + random.nextInt(2),
                random.nextLong(),
                random.nextInt(256),
                random.nextLong(),
                random.nextLong(),
                text(random));
    }

    private static PartitionRecord anyPartition(final Random random) {
        return new PartitionRecord(
                random.nextInt(),
                random.nextLong(),
                random.nextInt(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    private static ConsumerGroupRecord anyGroup(final Random random) {
        return new ConsumerGroupRecord(
                random.nextInt(),
                random.nextInt(),
                text(random),
                list(random, () -> new ConsumerGroupRecord.Member(random.nextInt(), list(random, random::nextInt))));
    }

    private static ClientRecord anyClient(final Random random) {
        return new ClientRecord(
                random.nextInt(),
                random.nextInt(),
                ClientRecord.Transport.values()[random.nextInt(4)],
                text(random),
                list(random, () -> new ClientRecord.Membership(random.nextInt(), random.nextInt(), random.nextInt())));
    }

    private static ClusterRecord anyCluster(final Random random) {
        return new ClusterRecord(
                text(random),
                list(
                        random,
                        () -> new ClusterRecord.Node(
                                text(random),
                                text(random),
                                random.nextInt(65_536),
                                random.nextInt(65_536),
                                random.nextInt(65_536),
                                random.nextInt(65_536),
                                ClusterRecord.Role.values()[random.nextInt(2)],
                                ClusterRecord.Health.values()[random.nextInt(6)])));
    }

    private static StatsRecord anyStats(final Random random) {
        return new StatsRecord(
                new StatsRecord.ProcessFigures(
                        random.nextInt(),
                        random.nextFloat(),
                        random.nextFloat(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong()),
                new StatsRecord.Contents(
                        random.nextLong(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextLong(),
                        random.nextInt(),
                        random.nextInt()),
                new StatsRecord.Host(
                        text(random), text(random), text(random), text(random), text(random), random.nextInt()),
                list(
                        random,
                        () -> new StatsRecord.Cache(
                                random.nextInt(),
                                random.nextInt(),
                                random.nextInt(),
                                random.nextLong(),
                                random.nextLong(),
                                random.nextFloat())),
                new StatsRecord.Storage(random.nextInt(), random.nextLong(), random.nextLong()));
    }

    private static <T> List<T> list(final Random random, final Supplier<T> draw) {
        final List<T> all = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            all.add(draw.get());
        }
        return all;
    }

    private static String text(final Random random) {
        return "nä€".repeat(random.nextInt(40)) + (char) ('a' + random.nextInt(26));
    }
}
