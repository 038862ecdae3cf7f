package io.vireo.node.transport;

/** Bytes that the buffers of all connections of one transport may take together. One thread. */
final class BufferBudget {
    private final long bytesMax;
    private long bytes;

    BufferBudget(final long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes this many bytes, or nothing and returns false. */
    boolean take(final long amount) {
        if (bytes + amount > bytesMax) {
            return false;
        }
        bytes += amount;
        return true;
    }

    void giveBack(final long amount) {
        bytes -= amount;
    }

    long bytes() {
        return bytes;
    }
}
