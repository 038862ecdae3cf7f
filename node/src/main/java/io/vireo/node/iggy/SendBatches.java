package io.vireo.node.iggy;

import io.vireo.node.port.RandomSource;
import io.vireo.node.stream.partition.BatchBuilder;
import org.agrona.MutableDirectBuffer;

/**
 * Makes batches of the messages of a {@link SendMessages}, which were checked when it was read: one that fits, or several cut between
 * messages. Messages without an id get a random one, a UUID of version 4. Without garbage; one per gateway.
 */
public final class SendBatches {
    private static final long VERSION_BITS = 0xf000;
    private static final long VERSION_4 = 0x4000;
    private static final long VARIANT_BITS = 3L << 62;
    private static final long VARIANT = 2L << 62;

    private final RandomSource random;
    private final MessageFlyweight message = new MessageFlyweight();
    private final BatchBuilder builder = new BatchBuilder();

    public SendBatches(final RandomSource random) {
        this.random = random;
    }

    /**
     * Writes the batch of the messages from number {@code first} on, as many as it has room for.
     *
     * @param first below the number of messages.
     * @param lengthMax bytes that the batch may take, at least those of its header.
     * @return its length in bytes; 0 if not even the first message fits. See {@link #count}.
     */
    public int write(
            final SendMessages send,
            final int first,
            final MutableDirectBuffer into,
            final int offset,
            final int lengthMax) {
        builder.begin(into, offset, lengthMax);
        int next = first;
        while (next < send.count() && add(send.message(next, message), send)) {
            next++;
        }
        return next == first ? 0 : builder.end();
    }

    /** Messages in the last batch. */
    public int count() {
        return builder.count();
    }

    private boolean add(final MessageFlyweight each, final SendMessages send) {
        long idLo = each.idLo();
        long idHi = each.idHi();
        if ((idLo | idHi) == 0) {
            idLo = random.nextLong() & ~VARIANT_BITS | VARIANT;
            idHi = random.nextLong() & ~VERSION_BITS | VERSION_4;
        }
        return builder.add(
                idLo,
                idHi,
                each.originTimestamp(),
                send.buffer(),
                each.payloadOffset(),
                (int) each.payloadLength(),
                (int) each.userHeadersLength());
    }
}
