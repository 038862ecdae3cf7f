package io.vireo.sim;

/**
 * Consecutive seeds, both ends included; none at all if {@code last} is one less than {@code first}.
 *
 * @throws IllegalArgumentException in every factory and constructor, with what is wrong in one line.
 */
public record SeedRange(long first, long last) {
    public SeedRange {
        if (last < first - 1 || first == Long.MIN_VALUE || last == Long.MAX_VALUE || last - first + 1 < 0) {
            throw new IllegalArgumentException(
                    "seeds " + first + ".." + last + ": LAST must not be below FIRST, and at most 2^63-1 seeds fit");
        }
    }

    /** Reads {@code FIRST..LAST}, which holds one seed at least. */
    public static SeedRange parse(final String text) {
        if (!text.matches("-?[0-9]+\\.\\.-?[0-9]+")) {
            throw new IllegalArgumentException("\"" + text + "\" is not FIRST..LAST, such as 0..1999");
        }
        final int dots = text.indexOf("..");
        final long first;
        final long last;
        try {
            first = Long.parseLong(text.substring(0, dots));
            last = Long.parseLong(text.substring(dots + 2));
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\": a seed is a number of 64 bits", e);
        }
        if (last < first) {
            throw new IllegalArgumentException("\"" + text + "\": LAST is below FIRST");
        }
        return new SeedRange(first, last);
    }

    public long count() {
        return last - first + 1;
    }

    /**
     * One of {@code shards} parts which together hold each seed once; their sizes differ by one at most.
     *
     * @param index from 0.
     */
    public SeedRange shard(final long index, final long shards) {
        if (shards < 1 || index < 0 || index >= shards) {
            throw new IllegalArgumentException("shard " + index + "/" + shards + ": must be 0/N up to (N-1)/N");
        }
        final long size = count() / shards;
        final long larger = count() % shards;
        final long from = first + index * size + Math.min(index, larger);
        return new SeedRange(from, from + size + (index < larger ? 1 : 0) - 1);
    }

    @Override
    public String toString() {
        return first + ".." + last;
    }
}
