package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.client.Outcome;
import io.vireo.node.stream.partition.PartitionOperation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a request is begun when little of its time is left. */
class RequestTimeTest {
    private static final int TIMED_OUT = 12001;
    private static final int FROM_NEXT = 5;

    @TempDir
    Path directory;

    private GatewayRig rig;
    private Client client;

    @BeforeEach
    void open() {
        rig = new GatewayRig(directory);
        client = rig.root(1);
        Scripts.makeTopic(client, 1);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldHaveItsTimeAnewWhenAPartOfASendHasCommitted() {
        final String[] texts = new String[10];
        Arrays.fill(texts, "x".repeat(3000));
        client.produce(0, "first");
        rig.groups.deadlines.clear();
        final long beganNs = rig.nowNs();
        rig.groups.isHolding = true;
        rig.groups.isHoldingReads = false;
        client.send(Client.request(101, Client.messages("s", "t", Client.toPartition(0), texts)));
        while (client.repliesCount() == 0) {
            rig.pass(GatewayRig.TIMEOUT_NS - 1);
            assertTrue(rig.groups.release(new Random(1)));
        }
        assertEquals(0, client.next().status());
        assertEquals(11, rig.groups.appended.size());
        assertEquals(beganNs + GatewayRig.TIMEOUT_NS, rig.groups.deadlines.first());
        assertEquals(
                beganNs + 9 * (GatewayRig.TIMEOUT_NS - 1) + GatewayRig.TIMEOUT_NS,
                rig.groups.deadlines.last(),
                "of the last of ten parts");
    }

    @Test
    void shouldStoreNothingWhenAPollHasLittleTimeLeft() {
        client.produce(0, "one", "two");
        rig.groups.isHolding = true;
        pollNext();
        rig.pass(GatewayRig.TIMEOUT_NS - GatewayRig.TIMEOUT_NS / 16 + 1);
        releaseAll();
        assertEquals(TIMED_OUT, client.next().status());
        assertFalse(rig.groups.applied.contains(PartitionOperation.STORE_OFFSET));
        pollNext();
        releaseAll();
        assertEquals(List.of("one", "two"), client.next().messages(), "nothing is missed");
        assertTrue(rig.groups.applied.contains(PartitionOperation.STORE_OFFSET));
        pollNext();
        releaseAll();
        assertEquals(List.of(), client.next().messages());
    }

    @Test
    void shouldSayThatItTimedOutWhenNothingIsKnownOfTheStoredOffset() {
        client.produce(0, "one");
        client.call(100, Client.poll(1, 7, 0, FROM_NEXT, 0, 9, false));
        rig.groups.failure = Outcome.UNKNOWN;
        pollNext();
        assertEquals(TIMED_OUT, client.next().status());
        rig.groups.failure = Outcome.NOT_APPLIED;
        pollNext();
        assertEquals(11001, client.next().status(), "nothing was stored");
        pollNext();
        assertEquals(List.of("one"), client.next().messages());
    }

    private void pollNext() {
        client.send(
                Client.request(100, Client.poll(1, 7, 0, FROM_NEXT, 0, 9, true).bytes()));
    }

    private void releaseAll() {
        while (rig.groups.release(new Random(1))) {
            client.pump();
        }
    }
}
