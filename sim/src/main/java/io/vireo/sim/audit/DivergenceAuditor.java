package io.vireo.sim.audit;

import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.TraceEvent;

/**
 * A24: a replica finds that its state is not that of the others only where it was made so, and in the end no replica that runs has such a state. That
 * it says nothing from the moment it knows until it has the state of the others is A21's.
 */
public final class DivergenceAuditor extends Auditor {
    private final CheckpointAuditor checkpoints;
    private final boolean[][] isWrong;
    private long planted;
    private long found;
    private long repaired;

    DivergenceAuditor(final AuditLog log, final CheckpointAuditor checkpoints, final int replicas, final int groups) {
        super("A24", log);
        this.checkpoints = checkpoints;
        isWrong = new boolean[replicas][groups];
    }

    /** States that went wrong. */
    public long planted() {
        return planted;
    }

    /** Times that a replica found out about its own. */
    public long found() {
        return found;
    }

    /** Times that a state that was wrong gave way to a right one. */
    public long repaired() {
        return repaired;
    }

    /** The state of this replica, as its next snapshot has it, or as it was restored. */
    public void onState(final int replica, final int group, final boolean isNowWrong) {
        planted += isNowWrong && !isWrong[replica][group] ? 1 : 0;
        repaired += !isNowWrong && isWrong[replica][group] ? 1 : 0;
        isWrong[replica][group] = isNowWrong;
        checkpoints.onState(replica, group, isNowWrong);
    }

    /** It begins with the empty state. */
    @Override
    public void onStarted(final int replica, final ReplicaView view) {
        if (view.checkpointOp() == 0) {
            onState(replica, view.group(), false);
        }
    }

    void onEvent(final int replica, final int group, final TraceEvent event) {
        if (event == TraceEvent.STATE_DIVERGED) {
            found++;
            if (!isWrong[replica][group]) {
                fail(
                        "only a state that went wrong is not that of the others",
                        replica,
                        group,
                        0,
                        "nothing was planted");
            }
        }
    }

    /** Nothing goes wrong any more, and this replica, which runs, has all that the others have. */
    public void onQuiet(final int replica) {
        for (int group = 0; group < isWrong[replica].length; group++) {
            if (isWrong[replica][group]) {
                fail("a replica takes over the state of the others in the end", replica, group, 0, "it is wrong still");
            }
        }
    }
}
