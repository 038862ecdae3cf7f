package io.vireo.journal.util;

/**
 * Assertions that are always on. A broken one ends the group by an {@link InvariantException}; it is never caught to go on. The variants
 * with numbers build their text only when they fail, so that a check on the steady-state path allocates nothing.
 */
public final class Invariant {
    private Invariant() {}

    /** Throws if {@code holds} is false. */
    public static void check(final boolean holds, final String rule) {
        if (!holds) {
            throw new InvariantException(rule);
        }
    }

    /** As {@link #check(boolean, String)}, naming one number. */
    public static void check(final boolean holds, final String rule, final long a) {
        if (!holds) {
            throw new InvariantException(rule + ": " + a);
        }
    }

    /** As {@link #check(boolean, String)}, naming two numbers. */
    public static void check(final boolean holds, final String rule, final long a, final long b) {
        if (!holds) {
            throw new InvariantException(rule + ": " + a + ", " + b);
        }
    }
}
