package io.vireo.bootstrap.transfer;

/** Storage tokens of the transfers that have one place one after the other: none is ever given twice, so that a late completion of one is of no other. */
final class SlotTokens {
    private long last;

    /** @param base below the first one. */
    SlotTokens(final long base) {
        last = base;
    }

    long next() {
        return ++last;
    }
}
