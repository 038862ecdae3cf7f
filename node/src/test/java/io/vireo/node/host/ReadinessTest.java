package io.vireo.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("X10")
class ReadinessTest {
    private static final int PIPELINE = 8;
    private static final long COMMIT = 100;

    private static ReplicaView view(final Status status, final long applied, final boolean isVoter) {
        return new ReplicaView(0, 1, status, 3, 3, 0, COMMIT + 2, applied, COMMIT, COMMIT + 2, 90, isVoter);
    }

    @Test
    void shouldBeReadyOnlyWhenNothingIsLacking() {
        assertEquals(Readiness.READY, running(Status.NORMAL, COMMIT, true, 0));
        assertEquals(Readiness.READY, running(Status.NORMAL, COMMIT - PIPELINE, true, 0));
        assertEquals(Readiness.BEHIND, running(Status.NORMAL, COMMIT - PIPELINE - 1, true, 0));
        assertEquals(Readiness.DAMAGED, running(Status.NORMAL, COMMIT, true, 1));
        assertEquals(Readiness.LEARNING, running(Status.NORMAL, COMMIT, false, 0));
        for (final Status status : Status.values()) {
            if (status != Status.NORMAL) {
                assertEquals(Readiness.JOINING, running(status, COMMIT, true, 0));
            }
        }
    }

    private static Readiness running(
            final Status status, final long applied, final boolean isVoter, final int damaged) {
        return Readiness.of(HostState.RUNNING, view(status, applied, isVoter), damaged, PIPELINE);
    }

    @Test
    void shouldNotBeReadyWhileNoReplicaRuns() {
        assertEquals(Readiness.OPENING, Readiness.of(HostState.OPENING, null, 0, PIPELINE));
        assertEquals(Readiness.FETCHING, Readiness.of(HostState.SYNCING, null, 0, PIPELINE));
        assertEquals(Readiness.FAILED, Readiness.of(HostState.FAILED, view(Status.NORMAL, COMMIT, true), 0, PIPELINE));
        assertEquals(Readiness.FAILED, Readiness.of(HostState.STOPPED, view(Status.NORMAL, COMMIT, true), 0, PIPELINE));
    }
}
