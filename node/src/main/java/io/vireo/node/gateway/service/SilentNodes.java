package io.vireo.node.gateway.service;

import java.util.Arrays;

/**
 * Which nodes are not heard for how long. A node that does not hear a majority says nothing of the others: it is itself who is cut off, and
 * what it had to say would reach the log when all are back.
 */
final class SilentNodes {
    private final int nodeCount;
    private final long silenceNs;
    private final HeardNodes heard;
    private final long[] heardAtNs;

    SilentNodes(final int nodeCount, final long silenceNs, final HeardNodes heard, final long nowNs) {
        this.nodeCount = nodeCount;
        this.silenceNs = silenceNs;
        this.heard = heard;
        this.heardAtNs = new long[nodeCount];
        reset(nowNs);
    }

    /** All count as heard until now. */
    void reset(final long nowNs) {
        Arrays.fill(heardAtNs, nowNs);
    }

    void poll(final long nowNs) {
        int count = 0;
        for (int node = 0; node < nodeCount; node++) {
            if (heard.isHeard(node)) {
                heardAtNs[node] = nowNs;
                count++;
            }
        }
        if (count <= nodeCount / 2) {
            reset(nowNs);
        }
    }

    /** @param node a number that is no node's has never been heard and says nothing. */
    boolean isSilent(final int node, final long nowNs) {
        return node < nodeCount && nowNs - heardAtNs[node] >= silenceNs;
    }
}
