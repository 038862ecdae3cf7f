package io.vireo.node.gateway;

import io.vireo.node.iggy.ClusterRecord;

/** What is known here of the nodes. */
public interface ClusterView {
    /** Names, addresses and ports where clients reach them; the leader is the primary of group 0. */
    ClusterRecord cluster();
}
