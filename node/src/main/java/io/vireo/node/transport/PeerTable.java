package io.vireo.node.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * Which open connection carries the frames of a group to a replica: there may be several to one replica, because it may run its groups in
 * other shards than this side does. A group that is opened anew leaves its former connection. One thread.
 */
final class PeerTable {
    private final int groupCount;
    private final int replicaCount;
    private final long[] hostedGroups;
    private final Connection[] connections;

    PeerTable(final int replicaCount, final int groupCount, final long[] hostedGroups) {
        this.replicaCount = replicaCount;
        this.groupCount = groupCount;
        this.hostedGroups = hostedGroups;
        this.connections = new Connection[replicaCount * groupCount];
    }

    /** Null where there is none, also for a replica or group that is not of this cluster. */
    Connection get(final int replica, final int group) {
        return replica < 0 || replica >= replicaCount || group >= groupCount
                ? null
                : connections[replica * groupCount + group];
    }

    /** Takes over the groups of this connection; returns those connections that have none left. */
    List<Connection> open(final Connection opened) {
        final List<Connection> displaced = new ArrayList<>(0);
        final int first = opened.replica * groupCount;
        for (int group = 0; group < groupCount; group++) {
            if (has(opened.groups, group)) {
                final Connection former = connections[first + group];
                connections[first + group] = opened;
                if (former != null && --former.groupsCarried == 0) {
                    displaced.add(former);
                }
                opened.groupsCarried++;
            }
        }
        return displaced;
    }

    /** Forgets a connection. */
    void close(final Connection closed) {
        final int first = closed.replica * groupCount;
        for (int group = 0; group < groupCount; group++) {
            if (connections[first + group] == closed) {
                connections[first + group] = null;
            }
        }
        closed.groupsCarried = 0;
    }

    /** True if every group that is hosted here has a connection to this replica. */
    boolean isConnected(final int replica) {
        for (int group = 0; group < groupCount; group++) {
            if (has(hostedGroups, group) && connections[replica * groupCount + group] == null) {
                return false;
            }
        }
        return true;
    }

    /** True if this group, which is hosted here, has a connection to this replica. */
    boolean isConnected(final int replica, final int group) {
        return connections[replica * groupCount + group] != null;
    }

    static boolean has(final long[] groups, final int group) {
        return (groups[group >>> 6] & 1L << group) != 0;
    }
}
