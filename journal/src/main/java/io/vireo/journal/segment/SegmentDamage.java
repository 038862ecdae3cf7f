package io.vireo.journal.segment;

import java.util.HexFormat;

/**
 * A place in a segment file that does not hold what it should.
 *
 * @param position in the file: of the chunk in question; 0 for a missing file, the size found for a short one.
 * @param length of the part in question in bytes.
 * @param expected SHA-256 leaf of the part; where the file is missing or short when the store opens, its root.
 * @param found SHA-256 leaf of what is there; empty where nothing could be read.
 */
public record SegmentDamage(Kind kind, SegmentKey key, long position, int length, byte[] expected, byte[] found) {
    /** What is wrong. */
    public enum Kind {
        /** The file is not there. */
        MISSING,
        /** The file is shorter than the manifest says. */
        SHORT,
        /** The device does not deliver the bytes. */
        UNREADABLE,
        /** The bytes are others than were written. */
        WRONG_HASH
    }

    public SegmentDamage {
        expected = expected.clone();
        found = found.clone();
    }

    @Override
    public byte[] expected() {
        return expected.clone();
    }

    @Override
    public byte[] found() {
        return found.clone();
    }

    /** One line for an operator: what, where, expected and found. */
    public String message() {
        final HexFormat hex = HexFormat.of();
        return kind + " " + key.fileName() + " of namespace " + Long.toUnsignedString(key.namespace()) + " at offset "
                + position + ", length " + length + ": expected SHA-256 " + hex.formatHex(expected) + ", found "
                + (found.length == 0 ? "nothing" : hex.formatHex(found));
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof SegmentDamage that && message().equals(that.message());
    }

    @Override
    public int hashCode() {
        return message().hashCode();
    }

    @Override
    public String toString() {
        return message();
    }
}
