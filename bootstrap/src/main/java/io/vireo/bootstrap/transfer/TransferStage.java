package io.vireo.bootstrap.transfer;

/**
 * How far a {@link FileTransfer} is. The table of chunk hashes comes with the manifest, which has checked it against the root of each file, so
 * that no stage fetches it.
 */
public enum TransferStage {
    NEW,
    /** Reads what is here under the final name. */
    LOOK,
    /** All of it is right, and is made durable. */
    SETTLE,
    /** Takes the space for a staging file of the whole size. */
    RESERVE,
    /** There is none; {@link FileTransfer#resume} tries again. */
    PAUSED,
    /** Keeps what an earlier attempt has left in the staging file, and copies what other files of this disk have. */
    SCAN,
    /** Chunks are asked for, verified and written. */
    FETCH,
    /** As FETCH, after all peers have sent something else than a chunk is: seldom. */
    SUSPECT,
    SYNC,
    /** Reads all of it once more. */
    VERIFY,
    /** Gets its final name. */
    PROMOTE,
    /** Waits until its name is durable. */
    NAMED,
    DONE,
    /** Nobody wants it any more; ends when what is in flight has. */
    OBSOLETE;

    boolean isLegalAfter(final TransferStage former) {
        return switch (this) {
            case NEW -> false;
            case LOOK -> former == NEW;
            case SETTLE -> former == LOOK;
            case RESERVE -> former == LOOK || former == PAUSED || former == VERIFY;
            case PAUSED, SCAN -> former == RESERVE;
            case FETCH -> former == SCAN || former == SUSPECT || former == VERIFY;
            case SUSPECT -> former == FETCH;
            case SYNC -> former == FETCH || former == SUSPECT;
            case VERIFY -> former == SYNC;
            case PROMOTE -> former == VERIFY;
            case NAMED -> former == SETTLE || former == PROMOTE;
            case DONE -> former == NAMED;
            case OBSOLETE -> former != DONE && former != OBSOLETE;
        };
    }

    /** True while chunks may be asked for. */
    boolean isFetching() {
        return this == FETCH || this == SUSPECT;
    }
}
