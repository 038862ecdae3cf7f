package io.vireo.sim.storage;

/** How far the files of a disk may grow. In sectors; without a limit unless one is set. */
final class Capacity {
    private final FileTable files;
    private long limit = Long.MAX_VALUE;

    Capacity(final FileTable files) {
        this.files = files;
    }

    /** So many sectors are free from now on, for all that processes have submitted by now is given. */
    void leave(final long sectors) {
        limit = files.directory.sectors() + sectors;
    }

    void giveBack() {
        limit = Long.MAX_VALUE;
    }

    /** Of {@code wanted} sectors more, how many there is room for. */
    int room(final int wanted) {
        if (limit == Long.MAX_VALUE || wanted == 0) {
            return wanted;
        }
        return (int) Math.max(0, Math.min(wanted, limit - files.directory.sectors()));
    }
}
