package io.vireo.sim.shrink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The algorithm ddmin: finds a part of a list that still fails, such that it passes without any single one of its items (Zeller and
 * Hildebrandt, "Simplifying and isolating failure-inducing input", 2002). Keeps the order of the items.
 */
public final class DeltaDebugging {
    private DeltaDebugging() {}

    /**
     * Makes a list that fails as small as one item at a time can.
     *
     * @param fails is not asked about {@code items} itself, which must fail.
     * @param isOver asked before each test; once it is true, what has been reached is returned, minimal or not.
     */
    public static <T> List<T> minimize(
            final List<T> items, final Predicate<List<T>> fails, final BooleanSupplier isOver) {
        if (items.isEmpty() || !isOver.getAsBoolean() && fails.test(List.of())) {
            return List.of();
        }
        List<T> current = List.copyOf(items);
        int parts = 2;
        while (current.size() > 1 && !isOver.getAsBoolean()) {
            final List<T> part = failing(current, parts, true, fails, isOver);
            // With two parts the rest without one is the other.
            final List<T> rest = part != null || parts == 2 ? null : failing(current, parts, false, fails, isOver);
            if (part != null) {
                current = part;
                parts = 2;
            } else if (rest != null) {
                current = rest;
                parts = Math.max(parts - 1, 2);
            } else if (parts < current.size()) {
                parts = Math.min(2 * parts, current.size());
            } else {
                break;
            }
        }
        return current;
    }

    /** The first part that fails alone, or the first rest without a part that does; null if there is none. */
    private static <T> List<T> failing(
            final List<T> items,
            final int parts,
            final boolean isAlone,
            final Predicate<List<T>> fails,
            final BooleanSupplier isOver) {
        for (int part = 0; part < parts && !isOver.getAsBoolean(); part++) {
            final int from = (int) ((long) items.size() * part / parts);
            final int to = (int) ((long) items.size() * (part + 1) / parts);
            final List<T> candidate = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                if ((i >= from && i < to) == isAlone) {
                    candidate.add(items.get(i));
                }
            }
            if (fails.test(candidate)) {
                return List.copyOf(candidate);
            }
        }
        return null;
    }
}
