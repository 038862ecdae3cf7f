package io.vireo.sim;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Seeds that are done, in any order, kept as ranges: a campaign of a million seeds has a handful. One thread at a time. */
public final class SeedSet {
    /** From the first to the last seed of each range; no two of them touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /** Adds a seed; false if it was there. */
    public boolean add(final long seed) {
        return add(new SeedRange(seed, seed));
    }

    /** Adds a range; false, and nothing is added, if one of its seeds was there. */
    public boolean add(final SeedRange range) {
        final Map.Entry<Long, Long> below = ranges.floorEntry(range.last());
        if (range.count() == 0 || below != null && below.getValue() >= range.first()) {
            return false;
        }
        long first = range.first();
        long last = range.last();
        if (below != null && below.getValue() == first - 1) {
            first = below.getKey();
        }
        final Long above = ranges.remove(last + 1);
        if (above != null) {
            last = above;
        }
        ranges.put(first, last);
        return true;
    }

    /** The least seed from {@code seed} on that is not in the set. */
    public long nextMissing(final long seed) {
        final Map.Entry<Long, Long> entry = ranges.floorEntry(seed);
        return entry == null || entry.getValue() < seed ? seed : entry.getValue() + 1;
    }

    public long count() {
        long count = 0;
        for (final Map.Entry<Long, Long> range : ranges.entrySet()) {
            count += range.getValue() - range.getKey() + 1;
        }
        return count;
    }

    /** In ascending order. */
    public void forEachRange(final Consumer<SeedRange> consumer) {
        ranges.forEach((first, last) -> consumer.accept(new SeedRange(first, last)));
    }
}
