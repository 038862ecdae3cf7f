package io.vireo.sim.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Who is heard by whom. Ends 0 to 2 are replicas, end 3 is a client. */
class SimNetworkTest {
    private static final NetworkFaults NONE = new NetworkFaults(1_000, 0, 0, 0, 0, 0, 0, 0);

    private final EventQueue queue = new EventQueue();
    private final NetworkStatistics statistics = new NetworkStatistics();
    private final List<String> arrived = new ArrayList<>();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final SimNetwork network = new SimNetwork(
            queue,
            3,
            1,
            NONE,
            new Draws(1, Stream.NETWORK, 0),
            statistics,
            (from, to, frame, length) ->
                    arrived.add(from + "->" + to + " " + header.wrap(frame, 0).command()));

    private void send(final int from, final int to, final Command command) {
        network.send(from, to, frame(from, command), 0, HeaderFlyweight.HEADER_LENGTH);
    }

    private UnsafeBuffer frame(final int from, final Command command) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        header.wrap(frame, 0);
        header.init(command, 1, 2, HeaderFlyweight.HEADER_LENGTH, 0, from, 0);
        header.seal(new Checksum());
        return frame;
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
    void shouldGiveQuestionsAndAnswersTheTimeThatTheirLossTakes() {
        assertEquals(1_000, new NetworkFaults(0, 0, 0, 0, 0, 0, 0, 0).stretched(1_000));
        assertEquals(4_000, new NetworkFaults(0, 0, NetworkFaults.WHOLE / 2, 0, 0, 0, 0, 0).stretched(1_000));
        assertEquals(1_777, new NetworkFaults(0, 0, NetworkFaults.WHOLE / 4, 0, 0, 0, 0, 0).stretched(1_000));
        final int half = NetworkFaults.WHOLE / 2;
        final FrameFaults all = new FrameFaults(half, half, half, 4_096);
        assertEquals(512_000, new NetworkFaults(0, 0, half, 0, 0, 0, 0, 0, all).stretched(1_000));
    }

    @Test
    void shouldCutAReplicaFromReplicasButNotFromClientsWhenIsolated() {
        send(1, 0, Command.PREPARE_OK);
        network.isolate(0, true);
        send(0, 1, Command.COMMIT);
        send(1, 2, Command.COMMIT);
        send(0, 3, Command.REPLY);
        send(3, 0, Command.REQUEST);
        assertEquals(List.of("1->2 COMMIT", "0->3 REPLY", "3->0 REQUEST"), arrivals());
        assertEquals(2, statistics.cut);
        network.isolate(0, false);
        send(0, 1, Command.COMMIT);
        assertEquals(List.of("0->1 COMMIT"), arrivals());
    }

    @Test
    void shouldDeliverLateButNotLoseAcknowledgementsWhenHeld() {
        network.hold(0);
        send(1, 0, Command.PREPARE_OK);
        send(1, 0, Command.COMMIT_OK);
        send(0, 1, Command.PREPARE_OK);
        assertEquals(List.of("1->0 COMMIT_OK", "0->1 PREPARE_OK"), arrivals());
        assertEquals(1, statistics.held);
        network.release(0);
        assertEquals(List.of("1->0 PREPARE_OK"), arrivals());
        network.release(0);
        assertEquals(List.of(), arrivals());
    }

    @Test
    void shouldDeliverTheLastFrameOfEachKindAgainWhenRepeated() {
        send(1, 0, Command.START_VIEW);
        send(2, 0, Command.START_VIEW);
        send(1, 0, Command.COMMIT);
        send(1, 2, Command.PREPARE);
        send(3, 0, Command.REQUEST);
        arrivals();
        network.repeat(0, 0, new Draws(1, Stream.LATE_FRAMES, 0));
        assertEquals(List.of(), arrivals());
        network.repeat(0, 16, new Draws(1, Stream.LATE_FRAMES, 0));
        assertEquals(Set.of("1->0 COMMIT", "2->0 START_VIEW"), Set.copyOf(arrivals()));
        assertEquals(2, statistics.late);
        network.isolate(0, true);
        network.repeat(0, 16, new Draws(1, Stream.LATE_FRAMES, 0));
        assertEquals(List.of(), arrivals(), "a cut link carries nothing");
    }

    @Test
    void shouldCountAFrameAsUnderWayForAsLongAsANarrowPathCarriesIt() {
        network.sendSlowly(1, 0, frame(1, Command.CHUNK), 0, HeaderFlyweight.HEADER_LENGTH, 5_000_000);
        send(1, 0, Command.COMMIT);
        assertEquals(2 * HeaderFlyweight.HEADER_LENGTH, network.underWay(1, 0));
        assertEquals(List.of("1->0 COMMIT", "1->0 CHUNK"), arrivals());
        assertEquals(5_000_000, queue.nowNs());
        assertEquals(0, network.underWay(1, 0));
    }
}
