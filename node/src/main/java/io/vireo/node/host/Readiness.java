package io.vireo.node.host;

import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;

/**
 * Whether a group of a replica can be counted on, or the first thing that it lacks. Follows from what is there: the stage of its host, the files of
 * its checkpoint that are not right, what it has applied; never from counters of what was done. Source: bootstrap and transfer, section 1 (X10).
 */
public enum Readiness {
    /** All of the checkpoint is here, as far as anybody knows, and about all that is known to be committed is applied. */
    READY,
    /** Looks at what its disk has. */
    OPENING,
    /** Fetches a checkpoint, of which something is not here yet. */
    FETCHING,
    /** Takes no part in a view now: joins, changes the view, or asks what the others hold of it. */
    JOINING,
    /** Its disk was lost, and it has not learnt everything again. */
    LEARNING,
    /** Bytes of its checkpoint are known to be damaged or missing, and not healed yet. */
    DAMAGED,
    /** More is known to be committed than a pipeline holds, and is not applied here. */
    BEHIND,
    /** Has stopped. */
    FAILED;

    /**
     * @param view of the replica that runs; null while none does.
     * @param damaged chunks of the durable checkpoint that are known to be not right.
     * @param pipelineMax ops that a backup is behind without lacking anything.
     */
    public static Readiness of(
            final HostState state, final ReplicaView view, final int damaged, final int pipelineMax) {
        return switch (state) {
            case OPENING -> OPENING;
            case SYNCING -> FETCHING;
            case FAILED, STOPPED -> FAILED;
            case RUNNING -> ofRunning(view, damaged, pipelineMax);
        };
    }

    private static Readiness ofRunning(final ReplicaView view, final int damaged, final int pipelineMax) {
        if (view.status() != Status.NORMAL) {
            return JOINING;
        }
        if (!view.isVoter()) {
            return LEARNING;
        }
        if (damaged > 0) {
            return DAMAGED;
        }
        return view.commitMax() - view.commitMin() > pipelineMax ? BEHIND : READY;
    }
}
