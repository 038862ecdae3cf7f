package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.ClientBytes;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.metadata.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayCommandsTest {
    private static final TopicSettings KEEPING =
            new TopicSettings(TopicSettings.COMPRESSION_NONE, TopicSettings.NEVER, TopicSettings.UNLIMITED, 1);

    @TempDir
    Path directory;

    private GatewayRig rig;
    private Client root;

    @BeforeEach
    void open() {
        rig = new GatewayRig(directory);
        root = rig.root(1);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldMakeShowChangeAndDeleteStreamsAndTopics() {
        Scripts.makeTopic(root, 2);
        root.refused(1012, 202, new ClientBytes().str8("s"));
        root.refused(1013, 202, new ClientBytes().str8(""));
        root.refused(2013, 302, Scripts.topic("s", 1, "t"));
        root.refused(1009, 302, Scripts.topic("none", 1, "t"));
        root.refused(2015, 302, Scripts.topic("s", 1001, "x"));
        root.refused(2015, 402, Client.ids("s", "t").u32(0));
        root.refused(1019, 302, Client.ids("s").u32(1).raw(Scripts.settings(5)).str8("x"));
        root.produce(1, "one", "two");
        final Client.Reply topic = root.call(300, Client.ids("s", 0));
        assertEquals(52 + 2 * 40, topic.bytes().length);
        assertEquals(-1, topic.longAt(16), "expiry as it holds");
        assertEquals(2, topic.longAt(42), "messages");
        assertEquals(1, topic.longAt(52 + 40 + 16), "current offset of the second partition");
        final Client.Reply stream = root.call(200, Client.ids(0));
        assertEquals(34 + 52, stream.bytes().length);
        assertEquals(2, stream.longAt(24), "messages");
        assertArrayEquals(
                Arrays.copyOf(topic.bytes(), 52),
                root.call(301, Client.ids("s")).bytes());
        assertArrayEquals(Arrays.copyOf(stream.bytes(), 34), root.call(201).bytes());
        for (final int command : new int[] {200, 301}) {
            root.ok(command, Client.ids("none"));
        }
        root.ok(300, Client.ids("none", "t"));
        root.ok(300, Client.ids("s", "none"));
        root.ok(402, Client.ids("s", "t").u32(1));
        root.ok(403, Client.ids("s", "t").u32(2));
        root.ok(304, Client.ids("s", "t").raw(Scripts.settings(0)).str8("u"));
        root.ok(204, Client.ids("s").str8("r"));
        assertEquals(1, root.call(300, Client.ids("r", "u")).intAt(12), "partitions");
        root.ok(303, Client.ids("r", "u"));
        root.refused(2010, 303, Client.ids("r", "u"));
        root.ok(203, Client.ids("r"));
        root.refused(1009, 203, Client.ids("r"));
        root.refused(1009, 205, Client.ids(0));
    }

    /** Names and numbers are used again: between two pages another stream has come by both of the one that was asked for. */
    @ParameterizedTest
    @ValueSource(ints = {200, 301})
    void shouldNotEndAListWithWhatBelongsToAnotherOfTheSameName(final int command) {
        makeStream("t", "u");
        rig.groups.metadataAnswerMax = 90;
        rig.groups.isHolding = true;
        root.send(Client.request(command, Client.ids("s").bytes()));
        rig.groups.command(new StreamCommands.DeleteStream(Identifier.of("s")), Actor.SYSTEM);
        makeStream("v", "w");
        rig.groups.isHolding = false;
        final Random random = new Random(1);
        while (rig.groups.release(random)) {
            rig.tick();
        }
        rig.tick();
        final byte[] found = root.next().bytes();
        assertEquals(command == 200 ? 34 + 2 * 52 : 2 * 52, found.length);
        assertEquals("v w", (char) found[found.length - 53] + " " + (char) found[found.length - 1]);
    }

    private void makeStream(final String... topics) {
        rig.groups.command(new StreamCommands.CreateStream("s"), Actor.SYSTEM);
        for (final String topic : topics) {
            rig.groups.command(new StreamCommands.CreateTopic(Identifier.of("s"), topic, 1, KEEPING), Actor.SYSTEM);
        }
    }

    @Test
    void shouldSendAndPollByEveryStrategy() {
        Scripts.makeTopic(root, 2);
        assertEquals(
                List.of(), root.call(100, Client.poll(1, 7, 0, 3, 0, 9, false)).messages());
        root.produce(0, "a", "b");
        root.produce(0, "c");
        final Client.Reply all = root.call(100, Client.poll(1, 7, -1, 1, 0, 9, false));
        assertEquals(List.of("a", "b", "c"), all.messages());
        assertEquals(2, all.longAt(4), "current offset");
        assertTrue((all.longAt(16 + 8) | all.longAt(16 + 16)) != 0, "an id was given");
        assertEquals(
                List.of("b"),
                root.call(100, Client.poll(1, 7, 0, 1, 1, 1, false)).messages());
        final long timestamp = all.longAt(all.bytes().length - 65 + 32);
        assertEquals(
                List.of("c"),
                root.call(100, Client.poll(1, 7, 0, 2, timestamp, 9, false)).messages());
        assertEquals(
                List.of("a"),
                root.call(100, Client.poll(1, 7, 0, 3, 0, 1, false)).messages());
        assertEquals(
                List.of("b", "c"),
                root.call(100, Client.poll(1, 7, 0, 4, 0, 2, false)).messages());
        assertEquals(
                List.of("a", "b"),
                root.call(100, Client.poll(1, 7, 0, 5, 0, 2, true)).messages());
        assertEquals(
                List.of("c"),
                root.call(100, Client.poll(1, 7, 0, 5, 0, 2, true)).messages());
        assertEquals(
                List.of(), root.call(100, Client.poll(1, 7, 0, 5, 0, 2, true)).messages());
        root.refused(3007, 100, Client.poll(1, 7, 2, 1, 0, 9, false));
        root.refused(3007, 101, new ClientBytes().raw(Client.messages("s", "t", Client.toPartition(-1), "x")));
        root.refused(2010, 101, new ClientBytes().raw(Client.messages("s", "none", Client.toPartition(0), "x")));
        root.refused(4009, 101, new ClientBytes().raw(Client.messages("s", "t", Client.toPartition(0))));
        root.ok(102, Client.ids("s", "t").u32(1).u8(1));
        root.refused(3007, 102, Client.ids("s", "t").u32(2).u8(1));
        assertEquals(0, root.call(302, Scripts.topic("s", 0, "empty")).status());
        root.refused(2010, 101, new ClientBytes().raw(Client.messages("s", "empty", new byte[] {1, 0}, "x")));
    }

    @Test
    void shouldTakePartitionsInTurnAndByKey() {
        Scripts.makeTopic(root, 3);
        for (int i = 0; i < 6; i++) {
            root.ok(101, new ClientBytes().raw(Client.messages("s", "t", new byte[] {1, 0}, "turn " + i)));
        }
        final byte[] key = {3, 4, 'i', 'g', 'g', 'y'};
        for (int i = 0; i < 4; i++) {
            root.ok(101, new ClientBytes().raw(Client.messages("s", "t", key, "key")));
        }
        int withKey = 0;
        for (int partition = 0; partition < 3; partition++) {
            final List<String> found = root.call(100, Client.poll(1, 7, partition, 1, 0, 99, false))
                    .messages();
            assertEquals(
                    2, found.stream().filter(text -> text.startsWith("turn")).count());
            withKey += found.contains("key") ? 1 : 0;
        }
        assertEquals(1, withKey);
    }

    @Test
    void shouldCutASendThatIsLongerThanARequestOfTheLog() {
        Scripts.makeTopic(root, 1);
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            texts.add(i + "x".repeat(1000));
        }
        final int before = rig.groups.applied.size();
        root.produce(0, texts.toArray(new String[0]));
        assertEquals(4, rig.groups.applied.size() - before, "requests to the log");
        final List<String> found = new ArrayList<>();
        while (found.size() < texts.size()) {
            found.addAll(root.call(100, Client.poll(1, 7, 0, 1, found.size(), 99, false))
                    .messages());
        }
        assertEquals(texts, found);
        root.refused(
                4022, 101, new ClientBytes().raw(Client.messages("s", "t", Client.toPartition(0), "y".repeat(4096))));
    }

    @Test
    void shouldStoreShowAndDeleteOffsets() {
        Scripts.makeTopic(root, 1);
        root.refused(4100, 121, Client.offset(1, "c", 0).u64(0));
        root.produce(0, "a", "b");
        root.ok(120, Client.offset(1, "c", 0));
        root.ok(121, Client.offset(1, "c", -1).u64(1));
        final Client.Reply stored = root.call(120, Client.offset(1, "c", 0));
        assertEquals(List.of(0L, 1L, 1L), List.of((long) stored.intAt(0), stored.longAt(4), stored.longAt(12)));
        root.refused(4100, 121, Client.offset(1, "c", 0).u64(2));
        root.ok(122, Client.offset(1, "c", 0));
        root.refused(3021, 122, Client.offset(1, "c", 0));
        root.ok(120, Client.offset(1, "c", 5));
        root.ok(120, Client.offset(2, "g", 0));
        root.refused(5000, 121, Client.offset(2, "g", 0).u64(0));
        assertEquals(0, root.call(602, Client.ids("s", "t").str8("g")).status());
        root.refused(3022, 121, Client.offset(2, "g", -1).u64(0));
        root.ok(121, Client.offset(2, "g", 0).u64(0));
        assertEquals(0, root.call(120, Client.offset(2, "g", -1)).longAt(12));
        root.ok(603, Client.ids("s", "t", "g"));
        assertEquals(0, root.call(602, Client.ids("s", "t").str8("g")).status());
        root.ok(120, Client.offset(2, "g", 0));
    }

    @Test
    void shouldShareATopicAmongTheMembersOfAGroup() {
        Scripts.makeTopic(root, 2);
        root.produce(0, "p0");
        root.produce(1, "p1");
        final Client.Reply made = root.call(602, Client.ids("s", "t").str8("g"));
        assertEquals(List.of(0, 2, 0), List.of(made.intAt(0), made.intAt(4), made.intAt(8)));
        root.refused(5004, 602, Client.ids("s", "t").str8("g"));
        root.refused(5006, 100, Client.poll(2, "g", -1, 5, 0, 9, true));
        root.refused(5000, 100, Client.poll(2, "none", -1, 5, 0, 9, true));
        root.refused(5006, 605, Client.ids("s", "t", "g"));
        root.ok(604, Client.ids("s", "t", "g"));
        root.ok(604, Client.ids("s", "t", "g"));
        assertEquals(
                List.of("p0"),
                root.call(100, Client.poll(2, "g", -1, 5, 0, 9, false)).messages());
        assertEquals(
                List.of("p1"),
                root.call(100, Client.poll(2, "g", -1, 5, 0, 9, false)).messages());
        final Client second = rig.root(2);
        second.ok(604, Client.ids("s", "t", "g"));
        // The first has polled the partition that is to go to the second, and stored nothing.
        assertEquals(
                List.of("p0"),
                root.call(100, Client.poll(2, "g", -1, 5, 0, 9, false)).messages());
        assertEquals(
                List.of(),
                second.call(100, Client.poll(2, "g", -1, 5, 0, 9, true)).messages());
        root.ok(121, Client.offset(2, "g", 1).u64(0));
        assertEquals(
                List.of("p0"),
                root.call(100, Client.poll(2, "g", -1, 5, 0, 9, false)).messages());
        assertEquals(
                List.of(),
                root.call(100, Client.poll(2, "g", 1, 1, 0, 9, false)).messages());
        assertEquals(
                List.of("p1"),
                second.call(100, Client.poll(2, "g", 1, 1, 0, 9, true)).messages());
        final Client.Reply me = second.call(20);
        assertEquals(1, me.intAt(me.bytes().length - 16), "groups joined");
        assertEquals(2, root.call(600, Client.ids("s", "t", "g")).intAt(8), "members");
        assertEquals(2, root.call(601, Client.ids("s", "t")).intAt(8), "members");
        root.ok(600, Client.ids("s", "t", "none"));
        second.ok(605, Client.ids("s", "t", "g"));
        root.ok(603, Client.ids("s", "t", "g"));
        root.refused(5000, 603, Client.ids("s", "t", "g"));
    }

    @Test
    void shouldAnswerAPurgeWhenTheOldMessagesAreGone() {
        Scripts.makeTopic(root, 1);
        root.produce(0, "old");
        root.ok(121, Client.offset(1, "c", 0).u64(0));
        rig.groups.isCarrying = false;
        root.send(Client.request(305, Client.ids("s", "t").bytes()));
        assertEquals(0, root.repliesCount());
        rig.tick();
        assertEquals(0, root.repliesCount());
        rig.groups.carry();
        rig.tick();
        assertEquals(0, root.next().status());
        assertEquals(
                List.of(), root.call(100, Client.poll(1, 7, 0, 1, 0, 9, false)).messages());
        root.ok(120, Client.offset(1, "c", 0));
        root.produce(0, "new");
        assertEquals(
                List.of("new"),
                root.call(100, Client.poll(1, 7, 0, 1, 0, 9, false)).messages());
        root.send(Client.request(205, Client.ids("s").bytes()));
        for (int i = 0; i < 20; i++) {
            rig.tick();
        }
        assertEquals(12001, root.next().status(), "a drop that does not come");
    }

    @Test
    void shouldKeepTheLoginOfANewUserWhenTheReplicaAtHandDoesNotKnowItYet() {
        Scripts.makeTopic(root, 1);
        rig.groups.isLagging = true;
        assertEquals(
                0,
                root.call(33, new ClientBytes().str8("amy").str8("secret").u8(1).u8(0))
                        .status());
        final Client amy = rig.client(2);
        amy.login("amy", "secret");
        final ClientBytes send = new ClientBytes().raw(Client.messages("s", "t", Client.toPartition(0), "x"));
        amy.refused(41, 101, send);
        amy.refused(41, 101, send);
    }

    @Test
    void shouldFindTheNewLifeOfAPartitionWhenTheReplicaAtHandIsBehind() {
        Scripts.makeTopic(root, 1);
        root.produce(0, "old");
        rig.groups.isLagging = true;
        root.ok(303, Client.ids("s", "t"));
        root.refused(2010, 101, new ClientBytes().raw(Client.messages("s", "t", Client.toPartition(0), "lost")));
        assertEquals(0, root.call(302, Scripts.topic("s", 1, "t")).status());
        root.produce(0, "new");
        assertEquals(
                List.of("new"),
                root.call(100, Client.poll(1, 7, 0, 1, 0, 9, false)).messages());
        assertEquals(0, root.call(302, Scripts.topic("s", 1, "u")).status());
        root.ok(101, new ClientBytes().raw(Client.messages("s", "u", Client.toPartition(0), "x")));
    }

    private static ClientBytes renamed(final String from, final String to) {
        return Client.ids("s", from).raw(Scripts.settings(0)).str8(to);
    }

    private static ClientBytes toTopic(final String topic, final String text) {
        return new ClientBytes().raw(Client.messages("s", topic, Client.toPartition(0), text));
    }

    private static List<String> polled(final Client client, final String topic) {
        return client.call(
                        100,
                        new ClientBytes()
                                .u8(1)
                                .raw(Client.ids(7, "s", topic).bytes())
                                .u8(1)
                                .u32(0)
                                .u8(3)
                                .u64(0)
                                .u32(9)
                                .u8(0))
                .messages();
    }

    /** All lives go on: no incarnation tells that a name is another topic's. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSendAndPollByTheNameThatATopicHasWhenTheReplicaAtHandKnowsTheFormerOne(final boolean isByAnother) {
        Scripts.makeTopic(root, 1);
        root.ok(101, toTopic("t", "old"));
        assertEquals(List.of("old"), polled(root, "t"));
        rig.groups.isLagging = true;
        root.ok(304, renamed("t", "u"));
        assertEquals(0, root.call(302, Scripts.topic("s", 1, "t")).status());
        final Client sender = isByAnother ? rig.root(2) : root;
        for (int i = 0; i < 3; i++) {
            sender.ok(101, toTopic("t", "new " + i));
            sender.ok(101, toTopic("u", "late " + i));
        }
        assertEquals(List.of("new 0", "new 1", "new 2"), polled(sender, "t"));
        assertEquals(List.of("old", "late 0", "late 1", "late 2"), polled(sender, "u"));
        assertEquals(List.of("new 0", "new 1", "new 2"), polled(sender, "t"));
    }

    @Test
    void shouldWaitForTheFormerLifeToBeDroppedBeforeItWrites() {
        Scripts.makeTopic(root, 1);
        root.produce(0, "old");
        rig.groups.isCarrying = false;
        final Client other = rig.root(2);
        other.send(Client.request(305, Client.ids("s", "t").bytes()));
        root.send(Client.request(101, Client.messages("s", "t", Client.toPartition(0), "new")));
        assertEquals(0, root.repliesCount());
        rig.groups.carry();
        rig.tick();
        assertEquals(0, root.next().status());
        assertEquals(
                List.of("new"),
                root.call(100, Client.poll(1, 7, 0, 1, 0, 9, false)).messages());
    }

    @Test
    void shouldAskThePrimaryWhetherAClientMayWhenTheReplicaAtHandIsBehind() {
        Scripts.makeTopic(root, 1);
        assertEquals(
                0,
                root.call(33, new ClientBytes().str8("amy").str8("secret").u8(1).u8(0))
                        .status());
        final Client amy = rig.client(2);
        amy.login("amy", "secret");
        final ClientBytes send = new ClientBytes().raw(Client.messages("s", "t", Client.toPartition(0), "m"));
        amy.refused(41, 101, send);
        rig.groups.isLagging = true;
        rig.groups.command(permissionsOf("amy", Permissions.ALL), Actor.SYSTEM);
        amy.ok(101, send);
        rig.groups.catchUp();
        rig.groups.command(permissionsOf("amy", null), Actor.SYSTEM);
        rig.pass(RecentLookUps.AGE_MAX_NS);
        amy.refused(41, 101, send);
        assertEquals(41, amy.call(100, Client.poll(1, 7, 0, 1, 0, 9, false)).status());
    }

    private static MetadataCommand permissionsOf(final String user, final Permissions permissions) {
        return new UserCommands.UpdatePermissions(Identifier.of(user), permissions);
    }

    @Test
    void shouldGiveAllStepsOfARequestTheDeadlineOfTheRequest() {
        Scripts.makeTopic(root, 1);
        root.produce(0, "one");
        rig.groups.isCarrying = false;
        rig.groups.command(new StreamCommands.PurgeTopic(Identifier.of("s"), Identifier.of("t")), Actor.SYSTEM);
        rig.groups.deadlines.clear();
        root.send(Client.request(101, Client.messages("s", "t", Client.toPartition(0), "two")));
        for (int i = 0; i < 3; i++) {
            rig.tick();
        }
        rig.groups.carry();
        rig.tick();
        assertEquals(0, root.next().status());
        assertEquals(1, rig.groups.deadlines.size(), "tries are not steps with a time of their own");
        rig.tick();
        root.ok(102, Client.ids("s", "t").u32(0).u8(1));
        assertEquals(2, rig.groups.deadlines.size());
    }

    @Test
    void shouldDeleteSegments() {
        Scripts.makeTopic(root, 1);
        for (int i = 0; i < 30; i++) {
            root.produce(0, "x".repeat(3000));
        }
        root.refused(4030, 503, Client.ids("s", "t").u32(0).u32(0));
        root.refused(3007, 503, Client.ids("s", "t").u32(1).u32(1));
        root.ok(503, Client.ids("s", "t").u32(0).u32(1));
        final Client.Reply first = root.call(100, Client.poll(1, 7, 0, 3, 0, 1, false));
        assertTrue(first.longAt(16 + 24) > 0, "the oldest are gone");
    }

    @Tag("U1")
    @Test
    void shouldManageUsersAndTheirTokens() {
        final Client.Reply amy =
                root.call(33, new ClientBytes().str8("amy").str8("secret").u8(1).u8(0));
        assertEquals(1, amy.intAt(0));
        assertEquals(4 + 8 + 1 + 4 + 4, amy.bytes().length);
        assertArrayEquals(amy.bytes(), root.call(31, Client.ids("amy")).bytes());
        root.refused(46, 33, new ClientBytes().str8("amy").str8("secret").u8(1).u8(0));
        root.refused(48, 34, Client.ids(0));
        root.refused(49, 36, Client.ids(0).u8(0));
        root.refused(20, 34, Client.ids("none"));
        root.ok(31, Client.ids("none"));
        final Client client = rig.client(2);
        client.login("amy", "secret");
        for (final int command : new int[] {10, 22, 32, 201}) {
            client.refused(41, command, new ClientBytes());
        }
        client.refused(41, 202, new ClientBytes().str8("x"));
        client.refused(41, 31, Client.ids(0));
        assertArrayEquals(amy.bytes(), client.call(31, Client.ids(1)).bytes());
        client.refused(42, 37, Client.ids(1).str8("wrong").str8("better"));
        client.ok(37, Client.ids(1).str8("secret").str8("better"));
        final Client.Reply token = client.call(42, new ClientBytes().str8("tok").u64(50_000));
        assertEquals("token-0", new String(token.bytes(), 1, 7, StandardCharsets.UTF_8));
        client.refused(51, 42, new ClientBytes().str8("tok").u64(0));
        client.refused(50, 42, new ClientBytes().str8("to").u64(0));
        assertEquals(12, client.call(41).bytes().length);
        final Client third = rig.client(3);
        assertEquals(1, third.call(44, new ClientBytes().str8("token-0")).intAt(0));
        rig.wallNs = Long.MAX_VALUE;
        third.refused(54, 44, new ClientBytes().str8("token-0"));
        third.refused(40, 41, new ClientBytes());
        client.ok(43, new ClientBytes().str8("tok"));
        client.refused(20, 43, new ClientBytes().str8("tok"));
        root.ok(35, Client.ids("amy").u8(0).u8(1).u8(2));
        third.refused(47, 38, Client.login0("amy", "better"));
        root.ok(36, Client.ids("amy").optionalPermissions(Optional.of(Permissions.ALL)));
        assertEquals(4 + 8 + 1 + 5 + 4 + 8 + 1 + 4, root.call(32).bytes().length);
        root.ok(34, Client.ids("amy"));
    }

    @Test
    void shouldTellOfServerClusterAndClients() {
        final Client.Reply stats = root.call(10);
        assertEquals(11, stats.intAt(0));
        final Client second = rig.client(2);
        assertEquals(
                2 * (4 + 4 + 1 + 4 + "127.0.0.1:51".length() + 4), root.call(22).bytes().length);
        assertEquals(2, root.call(21, new ClientBytes().u32(2)).intAt(0));
        assertEquals(-1, root.call(21, new ClientBytes().u32(2)).intAt(4), "not logged in");
        root.ok(21, new ClientBytes().u32(3));
        second.connection.onClosed();
        root.ok(21, new ClientBytes().u32(2));
        assertEquals(4 + 1 + 4 + 4 + 2 + 4 + 9 + 8 + 2, root.call(12).bytes().length);
        assertArrayEquals(
                new byte[] {'P', 'K'},
                root.call(11, new ClientBytes().u8(1).u8(1).u8(100)).bytes());
        root.refused(9000, 11, new ClientBytes().u8(1).u8(1).u8(5));
        root.refused(3, 11, new ClientBytes().u8(0).u8(0));
    }
}
