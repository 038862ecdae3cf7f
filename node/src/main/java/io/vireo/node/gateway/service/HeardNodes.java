package io.vireo.node.gateway.service;

/** Which nodes the transport hears. */
public interface HeardNodes {
    /** Whether something came from the node lately; true of this one. */
    boolean isHeard(int node);
}
