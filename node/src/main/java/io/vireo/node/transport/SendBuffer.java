package io.vireo.node.transport;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.util.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;

/**
 * Bytes of whole frames that wait to be written, in one direct buffer that grows up to a bound and is given back when it has run empty
 * after having grown. A frame is taken whole or not at all.
 */
public final class SendBuffer implements AutoCloseable {
    private static final int INITIAL = 4096;
    /** What an idle connection may keep. */
    private static final int KEPT = 64 * 1024;

    private int kept;
    private BufferBudget budget;
    private int bytesMax;
    /** Written up to position; {@link #head} is the first byte that the channel has not taken. */
    private ByteBuffer bytes;

    private int head;

    SendBuffer(final int bytesMax, final BufferBudget budget) {
        this(bytesMax, KEPT, budget);
    }

    /**
     * For a side that opens few connections, such as a client.
     *
     * @param kept bytes that are not given back when the buffer has run empty.
     */
    public SendBuffer(final int bytesMax, final int kept) {
        this(bytesMax, kept, new BufferBudget(Long.MAX_VALUE));
    }

    private SendBuffer(final int bytesMax, final int kept, final BufferBudget budget) {
        this.kept = kept;
        this.bytesMax = bytesMax;
        this.budget = budget;
    }

    /** Sets other bounds, and lets another budget pay from now on; it must have room. */
    void chargeTo(final BufferBudget other, final int otherBytesMax, final int otherKept) {
        if (bytes != null) {
            Invariant.check(other.take(bytes.capacity()), "a budget that is charged for a buffer has room");
            budget.giveBack(bytes.capacity());
        }
        budget = other;
        bytesMax = otherBytesMax;
        kept = otherKept;
    }

    /** Copies one frame, or returns false if it does not fit under the bound at present. */
    public boolean offer(final DirectBuffer source, final int offset, final int length) {
        if (!makeRoom(length)) {
            return false;
        }
        source.getBytes(offset, bytes, length);
        return true;
    }

    /** The same with another header in front of the frame's body. */
    boolean offer(final DirectBuffer header, final DirectBuffer source, final int offset, final int length) {
        if (!makeRoom(length)) {
            return false;
        }
        header.getBytes(0, bytes, HeaderFlyweight.HEADER_LENGTH);
        source.getBytes(offset + HeaderFlyweight.HEADER_LENGTH, bytes, length - HeaderFlyweight.HEADER_LENGTH);
        return true;
    }

    /** Writes once to the channel what it takes; returns how much that was. */
    public int writeTo(final WritableByteChannel channel) throws IOException {
        if (bytes == null || bytes.position() == head) {
            return 0;
        }
        final int tail = bytes.position();
        bytes.position(head).limit(tail);
        int written = 0;
        try {
            written = channel.write(bytes);
        } finally {
            head += written;
            bytes.limit(bytes.capacity()).position(tail);
        }
        if (head == tail) {
            head = 0;
            bytes.clear();
            if (bytes.capacity() > kept) {
                close();
            }
        }
        return written;
    }

    /** Bytes that wait. */
    public int pending() {
        return bytes == null ? 0 : bytes.position() - head;
    }

    private boolean makeRoom(final int length) {
        if (bytes != null && bytes.remaining() >= length) {
            return true;
        }
        final int pending = pending();
        final long needed = (long) pending + length;
        if (needed > bytesMax) {
            return false;
        }
        if (bytes != null && needed <= bytes.capacity()) {
            bytes.flip().position(head);
            bytes.compact();
            head = 0;
            return true;
        }
        long capacity = bytes == null ? INITIAL : 2L * bytes.capacity();
        while (capacity < needed) {
            capacity *= 2;
        }
        capacity = Math.min(capacity, bytesMax);
        if (!budget.take(capacity)) {
            return false;
        }
        final ByteBuffer grown = ByteBuffer.allocateDirect((int) capacity);
        if (bytes != null) {
            bytes.flip().position(head);
            grown.put(bytes);
            close();
        }
        bytes = grown;
        head = 0;
        return true;
    }

    /** Gives the memory back if it has grown and nothing waits. */
    void trim() {
        if (pending() == 0 && bytes != null && bytes.capacity() > INITIAL) {
            close();
        }
    }

    /** Gives the memory back; what waits is lost. */
    @Override
    public void close() {
        if (bytes != null) {
            budget.giveBack(bytes.capacity());
            BufferUtil.free(bytes);
            bytes = null;
            head = 0;
        }
    }
}
