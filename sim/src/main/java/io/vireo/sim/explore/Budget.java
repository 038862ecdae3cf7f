package io.vireo.sim.explore;

/** How often what does not follow from anything may still happen. */
final class Budget {
    private final int ops;
    private int requests;
    private int timeouts;
    private int crashes;
    private int diskFaults;
    private int drops;

    Budget(final Scope scope) {
        ops = scope.ops();
        requests = ops;
        timeouts = scope.timeouts();
        crashes = scope.crashes();
        diskFaults = scope.diskFaults();
        drops = scope.drops();
    }

    boolean allows(final Choice.Kind kind) {
        return left(kind) > 0;
    }

    private int left(final Choice.Kind kind) {
        return switch (kind) {
            case REQUEST -> requests;
            case TIMEOUT -> timeouts;
            case CRASH, CRASH_KEPT -> crashes;
            case RESTART_DAMAGED -> diskFaults;
            case DROP -> drops;
            case DELIVER, DISK, RESTART -> 1;
        };
    }

    void spend(final Choice.Kind kind) {
        switch (kind) {
            case REQUEST -> requests--;
            case TIMEOUT -> timeouts--;
            case CRASH, CRASH_KEPT -> crashes--;
            case RESTART_DAMAGED -> diskFaults--;
            case DROP -> drops--;
            case DELIVER, DISK, RESTART -> {
                // Follows from something that was paid for.
            }
        }
    }

    /** Number of the next request, from 1. */
    int nextRequest() {
        return ops - requests + 1;
    }

    void addTo(final Fingerprint fingerprint) {
        for (final Choice.Kind kind : Choice.Kind.values()) {
            fingerprint.add(left(kind));
        }
    }
}
