package io.vireo.sim.explore;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;

/**
 * What a search covers: a cluster, and how often each thing may happen to it that does not follow from what happened before. Immutable.
 *
 * @param replicas of the one group, 2 to 5.
 * @param ops appends that its one client asks for, beyond the one by which it got to know the cluster, 0 to 4.
 * @param views the cluster goes through, the one that it starts in included, at least 1: a state in a later one is not followed further.
 * @param timeouts moments at which somebody's patience ends.
 * @param crashes of machines; each that went down may come up again.
 * @param diskFaults durable sectors that are unreadable or garbage when a machine comes up again.
 * @param drops frames that are lost without a crash.
 * @param isReordering frames of one link may overtake each other, and outlive the process that they are meant for.
 * @param isDiskStepwise writes and syncs take place when the search says so; else at once.
 */
public record Scope(
        int replicas,
        int ops,
        int views,
        int timeouts,
        int crashes,
        int diskFaults,
        int drops,
        boolean isReordering,
        boolean isDiskStepwise) {
    public static final int REPLICAS_MIN = 2;
    public static final int REPLICAS_MAX = 5;
    public static final int OPS_MAX = 4;
    /** Of each budget that has no bound of its own: more is no small scope, and no search would end. */
    public static final int BUDGET_MAX = 9;

    /** All runs of all searches have it: it decides nonces and the jitter of timeouts, nothing else. */
    static final long SEED = 1;

    /** So that no checkpoint becomes due within the ops of a scope. */
    private static final long WAL_BYTES = 128 << 10;

    /** @throws IllegalArgumentException naming the first number that is out of its range. */
    public Scope {
        check("replicas", replicas, REPLICAS_MIN, REPLICAS_MAX);
        check("ops", ops, 0, OPS_MAX);
        check("views", views, 1, BUDGET_MAX);
        check("timeouts", timeouts, 0, BUDGET_MAX);
        check("crashes", crashes, 0, BUDGET_MAX);
        check("disk-faults", diskFaults, 0, BUDGET_MAX);
        check("drops", drops, 0, BUDGET_MAX);
    }

    private static void check(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", must be from " + min + " to " + max);
        }
    }

    ClusterConfig cluster() {
        return new NodeContext()
                .name("explore")
                .clusterId(1, 2)
                .replicaCount(replicas)
                .groupCount(1)
                .walBytes(WAL_BYTES)
                .prepareSizeMax(NodeContext.PREPARE_SIZE_MIN)
                .pipelineMax(4)
                .sessionsMax(2)
                .sessionWindow(OPS_MAX + 1)
                .requestQueueMax(16)
                .namespacesMax(1)
                .conclude();
    }

    /** One line, key=value. */
    @Override
    public String toString() {
        return "replicas=" + replicas + " ops=" + ops + " views=" + views + " timeouts=" + timeouts + " crashes="
                + crashes + " diskFaults=" + diskFaults + " drops=" + drops + " links="
                + (isReordering ? "reordering" : "in-order") + " disk=" + (isDiskStepwise ? "stepwise" : "at-once");
    }
}
