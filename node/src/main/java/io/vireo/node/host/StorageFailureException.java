package io.vireo.node.host;

/** The storage failed to write or sync: what is on disk is no longer known, and the process has to end. Names file, offset and cause. */
public final class StorageFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageFailureException(final String message) {
        super(message);
    }
}
