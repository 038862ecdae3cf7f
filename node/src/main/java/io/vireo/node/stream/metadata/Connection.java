package io.vireo.node.stream.metadata;

import java.util.Comparator;

/**
 * A connection of a client to a node; in the order of node, start, client. The start belongs to it, because a node counts its connections
 * anew when it starts: without it the first one then would be taken for the first one before.
 *
 * @param node the process that the client is connected to, see {@link io.vireo.node.stream.NodeNumber}.
 * @param start which life of the node has it, not negative: rises with each start and is never repeated, as the number of the session that the
 *     node has registered with the group of the metadata.
 * @param client number of the connection, unique in that life; unsigned.
 */
public record Connection(int node, long start, int client) implements Comparable<Connection> {
    private static final Comparator<Connection> ORDER = Comparator.comparingInt(Connection::node)
            .thenComparingLong(Connection::start)
            .thenComparing(Connection::client, Integer::compareUnsigned);

    @Override
    public int compareTo(final Connection other) {
        return ORDER.compare(this, other);
    }
}
