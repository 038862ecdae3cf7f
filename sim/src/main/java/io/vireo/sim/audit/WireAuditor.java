package io.vireo.sim.audit;

import org.agrona.DirectBuffer;

/** A16 where bytes enter: what a receiver accepts as a frame is, byte by byte, a frame that was sent to it. */
public final class WireAuditor extends Auditor {
    private static final String INVARIANT = "bytes that were not sent are accepted by nobody";

    public WireAuditor(final AuditLog log) {
        super("A16", log);
    }

    /**
     * A receiver has accepted a frame.
     *
     * @param to end of the network: replicas first, then clients.
     * @param sent what the sender handed to the network; null if no sender of this cluster wrote it.
     */
    public void onAccepted(
            final int from,
            final int to,
            final byte[] sent,
            final DirectBuffer accepted,
            final int offset,
            final int length) {
        int same = 0;
        while (sent != null && same < Math.min(length, sent.length) && accepted.getByte(offset + same) == sent[same]) {
            same++;
        }
        checkNumbers(
                sent != null && same == length && length == sent.length,
                INVARIANT,
                to,
                0,
                0,
                0,
                "from end " + from + ", accepted bytes, equal to what was sent up to",
                length,
                same);
    }
}
