package io.vireo.sim.shrink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is left of a list whose failure is known in advance. */
class DeltaDebuggingTest {
    private static final int ITEMS = 11;

    private static final List<Integer> ALL = IntStream.range(0, ITEMS).boxed().toList();

    private static List<Integer> of(final int bits) {
        return ALL.stream().filter(item -> (bits >> item & 1) == 1).toList();
    }

    @Test
    void shouldLeaveExactlyTheItemsNeededWhateverTheyAre() {
        for (int bits = 0; bits < 1 << ITEMS; bits++) {
            final List<Integer> needed = of(bits);
            assertEquals(
                    needed,
                    DeltaDebugging.minimize(ALL, kept -> kept.containsAll(needed), () -> false),
                    needed::toString);
        }
    }

    @Test
    void shouldFailWithoutNoSingleItemWhenSeveralCausesExist() {
        // Two items whose sum is 9, or any five: not monotone in size, several minima.
        final Predicate<List<Integer>> fails =
                kept -> kept.size() == 5 || kept.stream().anyMatch(item -> item != 9 - item && kept.contains(9 - item));
        for (int bits = 1; bits < 1 << ITEMS; bits++) {
            final List<Integer> items = of(bits);
            if (fails.test(items)) {
                final List<Integer> left = DeltaDebugging.minimize(items, fails, () -> false);
                assertTrue(fails.test(left), left::toString);
                for (final Integer item : left) {
                    final List<Integer> rest = new ArrayList<>(left);
                    rest.remove(item);
                    assertFalse(fails.test(rest), () -> left + " fails without " + item + " too");
                }
            }
        }
    }

    @Test
    void shouldReturnWhatIsReachedWhenTheTimeIsUp() {
        final int[] tests = new int[1];
        final List<Integer> left = DeltaDebugging.minimize(
                ALL,
                kept -> {
                    tests[0]++;
                    return kept.contains(3);
                },
                () -> tests[0] >= 2);
        assertEquals(2, tests[0]);
        assertEquals(List.of(0, 1, 2, 3, 4), left);
    }
}
