package io.vireo.node.gateway.service;

import io.vireo.node.stream.NodeNumber;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which nodes with members are not heard for how long. A node that does not hear a majority of the replicas says nothing of the others: it is
 * itself who is cut off, and what it had to say would reach the log when all are back. Nor does one that has not listened for a while.
 *
 * <p>Story of a node that is forgotten while it has no members: 1. its process ends, and its members are taken out after the silence;
 * 2. a minute later it begins anew and a client joins, before the connection from here to it is dialled again; 3. by what was heard of it
 * when it last had members it would lose the new one at once.
 */
final class SilentNodes {
    /** Of the silence: who has not listened for a larger part of it cannot tell a silent node from one that was not listened to. */
    private static final int DEAFNESS_PARTS = 5;

    private final int replicaCount;
    private final long silenceNs;
    private final long lookNs;
    private final HeardNodes heard;
    /** By number of a node that was asked about: when it was heard last, or else when that was. */
    private final TreeMap<Integer, Long> heardAtNs = new TreeMap<>();

    private boolean hasLooked;
    private long lookedAtNs;

    /**
     * @param silenceNs after which a node is silent.
     * @param lookNs between two looks at who is heard.
     */
    SilentNodes(final int replicaCount, final long silenceNs, final long lookNs, final HeardNodes heard) {
        this.replicaCount = replicaCount;
        this.silenceNs = silenceNs;
        this.lookNs = lookNs;
        this.heard = heard;
    }

    /** All count as heard until they are asked about. */
    void reset() {
        heardAtNs.clear();
        hasLooked = false;
    }

    void poll(final long nowNs) {
        if (hasLooked && nowNs - lookedAtNs < lookNs) {
            return;
        }
        if (hasLooked && nowNs - lookedAtNs > silenceNs / DEAFNESS_PARTS) {
            heardAtNs.clear();
        }
        hasLooked = true;
        lookedAtNs = nowNs;
        look(nowNs);
    }

    private void look(final long nowNs) {
        int count = 0;
        for (int replica = 0; replica < replicaCount; replica++) {
            count += heard.isHeard(replica) ? 1 : 0;
        }
        if (count <= replicaCount / 2) {
            heardAtNs.clear();
            return;
        }
        heardAtNs.replaceAll((node, lastNs) -> heard.isHeard(node) ? nowNs : lastNs);
    }

    /** Only these have members: one of the others that has some again is heard of from then on. */
    void retain(final Set<Integer> nodes) {
        heardAtNs.keySet().retainAll(nodes);
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
