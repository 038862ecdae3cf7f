package io.vireo.node.session;

import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.util.Invariant;
import io.vireo.node.core.RequestSource;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Requests that were admitted and wait to be put into a prepare, in order of arrival, as whole batches. A ring of bytes: bounded in
 * bytes and in requests; a batch that does not fit is refused as a whole.
 */
public final class RequestQueue implements RequestSource {
    private static final int PREFIX = 8;
    private static final int PADDING = -1;

    private final UnsafeBuffer ring;
    private final int requestsMax;
    private int head;
    private int tail;
    private int used;
    private int requests;

    /**
     * @param bytesMax bytes of all batches that wait.
     * @param requestsMax requests that may wait.
     */
    public RequestQueue(final int bytesMax, final int requestsMax) {
        this.ring = new UnsafeBuffer(new byte[align(bytesMax)]);
        this.requestsMax = requestsMax;
    }

    public boolean isEmpty() {
        return requests == 0;
    }

    public int requests() {
        return requests;
    }

    public void clear() {
        head = 0;
        tail = 0;
        used = 0;
        requests = 0;
    }

    /** Appends one batch of {@code length} bytes; false if bytes or requests are exhausted. */
    public boolean offer(final DirectBuffer buffer, final int batch, final int length) {
        final int count = RequestBatch.count(buffer, batch);
        final int slot = align(PREFIX + length);
        if (used == 0) {
            // From the start again: an empty queue takes everything that it can ever take.
            head = 0;
            tail = 0;
        }
        if (requests + count > requestsMax || used + slot > ring.capacity()) {
            return false;
        }
        if (tail + slot > ring.capacity()) {
            final int rest = ring.capacity() - tail;
            if (used + rest + slot > ring.capacity()) {
                return false;
            }
            ring.putInt(tail, PADDING);
            used += rest;
            tail = 0;
        }
        ring.putInt(tail, length);
        ring.putBytes(tail + PREFIX, buffer, batch, length);
        tail = tail + slot == ring.capacity() ? 0 : tail + slot;
        used += slot;
        requests += count;
        return true;
    }

    /** Bytes of the body that {@link #drainInto} would form within {@code bodyMax} bytes and {@code countMax} requests; 0 if empty. */
    @Override
    public int nextBodyLength(final int bodyMax, final int countMax) {
        int length = 0;
        int count = 0;
        int at = head;
        for (int left = used; left > 0; ) {
            final int size = ring.getInt(at);
            if (size == PADDING) {
                left -= ring.capacity() - at;
                at = 0;
                continue;
            }
            final int rows = RequestBatch.count(ring, at + PREFIX);
            final int more = size - RequestBatch.PREFIX_LENGTH;
            final int total = length == 0 ? size : length + more;
            if (total > bodyMax || count + rows > countMax) {
                break;
            }
            length = total;
            count += rows;
            final int slot = align(PREFIX + size);
            left -= slot;
            at = at + slot == ring.capacity() ? 0 : at + slot;
        }
        return length;
    }

    /** Moves batches of {@code bodyLength} bytes, as {@link #nextBodyLength} returned it, into one body; returns its request count. */
    @Override
    public int drainInto(final MutableDirectBuffer target, final int offset, final int bodyLength) {
        int count = 0;
        int rowsEnd = offset + RequestBatch.PREFIX_LENGTH;
        int at = head;
        int length = 0;
        int batches = 0;
        while (length < bodyLength) {
            final int size = ring.getInt(at);
            if (size == PADDING) {
                at = 0;
                continue;
            }
            final int rows = RequestBatch.count(ring, at + PREFIX);
            target.putBytes(rowsEnd, ring, RequestBatch.row(at + PREFIX, 0), rows * RequestBatch.ROW_LENGTH);
            rowsEnd += rows * RequestBatch.ROW_LENGTH;
            count += rows;
            length = length == 0 ? size : length + size - RequestBatch.PREFIX_LENGTH;
            final int slot = align(PREFIX + size);
            at = at + slot == ring.capacity() ? 0 : at + slot;
            batches++;
        }
        Invariant.check(length == bodyLength, "request queue changed between the two steps");
        RequestBatch.count(target, offset, count);
        int bodiesEnd = rowsEnd;
        for (int i = 0; i < batches; i++) {
            int size = ring.getInt(head);
            if (size == PADDING) {
                used -= ring.capacity() - head;
                head = 0;
                size = ring.getInt(head);
            }
            final int from = RequestBatch.bodies(ring, head + PREFIX);
            final int bytes = head + PREFIX + size - from;
            target.putBytes(bodiesEnd, ring, from, bytes);
            bodiesEnd += bytes;
            final int slot = align(PREFIX + size);
            head = head + slot == ring.capacity() ? 0 : head + slot;
            used -= slot;
        }
        requests -= count;
        Invariant.check(bodiesEnd == offset + bodyLength, "request bodies do not add up");
        return count;
    }

    private static int align(final int length) {
        return length + 7 & ~7;
    }
}
