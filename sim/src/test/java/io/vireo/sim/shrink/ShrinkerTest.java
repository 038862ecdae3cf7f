package io.vireo.sim.shrink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.FaultRate;
import io.vireo.sim.Reduction;
import io.vireo.sim.SimSeed;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.fault.PlannedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is left of a run when it is known what its failure needs. */
class ShrinkerTest {
    /** A seed with enough of everything. */
    private static final SimSeed SEED = LongStream.range(0, 10_000)
            .mapToObj(SimSeed::of)
            .filter(seed -> {
                final ClusterOptions options = seed.options();
                final Set<FaultRate> rates = Reduction.NONE.rates(seed);
                return options.crashes() > 3
                        && options.rots() > 1
                        && options.clients() > 2
                        && options.replicas() == 3
                        && rates.contains(FaultRate.CLOGS)
                        && rates.size() > 3;
            })
            .findFirst()
            .orElseThrow();

    private final List<String> progress = new ArrayList<>();

    private static int size(final Reduction reduction, final SizeLimit size) {
        return reduction.limits().getOrDefault(size, size.of(SEED.options()));
    }

    private static boolean fails(final Reduction reduction) {
        return reduction.indexes(SEED, PlannedFault.CRASH).contains(1)
                && reduction.indexes(SEED, PlannedFault.CRASH).contains(3)
                && reduction.indexes(SEED, PlannedFault.ROT).contains(0)
                && reduction.rates(SEED).contains(FaultRate.CLOGS)
                && size(reduction, SizeLimit.REQUESTS) >= 17
                && size(reduction, SizeLimit.CLIENTS) >= 2
                && size(reduction, SizeLimit.REPLICAS) >= 3;
    }

    @Test
    void shouldLeaveExactlyWhatTheFailureNeeds() {
        final Shrinker shrinker = new Shrinker(
                SEED, Reduction.NONE, 1, (reduction, max) -> fails(reduction) ? 1 : -1, () -> false, progress::add);
        final Reduction left = shrinker.shrink();
        assertEquals(List.of(1, 3), left.indexes(SEED, PlannedFault.CRASH));
        assertEquals(List.of(0), left.indexes(SEED, PlannedFault.ROT));
        assertEquals(3, left.faults(SEED));
        assertEquals(Set.of(FaultRate.CLOGS), left.rates(SEED));
        assertEquals(17, size(left, SizeLimit.REQUESTS));
        assertEquals(2, size(left, SizeLimit.CLIENTS));
        assertEquals(3, size(left, SizeLimit.REPLICAS));
        assertEquals(SizeLimit.PAYLOAD_BYTES.min(), size(left, SizeLimit.PAYLOAD_BYTES));
        final String line = progress.get(progress.size() - 1);
        assertTrue(line.contains(": 3 faults, rates [CLOGS], requests=17 clients=2"), line);
    }

    @Test
    void shouldBeginNoRunWhenTheTimeIsUp() {
        final int[] asked = new int[1];
        final Shrinker shrinker = new Shrinker(
                SEED,
                Reduction.NONE,
                1,
                (reduction, max) -> {
                    asked[0]++;
                    return fails(reduction) ? 1 : -1;
                },
                () -> asked[0] >= 5,
                progress::add);
        final Reduction left = shrinker.shrink();
        assertEquals(5, asked[0]);
        assertEquals(5, shrinker.runs());
        assertTrue(fails(left));
    }

    @Test
    void shouldTryOtherCoursesOfChanceWhenNothingMoreCanGo() {
        // Fails with all crashes, or with one of them where chance falls as in the second variation.
        final Shrinker shrinker = new Shrinker(
                SEED,
                Reduction.NONE,
                1,
                (reduction, max) -> {
                    final int crashes =
                            reduction.indexes(SEED, PlannedFault.CRASH).size();
                    return crashes == SEED.options().crashes() || crashes > 0 && reduction.variation() == 2 ? 1 : -1;
                },
                () -> false,
                progress::add);
        final Reduction left = shrinker.shrink();
        assertEquals(1, left.faults(SEED));
        assertEquals(2, left.variation());
    }

    @Test
    void shouldNotWaitLongerThanAMultipleOfWhatTheFailureTook() {
        final List<Long> patience = new ArrayList<>();
        new Shrinker(
                        SEED,
                        Reduction.NONE,
                        1_000_000,
                        (reduction, max) -> {
                            patience.add(max);
                            return patience.size() == 1 ? 100_000 : -1;
                        },
                        () -> patience.size() >= 3,
                        progress::add)
                .shrink();
        assertEquals(List.of(4_000_000L, 400_000L, 400_000L), patience);
    }
}
