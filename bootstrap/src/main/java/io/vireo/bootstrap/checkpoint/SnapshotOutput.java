package io.vireo.bootstrap.checkpoint;

import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * Where a part of the replicated state writes itself: one section of a snapshot, from its beginning to its end. The bytes must be a pure
 * function of the applied log, in an order that does not depend on hashes, slots or the way the state came about, because replicas compare
 * them. Numbers are little-endian.
 */
public final class SnapshotOutput {
    private final SnapshotMemory memory;
    private final long start;

    SnapshotOutput(final SnapshotMemory memory) {
        this.memory = memory;
        this.start = memory.length();
    }

    /** The low 8 bits. */
    public void writeByte(final int value) {
        memory.putByte(value);
    }

    public void writeInt(final int value) {
        memory.putInt(value);
    }

    public void writeLong(final long value) {
        memory.putLong(value);
    }

    /** Copies {@code length} bytes, 0 allowed, without their length. */
    public void writeBytes(final DirectBuffer source, final int offset, final int length) {
        memory.putBytes(source, offset, length);
    }

    /** Writes the length of a part in eight bytes and then the part, which is written into an output of its own. */
    public void writePart(final Consumer<SnapshotOutput> part) {
        final long lengthAt = memory.length();
        memory.putLong(0);
        part.accept(new SnapshotOutput(memory));
        memory.setLong(lengthAt, memory.length() - lengthAt - Long.BYTES);
    }

    /** Bytes written so far. */
    public long length() {
        return memory.length() - start;
    }
}
