package io.vireo.journal.superblock;

/** Why a superblock cannot be opened: damage beyond what its copies cover, or a file that belongs to something else. Nothing was written. */
public final class SuperblockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** No copy is intact. */
        NO_VALID_COPY,
        /** One copy alone is intact: it cannot tell whether it is the newest. */
        ONE_VALID_COPY,
        /** Two intact copies of one sequence differ. */
        FORK,
        /** The newest copy stands alone and the one before it is nowhere. */
        PARENT_SKIPPED,
        /** The copies before the newest are not what it was written after. */
        PARENT_NOT_CONNECTED,
        /** Intact, but written by a release with another format. */
        OTHER_FORMAT,
        /** Intact, but what it says cannot be. */
        INVALID_CONTENT,
        /** Belongs to another cluster, replica or group, or was formatted with other constants than configured. */
        OTHER_IDENTITY,
        /** The file is shorter or longer than it was formatted. */
        WRONG_SIZE
    }

    private final Code code;

    public SuperblockException(final Code code, final String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
