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
    /** Before then no chunk of it is asked for. */
    long retryAtNs;

    WantedFile(final FileTransfer transfer, final int index, final int slot, final int replicaCount, final long nowNs) {
        this.transfer = transfer;
        this.index = index;
        this.slot = slot;
        lacksUntilNs = new long[replicaCount];
        Arrays.fill(lacksUntilNs, nowNs);
        retryAtNs = nowNs;
    }
}
