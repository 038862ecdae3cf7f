package io.vireo.journal.wal;

/** A journal that must not be opened: what is damaged, where, and what an operator can do. Nothing on disk has been changed. */
public final class JournalDamageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long op;

    JournalDamageException(final long op, final String message) {
        super(message);
        this.op = op;
    }

    /** The lowest op that is damaged. */
    public long op() {
        return op;
    }
}
