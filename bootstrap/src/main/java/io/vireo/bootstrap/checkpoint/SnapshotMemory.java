package io.vireo.bootstrap.checkpoint;

import java.nio.ByteOrder;
import net.openhft.chronicle.bytes.Bytes;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory outside the heap that grows as it is written, past 2 GiB as well, and is given back by {@link #close}. Numbers are little-endian.
 * The only class that knows Chronicle Bytes, of which it uses nothing that needs native code or a flag of the JVM. One thread at a time.
 */
final class SnapshotMemory implements AutoCloseable {
    private static final int INITIAL_LENGTH = 4096;
    private static final boolean IS_NATIVE_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final Bytes<Void> bytes = Bytes.allocateElasticDirect(INITIAL_LENGTH);
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    SnapshotMemory() {
        // A replica is opened by one thread and run by another.
        bytes.singleThreadedCheckDisabled(true);
    }

    /** Loads the classes behind this one, which takes longer than a group may stand still; to be called before it serves anybody. */
    static void warmUp() {
        try (SnapshotMemory memory = new SnapshotMemory()) {
            memory.putLong(1);
            memory.getLong(0);
        }
    }

    long length() {
        return bytes.writePosition();
    }

    void putByte(final int value) {
        bytes.writeByte((byte) value);
    }

    void putInt(final int value) {
        bytes.writeInt(IS_NATIVE_LITTLE_ENDIAN ? value : Integer.reverseBytes(value));
    }

    void putLong(final long value) {
        bytes.writeLong(IS_NATIVE_LITTLE_ENDIAN ? value : Long.reverseBytes(value));
    }

    /** Overwrites eight bytes that were put. */
    void setLong(final long position, final long value) {
        bytes.writeLong(position, IS_NATIVE_LITTLE_ENDIAN ? value : Long.reverseBytes(value));
    }

    void putBytes(final DirectBuffer source, final int offset, final int length) {
        if (length > 0) {
            final long end = length();
            bytes.ensureCapacity(end + length);
            bytes.writeSkip(length);
            view(end, length).putBytes(0, source, offset, length);
        }
    }

    int getByte(final long position) {
        return bytes.readByte(position) & 0xff;
    }

    int getInt(final long position) {
        final int value = bytes.readInt(position);
        return IS_NATIVE_LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
    }

    long getLong(final long position) {
        final long value = bytes.readLong(position);
        return IS_NATIVE_LITTLE_ENDIAN ? value : Long.reverseBytes(value);
    }

    void getBytes(final long position, final MutableDirectBuffer target, final int offset, final int length) {
        if (length > 0) {
            target.putBytes(offset, view(position, length), 0, length);
        }
    }

    /** The bytes in place, {@code length} > 0 of them; valid until something is put or this is closed. */
    UnsafeBuffer view(final long position, final int length) {
        if (position < 0 || length <= 0 || position + length > length()) {
            throw new IndexOutOfBoundsException("position=" + position + " length=" + length + " of " + length());
        }
        view.wrap(bytes.addressForRead(position), length);
        return view;
    }

    @Override
    public void close() {
        view.wrap(0, 0);
        if (bytes.refCount() > 0) {
            bytes.releaseLast();
        }
    }
}
