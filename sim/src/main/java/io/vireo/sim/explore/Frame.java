package io.vireo.sim.explore;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One frame under way. Known by the checksum in its header, which covers all of it. */
final class Frame {
    final int from;
    final int to;
    final UnsafeBuffer bytes;
    final long lo;
    final long hi;

    Frame(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        this.from = from;
        this.to = to;
        bytes = new UnsafeBuffer(new byte[length]);
        bytes.putBytes(0, buffer, offset, length);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(bytes, 0);
        lo = header.checksumLo();
        hi = header.checksumHi();
    }

    boolean is(final Choice choice) {
        return lo == choice.lo() && hi == choice.hi();
    }
}
