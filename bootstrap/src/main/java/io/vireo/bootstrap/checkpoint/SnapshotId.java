package io.vireo.bootstrap.checkpoint;

/** 128 bits that identify a snapshot by its content: the same on every replica that has the same state. Also any 128-bit checksum. */
public record SnapshotId(long lo, long hi) {
    /** 32 hexadecimal digits, high half first. */
    @Override
    public String toString() {
        return String.format("%016x%016x", hi, lo);
    }
}
