package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Shards cover a range once; a set of seeds is a set. */
class SeedRangeProps {
    @Property
    void shouldHoldEachSeedOnceWhenSharded(
            @ForAll @LongRange(min = -1_000, max = 1_000) final long first,
            @ForAll @IntRange(max = 300) final int count,
            @ForAll @IntRange(min = 1, max = 400) final int shards) {
        final SeedRange range = new SeedRange(first, first + count - 1);
        long next = first;
        for (int index = 0; index < shards; index++) {
            final SeedRange shard = range.shard(index, shards);
            assertEquals(next, shard.first());
            assertTrue(shard.count() == count / shards || shard.count() == count / shards + 1, shard.toString());
            next = shard.last() + 1;
        }
        assertEquals(range.last() + 1, next);
    }

    @Property
    void shouldHoldEachSeedOnceWhenTheRangeIsHuge(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 1) final long last,
            @ForAll @IntRange(min = 1, max = 64) final int shards) {
        long next = 0;
        for (int index = 0; index < shards; index++) {
            final SeedRange shard = new SeedRange(0, last).shard(index, shards);
            assertEquals(next, shard.first());
            next = shard.last() + 1;
        }
        assertEquals(last, next - 1);
    }

    @Property
    void shouldBehaveLikeASetWhenSeedsEndInAnyOrder(
            @ForAll @Size(max = 60) final List<@IntRange(min = -20, max = 20) Integer> seeds) {
        final SeedSet set = new SeedSet();
        final Set<Long> model = new HashSet<>();
        for (final int seed : seeds) {
            assertEquals(model.add((long) seed), set.add(seed));
        }
        assertEquals(model.size(), set.count());
        final List<Long> listed = new ArrayList<>();
        final long[] end = {Long.MIN_VALUE};
        set.forEachRange(range -> {
            assertTrue(range.first() > end[0] + 1, "two ranges touch");
            end[0] = range.last();
            LongStream.rangeClosed(range.first(), range.last()).forEach(listed::add);
        });
        assertEquals(model.stream().sorted().toList(), listed);
        for (long from = -25; from <= 25; from++) {
            long missing = from;
            while (model.contains(missing)) {
                missing++;
            }
            assertEquals(missing, set.nextMissing(from));
        }
    }

    @Example
    void shouldSayWhatIsWrongWhenARangeIsNone() {
        assertEquals(new SeedRange(-3, 7), SeedRange.parse("-3..7"));
        for (final String wrong :
                List.of("5", "5..", "7..5", "a..b", "0..9223372036854775807", "0..99999999999999999999")) {
            final String message = assertThrows(IllegalArgumentException.class, () -> SeedRange.parse(wrong))
                    .getMessage();
            assertTrue(message.contains(wrong), message);
        }
        final SeedRange range = new SeedRange(0, 9);
        assertThrows(IllegalArgumentException.class, () -> range.shard(4, 4));
        assertThrows(IllegalArgumentException.class, () -> range.shard(-1, 4));
        assertThrows(IllegalArgumentException.class, () -> range.shard(0, 0));
    }
}
