package io.vireo.node.stream;

import io.vireo.bootstrap.config.NodeContext;

/**
 * The number by which consumer groups know a node, which is a process that serves clients: {@code replica + 7 * process}. A replica whose
 * shards are threads is one process, 0; where each shard is a process of its own that of shard k is process k. So the number of a
 * replica in one process is its index.
 */
public final class NodeNumber {
    /** Replicas that a cluster may have. */
    private static final int REPLICAS_MAX = NodeContext.REPLICAS_MAX;
    /** Processes of a replica: one for each shard, of which there are no more than groups. */
    public static final int PROCESSES_MAX = NodeContext.GROUPS_MAX;
    /** Numbers are below. */
    public static final int END = REPLICAS_MAX * PROCESSES_MAX;

    private NodeNumber() {}

    public static int of(final int replica, final int process) {
        return replica + REPLICAS_MAX * process;
    }

    public static int replica(final int node) {
        return node % REPLICAS_MAX;
    }

    /** Also a group that it hosts: the first of its shard. */
    public static int process(final int node) {
        return node / REPLICAS_MAX;
    }
}
