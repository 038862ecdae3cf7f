package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.port.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerDialerTest {
    /** Every other attempt goes to another address, as those of {@link ShardDoors} do. */
    private static List<Integer> logged(final PeerDialer dialer, final int attempts, final String elsewhere) {
        final List<Integer> logged = new ArrayList<>();
        for (int attempt = 1; attempt <= attempts; attempt++) {
            dialer.address = attempt % 2 == 1 ? dialer.shard : 0;
            final boolean isOwn = dialer.address == dialer.shard;
            if (dialer.onFailure(attempt, isOwn ? "refused" : elsewhere, false)) {
                logged.add(attempt);
            }
        }
        return logged;
    }

    @Test
    void shouldReportTheFailuresOfItsOwnDoorOnlyWhenAShardIsDown() {
        final PeerDialer dialer = new PeerDialer(1, 3, new long[] {8}, new SeededRandom(1), 0);
        assertEquals(List.of(19, 199, 1999), logged(dialer, 2100, "wrong door"), "the 10th, 100th, 1000th of its own");
    }

    @Test
    void shouldReportAReasonOnceWhenItsOwnDoorRejects() {
        final PeerDialer dialer = new PeerDialer(1, 3, new long[] {8}, new SeededRandom(1), 0);
        dialer.address = 3;
        assertEquals(true, dialer.onFailure(1, "another cluster", true));
        dialer.address = 0;
        assertEquals(false, dialer.onFailure(2, "wrong door", false));
        dialer.address = 3;
        assertEquals(false, dialer.onFailure(3, "another cluster", true));
        assertEquals(true, dialer.onFailure(4, "another release", true));
    }
}
