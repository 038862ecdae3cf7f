package io.vireo.sim.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.transport.CloseReason;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What damage does to frames and connections. Ends 0 to 2 are replicas, ends 3 and 4 are clients. */
class FrameFaultsTest {
    private static final int ALWAYS = NetworkFaults.WHOLE;
    private static final int SIZE_MAX = 16 << 10;

    private final EventQueue queue = new EventQueue();
    private final NetworkStatistics statistics = new NetworkStatistics();
    private final List<String> arrived = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private int accepted;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final SimNetwork network = new SimNetwork(
            queue,
            3,
            2,
            with(FrameFaults.NONE),
            new Draws(1, Stream.NETWORK, 0),
            statistics,
            (from, to, frame, length) ->
                    arrived.add(from + "->" + to + " " + header.wrap(frame, 0).command()));

    FrameFaultsTest() {
        network.damage(
                new FrameDamage(new Draws(1, Stream.FRAME_DAMAGE, 0), 3, 2),
                new WireDecoder(new MessageCheck(1, 2, SIZE_MAX), SIZE_MAX),
                new SimNetwork.Ends() {
                    @Override
                    public void onAccepted(
                            final int from,
                            final int to,
                            final byte[] sent,
                            final DirectBuffer frame,
                            final int offset,
                            final int length) {
                        accepted++;
                    }

                    @Override
                    public void onReset(final int a, final int b) {
                        broken.add(a + "-" + b);
                    }
                });
    }

    private static NetworkFaults with(final FrameFaults frames) {
        return new NetworkFaults(1_000, 0, 0, 0, 0, 0, 0, 0, frames);
    }

    private static UnsafeBuffer statusOf(final int replica, final Command command) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(frame, 0);
        header.init(command, 1, 2, HeaderFlyweight.HEADER_LENGTH, 0, replica, 0);
        header.seal(new Checksum());
        return frame;
    }

    private void send(final int from, final int to, final Command command) {
        network.send(from, to, statusOf(from, command), 0, HeaderFlyweight.HEADER_LENGTH);
    }

    private List<String> arrivals() {
        while (queue.step()) {
            // Until nothing is under way.
        }
        final List<String> all = List.copyOf(arrived);
        arrived.clear();
        return all;
    }

    @Test
    void shouldRefuseEveryCorruptFrameAndBreakItsConnection() {
        network.faults(with(new FrameFaults(ALWAYS, 0, 0, 0)));
        for (int i = 0; i < 2_000; i++) {
            send(0, 1, Command.START_VIEW_CHANGE);
            arrivals();
        }
        assertEquals(0, accepted);
        assertEquals(List.of(), arrivals());
        assertEquals(2_000, statistics.corrupted);
        assertEquals(2_000, broken.size());
        assertTrue(statistics.closed[CloseReason.INVALID_FRAME.ordinal()] > 1_000);
        // A size that changed is noticed before any checksum, or never becomes a whole frame.
        assertTrue(statistics.closed[CloseReason.OVERSIZE.ordinal()] > 0);
        assertTrue(statistics.closed[CloseReason.TRUNCATED.ordinal()] > 0);
    }

    @Test
    void shouldLoseWhatIsUnderWayInBothDirectionsWhenAConnectionBreaksInAFrame() {
        network.faults(with(new FrameFaults(0, 0, ALWAYS, 0)));
        send(0, 1, Command.START_VIEW_CHANGE);
        network.faults(with(FrameFaults.NONE));
        send(0, 1, Command.START_VIEW_CHANGE);
        send(1, 0, Command.START_VIEW_CHANGE);
        send(0, 2, Command.START_VIEW_CHANGE);
        assertEquals(List.of("0->2 START_VIEW_CHANGE"), arrivals());
        assertEquals(List.of("0-1"), broken);
        assertEquals(1, statistics.truncated);
        assertEquals(2, statistics.resetLost);
        send(0, 1, Command.START_VIEW_CHANGE);
        assertEquals(List.of("0->1 START_VIEW_CHANGE"), arrivals());
    }

    @Test
    void shouldGiveAFrameToAnotherEndOfTheSameKindButNotToItsSender() {
        network.faults(with(new FrameFaults(0, ALWAYS, 0, 0)));
        for (int i = 0; i < 100; i++) {
            send(0, 1, Command.COMMIT);
            send(0, 3, Command.CLIENT_VIEW);
        }
        final List<String> all = arrivals();
        assertEquals(200, all.size());
        assertTrue(all.contains("0->2 COMMIT") && all.contains("0->4 CLIENT_VIEW"));
        assertFalse(all.contains("0->0 COMMIT") || all.contains("0->3 COMMIT"));
        assertEquals(
                all.stream()
                        .filter(frame -> frame.startsWith("0->2") || frame.startsWith("0->4"))
                        .count(),
                statistics.misdelivered);
    }

    @Test
    void shouldDropWhatAQueueHasNoRoomForUntilItHasDrained() {
        network.faults(with(new FrameFaults(0, 0, 0, HeaderFlyweight.HEADER_LENGTH)));
        send(0, 1, Command.COMMIT);
        send(0, 1, Command.START_VIEW_CHANGE);
        send(1, 0, Command.COMMIT_OK);
        assertEquals(List.of("0->1 COMMIT", "1->0 COMMIT_OK"), arrivals());
        assertEquals(1, statistics.overflowed);
        send(0, 1, Command.START_VIEW_CHANGE);
        assertEquals(List.of("0->1 START_VIEW_CHANGE"), arrivals());
    }

    @Test
    void shouldHaveRoomAgainForALargeFrameAsSoonAsOneIsOvertakenAndNotOnlyWhenThatArrives() {
        final FrameFaults shortQueue = new FrameFaults(0, 0, 0, HeaderFlyweight.HEADER_LENGTH);
        network.faults(new NetworkFaults(1_000, 0, 0, 0, NetworkFaults.WHOLE, 1_000_000_000, 0, 0, shortQueue));
        send(0, 1, Command.COMMIT);
        send(0, 1, Command.PREPARE);
        assertEquals(1, statistics.overflowed, "it has not left yet");
        assertTrue(queue.step());
        assertEquals(1_000, queue.nowNs());
        assertEquals(0, network.underWay(0, 1));
        send(0, 1, Command.START_VIEW_CHANGE);
        assertEquals(1, statistics.overflowed);
        assertEquals(2, arrivals().size(), "both arrive, late");
        assertEquals(2, statistics.reordered);
    }

    @Test
    void shouldLoseOneCommandOnOneLinkWhileItIsFiltered() {
        network.filter(0, 1, Command.PREPARE_OK, true);
        network.filter(0, 1, Command.PREPARE_OK, true);
        network.filter(0, 1, Command.PREPARE_OK, false);
        send(0, 1, Command.PREPARE_OK);
        send(0, 1, Command.COMMIT);
        send(1, 0, Command.PREPARE_OK);
        send(0, 2, Command.PREPARE_OK);
        send(0, 3, Command.REPLY);
        assertEquals(List.of("0->1 COMMIT", "1->0 PREPARE_OK", "0->2 PREPARE_OK", "0->3 REPLY"), arrivals());
        assertEquals(1, statistics.filtered);
        network.mendAll();
        send(0, 1, Command.PREPARE_OK);
        assertEquals(List.of("0->1 PREPARE_OK"), arrivals());
    }
}
