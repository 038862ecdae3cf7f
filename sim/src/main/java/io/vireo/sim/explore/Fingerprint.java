package io.vireo.sim.explore;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import org.agrona.ExpandableArrayBuffer;

/** 128 bits of a sequence of numbers, by the checksum of the node. Filled, read and reset; one thread. */
final class Fingerprint {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final Checksum checksum = new Checksum();
    private int length;

    Fingerprint reset() {
        length = 0;
        return this;
    }

    Fingerprint add(final long value) {
        buffer.putLong(length, value, LITTLE_ENDIAN);
        length += Long.BYTES;
        return this;
    }

    Fingerprint add(final byte[] bytes) {
        buffer.putBytes(length, bytes);
        length += bytes.length;
        return this;
    }

    /** Of all that was added since the reset. */
    Fingerprint conclude() {
        checksum.hash(buffer, 0, length);
        return this;
    }

    long lo() {
        return checksum.lo();
    }

    long hi() {
        return checksum.hi();
    }
}
