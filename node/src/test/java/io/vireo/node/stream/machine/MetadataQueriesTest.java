package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permission;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.TopicSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a small cluster of two streams, by whom, and in how many bytes. */
class MetadataQueriesTest {
    private static final int LIMIT = 4096;
    private static final int SHORT_PAGE = 8 + 2 * 13 + 12;
    private static final TopicSettings SETTINGS = new TopicSettings(1, 5, TopicSettings.UNLIMITED, 1);
    private static final Identifier A = Identifier.of("a");
    private static final Identifier T = Identifier.of("t");
    private static final Identifier G = Identifier.of("g");
    private static final Identifier NOTHING = Identifier.of("nothing");

    private final MetadataMachine machine = new MetadataMachine(Machines.LIMITS, 3);
    private long now = 100;
    private Actor amy;

    @BeforeEach
    void make() {
        done(new UserCommands.CreateRoot("root", "h0"));
        amy = new Actor(1, 2);
        done(new UserCommands.CreateUser("amy", "h1", 1, onlyPollOfTheFirstTopic()));
        done(new StreamCommands.CreateStream("a"));
        done(new StreamCommands.CreateStream("b"));
        done(new StreamCommands.CreateTopic(A, "t", 4, SETTINGS));
        done(new StreamCommands.CreateTopic(A, "u", 1, SETTINGS));
        done(new GroupCommands.CreateGroup(A, T, "g"));
        done(new GroupCommands.CreateGroup(A, T, "h"));
        done(new GroupCommands.JoinGroup(A, T, G, new Connection(2, 0, 7)));
        done(new GroupCommands.JoinGroup(A, T, G, new Connection(1, 0, 7)));
    }

    @Test
    void shouldListStreamsTopicsAndPartitionsInPages() {
        final List<Answers.StreamInfo> streams =
                List.of(new Answers.StreamInfo(0, 103, 2, "a"), new Answers.StreamInfo(1, 104, 0, "b"));
        final List<Answers.TopicInfo> topics = List.of(
                new Answers.TopicInfo(0, 105, 4, SETTINGS, "t"), new Answers.TopicInfo(1, 106, 1, SETTINGS, "u"));
        final List<Answers.PartitionInfo> partitions = List.of(
                new Answers.PartitionInfo(0, 105, 1, 1),
                new Answers.PartitionInfo(1, 105, 2, 2),
                new Answers.PartitionInfo(2, 105, 3, 1),
                new Answers.PartitionInfo(3, 105, 4, 2));
        checkPages(streams, TopicQueries.GetStreams::new, Answers.StreamInfo::read);
        assertEquals(
                new Answers.StreamDetails(streams.get(0), new Answers.Page<>(topics, -1)),
                Answers.decode(body(new TopicQueries.GetTopics(A, 0)), Answers.StreamDetails::read));
        final int ofAll = body(new TopicQueries.GetTopics(A, 0)).length;
        assertEquals(
                new Answers.StreamDetails(streams.get(0), new Answers.Page<>(topics.subList(0, 1), 1)),
                Answers.decode(
                        ok(Machines.read(machine, new TopicQueries.GetTopics(A, 0), Actor.SYSTEM, ofAll - 1)),
                        Answers.StreamDetails::read));
        final Answers.StreamDetails stream =
                Answers.decode(body(new TopicQueries.GetStream(A, 1)), Answers.StreamDetails::read);
        assertEquals(streams.get(0), stream.stream());
        assertEquals(topics.subList(1, 2), stream.topics().entries());
        final Answers.TopicDetails topic =
                Answers.decode(body(new TopicQueries.GetTopic(A, T, 0)), Answers.TopicDetails::read);
        assertEquals(new Answers.TopicDetails(0, topics.get(0), new Answers.Page<>(partitions, -1)), topic);
        final int head = body(new TopicQueries.GetTopic(A, T, 4)).length;
        final Answers.TopicDetails cut = Answers.decode(
                ok(Machines.read(machine, new TopicQueries.GetTopic(A, T, 0), Actor.SYSTEM, head + 2 * 24 + 23)),
                Answers.TopicDetails::read);
        assertEquals(new Answers.Page<>(partitions.subList(0, 2), 2), cut.partitions());
    }

    @Test
    void shouldListGroupsMembersAndAssignments() {
        final List<Answers.GroupInfo> groups =
                List.of(new Answers.GroupInfo(0, 107, 4, 2, 4, "g"), new Answers.GroupInfo(1, 108, 4, 0, 2, "h"));
        checkPages(groups, from -> new TopicQueries.GetGroups(A, T, from), Answers.GroupInfo::read);
        final Answers.GroupDetails group =
                Answers.decode(body(new TopicQueries.GetGroup(A, T, G)), Answers.GroupDetails::read);
        // The second member's share still is the first one's to give up.
        assertEquals(
                new Answers.GroupDetails(
                        groups.get(0),
                        List.of(
                                new Answers.MemberInfo(0, new Connection(2, 0, 7), List.of(0, 1, 2, 3)),
                                new Answers.MemberInfo(1, new Connection(1, 0, 7), List.of()))),
                group);
        final GroupKey key = new GroupKey(0, 0, 0);
        assertEquals(
                new Answers.MemberAssignment(
                        key,
                        107,
                        4,
                        0,
                        List.of(0, 1),
                        List.of(new Answers.MovingPartition(2, 4), new Answers.MovingPartition(3, 4))),
                Answers.decode(
                        body(new TopicQueries.GetAssignment(A, T, G, new Connection(2, 0, 7))),
                        Answers.MemberAssignment::read));
        checkPages(
                List.of(
                        new Answers.Moving(key, 2, 4, 110, new Connection(2, 0, 7)),
                        new Answers.Moving(key, 3, 4, 110, new Connection(2, 0, 7))),
                SystemQueries.GetRevocations.FIRST,
                page -> new SystemQueries.GetRevocations(
                        page.last().group(), page.last().partition()),
                Answers.Moving::read);
        done(new SystemCommands.CompleteRevocation(key, 3, 4));
        assertEquals(
                new Answers.MemberAssignment(key, 107, 5, 1, List.of(3), List.of()),
                Answers.decode(
                        body(new TopicQueries.GetAssignment(A, T, G, new Connection(1, 0, 7))),
                        Answers.MemberAssignment::read));
        refused(
                StreamStatus.CONSUMER_GROUP_MEMBER_NOT_FOUND,
                new TopicQueries.GetAssignment(A, T, G, new Connection(1, 0, 8)),
                Actor.SYSTEM);
        refused(StreamStatus.CONSUMER_GROUP_NOT_FOUND, new TopicQueries.GetGroup(A, T, NOTHING), Actor.SYSTEM);
        refused(
                StreamStatus.CONSUMER_GROUP_NOT_FOUND,
                new TopicQueries.GetAssignment(A, T, NOTHING, new Connection(2, 0, 7)),
                Actor.SYSTEM);
        done(new GroupCommands.JoinGroup(A, T, Identifier.of("h"), new Connection(2, 0, 7)));
        checkPages(
                List.of(key, new GroupKey(0, 0, 1)),
                new SystemQueries.GetMemberships(new Connection(2, 0, 7)),
                page -> new SystemQueries.GetMemberships(new Connection(2, 0, 7), page.last()),
                Answers::readKey);
    }

    @Test
    void shouldListUsersAndTheirTokens() {
        checkPages(
                List.of(new Answers.UserInfo(0, 1, 101, 1, "root"), new Answers.UserInfo(1, 2, 102, 1, "amy")),
                UserQueries.GetUsers::new,
                Answers.UserInfo::read);
        final Answers.UserDetails details =
                Answers.decode(body(new UserQueries.GetUser(Identifier.of("amy"))), Answers.UserDetails::read);
        assertEquals(onlyPollOfTheFirstTopic(), details.permissions());
        assertEquals(
                new Answers.Credentials(details.user(), "h1"),
                Answers.decode(body(new UserQueries.GetCredentials("amy")), Answers.Credentials::read));
        refused(StreamStatus.RESOURCE_NOT_FOUND, new UserQueries.GetUser(NOTHING), Actor.SYSTEM);
        refused(StreamStatus.RESOURCE_NOT_FOUND, new UserQueries.GetCredentials("nobody"), Actor.SYSTEM);
        refused(StreamStatus.RESOURCE_NOT_FOUND, UserQueries.GetTokens.FIRST, Actor.SYSTEM);

        final long created = now + 1;
        apply(new UserCommands.CreateToken("one", "hash-1", 50), amy);
        apply(new UserCommands.CreateToken("two", "hash-2", 0), amy);
        final List<Answers.TokenInfo> tokens =
                List.of(new Answers.TokenInfo("one", created + 50), new Answers.TokenInfo("two", 0));
        final Machines.Result page = Machines.read(machine, UserQueries.GetTokens.FIRST, amy, LIMIT);
        assertEquals(
                tokens,
                Answers.decode(ok(page), in -> Answers.Page.read(in, Answers.TokenInfo::read))
                        .entries());
        assertEquals(
                details.user(),
                Answers.decode(
                        body(new UserQueries.AuthenticateToken("hash-1", created + 49)), Answers.UserInfo::read));
        refused(StreamStatus.TOKEN_EXPIRED, new UserQueries.AuthenticateToken("hash-1", created + 50), Actor.SYSTEM);
        refused(StreamStatus.RESOURCE_NOT_FOUND, new UserQueries.AuthenticateToken("hash-3", 0), Actor.SYSTEM);
        done(new UserCommands.UpdateUser(Identifier.of("amy"), null, 2));
        refused(StreamStatus.USER_INACTIVE, new UserQueries.AuthenticateToken("hash-2", 0), Actor.SYSTEM);
        refused(StreamStatus.USER_INACTIVE, UserQueries.GetTokens.FIRST, amy);
    }

    /** What is there all the time is in one page, whatever comes and goes between two of them. */
    @Test
    void shouldNeitherSkipNorRepeatWhatStaysWhenAListChangesBetweenPages() {
        for (final String name : List.of("bbb", "ddd", "fff", "hhh")) {
            apply(new UserCommands.CreateToken(name, "hash-" + name, 0), amy);
        }
        final Answers.Page<Answers.TokenInfo> tokens =
                shortPage(amy, UserQueries.GetTokens.FIRST, Answers.TokenInfo::read);
        assertEquals("ddd", tokens.last().name());
        apply(new UserCommands.DeleteToken("bbb"), amy);
        apply(new UserCommands.CreateToken("ggg", "hash-ggg", 0), amy);
        assertEquals(
                List.of("fff", "ggg"),
                shortPage(amy, new UserQueries.GetTokens("ddd"), Answers.TokenInfo::read).entries().stream()
                        .map(Answers.TokenInfo::name)
                        .toList());
        apply(new UserCommands.CreateToken("aaa", "hash-aaa", 0), amy);
        assertEquals(
                List.of("fff", "ggg"),
                shortPage(amy, new UserQueries.GetTokens("ddd"), Answers.TokenInfo::read).entries().stream()
                        .map(Answers.TokenInfo::name)
                        .toList());

        // Group g gives up its partitions 2 and 3: the first of them is shown, and then done.
        final GroupKey g = new GroupKey(0, 0, 0);
        done(new SystemCommands.CompleteRevocation(g, 2, 4));
        final Answers.Page<Answers.Moving> moving = Answers.decode(
                body(new SystemQueries.GetRevocations(g, 2)), in -> Answers.Page.read(in, Answers.Moving::read));
        assertEquals(
                List.of(3),
                moving.entries().stream().map(Answers.Moving::partition).toList());

        final Identifier u = Identifier.of("u");
        final Connection connection = new Connection(2, 0, 9);
        done(new GroupCommands.CreateGroup(A, u, "g"));
        done(new GroupCommands.CreateGroup(A, u, "h"));
        for (final Identifier topic : List.of(T, u)) {
            for (final Identifier group : List.of(G, Identifier.of("h"))) {
                done(new GroupCommands.JoinGroup(A, topic, group, connection));
            }
        }
        final Answers.Page<GroupKey> groups =
                shortPage(Actor.SYSTEM, new SystemQueries.GetMemberships(connection), Answers::readKey);
        assertEquals(new GroupKey(0, 1, 0), groups.last());
        done(new GroupCommands.LeaveGroup(A, T, G, connection));
        assertEquals(
                List.of(new GroupKey(0, 1, 1)),
                shortPage(Actor.SYSTEM, new SystemQueries.GetMemberships(connection, groups.last()), Answers::readKey)
                        .entries());
    }

    @Test
    void shouldLocatePartitions() {
        assertEquals(
                new Answers.Location(0, 0, 4, 0, 0, 0),
                location(TopicQueries.Purpose.SEND, TopicQueries.Locate.NO_PARTITION));
        assertEquals(
                new Answers.Location(0, 0, 4, machine.state().namespaces().pack(0, 0, 3), 4, 2),
                location(TopicQueries.Purpose.POLL, 3));
        for (final int partition : new int[] {4, -2}) {
            refused(
                    StreamStatus.PARTITION_NOT_FOUND,
                    new TopicQueries.Locate(TopicQueries.Purpose.POLL, A, T, partition),
                    Actor.SYSTEM);
        }
        assertEquals(
                0,
                Machines.read(machine, new TopicQueries.Locate(TopicQueries.Purpose.POLL, A, T, 1), amy, LIMIT)
                        .status());
        for (final TopicQueries.Purpose purpose : List.of(TopicQueries.Purpose.SEND, TopicQueries.Purpose.CHANGE)) {
            refused(StreamStatus.UNAUTHORIZED, new TopicQueries.Locate(purpose, A, T, 1), amy);
        }
    }

    @Test
    void shouldTellWhatWaitsToBeDropped() {
        final long first = machine.state().namespaces().pack(0, 0, 0);
        final long last = machine.state().namespaces().pack(0, 0, 3);
        final long incarnation = done(new StreamCommands.PurgeTopic(A, T)).incarnation();
        assertEquals(9, incarnation);
        final List<Drop> ofSecond = List.of(new Drop(first + 1, 2, 2, 2), new Drop(first + 3, 4, 4, 2));
        final int whole = body(new SystemQueries.GetDrops(2)).length;
        assertEquals(new Answers.Page<>(ofSecond, Answers.Page.NO_MORE), drops(2, whole));
        final Answers.Page<Drop> oldest = drops(2, whole - 1);
        assertEquals(ofSecond.subList(0, 1), oldest.entries());
        assertTrue(oldest.hasMore());
        assertEquals(new Answers.Page<>(List.of(), Answers.Page.NO_MORE), drops(0, whole));
        assertEquals(
                new Answers.Counts(2, 2, 5, 2, 2, 4),
                Answers.decode(body(new SystemQueries.GetCounts()), Answers.Counts::read));
        assertArrayEquals(new byte[] {0}, body(new SystemQueries.AreDropped(first, last, incarnation)));
        assertArrayEquals(new byte[] {1}, body(new SystemQueries.AreDropped(first + 1, last, 1)));
        final long all = -1;
        assertArrayEquals(new byte[] {1}, body(new SystemQueries.AreDropped(last + 1, all, incarnation)));
        assertArrayEquals(new byte[] {0}, body(new SystemQueries.AreDropped(0, all, 1)));
        done(new StreamCommands.PurgeTopic(A, T));
        assertEquals(4, machine.state().drops().size());
        assertArrayEquals(new byte[] {0}, body(new SystemQueries.AreDropped(first, last, 1)));
        done(new SystemCommands.AcknowledgeDrops(List.of(new SystemCommands.AcknowledgeDrops.Acknowledged(first, 1))));
        assertArrayEquals(new byte[] {0}, body(new SystemQueries.AreDropped(first, first, 1)));
        final List<SystemCommands.AcknowledgeDrops.Acknowledged> done = new ArrayList<>();
        machine.state()
                .drops()
                .pending()
                .forEach(drop -> done.add(SystemCommands.AcknowledgeDrops.Acknowledged.of(drop)));
        assertEquals(4, done(new SystemCommands.AcknowledgeDrops(done)).number());
        assertArrayEquals(new byte[] {1}, body(new SystemQueries.AreDropped(0, all, incarnation)));
    }

    @Test
    void shouldRefuseWhoMayNot() {
        for (final MetadataQuery query : List.of(
                new TopicQueries.GetStreams(0),
                new TopicQueries.GetStream(A, 0),
                new TopicQueries.GetTopics(A, 0),
                new TopicQueries.GetTopic(A, T, 0),
                new TopicQueries.GetGroups(A, T, 0),
                new TopicQueries.GetGroup(A, T, G),
                new UserQueries.GetUsers(0),
                new UserQueries.GetUser(Identifier.of(0)),
                new UserQueries.GetCredentials("root"),
                new UserQueries.AuthenticateToken("hash", 0),
                new SystemQueries.GetCounts(),
                new SystemQueries.GetMemberships(new Connection(2, 0, 7)),
                SystemQueries.GetRevocations.FIRST,
                new SystemQueries.GetDrops(1),
                new SystemQueries.AreDropped(0, 9, 9),
                new SystemQueries.GetDuties())) {
            refused(StreamStatus.UNAUTHORIZED, query, amy);
            refused(StreamStatus.UNAUTHENTICATED, query, new Actor(1, 1));
            refused(StreamStatus.UNAUTHENTICATED, query, new Actor(-1, 1));
            assertTrue(body(query.kind() == QueryKind.AUTHENTICATE_TOKEN ? new SystemQueries.GetCounts() : query).length
                    > 0);
        }
        assertEquals(
                0,
                Machines.read(machine, new UserQueries.GetUser(Identifier.of("amy")), amy, LIMIT)
                        .status());
        assertEquals(
                0,
                Machines.read(machine, new TopicQueries.GetAssignment(A, T, G, new Connection(2, 0, 7)), amy, LIMIT)
                        .status());
        refused(StreamStatus.STREAM_NOT_FOUND, new TopicQueries.GetStream(NOTHING, 0), amy);
        refused(StreamStatus.TOPIC_NOT_FOUND, new TopicQueries.GetTopic(A, NOTHING, 0), amy);
    }

    @Test
    void shouldSayThatAnAnswerIsTooLargeWhenNothingOfItFits() {
        for (final MetadataQuery query : List.of(
                new TopicQueries.GetStreams(0),
                new TopicQueries.GetStream(A, 0),
                new TopicQueries.GetTopic(A, T, 0),
                new TopicQueries.GetGroup(A, T, G),
                new TopicQueries.GetAssignment(A, T, G, new Connection(2, 0, 7)),
                new TopicQueries.Locate(TopicQueries.Purpose.POLL, A, T, 1),
                new UserQueries.GetUser(Identifier.of("amy")),
                new UserQueries.GetCredentials("amy"),
                new SystemQueries.GetCounts())) {
            final int length = body(query).length;
            boolean wasTooLarge = false;
            for (int limit = 0; limit <= length; limit++) {
                final Machines.Result result = Machines.read(machine, query, Actor.SYSTEM, limit);
                assertTrue(result.status() == ReplyStatus.OK || result.status() == ReplyStatus.TOO_LARGE);
                assertTrue(limit < length || result.status() == ReplyStatus.OK, () -> query + " in its own length");
                wasTooLarge |= result.status() == ReplyStatus.TOO_LARGE;
            }
            assertTrue(wasTooLarge, query::toString);
        }
    }

    @Test
    void shouldRefuseQueriesThatAreNone() {
        for (final MetadataQuery query : List.of(
                new TopicQueries.GetStream(A, 0),
                new TopicQueries.Locate(TopicQueries.Purpose.POLL, A, T, 1),
                new UserQueries.AuthenticateToken("hash", 0),
                new SystemQueries.GetCounts())) {
            final byte[] bytes = query.encode(Actor.SYSTEM);
            for (int length = 0; length <= bytes.length + 1; length++) {
                final byte[] cut = Arrays.copyOf(bytes, length);
                assertEquals(
                        length != bytes.length,
                        Machines.read(machine, cut, MetadataMachine.NAMESPACE, LIMIT)
                                        .status()
                                == ReplyStatus.MALFORMED);
            }
        }
        final byte[] purpose = new TopicQueries.Locate(TopicQueries.Purpose.POLL, A, T, 1).encode(Actor.SYSTEM);
        purpose[MetadataQuery.PREFIX_LENGTH] = 3;
        for (final MetadataQuery negative : List.of(
                new TopicQueries.GetStreams(-1),
                new TopicQueries.GetStream(A, -1),
                new TopicQueries.GetTopics(A, -1),
                new TopicQueries.GetTopic(A, T, -1),
                new TopicQueries.GetGroups(A, T, -1),
                new UserQueries.GetUsers(-1))) {
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Machines.read(machine, negative, Actor.SYSTEM, LIMIT).status(),
                    negative::toString);
        }
        final byte[] otherVersion = new SystemQueries.GetCounts().encode(Actor.SYSTEM);
        otherVersion[1]++;
        final byte[] otherKind = new SystemQueries.GetCounts().encode(Actor.SYSTEM);
        otherKind[0] = MetadataOperation.LAST;
        for (final byte[] bytes : List.of(purpose, otherVersion, otherKind)) {
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Machines.read(machine, bytes, MetadataMachine.NAMESPACE, LIMIT)
                            .status());
        }
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE,
                Machines.read(machine, new SystemQueries.GetCounts().encode(Actor.SYSTEM), 1, LIMIT)
                        .status());
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE,
                Machines.apply(
                                machine,
                                MetadataOperation.EXPIRE_TOKENS.code(),
                                new SystemCommands.ExpireTokens().encode(Actor.SYSTEM),
                                1,
                                now)
                        .status());
    }

    private Answers.Location location(final TopicQueries.Purpose purpose, final int partition) {
        return Answers.decode(body(new TopicQueries.Locate(purpose, A, T, partition)), Answers.Location::read);
    }

    /** Of two entries or three, that are short. */
    private <T> Answers.Page<T> shortPage(
            final Actor actor, final MetadataQuery query, final Function<BodyReader, T> entry) {
        return Answers.decode(ok(Machines.read(machine, query, actor, SHORT_PAGE)), in -> Answers.Page.read(in, entry));
    }

    private Answers.Page<Drop> drops(final int group, final int limit) {
        return Answers.decode(
                ok(Machines.read(machine, new SystemQueries.GetDrops(group), Actor.SYSTEM, limit)),
                in -> Answers.Page.read(in, Answers::readDrop));
    }

    private <T> void checkPages(
            final List<T> expected, final IntFunction<MetadataQuery> query, final Function<BodyReader, T> entry) {
        checkPages(expected, query.apply(0), page -> query.apply(page.next()), entry);
    }

    /** The list as a whole, in pages of every size, and no page where not even one entry fits. */
    private <T> void checkPages(
            final List<T> expected,
            final MetadataQuery first,
            final Function<Answers.Page<T>, MetadataQuery> rest,
            final Function<BodyReader, T> entry) {
        final int whole = body(first).length;
        for (int limit = 0; limit <= whole; limit++) {
            final List<T> all = new ArrayList<>();
            MetadataQuery query = first;
            int pages = 0;
            while (query != null) {
                final Machines.Result result = Machines.read(machine, query, Actor.SYSTEM, limit);
                if (result.status() == ReplyStatus.TOO_LARGE) {
                    assertTrue(limit < whole);
                    break;
                }
                final Answers.Page<T> page = Answers.decode(ok(result), in -> Answers.Page.read(in, entry));
                all.addAll(page.entries());
                query = page.hasMore() ? rest.apply(page) : null;
                assertTrue(++pages <= expected.size() + 1);
            }
            assertEquals(query == null ? expected : expected.subList(0, all.size()), all);
            assertTrue(query == null || limit < whole);
        }
    }

    private MetadataReply done(final MetadataCommand command) {
        return apply(command, Actor.SYSTEM);
    }

    private MetadataReply apply(final MetadataCommand command, final Actor actor) {
        final Machines.Result result = Machines.apply(machine, command, actor, ++now);
        assertEquals(ReplyStatus.OK, result.status(), command::toString);
        return result.reply();
    }

    private byte[] body(final MetadataQuery query) {
        return ok(Machines.read(machine, query, Actor.SYSTEM, LIMIT));
    }

    private static byte[] ok(final Machines.Result result) {
        assertEquals(ReplyStatus.OK, result.status());
        return result.body();
    }

    private void refused(final int status, final MetadataQuery query, final Actor actor) {
        final Machines.Result result = Machines.read(machine, query, actor, LIMIT);
        assertEquals(MachineStatus.ofStream(status), result.status(), query::toString);
        assertEquals(0, result.body().length);
    }

    private static Permissions onlyPollOfTheFirstTopic() {
        final TreeMap<Integer, Integer> topics = new TreeMap<>();
        topics.put(0, Permission.POLL_MESSAGES.bit());
        final TreeMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        streams.put(0, new Permissions.OfStream(0, topics));
        return new Permissions(0, streams);
    }
}
