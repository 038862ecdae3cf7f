package io.vireo.journal.wal;

import java.util.List;

/**
 * What recovery decided about one op.
 *
 * @param state CLEAN, FAULTY, MISSING, UNCONFIRMED, or UNKNOWN: missing, and its header is not known either.
 * @param header null where it is not known to belong to the log.
 * @param entries the intact entry if clean; all that claim the op if unconfirmed; else empty.
 */
record RecoveredRow(EntryState state, HeaderRef header, List<FoundEntry> entries) {
    static RecoveredRow clean(final FoundEntry entry) {
        return new RecoveredRow(EntryState.CLEAN, entry.header(), List.of(entry));
    }

    static RecoveredRow faulty(final HeaderRef header) {
        return new RecoveredRow(EntryState.FAULTY, header, List.of());
    }

    static RecoveredRow missing(final HeaderRef header) {
        return new RecoveredRow(header == null ? EntryState.UNKNOWN : EntryState.MISSING, header, List.of());
    }

    static RecoveredRow unconfirmed(final List<FoundEntry> entries) {
        return new RecoveredRow(EntryState.UNCONFIRMED, null, entries);
    }
}
