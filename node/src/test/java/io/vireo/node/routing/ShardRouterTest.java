package io.vireo.node.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.config.ShardLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Routers of one process, driven by hand in one thread: what goes where, and what is refused. */
class ShardRouterTest {
    private static final ShardLayout LAYOUT = new ShardLayout(5, 3);

    private final RoutedShard[] shards = RoutedShard.process(LAYOUT, 0, 1, 2);

    @Test
    void shouldCallTheGroupAtOnceWhenItIsOnTheSameShard() {
        assertEquals(RouteOutcome.DELIVERED, shards[1].request(4, 7));
        assertEquals("[request 7 for group 4]", shards[1].events.toString());
        assertEquals(new RouterCounters(0, 0, 0, 0), shards[1].router.counters());
    }

    @Test
    void shouldBringTheAnswerBackToItsClientWhenTheGroupIsOnAnotherShard() {
        shards[0].clients.add(7L);
        assertEquals(RouteOutcome.QUEUED, shards[0].request(4, 7));
        assertEquals("[]", shards[1].events.toString(), "not before that shard has looked");
        assertEquals(1, shards[1].router.drainInbox());
        assertEquals("[request 7 for group 4]", shards[1].events.toString());
        shards[1].answer(7);
        assertEquals(1, shards[0].router.drainInbox());
        assertEquals("[reply 7]", shards[0].events.toString());
        assertEquals(new RouterCounters(1, 0, 0, 0), shards[0].router.counters());
        assertEquals(new RouterCounters(0, 1, 0, 0), shards[1].router.counters());
        assertEquals(0, shards[2].router.drainInbox());
    }

    @Test
    void shouldAnswerWhereTheClientIsNowWhenItHasMoved() {
        shards[0].clients.add(7L);
        shards[0].request(4, 7);
        shards[1].router.drainInbox();
        shards[0].clients.clear();
        shards[2].clients.add(7L);
        shards[2].request(4, 7);
        shards[1].router.drainInbox();
        shards[1].answer(7);
        assertEquals(0, shards[0].router.drainInbox());
        shards[2].router.drainInbox();
        assertEquals("[reply 7]", shards[2].events.toString());
        shards[1].clients.add(7L);
        shards[1].answer(7);
        assertEquals("[request 7 for group 4, request 7 for group 4, reply 7]", shards[1].events.toString());
    }

    @Test
    void shouldLeaveItToTheEdgeWhenNobodyKnowsTheClient() {
        shards[1].answer(9);
        assertEquals("[reply 9 for nobody]", shards[1].events.toString());
    }

    @Test
    void shouldTellAllClientsOfTheProcessOnceAnyOfThemHasBeenHandedOver() {
        shards[1].announce();
        assertEquals("[view]", shards[1].events.toString());
        assertEquals(0, shards[0].router.drainInbox() + shards[2].router.drainInbox());
        shards[0].request(4, 7);
        shards[1].router.drainInbox();
        shards[1].announce();
        shards[0].router.drainInbox();
        shards[2].router.drainInbox();
        assertEquals("[view]", shards[0].events.toString());
        assertEquals("[view]", shards[2].events.toString());
    }

    @Tag("I9")
    @Test
    void shouldRefuseByNameWhenGroupOrNamespaceIsOutOfRange() {
        for (final int group : new int[] {-1, 5, 65_535, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertEquals(RouteOutcome.UNKNOWN_GROUP, shards[0].request(group, 7));
            assertFalse(RouteOutcome.UNKNOWN_GROUP.isTaken());
        }
        for (final long namespace : new long[] {-1, 100, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertEquals(Placement.NO_GROUP, shards[0].router.groupOf(namespace));
        }
        assertEquals(99 % 5, shards[0].router.groupOf(99));
        for (final RoutedShard shard : shards) {
            assertEquals(0, shard.router.drainInbox());
            assertEquals("[]", shard.events.toString());
        }
    }

    @Test
    void shouldSayThatAnotherProcessHostsTheGroupWhenOneProcessRunsOneShard() {
        final RoutedShard alone = RoutedShard.process(LAYOUT, 1)[1];
        assertEquals(RouteOutcome.OTHER_PROCESS, alone.request(0, 7));
        assertEquals(RouteOutcome.DELIVERED, alone.request(1, 7));
        alone.announce();
    }

    @Test
    void shouldRefuseAsBusyAndLoseNothingThatWasTakenWhenTheOtherShardDoesNotKeepUp() {
        int taken = 0;
        while (shards[0].request(1, taken) == RouteOutcome.QUEUED) {
            taken++;
        }
        assertEquals(EnvelopePool.ENVELOPES_MAX / 2, taken, "the other half is for answers");
        assertEquals(RouteOutcome.BUSY, shards[0].request(1, taken));
        assertEquals(RouteOutcome.QUEUED, shards[2].request(1, 5_000), "the others have their own share");
        assertEquals(RouteOutcome.QUEUED, shards[0].request(2, 6_000), "and so has every other destination");
        assertEquals(2, shards[0].router.counters().refused());
        int drained = 0;
        for (int turn = shards[1].router.drainInbox(); turn > 0; turn = shards[1].router.drainInbox()) {
            assertTrue(turn <= 256, "a turn is bounded: " + turn);
            drained += turn;
        }
        assertEquals(taken + 1, drained);
        for (int i = 0; i < taken; i++) {
            assertEquals("request " + i + " for group 1", shards[1].events.get(i), "in order");
        }
        assertEquals(RouteOutcome.QUEUED, shards[0].request(1, taken), "what was read makes room");
    }

    @Test
    void shouldCountAnswersAsLostWhenTheShardOfTheClientDoesNotKeepUp() {
        shards[0].clients.add(7L);
        shards[0].request(1, 7);
        shards[1].router.drainInbox();
        for (int i = 0; i < EnvelopePool.ENVELOPES_MAX + 3; i++) {
            shards[1].answer(7);
        }
        assertEquals(new RouterCounters(0, EnvelopePool.ENVELOPES_MAX, 0, 3), shards[1].router.counters());
    }

    @Test
    void shouldBoundTheBytesOnTheirWayAndThoseItKeepsWhenFramesAreLarge() {
        final EnvelopePool pool = new EnvelopePool();
        final int length = 4 << 20;
        final Envelope[] taken = new Envelope[(int) (EnvelopePool.IN_FLIGHT_BYTES_MAX / length)];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = pool.take(length, true);
            taken[i].copy(new UnsafeBuffer(new byte[length]), 0, length);
        }
        assertNull(pool.take(1, true));
        long kept = 0;
        for (final Envelope envelope : taken) {
            pool.giveBack(envelope);
        }
        assertEquals(0, pool.inFlightBytes());
        for (final Envelope envelope : taken) {
            kept += envelope.frame.capacity();
        }
        assertEquals(EnvelopePool.KEPT_BYTES_MAX, kept);
        for (final Envelope envelope : taken) {
            assertNotNull(pool.take(length, true), () -> "room again " + envelope);
        }
    }

    @Test
    void shouldKeepRoomForAnswersWhenRequestsTakeTheirHalf() {
        final EnvelopePool pool = new EnvelopePool();
        int requests = 0;
        while (pool.take(100, false) != null) {
            requests++;
        }
        int answers = 0;
        while (pool.take(100, true) != null) {
            answers++;
        }
        assertEquals(EnvelopePool.ENVELOPES_MAX / 2, requests);
        assertEquals(EnvelopePool.ENVELOPES_MAX / 2, answers);
        final EnvelopePool bytes = new EnvelopePool();
        final int half = (int) (EnvelopePool.IN_FLIGHT_BYTES_MAX / 2);
        assertNotNull(bytes.take(half, false));
        assertNull(bytes.take(1, false));
        assertNotNull(bytes.take(half, true));
        assertNull(bytes.take(1, true));
    }

    @Test
    void shouldForgetTheOldestOfAFewAndNeverMixUpWhenThereAreMoreClientsThanPlaces() {
        final ClientShards clients = new ClientShards();
        assertEquals(ClientShards.NONE, clients.shardOf(1, 1));
        int known = 0;
        for (int i = 0; i < 200_000; i++) {
            clients.learn(i, ~i, i % 7);
            assertEquals(i % 7, clients.shardOf(i, ~i), "the newest is always known");
        }
        for (int i = 0; i < 200_000; i++) {
            final int shard = clients.shardOf(i, ~i);
            assertTrue(shard == ClientShards.NONE || shard == i % 7);
            known += shard == ClientShards.NONE ? 0 : 1;
        }
        assertTrue(known > 50_000 && known <= 65_536, "known are " + known);
        clients.learn(199_999, ~199_999L, 3);
        assertEquals(3, clients.shardOf(199_999, ~199_999L), "it moved");
    }
}
