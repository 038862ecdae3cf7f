package io.vireo.journal.wal;

/**
 * Tokens of the journal's storage submissions: owner in the top 8 bits (so that a host can tell whose completion it is), kind in the next
 * 8, a running number below.
 */
final class JournalToken {
    static final int WRITE = 1;
    static final int SYNC = 2;
    static final int MARK = 3;
    static final int READ = 4;

    private static final int OWNER_SHIFT = 56;
    private static final int KIND_SHIFT = 48;
    private static final long NUMBER_MASK = (1L << KIND_SHIFT) - 1;

    private JournalToken() {}

    static long of(final int kind, final long number) {
        return (long) PrepareJournal.TOKEN_OWNER << OWNER_SHIFT | (long) kind << KIND_SHIFT | (number & NUMBER_MASK);
    }

    static int owner(final long token) {
        return (int) (token >>> OWNER_SHIFT);
    }

    static int kind(final long token) {
        return (int) (token >>> KIND_SHIFT) & 0xff;
    }

    static long number(final long token) {
        return token & NUMBER_MASK;
    }
}
