package io.vireo.node.core;

/**
 * A read-only picture of one replica of one group, for status pages and auditors.
 *
 * @param isVoter false from the loss of its disk until it has learnt everything again.
 */
public record ReplicaView(
        int group,
        int replica,
        Status status,
        long view,
        long logView,
        int primary,
        long head,
        long commitMin,
        long commitMax,
        long ackableOp,
        long checkpointOp,
        boolean isVoter) {}
