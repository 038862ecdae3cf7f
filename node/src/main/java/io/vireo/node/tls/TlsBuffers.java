package io.vireo.node.tls;

import java.nio.ByteBuffer;

/**
 * The memory in which the wires of one thread work, one after the other: what is left at the end of a call is kept by its wire, and most
 * wires keep nothing. So the memory does not grow with the number of connections, but with those in the middle of a record.
 */
final class TlsBuffers {
    /** Some records at a time, for one call of the operating system. */
    private static final int NETWORK = 64 * 1024;

    /** Bytes that came from a socket, or are on their way to one. */
    final ByteBuffer in;

    final ByteBuffer out;
    /** The contents of one record. */
    final ByteBuffer plain;
    /** Most bytes of a record on the wire. */
    final int packet;

    /** @param packet most bytes of a record on the wire. @param contents most bytes of what is in one. */
    TlsBuffers(final int packet, final int contents) {
        this.packet = packet;
        this.in = ByteBuffer.allocateDirect(Math.max(NETWORK, 2 * packet));
        this.out = ByteBuffer.allocateDirect(Math.max(NETWORK, 2 * packet));
        this.plain = ByteBuffer.allocateDirect(contents);
    }
}
