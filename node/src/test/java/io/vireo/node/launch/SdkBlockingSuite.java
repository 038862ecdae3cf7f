package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.iggy.client.blocking.tcp.IggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.consumergroup.ConsumerGroupDetails;
import org.apache.iggy.consumeroffset.ConsumerOffsetInfo;
import org.apache.iggy.identifier.ConsumerId;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.identifier.UserId;
import org.apache.iggy.message.HeaderKey;
import org.apache.iggy.message.HeaderValue;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.MessageHeader;
import org.apache.iggy.message.MessageId;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PolledMessages;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.partition.Partition;
import org.apache.iggy.stream.StreamDetails;
import org.apache.iggy.system.ClientInfo;
import org.apache.iggy.system.ClientInfoDetails;
import org.apache.iggy.topic.CompressionAlgorithm;
import org.apache.iggy.topic.TopicDetails;
import org.apache.iggy.user.GlobalPermissions;
import org.apache.iggy.user.Permissions;
import org.apache.iggy.user.StreamPermissions;
import org.apache.iggy.user.UserInfoDetails;
import org.apache.iggy.user.UserStatus;
import org.junit.jupiter.api.Test;

/**
 * The blocking client of the released SDK, unchanged, against a cluster of three processes. Every test has a stream of its own, and commands
 * go to a node that leads neither group 0 nor, in most cases, the group of the partition.
 */
abstract class SdkBlockingSuite extends SdkBlockingClients {
    // ---- server ----

    @Test
    @OfConnections
    void shouldTellAboutItselfAndItsClientsWhenAsked() {
        final IggyTcpClient client = root(1);
        client.system().ping();
        assertFalse(client.system().getStats().hostname().isEmpty());
        assertTrue(client.system().getStats().clientsCount() >= 1);
        final ClientInfoDetails me = client.system().getMe();
        // The client takes 0, the number of the root user, for nobody.
        assertEquals(Optional.empty(), me.userId());
        assertTrue(me.transport().equalsIgnoreCase("tcp"), me::transport);
        assertEquals(me, client.system().getClient(me.clientId()));
        final List<Long> ids =
                client.system().getClients().stream().map(ClientInfo::clientId).toList();
        assertTrue(ids.contains(me.clientId()), ids::toString);
    }

    // ---- streams ----

    @Test
    void shouldServeTheLifeOfAStreamFromEveryNodeWhenItIsCreatedRenamedAndDeleted() {
        final IggyTcpClient client = root(1);
        final StreamDetails created = client.streams().createStream(stream.getName());
        assertEquals(stream.getName(), created.name());
        assertRefused(1012, () -> client.streams().createStream(stream.getName()));
        for (int replica = 0; replica < StreamingCluster.REPLICAS; replica++) {
            final StreamDetails found =
                    root(replica).streams().getStream(stream).orElseThrow();
            assertEquals(created.id(), found.id());
            assertEquals(created.createdAt(), found.createdAt());
            assertEquals(0, found.topicsCount());
        }
        client.streams().updateStream(stream, stream.getName() + "-renamed");
        assertEquals(Optional.empty(), root(2).streams().getStream(stream));
        assertEquals(
                stream.getName() + "-renamed",
                root(2).streams().getStream(created.id()).orElseThrow().name());
        client.streams().deleteStream(created.id());
        assertEquals(Optional.empty(), root(0).streams().getStream(created.id()));
        assertRefused(1009, () -> client.streams().deleteStream(stream));
        assertRefused(1009, () -> client.streams().updateStream(stream, "else"));
        assertTrue(client.streams().getStreams().stream()
                .noneMatch(each -> each.name().startsWith(stream.getName() + "-")));
    }

    // ---- topics and partitions ----

    @Test
    void shouldServeTheLifeOfATopicWhenItIsCreatedChangedAndDeleted() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        final TopicDetails created = topic(client, 3);
        assertEquals(3, created.partitionsCount());
        assertEquals(
                List.of(0L, 1L, 2L),
                created.partitions().stream().map(Partition::id).toList());
        assertEquals(
                created.id(),
                root(2).topics().getTopic(stream, TOPIC).orElseThrow().id());
        assertRefused(2013, () -> topic(client, 1));
        assertRefused(
                2015,
                () -> client.topics()
                        .createTopic(
                                stream,
                                1001L,
                                CompressionAlgorithm.None,
                                SERVER_DEFAULT,
                                SERVER_DEFAULT,
                                Optional.empty(),
                                "many"));
        client.topics()
                .updateTopic(
                        stream,
                        TOPIC,
                        CompressionAlgorithm.None,
                        BigInteger.valueOf(60_000_000),
                        SERVER_DEFAULT,
                        Optional.empty(),
                        "changed");
        final TopicDetails changed =
                client.topics().getTopic(stream, TopicId.of("changed")).orElseThrow();
        assertEquals(BigInteger.valueOf(60_000_000), changed.messageExpiry());
        assertEquals(created.id(), changed.id());
        client.topics().deleteTopic(stream, TopicId.of("changed"));
        assertEquals(Optional.empty(), client.topics().getTopic(stream, TopicId.of("changed")));
        assertRefused(2010, () -> client.topics().deleteTopic(stream, TOPIC));
        assertRefused(1009, () -> client.topics().deleteTopic(StreamId.of("nowhere"), TOPIC));
        assertEquals(List.of(), client.topics().getTopics(stream));
    }

    @Test
    void shouldAddAndTakePartitionsWhenAsked() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 2);
        client.partitions().createPartitions(stream, TOPIC, 3L);
        assertEquals(5, client.topics().getTopic(stream, TOPIC).orElseThrow().partitionsCount());
        send(client, 4, "last one");
        forgetSends();
        client.partitions().deletePartitions(stream, TOPIC, 1L);
        assertEquals(4, client.topics().getTopic(stream, TOPIC).orElseThrow().partitionsCount());
        assertRefused(3007, () -> send(client, 4, "there is no such partition"));
        client.partitions().createPartitions(stream, TOPIC, 1L);
        assertEquals(List.of(), payloads(poll(client, 4, PollingStrategy.first(), 10)));
        assertRefused(2015, () -> client.partitions().createPartitions(stream, TOPIC, 0L));
    }

    @Test
    void shouldFindNothingOfItsPredecessorWhenATopicIsCreatedAgain() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        for (int life = 0; life < 5; life++) {
            topic(client, 1);
            assertEquals(List.of(), payloads(poll(client, 0, PollingStrategy.first(), 10)));
            assertEquals(
                    Optional.empty(),
                    client.consumerOffsets().getConsumerOffset(stream, TOPIC, Optional.of(0L), READER));
            send(client, 0, "of life " + life);
            client.consumerOffsets().storeConsumerOffset(stream, TOPIC, Optional.of(0L), READER, BigInteger.ZERO);
            assertEquals(List.of("of life " + life), payloads(poll(client, 0, PollingStrategy.first(), 10)));
            forgetSends();
            client.topics().deleteTopic(stream, TOPIC);
        }
    }

    // ---- messages ----

    @Test
    void shouldPollByEveryStrategyWhenMessagesAreThere() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 1);
        assertEquals(0, poll(client, 0, PollingStrategy.first(), 10).count());
        for (int i = 0; i < 10; i++) {
            send(client, 0, "message " + i);
        }
        final IggyTcpClient other = root(2);
        final PolledMessages all = poll(other, 0, PollingStrategy.offset(BigInteger.ZERO), 100);
        assertEquals(10, all.count());
        assertEquals(BigInteger.valueOf(9), all.currentOffset());
        for (int i = 0; i < 10; i++) {
            final MessageHeader header = all.messages().get(i).header();
            assertEquals(BigInteger.valueOf(i), header.offset());
            assertTrue(i == 0
                    || header.timestamp()
                                    .compareTo(
                                            all.messages().get(i - 1).header().timestamp())
                            >= 0);
        }
        assertEquals(List.of("message 0", "message 1"), payloads(poll(other, 0, PollingStrategy.first(), 2)));
        assertEquals(List.of("message 8", "message 9"), payloads(poll(other, 0, PollingStrategy.last(), 2)));
        assertEquals(
                List.of("message 4", "message 5", "message 6"),
                payloads(poll(other, 0, PollingStrategy.offset(BigInteger.valueOf(4)), 3)));
        final BigInteger when = all.messages().get(6).header().timestamp();
        assertEquals(
                "message 6",
                payloads(poll(other, 0, PollingStrategy.timestamp(when), 1)).get(0));
        assertEquals(List.of(), payloads(poll(other, 0, PollingStrategy.offset(BigInteger.valueOf(10)), 3)));
    }

    @Test
    void shouldGoOnBehindTheStoredOffsetWhenNextIsPolled() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 1);
        for (int i = 0; i < 6; i++) {
            send(client, 0, "message " + i);
        }
        final List<String> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            // Of another node each time: the offset is the cluster's.
            seen.addAll(payloads(messages(root(i % StreamingCluster.REPLICAS))
                    .pollMessages(stream, TOPIC, Optional.of(0L), READER, PollingStrategy.next(), 2L, true)));
        }
        assertEquals(IntStream.range(0, 6).mapToObj(i -> "message " + i).toList(), seen);
        final ConsumerOffsetInfo stored = client.consumerOffsets()
                .getConsumerOffset(stream, TOPIC, Optional.of(0L), READER)
                .orElseThrow();
        assertEquals(BigInteger.valueOf(5), stored.storedOffset());
        assertEquals(BigInteger.valueOf(5), stored.currentOffset());
        client.consumerOffsets().storeConsumerOffset(stream, TOPIC, Optional.of(0L), READER, BigInteger.ONE);
        assertEquals(
                List.of("message 2"),
                payloads(messages(client)
                        .pollMessages(stream, TOPIC, Optional.of(0L), READER, PollingStrategy.next(), 1L, false)));
        assertEquals(
                Optional.empty(),
                client.consumerOffsets().getConsumerOffset(stream, TOPIC, Optional.of(0L), Consumer.of(8L)));
    }

    @Test
    void shouldKeepIdsHeadersAndBytesWhenMessagesAreSent() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 1);
        final Map<HeaderKey, HeaderValue> headers = Map.of(
                HeaderKey.fromString("kind"), HeaderValue.fromString("order"),
                HeaderKey.fromString("count"), HeaderValue.fromInt32(-5));
        final MessageId own = MessageId.from(new BigInteger("0102030405060708090a0b0c0d0e0f10", 16));
        final byte[] payload = new byte[256];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        messages(client)
                .sendMessages(
                        stream,
                        TOPIC,
                        Partitioning.partitionId(0L),
                        List.of(
                                new Message(header(own, payload.length), payload, Map.of()).withUserHeaders(headers),
                                Message.of("without an id")));
        final PolledMessages polled = poll(root(2), 0, PollingStrategy.first(), 2);
        final Message first = polled.messages().get(0);
        assertArrayEquals(payload, first.payload());
        assertEquals(headers, first.userHeaders());
        assertEquals(own.toBigInteger(), first.header().id().toBigInteger());
        assertTrue(polled.messages().get(1).header().id().toBigInteger().signum() != 0, "the gateway gives an id");
    }

    @Test
    void shouldSpreadMessagesWhenPartitioningSaysSo() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 3);
        for (int i = 0; i < 6; i++) {
            messages(client).sendMessages(stream, TOPIC, Partitioning.balanced(), List.of(Message.of("balanced " + i)));
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(2, poll(client, i, PollingStrategy.first(), 10).count(), "in turn");
        }
        for (int i = 0; i < 4; i++) {
            messages(client)
                    .sendMessages(
                            stream, TOPIC, Partitioning.messagesKey("customer"), List.of(Message.of("keyed " + i)));
        }
        final List<Integer> counts = IntStream.range(0, 3)
                .mapToObj(i -> payloads(poll(client, i, PollingStrategy.first(), 10)))
                .map(List::size)
                .sorted()
                .toList();
        assertEquals(List.of(2, 2, 6), counts, "one key, one partition");
    }

    @Test
    void shouldTakeLargeSendsWholeAndRefuseTooLargeMessages() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 1);
        final List<Message> batch = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            batch.add(Message.of(i + ":" + "x".repeat(1000)));
        }
        messages(client).sendMessages(stream, TOPIC, Partitioning.partitionId(0L), batch);
        final List<String> read = new ArrayList<>();
        for (int polls = 0; read.size() < batch.size() && polls < 100; polls++) {
            read.addAll(payloads(poll(client, 0, PollingStrategy.offset(BigInteger.valueOf(read.size())), 1000)));
        }
        assertEquals(batch.stream().map(each -> text(each.payload())).toList(), read);
        final Message large = Message.of("y".repeat((1 << 20) + 1));
        assertRefused(
                4022, () -> messages(client).sendMessages(stream, TOPIC, Partitioning.partitionId(0L), List.of(large)));
        send(client, 0, "the connection goes on");
    }

    @Test
    void shouldRefuseToSendAndPollWhereNothingIs() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        assertRefused(2010, () -> send(client, 0, "no topic"));
        topic(client, 1);
        assertRefused(3007, () -> send(client, 1, "no partition"));
        assertRefused(3007, () -> poll(client, 1, PollingStrategy.first(), 1));
    }

    @Test
    void shouldShowSizesAndCountsWhenMessagesAreThere() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 2);
        send(client, 0, "one");
        send(client, 1, "two");
        send(client, 1, "three");
        await(
                "three messages",
                () -> client.topics()
                        .getTopic(stream, TOPIC)
                        .orElseThrow()
                        .messagesCount()
                        .equals(BigInteger.valueOf(3)));
        final TopicDetails topic = client.topics().getTopic(stream, TOPIC).orElseThrow();
        assertEquals(BigInteger.valueOf(2), topic.partitions().get(1).messagesCount());
        assertEquals(BigInteger.ONE, topic.partitions().get(1).currentOffset());
        assertEquals(
                BigInteger.valueOf(3),
                client.streams().getStream(stream).orElseThrow().messagesCount());
    }

    // ---- consumer groups ----

    @Test
    void shouldServeTheLifeOfAConsumerGroupWhenItIsCreatedAndDeleted() {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 2);
        final ConsumerGroupDetails created = client.consumerGroups().createConsumerGroup(stream, TOPIC, "readers");
        assertEquals("readers", created.name());
        assertEquals(2, created.partitionsCount());
        assertEquals(0, created.membersCount());
        assertRefused(5004, () -> client.consumerGroups().createConsumerGroup(stream, TOPIC, "readers"));
        assertEquals(
                List.of(created.id()),
                root(2).consumerGroups().getConsumerGroups(stream, TOPIC).stream()
                        .map(each -> each.id())
                        .toList());
        assertRefused(5006, () -> client.consumerGroups().leaveConsumerGroup(stream, TOPIC, ConsumerId.of("readers")));
        client.consumerGroups().deleteConsumerGroup(stream, TOPIC, ConsumerId.of("readers"));
        assertEquals(
                Optional.empty(), client.consumerGroups().getConsumerGroup(stream, TOPIC, ConsumerId.of("readers")));
        assertRefused(5000, () -> client.consumerGroups().joinConsumerGroup(stream, TOPIC, ConsumerId.of("readers")));
    }

    @Test
    @OfConnections
    void shouldShareThePartitionsWhenTwoClientsOfDifferentNodesJoin() {
        final IggyTcpClient first = root(1);
        first.streams().createStream(stream.getName());
        topic(first, 4);
        final Set<String> sent = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            send(first, i % 4, "message " + i);
            sent.add("message " + i);
        }
        final ConsumerId group = ConsumerId.of("readers");
        first.consumerGroups().createConsumerGroup(stream, TOPIC, "readers");
        final IggyTcpClient second = root(2);
        first.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        second.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        first.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        final ConsumerGroupDetails joined =
                first.consumerGroups().getConsumerGroup(stream, TOPIC, group).orElseThrow();
        assertEquals(2, joined.membersCount());
        final Set<String> read = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            read.addAll(payloads(pollGroup(i % 2 == 0 ? first : second, group)));
        }
        assertEquals(sent, new TreeSet<>(read));
        second.consumerGroups().leaveConsumerGroup(stream, TOPIC, group);
        assertRefused(5006, () -> pollGroup(second, group));
        assertEquals(
                1,
                first.consumerGroups()
                        .getConsumerGroup(stream, TOPIC, group)
                        .orElseThrow()
                        .membersCount());
    }

    @Test
    @OfConnections
    void shouldGivePartitionsToTheOtherMemberWhenAClientIsGone() {
        final IggyTcpClient stays = root(1);
        final IggyTcpClient goes = root(2);
        assumeTrue((Object) goes instanceof Closeable, "this release of the client cannot disconnect");
        stays.streams().createStream(stream.getName());
        topic(stays, 2);
        final ConsumerId group = ConsumerId.of("readers");
        stays.consumerGroups().createConsumerGroup(stream, TOPIC, "readers");
        goes.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        stays.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        disconnect(goes);
        clients.remove(goes);
        await("one member with both partitions", () -> {
            final ConsumerGroupDetails found = stays.consumerGroups()
                    .getConsumerGroup(stream, TOPIC, group)
                    .orElseThrow();
            return found.membersCount() == 1
                    && found.members().get(0).partitions().size() == 2;
        });
        for (int i = 0; i < 2; i++) {
            send(stays, i, "message " + i);
        }
        final Set<String> read = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            read.addAll(payloads(pollGroup(stays, group)));
        }
        assertEquals(Set.of("message 0", "message 1"), read);
    }

    // ---- users, permissions, tokens ----

    @Test
    void shouldLetUsersDoWhatTheyMayAndNothingElse() {
        final IggyTcpClient root = root(1);
        root.streams().createStream(stream.getName());
        topic(root, 1);
        final String name = "user-" + stream.getName();
        final UserId user = UserId.of(name);
        final UserInfoDetails created =
                root.users().createUser(name, "secret", UserStatus.Active, Optional.of(permissions(false)));
        assertEquals(name, created.username());
        assertRefused(46, () -> root.users().createUser(name, "secret", UserStatus.Active, Optional.empty()));
        final IggyTcpClient client = connect(2);
        assertRefused(42, () -> client.users().login(name, "wrong"));
        assertEquals(created.id(), client.users().login(name, "secret").userId());
        assertRefused(41, () -> send(client, 0, "not allowed"));
        assertRefused(41, () -> client.users().getUsers());
        assertRefused(41, () -> client.streams().createStream("else"));

        final long number = root.streams().getStream(stream).orElseThrow().id();
        root.users()
                .updatePermissions(
                        user,
                        Optional.of(new Permissions(
                                permissions(false).global(),
                                Map.of(
                                        number,
                                        new StreamPermissions(false, true, false, true, true, true, Map.of())))));
        send(client, 0, "allowed");
        assertEquals(List.of("allowed"), payloads(poll(client, 0, PollingStrategy.first(), 1)));

        root.users().changePassword(user, "secret", "changed");
        assertRefused(42, () -> connect(0).users().login(name, "secret"));
        connect(0).users().login(name, "changed");
        root.users().updateUser(user, Optional.empty(), Optional.of(UserStatus.Inactive));
        assertRefused(47, () -> connect(0).users().login(name, "changed"));
        root.users().deleteUser(user);
        assertEquals(Optional.empty(), root.users().getUser(user));
        assertRefused(48, () -> root.users().deleteUser(0L));
    }

    @Test
    void shouldLetInByTokenWhenItIsRight() {
        final IggyTcpClient root = root(1);
        final String name = "token-" + stream.getName();
        final String token = root.personalAccessTokens()
                .createPersonalAccessToken(name, BigInteger.valueOf(3_600_000_000L))
                .token();
        assertRefused(51, () -> root.personalAccessTokens().createPersonalAccessToken(name, BigInteger.ZERO));
        assertTrue(root.personalAccessTokens().getPersonalAccessTokens().stream()
                .anyMatch(each -> each.name().equals(name)));
        assertEquals(
                0L,
                connect(2)
                        .personalAccessTokens()
                        .loginWithPersonalAccessToken(token)
                        .userId());
        root.personalAccessTokens().deletePersonalAccessToken(name);
        assertRefused(20, () -> connect(0).personalAccessTokens().loginWithPersonalAccessToken(token));
    }

    @Test
    void shouldRefuseWhoIsNotLoggedIn() {
        final IggyTcpClient client = connect(1);
        client.system().ping();
        assertThrows(RuntimeException.class, () -> client.streams().getStreams());
        assertRefused(42, () -> connect(1).users().login("nobody", "anything"));
        assertRefused(42, () -> connect(1).users().login(StreamingCluster.USER, "anything"));
    }

    private static Permissions permissions(final boolean isAll) {
        return new Permissions(
                new GlobalPermissions(isAll, isAll, isAll, isAll, isAll, isAll, isAll, isAll, isAll, isAll), Map.of());
    }

    private static MessageHeader header(final MessageId id, final int length) {
        return new MessageHeader(
                BigInteger.ZERO,
                id,
                BigInteger.ZERO,
                BigInteger.ZERO,
                BigInteger.ZERO,
                0L,
                (long) length,
                BigInteger.ZERO);
    }
}
