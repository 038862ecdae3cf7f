package io.vireo.journal.wal;

/** What a replica holds of one op of its log. */
public enum EntryState {
    /** Header not known: header repair has to come before anything else. */
    UNKNOWN,
    /**
     * On disk, but not covered by the durable StartView: neither evidence nor free space nor part of a DoViewChange, until header repair
     * connects it to the log or contradicts it.
     */
    UNCONFIRMED,
    /** Header known, never completely written here (or cut): may be nacked where the rules allow it. */
    MISSING,
    /** Header known or not, was durable here and is damaged: never nacked, never cut, repaired by checksum. */
    FAULTY,
    /** Submitted, not yet durable. */
    WRITING,
    /** Durable here and intact. */
    CLEAN
}
