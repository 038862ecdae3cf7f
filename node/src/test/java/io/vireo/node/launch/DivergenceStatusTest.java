package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DivergenceStatusTest {
    private static final ReplicaView VIEW = new ReplicaView(0, 1, Status.NORMAL, 4, 4, 1, 12, 12, 12, 12, 9, true);
    private static final SnapshotId ID = new SnapshotId(1, 2);
    private static final SnapshotId OTHER = new SnapshotId(3, 4);

    @Test
    void shouldNameBothReplicasAndBothIdsUntilAQuorumHasDecided() throws IOException {
        final DifferingCheckpoints differing = new DifferingCheckpoints(4, 9, 0, ID, 1, OTHER);
        assertEquals(
                "checkpoint 9 of replica 0 is " + ID + ", of replica 1 " + OTHER
                        + ": one of them has diverged, stop the wrong one",
                DivergenceStatus.note(written(0, differing, VIEW, 6)));
        assertEquals("", DivergenceStatus.note(written(0, differing, VIEW, 9)), "a quorum has decided");
        assertEquals("", DivergenceStatus.note(written(0, differing, null, 0)), "it leads no more");
        final DifferingCheckpoints before = new DifferingCheckpoints(3, 9, 0, ID, 1, OTHER);
        assertEquals("", DivergenceStatus.note(written(0, before, VIEW, 6)), "of a view before");
    }

    @Test
    void shouldSayWhatWasOfferedWhileACheckpointIsFetched() throws IOException {
        final DifferingCheckpoints differing =
                new DifferingCheckpoints(DifferingCheckpoints.FETCHING, 9, 0, ID, 1, OTHER);
        assertEquals(
                "checkpoint 9 of replica 0",
                DivergenceStatus.note(written(0, differing, null, 0)).substring(0, 25));
        assertEquals("", DivergenceStatus.note(written(0, differing, VIEW, 0)), "it runs");
    }

    @Test
    void shouldSayThatAStateHadDiverged() throws IOException {
        assertEquals("", DivergenceStatus.note(written(0, null, VIEW, 0)));
        assertEquals("", DivergenceStatus.note(Map.of()), "a node of before");
        assertEquals(
                "its state had diverged (2 since it started): look at its log for \"diverged\"",
                DivergenceStatus.note(written(2, null, VIEW, 0)));
    }

    private static Map<String, Object> written(
            final long times, final DifferingCheckpoints differing, final ReplicaView view, final long quorumOp)
            throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            DivergenceStatus.write(json, times, differing, view, quorumOp);
            json.writeEndObject();
        }
        return StatusClient.parse(text.toString());
    }
}
