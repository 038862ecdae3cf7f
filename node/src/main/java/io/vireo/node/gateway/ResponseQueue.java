package io.vireo.node.gateway;

import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.LegacyFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Responses of one connection, which leave in the order of their requests whatever the order of the outcomes: the protocol has no other
 * way to say which response is whose. What comes too early waits with its place.
 */
final class ResponseQueue {
    private static final int KEPT = 64 * 1024;

    /** Writes a whole response with its header and returns its length in bytes. */
    interface Response {
        int write(MutableDirectBuffer into, int offset);
    }

    /** Where the response to one request will be. */
    static final class Place {
        private final int reserved;
        private MutableDirectBuffer early;
        private int length;

        private Place(final int reserved) {
            this.reserved = reserved;
        }
    }

    private final Deque<Place> open = new ArrayDeque<>();
    private MutableDirectBuffer output = new ExpandableArrayBuffer();
    private int begin;
    private int end;
    /** Bytes of responses that wait for one before them, and those set aside for what is still to come. */
    private long bytes;

    /** @param reserved bytes that the response will take, as far as can be said. */
    Place add(final int reserved) {
        final Place place = new Place(reserved);
        open.addLast(place);
        bytes += reserved;
        return place;
    }

    /** Requests without a response, and responses that wait for them. */
    int openCount() {
        return open.size();
    }

    /** Bytes that wait for the client, or will. */
    long bytes() {
        return end - begin + bytes;
    }

    void complete(final Place place, final Response response) {
        bytes -= place.reserved;
        if (open.peekFirst() != place) {
            place.early = new ExpandableArrayBuffer();
            place.length = response.write(place.early, 0);
            bytes += place.length;
            return;
        }
        open.removeFirst();
        end += response.write(output, end);
        while (!open.isEmpty() && open.peekFirst().early != null) {
            final Place next = open.removeFirst();
            output.putBytes(end, next.early, 0, next.length);
            end += next.length;
            bytes -= next.length;
        }
    }

    void fail(final Place place, final IggyError error) {
        complete(place, (into, offset) -> {
            LegacyFrame.putError(into, offset, error);
            return LegacyFrame.HEADER_LENGTH;
        });
    }

    DirectBuffer output() {
        return output;
    }

    int outputOffset() {
        return begin;
    }

    int outputLength() {
        return end - begin;
    }

    void onSent(final int length) {
        begin += length;
        if (begin == end) {
            begin = 0;
            end = 0;
            if (output.capacity() > KEPT) {
                output = new ExpandableArrayBuffer();
            }
        } else if (begin >= KEPT && begin >= end - begin) {
            // What is sent is taken out once it is the greater part: bytes are moved at most once more, and memory is
            // bounded by what waits.
            output.putBytes(0, output, begin, end - begin);
            end -= begin;
            begin = 0;
        }
    }
}
