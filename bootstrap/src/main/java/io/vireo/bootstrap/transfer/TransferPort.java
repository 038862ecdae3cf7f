package io.vireo.bootstrap.transfer;

import io.vireo.journal.segment.ManifestEntry;

/** What a {@link TransferManager} needs of others, and tells them. Called inside its inputs; must not call it back. */
public interface TransferPort {
    /**
     * Asks a peer for bytes of a file. The request or its answer may get lost, come late or twice.
     *
     * @param number of the request, never 0: its answer has the same.
     * @param position of the first byte in the file.
     * @param length so many bytes; an answer with more or fewer is none.
     */
    void request(int peer, long number, ManifestEntry file, long position, int length);

    /** False if a request to this peer would get lost now: it is not asked, and nothing is held against it. */
    default boolean isReachable(final int peer) {
        return true;
    }

    /** Tells a peer that the whole chunk which it has sent is not what the checkpoint lists; nothing is answered. */
    void accuse(int peer, ManifestEntry file, int chunk);

    /** Bytes have come. */
    void onProgress();

    /**
     * Something is in the way; the manager goes on.
     *
     * @param file null if it is about none.
     * @param peer negative if it is about none.
     */
    void onTrouble(TransferTrouble trouble, ManifestEntry file, int peer);
}
