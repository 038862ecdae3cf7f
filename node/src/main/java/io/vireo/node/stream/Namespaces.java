package io.vireo.node.stream;

/**
 * Packs the numbers of stream, topic and partition into the 64 bits of a namespace and back. Widths follow from the configured maxima;
 * numbers outside them are refused, never cut: a number that lost its high bits would be another partition. Immutable.
 *
 * <pre>
 *   63                                                        0
 *  +--------+----------------+---------------+-----------------+
 *  | zero   | stream         | topic         | partition       |
 *  +--------+----------------+---------------+-----------------+
 * </pre>
 */
public final class Namespaces {
    private final int streamsMax;
    private final int topicsMax;
    private final int partitionsMax;
    private final int topicShift;
    private final int streamShift;
    private final int width;

    public Namespaces(final StreamLimits limits) {
        streamsMax = limits.streamsMax();
        topicsMax = limits.topicsMax();
        partitionsMax = limits.partitionsMax();
        topicShift = bits(partitionsMax);
        streamShift = topicShift + bits(topicsMax);
        width = streamShift + bits(streamsMax);
    }

    /** Bits for numbers from 0 to {@code max - 1}, at least 1. */
    static int bits(final int max) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(max - 1));
    }

    /** Bits that are in use, counted from the lowest. */
    public int width() {
        return width;
    }

    /** @throws NamespaceException if a number is not below its maximum. */
    public long pack(final int stream, final int topic, final int partition) {
        check("stream", stream, streamsMax);
        check("topic", topic, topicsMax);
        check("partition", partition, partitionsMax);
        return (long) stream << streamShift | (long) topic << topicShift | partition;
    }

    /** Whether {@link #pack} can have made it. */
    public boolean contains(final long namespace) {
        return (width == Long.SIZE || namespace >>> width == 0)
                && stream(namespace) < streamsMax
                && topic(namespace) < topicsMax
                && partition(namespace) < partitionsMax;
    }

    public int stream(final long namespace) {
        return (int) (namespace >>> streamShift);
    }

    public int topic(final long namespace) {
        return (int) (namespace >>> topicShift) & mask(streamShift - topicShift);
    }

    public int partition(final long namespace) {
        return (int) namespace & mask(topicShift);
    }

    private static int mask(final int bits) {
        return (1 << bits) - 1;
    }

    private static void check(final String part, final int number, final int max) {
        if (number < 0 || number >= max) {
            throw new NamespaceException(part, Integer.toUnsignedLong(number), max);
        }
    }
}
