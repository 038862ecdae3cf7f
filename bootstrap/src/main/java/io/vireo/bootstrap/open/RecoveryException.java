package io.vireo.bootstrap.open;

/** Why a data directory cannot be opened. The message names what was found where, and what the operator can do; nothing was written. */
public final class RecoveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** There is no data file. */
        NOT_FORMATTED,
        /** The superblock is damaged, or the file belongs to something else. */
        SUPERBLOCK,
        /** The journal is damaged beyond what this replica may open by itself. */
        JOURNAL,
        /** The snapshot of the checkpoint is missing or damaged. */
        SNAPSHOT,
        /** Files of the checkpoint are missing or damaged. */
        FILES,
        /** To be formatted, but there is a data file. */
        EXISTS,
        /** To be formatted, but the space is not there. */
        NO_SPACE,
        /** Another process works in the directory. */
        LOCKED
    }

    private final Code code;

    public RecoveryException(final Code code, final String message, final Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** True if a replica with peers need not be left out: it fetches a checkpoint and opens again. */
    public boolean isRepairableByCluster() {
        return code == Code.SNAPSHOT || code == Code.FILES;
    }

    public Code code() {
        return code;
    }
}
