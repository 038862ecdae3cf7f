package io.vireo.bootstrap.checkpoint;

import org.agrona.MutableDirectBuffer;

/**
 * Reads one section of a snapshot from its beginning to its end. Whatever the bytes are, a read gives a value or throws a
 * {@link SnapshotException} with {@link SnapshotException.Code#INVALID_CONTENT} and the offset in the file; the reader uses
 * {@link #check} and {@link #readLength} for what it knows about the values, before it reserves memory by them.
 */
public final class SnapshotInput {
    private final SnapshotMemory memory;
    private final SnapshotSection section;
    private final int group;
    private final String file;
    /** Where the content begins in the file: the memory holds the content alone. */
    private final long contentOffset;

    private final long end;
    private long position;
    private long last;

    SnapshotInput(
            final SnapshotMemory memory,
            final SnapshotSection section,
            final int group,
            final String file,
            final long contentOffset,
            final long start,
            final long length) {
        this.memory = memory;
        this.section = section;
        this.group = group;
        this.file = file;
        this.contentOffset = contentOffset;
        this.position = start;
        this.last = start;
        this.end = start + length;
    }

    /** Bytes not yet read. */
    public long remaining() {
        return end - position;
    }

    /** 0 to 255. */
    public int readByte() {
        return memory.getByte(advance(1));
    }

    public int readInt() {
        return memory.getInt(advance(4));
    }

    public long readLong() {
        return memory.getLong(advance(8));
    }

    /**
     * An unsigned 32-bit number that says how many things follow.
     *
     * @param max largest that is allowed.
     * @param bytesEach fewest bytes that each of them takes; the section must hold that many.
     */
    public int readLength(final int max, final int bytesEach, final String what) {
        final int value = readInt();
        check(value >= 0 && value <= max, what + " is from 0 to " + max, value & 0xffff_ffffL);
        check((long) value * bytesEach <= remaining(), what + " lies inside the section", value);
        return value;
    }

    /** Copies the next {@code length} bytes, 0 allowed. */
    public void readBytes(final MutableDirectBuffer target, final int offset, final int length) {
        memory.getBytes(advance(length), target, offset, length);
    }

    /** What {@link SnapshotOutput#writePart} wrote; it is passed over here, however much of it is read there. */
    public SnapshotInput readPart(final String what) {
        final long length = readLong();
        check(length >= 0 && length <= remaining(), "the length of " + what + " lies inside the section", length);
        return new SnapshotInput(memory, section, group, file, contentOffset, advance(length), length);
    }

    /** Throws, naming the place of the last value read, if {@code holds} is false. */
    public void check(final boolean holds, final String rule, final long found) {
        if (!holds) {
            throw invalid(last, "section " + section + " breaks a rule: " + rule + "; found " + found);
        }
    }

    /** To be called last: throws if something follows. */
    public void checkEnd() {
        if (position != end) {
            throw invalid(position, "section " + section + " goes on for " + remaining() + " bytes behind its end");
        }
    }

    private long advance(final long length) {
        if (length > remaining()) {
            throw invalid(
                    position,
                    "section " + section + " ends after " + remaining() + " bytes where " + length + " are needed");
        }
        last = position;
        position += length;
        return last;
    }

    private SnapshotException invalid(final long at, final String found) {
        return new SnapshotException(SnapshotException.Code.INVALID_CONTENT, group, file, contentOffset + at, found);
    }
}
