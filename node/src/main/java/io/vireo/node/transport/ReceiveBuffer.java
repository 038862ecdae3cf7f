package io.vireo.node.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.util.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of a connection that have arrived and are not handled yet, and the cutting into frames. The size field is only believed up to
 * a limit, and memory follows the bytes that have really arrived: it doubles when it is full, up to one frame of the limit. Looks at
 * nothing but the size field; whether a frame is valid is {@code MessageCheck}'s to say.
 */
public final class ReceiveBuffer implements AutoCloseable {
    /** Result of {@link #frameLength}: not all of the next frame is here. */
    public static final int INCOMPLETE = 0;
    /** Result of {@link #frameLength}: the next frame states a size that no frame may have. */
    public static final int ILLEGAL_SIZE = -1;

    private static final int INITIAL = 4096;
    /** A connection whose reads fill the buffer gets up to this much, so that one read takes many frames. */
    private static final int BUSY = 256 * 1024;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private BufferBudget budget;
    private ByteBuffer bytes;
    private int head;
    private boolean wasFilled;

    ReceiveBuffer(final BufferBudget budget) {
        this.budget = budget;
    }

    /** For a side that opens few connections, such as a client. */
    public ReceiveBuffer() {
        this(new BufferBudget(Long.MAX_VALUE));
    }

    /**
     * Reads once from the channel.
     *
     * @param sizeMax limit of a frame's size at present.
     * @return as {@link ReadableByteChannel#read}; 0 too when the budget leaves no room, see {@link #isStarved}.
     */
    public int read(final ReadableByteChannel channel, final int sizeMax) throws IOException {
        if (!makeRoom(sizeMax)) {
            return 0;
        }
        final int read = channel.read(bytes);
        wasFilled |= !bytes.hasRemaining();
        return read;
    }

    /** Lets another budget pay for this buffer from now on; it must have room. */
    void chargeTo(final BufferBudget other) {
        if (bytes != null) {
            Invariant.check(other.take(bytes.capacity()), "a budget that is charged for a buffer has room");
            budget.giveBack(bytes.capacity());
        }
        budget = other;
    }

    /** True if there is no room for another byte: all frames have been taken out and the budget is used up. */
    public boolean isStarved() {
        return bytes == null || !bytes.hasRemaining();
    }

    /** Length of the next frame, or {@link #INCOMPLETE}, or {@link #ILLEGAL_SIZE}. */
    public int frameLength(final int sizeMax) {
        final int available = available();
        if (available < HeaderFlyweight.SIZE_OFFSET + Integer.BYTES) {
            return INCOMPLETE;
        }
        final int size = view.getInt(head + HeaderFlyweight.SIZE_OFFSET, LITTLE_ENDIAN);
        if (size < HeaderFlyweight.HEADER_LENGTH || size > sizeMax) {
            return ILLEGAL_SIZE;
        }
        return available < size ? INCOMPLETE : size;
    }

    /** What the next frame states as its size, unsigned; there are at least so many bytes when {@link #frameLength} found it illegal. */
    public long statedSize() {
        return view.getInt(head + HeaderFlyweight.SIZE_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    /** The memory that holds the frames; changes with {@link #read}. */
    public UnsafeBuffer buffer() {
        return view;
    }

    /** Where the next frame starts in {@link #buffer}. */
    public int offset() {
        return head;
    }

    /** The next frame is done with. */
    public void consume(final int length) {
        head += length;
        if (head == bytes.position()) {
            head = 0;
            bytes.clear();
        }
    }

    /** Bytes that have arrived and are not consumed. */
    public int available() {
        return bytes == null ? 0 : bytes.position() - head;
    }

    /** Forgets what is here. */
    public void clear() {
        head = 0;
        if (bytes != null) {
            bytes.clear();
        }
    }

    /** Gives the memory back if it has grown and nothing is here. */
    void trim() {
        if (available() == 0 && bytes != null && bytes.capacity() > INITIAL) {
            free();
        }
    }

    private boolean makeRoom(final int sizeMax) {
        if (bytes == null) {
            return replace(INITIAL);
        }
        if (wasFilled && sizeMax > INITIAL && bytes.capacity() < BUSY && replace(2 * bytes.capacity())) {
            wasFilled = false;
            return true;
        }
        if (bytes.hasRemaining()) {
            return true;
        }
        if (head > 0) {
            bytes.flip().position(head);
            bytes.compact();
            head = 0;
            return true;
        }
        return bytes.capacity() < sizeMax && replace((int) Math.min(2L * bytes.capacity(), Math.max(sizeMax, INITIAL)));
    }

    private boolean replace(final int capacity) {
        if (!budget.take(capacity)) {
            return false;
        }
        final ByteBuffer grown = ByteBuffer.allocateDirect(capacity);
        if (bytes != null) {
            bytes.flip().position(head);
            grown.put(bytes);
            free();
        }
        head = 0;
        bytes = grown;
        view.wrap(bytes, 0, capacity);
        return true;
    }

    private void free() {
        budget.giveBack(bytes.capacity());
        view.wrap(0, 0);
        BufferUtil.free(bytes);
        bytes = null;
    }

    @Override
    public void close() {
        if (bytes != null) {
            free();
        }
    }
}
