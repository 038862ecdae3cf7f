package io.vireo.node.iggy;

import java.util.List;

/** The cluster and all of its nodes. */
public record ClusterRecord(String name, List<Node> nodes) implements WireRecord {
    public ClusterRecord {
        nodes = List.copyOf(nodes);
    }

    /** In the order of the numbers on the wire, from 0. */
    public enum Role {
        LEADER,
        FOLLOWER
    }

    /** In the order of the numbers on the wire, from 0. */
    public enum Health {
        HEALTHY,
        STARTING,
        STOPPING,
        UNREACHABLE,
        MAINTENANCE,
        UNKNOWN
    }

    /**
     * A node.
     *
     * @param ip address or host name under which clients reach it.
     * @param tcpPort 0, as the other ports, if it does not listen there.
     */
    public record Node(
            String name,
            String ip,
            int tcpPort,
            int quicPort,
            int httpPort,
            int websocketPort,
            Role role,
            Health health)
            implements WireRecord {
        @Override
        public void writeTo(final WireWriter out) {
            out.str32(name);
            out.str32(ip);
            out.u16(tcpPort);
            out.u16(quicPort);
            out.u16(httpPort);
            out.u16(websocketPort);
            out.u8(role.ordinal());
            out.u8(health.ordinal());
        }
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.str32(name);
        out.u32(nodes.size());
        WireRecord.writeAll(out, nodes);
    }
}
