package io.vireo.journal.segment;

import io.vireo.journal.util.Invariant;
import java.util.Arrays;

/** What is submitted to the storage and has not completed: tokens of owner 4, and what each of them is about. Allocates only to grow. */
final class Flights {
    static final int OWNER = 4;

    static final int OPEN = 1;
    static final int CREATE = 2;
    static final int DELETE_LEFTOVER = 3;
    static final int WRITE = 4;
    static final int SYNC = 5;
    static final int READ = 6;
    static final int DIRECTORY = 7;
    static final int LIST = 8;
    static final int DELETE = 9;
    static final int SCRUB_READ = 10;
    static final int SCRUB_WRITE = 11;
    static final int SCRUB_SYNC = 12;

    private static final int OWNER_SHIFT = 56;
    private static final int KIND_SHIFT = 48;

    /** One submission. */
    static final class Flight {
        private final int slot;
        int kind;
        Segment segment;
        StagedRun run;
        CachedChunk chunk;
        SegmentKey key;
        int value;

        Flight(final int slot) {
            this.slot = slot;
        }

        long token() {
            return (long) OWNER << OWNER_SHIFT | (long) kind << KIND_SHIFT | slot;
        }
    }

    private Flight[] flights = new Flight[0];
    private Flight[] free = new Flight[0];
    private int freeCount;

    Flight take(final int kind, final Segment segment) {
        if (freeCount == 0) {
            final int former = flights.length;
            flights = Arrays.copyOf(flights, Math.max(16, 2 * former));
            free = new Flight[flights.length];
            for (int slot = flights.length - 1; slot >= former; slot--) {
                flights[slot] = new Flight(slot);
                free[freeCount++] = flights[slot];
            }
        }
        final Flight flight = free[--freeCount];
        flight.kind = kind;
        flight.segment = segment;
        return flight;
    }

    /** The submission of a token, which has completed; its fields stand until {@link #give}. */
    Flight find(final long token) {
        final int slot = (int) token;
        Invariant.check(
                slot >= 0 && slot < flights.length && flights[slot].token() == token && flights[slot].kind != 0,
                "a completion belongs to a submission",
                token);
        return flights[slot];
    }

    boolean isEmpty() {
        return freeCount == flights.length;
    }

    void give(final Flight flight) {
        flight.kind = 0;
        flight.segment = null;
        flight.run = null;
        flight.chunk = null;
        flight.key = null;
        free[freeCount++] = flight;
    }
}
