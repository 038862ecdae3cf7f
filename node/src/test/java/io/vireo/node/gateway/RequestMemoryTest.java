package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests longer than the room for all together, of several clients. */
class RequestMemoryTest {
    private static final int TRY_AGAIN = 11001;
    private static final int LONG_ONES = 100;
    /** What a request counts that is longer. */
    private static final long HALF = GatewayRig.REQUEST_BYTES_MAX / 2;

    @TempDir
    Path directory;

    private GatewayRig rig;
    private byte[] frame;

    @BeforeEach
    void open() {
        rig = new GatewayRig(directory);
        Scripts.makeTopic(rig.root(99), 1);
        final String[] texts = new String[LONG_ONES];
        Arrays.fill(texts, "x".repeat(3000));
        frame = Client.request(101, Client.messages("s", "t", Client.toPartition(0), texts));
        assertTrue(frame.length > 4 * GatewayConnection.RECEIVE_MAX);
        assertTrue(frame.length > GatewayRig.REQUEST_BYTES_MAX);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldReceiveNoMoreThanThereIsRoomForWhenManyBegin() {
        final List<Client> clients = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < 8; i++) {
            clients.add(rig.root(i));
            clients.get(i).send(Arrays.copyOf(frame, frame.length - 1));
            bytes += clients.get(i).connection.memoryBytes();
        }
        assertTrue(bytes < frame.length + (1 + 2 * 8L) * GatewayConnection.RECEIVE_MAX, bytes + " bytes");
        assertEquals(HALF, rig.gateway.memory().bytes());
        for (final Client client : clients) {
            client.send(new byte[] {'x'});
            assertEquals(0, client.next().status());
        }
        assertEquals(0, rig.gateway.memory().bytes());
    }

    @Test
    void shouldPassOverWhatDoesNotComeWhenOthersWait() {
        final Client silent = rig.root(1);
        final Client other = rig.root(2);
        silent.send(Arrays.copyOf(frame, frame.length / 2));
        rig.pass(3 * GatewayRig.TIMEOUT_NS);
        assertEquals(0, silent.repliesCount(), "while nobody waits it may be silent");
        other.send(frame);
        assertEquals(0, other.repliesCount());
        assertTrue(rig.gateway.delayNs(rig.nowNs()) <= GatewayRig.TIMEOUT_NS);
        rig.pass(GatewayRig.TIMEOUT_NS);
        assertEquals(0, other.next().status());
        assertEquals(TRY_AGAIN, silent.next().status());
        assertEquals(Long.MAX_VALUE, rig.gateway.delayNs(rig.nowNs()));
        silent.send(Arrays.copyOfRange(frame, frame.length / 2, frame.length));
        assertEquals(0, silent.repliesCount());
        assertEquals(0, silent.call(1).status(), "it is in step");
        assertEquals(LONG_ONES, texts(), "of one client only");
        assertEquals(0, rig.gateway.memory().bytes());
    }

    @Test
    void shouldLetASlowOneEndWhenItGoesOn() {
        final Client slow = rig.root(1);
        final Client other = rig.root(2);
        int sent = GatewayConnection.RECEIVE_MAX;
        slow.send(Arrays.copyOf(frame, sent));
        other.send(frame);
        while (sent < frame.length) {
            rig.pass(GatewayRig.TIMEOUT_NS - 1);
            final int end = Math.min(frame.length, sent + GatewayConnection.RECEIVE_MAX);
            slow.send(Arrays.copyOfRange(frame, sent, end));
            sent = end;
        }
        assertEquals(0, slow.next().status());
        assertEquals(0, other.next().status());
    }

    @Test
    void shouldAnswerOthersWhileALongOneIsStillToCome() {
        final Client slow = rig.root(1);
        slow.send(Arrays.copyOf(frame, 8));
        final Client other = rig.root(2);
        final byte[] part = Client.request(101, Client.messages("s", "t", Client.toPartition(0), "y".repeat(3000)));
        for (int i = 0; i < 3; i++) {
            other.send(part);
            assertEquals(0, other.next().status());
        }
        // Nor is it in the way of what is still to come as well.
        final byte[] ordinary = Client.request(101, Client.messages("s", "t", Client.toPartition(0), "y".repeat(600)));
        other.send(Arrays.copyOf(ordinary, 100));
        other.send(Arrays.copyOfRange(ordinary, 100, ordinary.length));
        assertEquals(0, other.next().status());
        slow.send(Arrays.copyOfRange(frame, 8, frame.length));
        assertEquals(0, slow.next().status());
        assertEquals(0, rig.gateway.memory().bytes());
    }

    @Test
    void shouldGiveUpOneThatTricklesWhileOthersWaitToSend() {
        final Client trickling = rig.root(1);
        final Client other = rig.root(2);
        int sent = GatewayConnection.RECEIVE_MAX;
        trickling.send(Arrays.copyOf(frame, sent));
        other.send(frame);
        final long longestNs = GatewayRig.TIMEOUT_NS + frame.length * 1_000_000_000L / RequestMemory.PACE_BYTES_PER_S;
        // Fast enough never to be silent, and too slow to be waited for.
        rig.pass(GatewayRig.TIMEOUT_NS - 1);
        trickling.send(Arrays.copyOfRange(frame, sent, 2 * sent));
        rig.pass(longestNs - GatewayRig.TIMEOUT_NS);
        trickling.send(Arrays.copyOfRange(frame, 2 * sent, 3 * sent));
        rig.pass(GatewayRig.TIMEOUT_NS - 1);
        assertEquals(TRY_AGAIN, trickling.next().status());
        assertEquals(0, other.next().status());
    }

    @Test
    void shouldKeepNoMemoryOfALongOneWhenTheNextHasBegun() {
        final Client client = rig.root(1);
        client.send(frame);
        client.send(Arrays.copyOf(frame, 4));
        assertEquals(0, client.next().status());
        final byte[] both = Arrays.copyOf(frame, frame.length + 4);
        System.arraycopy(frame, 0, both, frame.length, 4);
        client.send(Arrays.copyOfRange(both, 4, both.length));
        assertEquals(0, client.next().status());
        assertTrue(
                client.connection.memoryBytes() <= 2 * GatewayConnection.RECEIVE_MAX,
                client.connection.memoryBytes() + " bytes");
    }

    @Test
    void shouldGiveItsWholeTimeToWhoHasWaitedForRoom() {
        final Client first = rig.root(1);
        final Client second = rig.root(2);
        final Client waiting = rig.root(3);
        final String text = "y".repeat(3000);
        final byte[] part = Client.request(101, Client.messages("s", "t", Client.toPartition(0), text, text));
        rig.groups.isHolding = true;
        first.send(part);
        second.send(part);
        waiting.send(part);
        rig.pass(GatewayRig.TIMEOUT_NS / 2);
        rig.groups.deadlines.clear();
        rig.groups.isHolding = false;
        while (rig.groups.release(new Random(1))) {
            // All outcomes.
        }
        assertEquals(rig.nowNs() + GatewayRig.TIMEOUT_NS, rig.groups.deadlines.last());
    }

    @Test
    void shouldFreeTheRoomOfWhoLeaves() {
        final Client leaving = rig.root(1);
        final Client waiting = rig.root(2);
        final Client other = rig.root(3);
        leaving.send(Arrays.copyOf(frame, frame.length / 2));
        waiting.send(frame);
        other.send(frame);
        waiting.connection.onClosed();
        leaving.connection.onClosed();
        assertEquals(0, other.next().status());
        assertEquals(0, rig.gateway.memory().bytes());
    }

    @Test
    void shouldLetTheNextOneGoOnWhenOneThatWaitsForMuchLeaves() {
        final Client holder = rig.root(1);
        final Client another = rig.root(4);
        final Client waiting = rig.root(2);
        final Client other = rig.root(3);
        final byte[] part = Client.request(101, Client.messages("s", "t", Client.toPartition(0), "y".repeat(3000)));
        rig.groups.isHolding = true;
        holder.send(part);
        another.send(part);
        rig.groups.isHolding = false;
        waiting.send(frame);
        other.send(part);
        assertEquals(0, other.repliesCount());
        waiting.connection.onClosed();
        assertEquals(0, other.next().status());
    }

    /** Of small requests there is never none. */
    @Test
    void shouldGiveALongOneRoomWhenSmallOnesAreUnderWay() {
        final Client small = rig.root(1);
        final Client other = rig.root(2);
        rig.groups.isHolding = true;
        small.send(Client.request(201, new byte[0]));
        assertTrue(rig.gateway.memory().bytes() > 0);
        rig.groups.isHolding = false;
        other.send(frame);
        assertEquals(0, other.next().status());
        assertTrue(rig.groups.release(new Random(1)));
        assertEquals(0, small.next().status());
    }

    private int texts() {
        final Pattern text = Pattern.compile("x{3000}");
        return rig.groups.appended.stream()
                .mapToInt(each -> (int) text.matcher(each.bytes()).results().count())
                .sum();
    }
}
