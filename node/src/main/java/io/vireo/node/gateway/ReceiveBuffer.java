package io.vireo.node.gateway;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes of one connection that are received and not yet consumed, in one piece. Grows with what has arrived, never by what a header says,
 * and gives back what a large request took.
 */
final class ReceiveBuffer {
    private static final int KEPT = 16 * 1024;
    /** More than this is kept only as long as it is filled. */
    private static final int LARGE = 2 * GatewayConnection.RECEIVE_MAX;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int begin;
    private int end;
    /** Bytes it will hold at most, 0 if that is not known. */
    private int expected;

    /** Not to grow beyond so much, which there is room for, until there is more; 0 for no such bound. */
    void expect(final int length) {
        expected = length;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int offset() {
        return begin;
    }

    int length() {
        return end - begin;
    }

    /** Bytes of memory it holds. */
    int capacity() {
        return buffer.capacity();
    }

    void append(final DirectBuffer source, final int offset, final int length) {
        final int present = end - begin;
        if (present + length > buffer.capacity()) {
            final int ahead = expected == 0 ? 2 * present : Math.min(2 * present, expected);
            final byte[] larger = new byte[Math.max(present + length, ahead)];
            buffer.getBytes(begin, larger, 0, present);
            buffer.wrap(larger);
            begin = 0;
            end = present;
        } else if (end + length > buffer.capacity()) {
            buffer.putBytes(0, buffer, begin, present);
            begin = 0;
            end = present;
        }
        buffer.putBytes(end, source, offset, length);
        end += length;
    }

    void consume(final int length) {
        begin += length;
        if (begin == end) {
            begin = 0;
            end = 0;
            if (buffer.capacity() > KEPT) {
                buffer.wrap(new byte[0]);
            }
        } else if (buffer.capacity() > LARGE && end - begin <= GatewayConnection.RECEIVE_MAX) {
            // The first bytes of the next request have come with the end of a long one, whose room somebody else has
            // now.
            final byte[] rest = new byte[end - begin];
            buffer.getBytes(begin, rest);
            buffer.wrap(rest);
            begin = 0;
            end = rest.length;
        }
    }
}
