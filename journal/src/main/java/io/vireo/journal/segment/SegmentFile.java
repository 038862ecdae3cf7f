package io.vireo.journal.segment;

/** What is known of the file of one segment: a handle that comes and goes, and how far it is written and synced. Positions in bytes. */
final class SegmentFile {
    static final int NO_HANDLE = -1;

    int handle = NO_HANDLE;
    /** The name exists, or once did. */
    boolean isThere;
    /** It was there and has vanished. */
    boolean isMissing;
    /** An open, create or delete is in flight or waits for its turn. */
    boolean isRequested;
    /** Reads, writes and syncs in flight; the handle stays while there are any. */
    int inFlight;

    long lastUse;
    /** Writes below are submitted; all that a checkpoint covers is durable once {@link #syncedTo} has reached {@link #syncTarget}. */
    int submittedTo;

    int syncedTo;
    int syncTarget;
    boolean isSyncing;
    /** A checkpoint covers more of it than is known to be synced, and no sync has begun. */
    boolean isFrozen;
    /** The sync of a checkpoint waits for it. */
    boolean isAwaited;

    boolean isSyncOffered;

    boolean isDirty() {
        return syncedTo < submittedTo;
    }
}
