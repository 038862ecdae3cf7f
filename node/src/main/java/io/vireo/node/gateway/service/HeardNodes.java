package io.vireo.node.gateway.service;

/** Which nodes are heard from here. */
public interface HeardNodes {
    /**
     * Whether the process that hosts the group which gives the node its number has lately said something; true of this one. To be asked again
     * and again, since some are asked for a word only while somebody wants to know.
     *
     * @param node see {@link io.vireo.node.stream.NodeNumber}: below the number of replicas it is the first or only process of that replica.
     */
    boolean isHeard(int node);
}
