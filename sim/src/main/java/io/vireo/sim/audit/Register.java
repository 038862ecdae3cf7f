package io.vireo.sim.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A value that clients set side by side, as far as they know it: what it can be follows from when each change was asked for and when its
 * client was told of it. Moments are numbers that rise with every question and every answer.
 */
final class Register<T> {
    static final long NEVER = Long.MAX_VALUE;
    private static final long BEFORE_ALL = -1;

    /** One change. */
    static final class Write<T> {
        private final T value;
        private final long asked;
        private long told = NEVER;

        private Write(final T value, final long asked, final long told) {
            this.value = value;
            this.asked = asked;
            this.told = told;
        }
    }

    private final List<Write<T>> writes = new ArrayList<>();

    /** @param initial value before all changes. */
    Register(final T initial) {
        writes.add(new Write<>(initial, BEFORE_ALL, BEFORE_ALL));
    }

    /** Somebody asks for a change, and does not know yet whether it takes effect. */
    Write<T> begin(final T value, final long now) {
        final Write<T> write = new Write<>(value, now, NEVER);
        writes.add(write);
        return write;
    }

    /** The change has taken effect. */
    void onDone(final Write<T> write, final long now) {
        write.told = now;
        if (!writes.contains(write)) {
            writes.add(write);
        }
    }

    /** The change takes no effect: ever, or as long as somebody looks at what is there without it. */
    void withdraw(final Write<T> write) {
        writes.remove(write);
    }

    /** Whether it can have had such a value at some moment of [from, until]. */
    boolean canBe(final Predicate<T> wanted, final long from, final long until) {
        long replaced = BEFORE_ALL;
        for (final Write<T> write : writes) {
            if (write.told <= from) {
                replaced = Math.max(replaced, write.asked);
            }
        }
        for (final Write<T> write : writes) {
            // What was told before a change was asked for that was done by then stands no longer.
            final boolean isReplaced = write.told < replaced;
            if (!isReplaced && write.asked < until && wanted.test(write.value)) {
                return true;
            }
        }
        return false;
    }

    /** Whether somebody has asked for such a change that was not refused. */
    boolean wasAskedFor(final Predicate<T> wanted) {
        return writes.stream().anyMatch(write -> wanted.test(write.value));
    }

    /** Whether such a change was asked for behind the first moment, and done before the second. */
    boolean hasBecome(final Predicate<T> wanted, final long behind, final long before) {
        return writes.stream()
                .anyMatch(write -> write.asked > behind && write.told <= before && wanted.test(write.value));
    }

    /** Whether such a change can have taken effect at some moment of [from, until]. */
    boolean canBecome(final Predicate<T> wanted, final long from, final long until) {
        return writes.stream().anyMatch(write -> write.asked < until && write.told > from && wanted.test(write.value));
    }
}
