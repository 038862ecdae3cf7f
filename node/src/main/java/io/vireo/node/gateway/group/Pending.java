package io.vireo.node.gateway.group;

/** What has no outcome yet, of all groups together. What is held for it in memory is bounded in bytes as well as in number. */
final class Pending {
    /** Held for a request or read besides its own bytes, about. */
    static final int OVERHEAD_BYTES = 256;

    private final int countMax;
    private final long bytesMax;
    private int count;
    private long bytes;

    Pending(final int countMax, final long bytesMax) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** Whether one more of so many bytes may be taken; one alone always. */
    boolean hasRoom(final int length) {
        return count == 0 || count < countMax && bytes + length + OVERHEAD_BYTES <= bytesMax;
    }

    void add(final int length) {
        count++;
        bytes += length + OVERHEAD_BYTES;
    }

    void remove(final int length) {
        count--;
        bytes -= length + OVERHEAD_BYTES;
    }

    long bytes() {
        return bytes;
    }
}
