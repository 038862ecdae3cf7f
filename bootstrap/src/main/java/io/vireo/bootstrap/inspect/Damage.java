package io.vireo.bootstrap.inspect;

/**
 * One thing on disk that is not what it should be.
 *
 * @param op concerned, or {@link #NO_OP}.
 * @param file in the directory of the group.
 * @param offset in the file.
 * @param length bytes from there; 0 where it has none.
 * @param expected checksum or text of what should be there; empty if there is none.
 * @param found the same of what is there; empty if nothing can be read.
 * @param advice what becomes of it, and what the operator can do.
 */
public record Damage(
        Kind kind,
        long op,
        String file,
        long offset,
        long length,
        String expected,
        String found,
        Verdict verdict,
        String advice) {
    public static final long NO_OP = -1;

    /** What is damaged. */
    public enum Kind {
        /** One copy of the superblock. */
        SUPERBLOCK_COPY,
        /** So many copies that none can be chosen. */
        SUPERBLOCK,
        /** A sync mark: torn, or damaged. */
        SYNC_MARK,
        /** The snapshot that the superblock names. */
        SNAPSHOT,
        /** A snapshot that nothing names. */
        OTHER_SNAPSHOT,
        SEGMENT_MISSING,
        SEGMENT_SHORT,
        SEGMENT_UNREADABLE,
        SEGMENT_WRONG_HASH,
        /** An op of the log that was durable here and is not intact. */
        JOURNAL_OP,
        /** An entry above the head. */
        TORN_ENTRY,
        /** A sector of the ring that no op of the log needs. */
        FREE_SECTOR,
        /** Anything else that keeps the replica from opening. */
        OPENING
    }
}
