package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.client.Outcome;
import io.vireo.node.iggy.ClientBytes;
import io.vireo.node.stream.machine.MetadataOperation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayConnectionTest {
    @TempDir
    Path directory;

    private GatewayRig rig;

    @BeforeEach
    void open() {
        rig = new GatewayRig(directory);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldAnswerTheSameWhereverTheBytesAreCut() {
        final byte[] script = new ClientBytes()
                .raw(Client.request(38, Client.login0("iggy", "iggy").bytes()))
                .raw(Client.request(999, new byte[5]))
                .raw(Client.request(200, Client.ids("none").bytes()))
                .raw(Client.request(1, new byte[0]))
                .bytes();
        for (int cut = 1; cut < script.length; cut++) {
            final Client client = rig.client(cut);
            client.send(Arrays.copyOf(script, cut));
            client.send(Arrays.copyOfRange(script, cut, script.length));
            assertEquals(4, client.repliesCount(), "cut at " + cut);
            assertEquals(0, client.next().status());
            assertEquals(3, client.next().status());
            final Client.Reply missing = client.next();
            assertEquals(0, missing.status() + missing.bytes().length);
            assertEquals(0, client.next().status());
        }
    }

    @Test
    void shouldServeOnlyPingAndLoginsWhenNobodyIsLoggedIn() {
        final Client client = rig.client(1);
        client.ok(1, new ClientBytes());
        client.refused(40, 20, new ClientBytes());
        client.refused(40, 202, new ClientBytes().str8("s"));
        client.refused(42, 38, Client.login0("iggy", "wrong"));
        client.refused(42, 38, Client.login0("nobody", "iggy"));
        client.refused(43, 38, Client.login0("ab", "iggy"));
        client.refused(44, 38, Client.login0("iggy", "ab"));
        client.refused(20, 44, new ClientBytes().str8("no token"));
        client.login("iggy", "iggy");
        client.ok(39, new ClientBytes());
        client.refused(40, 20, new ClientBytes());
    }

    /** A group that does not answer holds all the room for requests: long ones wait, the others go on. */
    @Test
    void shouldAnswerSmallRequestsWhileLongOnesFillTheRoom() {
        final Client root = rig.root(99);
        Scripts.makeTopic(root, 5);
        final Client other = rig.root(9);
        final Client[] clients = new Client[5];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = rig.root(i);
            clients[i].produce(i, "first");
        }
        rig.groups.isHolding = true;
        for (int i = 0; i < clients.length; i++) {
            clients[i].send(Client.request(101, Client.messages("s", "t", Client.toPartition(i), "x".repeat(2_800))));
        }
        final long bytes = rig.gateway.memory().bytes();
        assertTrue(bytes > 4 * 2_800 && bytes <= GatewayRig.REQUEST_BYTES_MAX, () -> bytes + " bytes");
        other.ok(1, new ClientBytes());
        final Random random = new Random(1);
        while (rig.groups.release(random)) {
            for (final Client client : clients) {
                client.pump();
            }
        }
        for (final Client client : clients) {
            assertEquals(1, client.repliesCount());
        }
        assertEquals(0, rig.gateway.memory().bytes());
    }

    @Test
    void shouldPassOverLongRequestsWithoutKeepingThemWhenNobodyIsLoggedIn() {
        final Client client = rig.client(1);
        final int length = 3 << 20;
        client.connection.onReceived(
                new UnsafeBuffer(new ClientBytes().u32(length + 4).u32(101).bytes()), 0, 8);
        final UnsafeBuffer part = new UnsafeBuffer(new byte[GatewayConnection.RECEIVE_MAX]);
        for (int passed = 0; passed < length; passed += part.capacity()) {
            client.connection.onReceived(part, 0, part.capacity());
            assertTrue(client.connection.memoryBytes() <= 3 * GatewayConnection.RECEIVE_MAX);
        }
        assertEquals(40, client.next().status());
        client.login("iggy", "iggy");
    }

    @Test
    void shouldBeginNothingBehindALoginBeforeItIsAnswered() {
        final Client client = rig.client(1);
        rig.groups.isHolding = true;
        client.send(new ClientBytes()
                .raw(Client.request(38, Client.login0("iggy", "iggy").bytes()))
                .raw(Client.request(202, new ClientBytes().str8("s").bytes()))
                .bytes());
        assertEquals(0, client.repliesCount());
        assertEquals(1, rig.groups.heldCount());
        final Random random = new Random(1);
        while (rig.groups.release(random)) {
            client.pump();
        }
        assertEquals(0, client.next().status());
        assertEquals(0, client.next().status());
    }

    @Test
    void shouldLetOnlyRequestsOverlapThatDoNotSeeEachOther() {
        final byte[] send = Client.request(101, Client.messages("s", "t", Client.toPartition(0), "m"));
        final byte[] poll =
                Client.request(100, Client.poll(1, 7, 0, 1, 0, 9, false).bytes());
        final byte[] pollAndStore =
                Client.request(100, Client.poll(1, 7, 0, 5, 0, 9, true).bytes());
        final Client client = prepared();
        // Before that it is not known that the life of the partition takes sends.
        client.produce(0, "first");
        final byte[][][] pairs = {
            {send, send}, {poll, poll}, {send, poll}, {poll, send}, {pollAndStore, pollAndStore}, {poll, pollAndStore}
        };
        for (int pair = 0; pair < pairs.length; pair++) {
            rig.groups.isHolding = true;
            client.send(pairs[pair][0]);
            // Where the partition is; the request itself is under way then.
            assertTrue(rig.groups.release(new Random(1)));
            client.send(pairs[pair][1]);
            assertEquals(pair < 2 ? 2 : 1, rig.groups.heldCount(), "under way of pair " + pair);
            do {
                client.pump();
            } while (rig.groups.release(new Random(1)));
            assertEquals(0, client.next().status());
            assertEquals(0, client.next().status());
            rig.groups.isHolding = false;
        }
    }

    @Test
    void shouldLeaveItsGroupsThroughTheLogWhenAConnectionEnds() {
        final Client client = prepared();
        client.ok(604, Client.ids("s", "t", "g"));
        rig.groups.failure = Outcome.UNKNOWN;
        client.connection.onClosed();
        rig.tick();
        assertEquals(MetadataOperation.LEAVE_ALL.code(), rig.groups.applied.get(rig.groups.applied.size() - 1));
        final Client.Reply group = rig.root(9).call(600, Client.ids("s", "t", "g"));
        assertEquals(0, group.intAt(8), "members");
    }

    @Test
    void shouldLeaveItsGroupsWhenTheJoinIsUnderWayAtTheEnd() {
        final Client client = prepared();
        rig.groups.isHolding = true;
        client.send(Client.request(604, Client.ids("s", "t", "g").bytes()));
        client.connection.onClosed();
        rig.groups.isHolding = false;
        while (rig.groups.release(new Random(1))) {
            // All outcomes.
        }
        assertEquals(0, rig.root(9).call(600, Client.ids("s", "t", "g")).intAt(8), "members");
    }

    @Test
    void shouldStayUsableWhenAnOutcomeIsNotKnown() {
        final Client client = rig.root(1);
        rig.groups.failure = Outcome.UNKNOWN;
        client.refused(12001, 202, new ClientBytes().str8("s"));
        rig.groups.failure = Outcome.NOT_APPLIED;
        client.refused(11001, 202, new ClientBytes().str8("s"));
        assertEquals(0, client.call(202, new ClientBytes().str8("s")).status());
    }

    @Test
    void shouldNotGiveItsWholeTimeAgainToEachRequestBehindOneThatWasLate() {
        final Client client = rig.root(1);
        final int requests = 4;
        final ClientBytes all = new ClientBytes();
        for (int i = 0; i < requests; i++) {
            all.raw(Client.request(202, new ClientBytes().str8("s" + i).bytes()));
        }
        rig.groups.isHolding = true;
        client.send(all.bytes());
        final long start = rig.groups.deadlines.last();
        for (int i = 1; i < requests; i++) {
            rig.pass(rig.groups.deadlines.last() - rig.nowNs());
            rig.groups.release(new Random(1));
            client.pump();
        }
        assertEquals(
                start + (requests - 1) * (GatewayRig.TIMEOUT_NS / Patience.LEAST_PART), rig.groups.deadlines.last());
    }

    @Tag("U1")
    @Test
    void shouldForgetALoginWhenItsUserIsDeleted() {
        final Client root = rig.root(1);
        assertEquals(
                0,
                root.call(33, new ClientBytes().str8("amy").str8("secret").u8(1).u8(0))
                        .status());
        final Client amy = rig.client(2);
        amy.login("amy", "secret");
        root.ok(34, Client.ids("amy"));
        amy.refused(40, 201, new ClientBytes());
        amy.refused(40, 20, new ClientBytes());
    }

    private Client prepared() {
        final Client client = rig.root(1);
        Scripts.makeTopic(client, 3);
        assertEquals(0, client.call(602, Client.ids("s", "t").str8("g")).status());
        return client;
    }
}
