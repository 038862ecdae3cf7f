package io.vireo.sim.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What waits for a paused process. */
class PausedInputsTest {
    private final PausedInputs inputs = new PausedInputs(3);
    private final List<Integer> found = new ArrayList<>();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[8]);

    private int resume() {
        return inputs.resume((from, group, bytes, length) -> found.add(from));
    }

    @Test
    void shouldHandOnWhatHasWaitedInItsOrderAndNothingTwice() {
        assertFalse(inputs.take(0, 0, frame, 8));
        inputs.pause();
        assertTrue(inputs.take(2, 0, frame, 8));
        assertTrue(inputs.take(1, 0, frame, 8));
        assertEquals(2, resume());
        assertEquals(List.of(2, 1), found);
        assertFalse(inputs.take(0, 0, frame, 8));
        inputs.pause();
        assertEquals(0, resume());
    }

    @Test
    void shouldLoseWhatThereIsNoRoomForAndEverythingWhenTheProcessEnds() {
        inputs.pause();
        for (int i = 0; i < PausedInputs.FRAMES_MAX + 5; i++) {
            assertTrue(inputs.take(i, 0, frame, 8));
        }
        assertEquals(PausedInputs.FRAMES_MAX, resume());
        assertEquals(5, inputs.takeLost());
        assertEquals(0, inputs.takeLost());
        found.clear();
        inputs.pause();
        inputs.take(1, 0, frame, 8);
        inputs.clear();
        assertFalse(inputs.isPaused());
        assertEquals(0, resume());
        assertEquals(List.of(), found);
    }

    @Test
    void shouldLetClientsThroughBeforeThePeersOfAMachineThatWasSuspended() {
        inputs.pause();
        inputs.delayPeers();
        inputs.take(1, 0, frame, 8);
        inputs.take(3, 0, frame, 8);
        inputs.take(2, 0, frame, 8);
        assertEquals(1, resume());
        assertEquals(List.of(3), found);
        assertTrue(inputs.take(0, 0, frame, 8));
        assertFalse(inputs.take(4, 0, frame, 8));
        assertEquals(3, catchUp());
        assertEquals(List.of(3, 1, 2, 0), found);
        assertFalse(inputs.take(1, 0, frame, 8));
    }

    @Test
    void shouldKeepWhatWasLateForAProcessThatIsPausedAgain() {
        inputs.pause();
        inputs.delayPeers();
        inputs.take(1, 0, frame, 8);
        assertEquals(0, resume());
        inputs.pause();
        assertEquals(0, catchUp());
        assertEquals(List.of(), found);
        assertEquals(1, resume());
        assertEquals(List.of(1), found);
    }

    private int catchUp() {
        return inputs.catchUp((from, group, bytes, length) -> found.add(from));
    }
}
