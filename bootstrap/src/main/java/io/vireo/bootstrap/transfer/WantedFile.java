package io.vireo.bootstrap.transfer;

import java.util.Arrays;

/** A file that is being fetched, and what its peers have made of it so far. */
final class WantedFile {
    final FileTransfer transfer;
    /** Of its entry in the manifest. */
    int index;
    /** Which of the places of a manager it has. */
    final int slot;
    /** Until when each peer lacks it. */
    final long[] lacksUntilNs;
    /** Chunks of it that are asked for or written. */
    int fetches;
    /** Times in a row that nobody had a chunk. */
    int failures;
    /** Times that it was read back wrong, as far as that was counted. */
    int badReadBacks;
    /** Before then no chunk of it is asked for that nobody gave. */
    long retryAtNs;
    /** All who answer have sent something else of a chunk, since chunks were taken on last. */
    boolean isSuspect;
    /** What other files of this disk had of it is copied, as far as the manager knows. */
    boolean isCopied;

    WantedFile(final FileTransfer transfer, final int index, final int slot, final int replicaCount, final long nowNs) {
        this.transfer = transfer;
        this.index = index;
        this.slot = slot;
        lacksUntilNs = new long[replicaCount];
        askAgain(nowNs);
    }

    /** Everybody may have all of it by now. */
    void askAgain(final long nowNs) {
        Arrays.fill(lacksUntilNs, nowNs);
        retryAtNs = nowNs;
        transfer.forgive();
    }
}
