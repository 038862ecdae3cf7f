package io.vireo.node.stream.metadata;

/**
 * A connection that has joined a consumer group.
 *
 * @param slot its place in the group: the lowest that was free; the order in which partitions are dealt.
 * @param node index of the replica that has the connection.
 * @param client number of the connection, unique on that node; unsigned.
 */
public record Member(int slot, int node, int client) {
    boolean is(final int otherNode, final int otherClient) {
        return node == otherNode && client == otherClient;
    }
}
