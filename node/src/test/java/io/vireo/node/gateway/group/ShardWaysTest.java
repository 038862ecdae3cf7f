package io.vireo.node.gateway.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.port.ClientEdge;
import io.vireo.node.port.MessageBus;
import io.vireo.node.routing.RouteOutcome;
import io.vireo.node.routing.ShardInbox;
import io.vireo.node.routing.ShardRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Replica 0 has groups 0 and 2 in another process, 1 and 3 in the one at hand, of which some are not open. */
class ShardWaysTest {
    private static final ShardLayout LAYOUT = new ShardLayout(4, 2);
    private static final int SELF = 0;
    private static final int PEER = 1;
    private static final int LENGTH = HeaderFlyweight.HEADER_LENGTH;

    private final List<String> events = new ArrayList<>();
    private final TreeSet<Integer> closedGroups = new TreeSet<>();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[LENGTH]);
    /** Ways to other processes, which are there and take what they have room for. */
    private boolean hasRoom = true;

    private final ShardWays ways = new ShardWays(SELF, new Ways() {
        @Override
        public boolean send(
                final int replica, final int group, final DirectBuffer buffer, final int offset, final int length) {
            events.add("to replica " + replica + " for group " + group);
            return hasRoom;
        }

        @Override
        public boolean isFull(final int replica, final int group) {
            return true;
        }
    });

    ShardWaysTest() {
        final ShardInbox[] inboxes = {null, new ShardInbox(2, () -> {})};
        final ShardRouter router = new ShardRouter(
                1,
                LAYOUT,
                new Placement(100, 4),
                inboxes,
                new Nowhere(),
                (group, buffer, offset, length) -> events.add("group " + group),
                new Nobody());
        ways.groups(router, group -> !closedGroups.contains(group));
    }

    private boolean send(final int replica, final int group) {
        return ways.send(replica, group, frame, 0, LENGTH);
    }

    @Test
    void shouldCallGroupsOfItsOwnProcessAndReachAllOthersByConnections() {
        assertTrue(send(SELF, 1));
        assertTrue(send(SELF, 2));
        assertTrue(send(PEER, 1));
        assertEquals("[group 1, to replica 0 for group 2, to replica 1 for group 1]", events.toString());
    }

    @Test
    void shouldSayThatAWayIsFullOnlyWhereThereIsOne() {
        hasRoom = false;
        assertFalse(send(SELF, 2));
        assertTrue(ways.isFull(SELF, 2));
        assertFalse(send(PEER, 3));
        assertTrue(ways.isFull(PEER, 3));
    }

    /** Else whoever reads from a group that is being opened would wait for it instead of asking another replica. */
    @Test
    void shouldNotCallAWayFullWhoseGroupCannotAnswerWhateverBecameOfAnEarlierFrame() {
        closedGroups.add(3);
        assertFalse(send(SELF, 3));
        assertFalse(ways.isFull(SELF, 3));
        assertTrue(send(SELF, 0));
        assertEquals(RouteOutcome.OTHER_PROCESS, ways.lastRouted());
        assertFalse(send(SELF, 3));
        assertFalse(ways.isFull(SELF, 3), "another group's frame went to another process");
    }

    private static final class Nowhere implements MessageBus {
        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("a group speaks to a replica");
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            throw new AssertionError("a group answers");
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("a group answers");
        }
    }

    private static final class Nobody implements ClientEdge {
        @Override
        public boolean isClientHere(final long clientLo, final long clientHi) {
            return false;
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            throw new AssertionError("a group answers");
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("a group answers");
        }
    }
}
