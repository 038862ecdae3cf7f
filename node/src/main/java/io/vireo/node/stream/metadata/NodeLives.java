package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.NodeNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What is known of the nodes whose connections join consumer groups: which of their lives have ended, and how often they have joined. There
 * is an entry for each node that has ever begun a life, so at most {@link NodeNumber#END}.
 */
final class NodeLives {
    private static final int ENTRY_BYTES = 20;

    /**
     * @param start the first life that has not ended.
     * @param joins how often its connections have joined, also where they were members.
     */
    private record Lives(long start, long joins) {}

    private static final Lives NONE = new Lives(0, 0);

    private final TreeMap<Integer, Lives> nodes = new TreeMap<>();

    /** The first life of the node that has not ended. */
    long start(final int node) {
        return nodes.getOrDefault(node, NONE).start;
    }

    long joins(final int node) {
        return nodes.getOrDefault(node, NONE).joins;
    }

    void onJoined(final int node) {
        final Lives lives = nodes.getOrDefault(node, NONE);
        nodes.put(node, new Lives(lives.start, lives.joins + 1));
    }

    /** Those before this one have ended. */
    void onStarted(final int node, final long start) {
        final Lives lives = nodes.getOrDefault(node, NONE);
        nodes.put(node, new Lives(Math.max(lives.start, start), lives.joins));
    }

    /** Nodes of that replica that are process number {@code processes} or a later one, ascending. */
    List<Integer> behind(final int replica, final int processes) {
        final List<Integer> found = new ArrayList<>();
        for (final int node : nodes.tailMap(NodeNumber.of(0, processes), true).keySet()) {
            if (NodeNumber.replica(node) == replica) {
                found.add(node);
            }
        }
        return found;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(nodes.size());
        nodes.forEach((node, lives) -> {
            out.writeInt(node);
            out.writeLong(lives.start);
            out.writeLong(lives.joins);
        });
    }

    void readFrom(final SnapshotInput in) {
        nodes.clear();
        int last = -1;
        for (int left = in.readLength(NodeNumber.END, ENTRY_BYTES, "the number of nodes"); left > 0; left--) {
            final int node = in.readInt();
            in.check(node > last && node < NodeNumber.END, "numbers of nodes ascend", node);
            final long start = in.readLong();
            in.check(start >= 0, "starts of nodes are counted from 0", start);
            final long joins = in.readLong();
            in.check(joins >= 0, "joins of a node are counted from 0", joins);
            nodes.put(node, new Lives(start, joins));
            last = node;
        }
    }
}
