package io.vireo.node.iggy;

import java.util.List;

/**
 * A connection: one of a list has the number of its consumer groups, its details have the groups behind it.
 *
 * @param userId {@link #NOT_LOGGED_IN} if it has none.
 * @param address host and port, with a colon between them.
 */
public record ClientRecord(int clientId, int userId, Transport transport, String address, List<Membership> groups)
        implements WireRecord {
    public static final int NOT_LOGGED_IN = -1;

    public ClientRecord {
        groups = List.copyOf(groups);
    }

    /** In the order of the numbers 1 to 4 on the wire. */
    public enum Transport {
        TCP,
        QUIC,
        HTTP,
        WEBSOCKET
    }

    /** A consumer group that the connection has joined. */
    public record Membership(int stream, int topic, int group) implements WireRecord {
        @Override
        public void writeTo(final WireWriter out) {
            out.u32(stream);
            out.u32(topic);
            out.u32(group);
        }
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(clientId);
        out.u32(userId);
        out.u8(transport.ordinal() + 1);
        out.str32(address);
        out.u32(groups.size());
    }

    /** As get_me and get_client answer. */
    public void writeDetailsTo(final WireWriter out) {
        writeTo(out);
        WireRecord.writeAll(out, groups);
    }
}
