package io.vireo.bootstrap.transfer;

import io.vireo.journal.storage.Storage;

/**
 * How many bytes of a file are asked for at once: as many as a frame holds, and half after each silence, because a path may lose large frames
 * and let small ones through (a tunnel that answers no "too big"). Whole sectors, at least one. Grows again with each file that was fetched,
 * so that a path that is only slow costs one retry per file at most.
 */
public final class PieceLength {
    private final int max;
    private int length;

    /** @param max bytes, a multiple of the sector. */
    public PieceLength(final int max) {
        this.max = max;
        length = max;
    }

    /** Bytes to ask for where so many are wanted. */
    public int of(final int wanted) {
        return Math.min(wanted, length);
    }

    /** Nobody has answered. */
    public void onSilence() {
        length = Math.max(Storage.SECTOR, length / 2 / Storage.SECTOR * Storage.SECTOR);
    }

    /** A file is here whole. */
    public void onFile() {
        length = Math.min(max, 2 * length);
    }
}
