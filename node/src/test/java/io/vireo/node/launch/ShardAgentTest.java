package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class ShardAgentTest {
    @Test
    void shouldRefuseToStartWhenClockIsBehindTheLogByMoreThanAllowed() {
        assertNull(ShardAgent.clockProblem(0, 1_000, 0, 0), "an empty log");
        assertNull(ShardAgent.clockProblem(11_000_000_000L, 1_000_000_000L, 10_000_000_000L, 0), "just allowed");
        assertEquals(
                "the wall clock is 10001 ms behind the newest timestamp in the log of group 3, allowed are 10000 ms; set the clock right, or if the log's"
                        + " is the wrong one, start with a larger clock_tolerance_ns",
                ShardAgent.clockProblem(11_001_000_000L, 1_000_000_000L, 10_000_000_000L, 3)
                        .getMessage());
    }
}
