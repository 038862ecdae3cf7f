package io.vireo.node.gateway.service;

import io.vireo.node.stream.NodeNumber;
import java.util.TreeMap;

/**
 * Which nodes with members are not heard for how long. A node that does not hear a majority of the replicas says nothing of the others: it is
 * itself who is cut off, and what it had to say would reach the log when all are back.
 */
final class SilentNodes {
    private final int replicaCount;
    private final long silenceNs;
    private final HeardNodes heard;
    /** By number of a node that was asked about: when it was heard last, or else when that was. */
    private final TreeMap<Integer, Long> heardAtNs = new TreeMap<>();

    SilentNodes(final int replicaCount, final long silenceNs, final HeardNodes heard) {
        this.replicaCount = replicaCount;
        this.silenceNs = silenceNs;
        this.heard = heard;
    }

    /** All count as heard until they are asked about. */
    void reset() {
        heardAtNs.clear();
    }

    void poll(final long nowNs) {
        int count = 0;
        for (int replica = 0; replica < replicaCount; replica++) {
            count += heard.isHeard(replica) ? 1 : 0;
        }
        if (count <= replicaCount / 2) {
            reset();
            return;
        }
        heardAtNs.replaceAll((node, lastNs) -> heard.isHeard(node) ? nowNs : lastNs);
    }

    /** To be asked again and again. @param node a number that is of no replica has never been heard and says nothing. */
    boolean isSilent(final int node, final long nowNs) {
        if (NodeNumber.replica(node) >= replicaCount) {
            return false;
        }
        final Long lastNs = heardAtNs.putIfAbsent(node, nowNs);
        return lastNs != null && nowNs - lastNs >= silenceNs;
    }
}
