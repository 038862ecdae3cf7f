package io.vireo.journal.segment;

/**
 * Which segment of a group: ordered by namespace, incarnation and base offset, each unsigned.
 *
 * @param baseOffset of its first entry in the namespace.
 */
public record SegmentKey(long namespace, long incarnation, long baseOffset) implements Comparable<SegmentKey> {
    /** Directory of the segment files in the directory of their group. */
    public static final String DIRECTORY = "segments";

    private static final String PREFIX = DIRECTORY + "/";
    private static final String SUFFIX = ".log";
    private static final int FIELD_LENGTH = 16;
    private static final int NAME_LENGTH = PREFIX.length() + 3 * FIELD_LENGTH + 2 + SUFFIX.length();

    /** {@code segments/<namespace>-<incarnation>-<base offset>.log}, 16 hexadecimal digits each. */
    public String fileName() {
        final StringBuilder name = new StringBuilder(NAME_LENGTH).append(PREFIX);
        append(name, namespace);
        append(name, incarnation, '-');
        append(name, baseOffset, '-');
        return name.append(SUFFIX).toString();
    }

    /** The key of a file name; null if it is no name of a segment. */
    public static SegmentKey parse(final String name) {
        if (name.length() != NAME_LENGTH || !name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
            return null;
        }
        try {
            final SegmentKey key = new SegmentKey(field(name, 0), field(name, 1), field(name, 2));
            return key.fileName().equals(name) ? key : null;
        } catch (final NumberFormatException e) {
            return null;
        }
    }

    @Override
    public int compareTo(final SegmentKey other) {
        int order = Long.compareUnsigned(namespace, other.namespace);
        if (order == 0) {
            order = Long.compareUnsigned(incarnation, other.incarnation);
        }
        return order == 0 ? Long.compareUnsigned(baseOffset, other.baseOffset) : order;
    }

    private static long field(final String name, final int index) {
        final int start = PREFIX.length() + index * (FIELD_LENGTH + 1);
        return Long.parseUnsignedLong(name.substring(start, start + FIELD_LENGTH), 16);
    }

    private static void append(final StringBuilder name, final long value, final char separator) {
        append(name.append(separator), value);
    }

    private static void append(final StringBuilder name, final long value) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            name.append(Character.forDigit((int) (value >>> shift) & 15, 16));
        }
    }
}
