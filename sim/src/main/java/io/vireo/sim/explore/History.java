package io.vireo.sim.explore;

/**
 * Of each end, 128 bits of all that happened to it, in order. An end is a deterministic function of that: its objects, its disk with what is
 * not yet durable, its clock and generators. So no field of a replica can be forgotten in a state's fingerprint; the price is that states
 * which differ in their pasts alone are two.
 */
final class History {
    private final long[] lo;
    private final long[] hi;
    private final boolean[] hasFailed;
    private final Fingerprint fingerprint = new Fingerprint();

    History(final int ends) {
        lo = new long[ends];
        hi = new long[ends];
        hasFailed = new boolean[ends];
    }

    void add(final Choice choice) {
        final int end = choice.end();
        fingerprint
                .reset()
                .add(lo[end])
                .add(hi[end])
                .add(choice.kind().ordinal())
                .add(choice.from())
                .add(choice.lo())
                .add(choice.hi())
                .conclude();
        lo[end] = fingerprint.lo();
        hi[end] = fingerprint.hi();
        hasFailed[end] |= choice.kind() == Choice.Kind.CRASH || choice.kind() == Choice.Kind.CRASH_KEPT;
    }

    long lo(final int end) {
        return lo[end];
    }

    long hi(final int end) {
        return hi[end];
    }

    /** True if the process of this end was ended once. */
    boolean hasFailed(final int end) {
        return hasFailed[end];
    }

    void addTo(final Fingerprint sum) {
        for (int end = 0; end < lo.length; end++) {
            sum.add(lo[end]).add(hi[end]);
        }
    }
}
