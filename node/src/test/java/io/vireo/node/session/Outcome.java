package io.vireo.node.session;

import io.vireo.bootstrap.replay.ReplySink;
import java.util.HexFormat;
import java.util.List;
import org.agrona.DirectBuffer;

/** What came out for one row, as a value; the reply as hex digits. */
record Outcome(
        long clientLo, long clientHi, long session, long request, int status, long op, long digest, String reply) {
    static ReplySink into(final List<Outcome> outcomes) {
        return (clientLo, clientHi, session, request, status, op, digest, reply, offset, length) -> outcomes.add(
                new Outcome(clientLo, clientHi, session, request, status, op, digest, hex(reply, offset, length)));
    }

    private static String hex(final DirectBuffer reply, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        reply.getBytes(offset, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
