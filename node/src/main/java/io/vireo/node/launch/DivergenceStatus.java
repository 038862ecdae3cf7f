package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.ReplicaView;
import java.io.IOException;
import java.util.Map;

/** What the status of a group says about states that are not the same: of this replica, in the past, and of others, as long as nobody knows which is right. */
final class DivergenceStatus {
    private DivergenceStatus() {}

    /**
     * Writes {@code diverged}, how often the state of this replica was not that of the others, and {@code differing}, which two replicas have another
     * checkpoint at the same op now, if any have.
     *
     * @param view of the replica that runs; null while a checkpoint is fetched.
     * @param quorumOp the highest checkpoint known to be durable on a quorum.
     */
    static void write(
            final JsonGenerator json,
            final long timesDiverged,
            final DifferingCheckpoints differing,
            final ReplicaView view,
            final long quorumOp)
            throws IOException {
        json.writeNumberField("diverged", timesDiverged);
        if (differing == null || !isNow(differing, view, quorumOp)) {
            return;
        }
        json.writeObjectFieldStart("differing");
        json.writeNumberField("checkpoint", differing.op());
        json.writeNumberField("replica", differing.replica());
        json.writeStringField("id", differing.id().toString());
        json.writeNumberField("otherReplica", differing.otherReplica());
        json.writeStringField("otherId", differing.otherId().toString());
        json.writeEndObject();
    }

    /** A quorum has decided, or somebody else leads who knows better. */
    private static boolean isNow(final DifferingCheckpoints differing, final ReplicaView view, final long quorumOp) {
        return view == null
                ? differing.view() == DifferingCheckpoints.FETCHING
                : differing.view() == view.view() && differing.op() > quorumOp;
    }

    /** The note in the table, or nothing; a node of before says neither. */
    @SuppressWarnings("unchecked")
    static String note(final Map<String, Object> group) {
        if (group.get("differing") instanceof Map<?, ?> found) {
            final Map<String, Object> differing = (Map<String, Object>) found;
            return "checkpoint " + differing.get("checkpoint") + " of replica " + differing.get("replica") + " is "
                    + differing.get("id") + ", of replica " + differing.get("otherReplica") + " "
                    + differing.get("otherId") + ": one of them has diverged, stop the wrong one";
        }
        if (!(group.get("diverged") instanceof Long times) || times == 0) {
            return "";
        }
        return "its state had diverged (" + times + " since it started): look at its log for \"diverged\"";
    }
}
