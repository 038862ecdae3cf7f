package io.vireo.node.tls;

import java.nio.channels.SocketChannel;

/** Makes the wires of one selector, which share their memory. One thread. */
public final class TlsPort {
    private final Tls tls;
    private final Runnable wake;
    private final TlsBuffers buffers;

    TlsPort(final Tls tls, final Runnable wake) {
        this.tls = tls;
        this.wake = wake;
        this.buffers = tls.newBuffers();
    }

    /** Of a connection that was accepted. */
    public Wire accept(final SocketChannel channel) {
        return new TlsWire(channel, false, tls::accepting, this);
    }

    /** Of a connection that was dialled. @param host as it was named, which the certificate there has to be made for. */
    public Wire call(final SocketChannel channel, final String host) {
        return new TlsWire(channel, true, () -> tls.calling(host), this);
    }

    TlsBuffers buffers() {
        return buffers;
    }

    /**
     * @param isBegun true for a connection that was dialled, or has had a piece computed before.
     * @param source where the connection comes from, see {@link Arrivals#source}.
     */
    TlsWorker.Ticket submit(final TlsWorker.Piece work, final boolean isBegun, final long source) {
        return tls.worker().submit(work, tls.rank(isBegun), source);
    }

    void takeBack(final TlsWorker.Ticket ticket) {
        tls.worker().takeBack(ticket);
    }

    void wake() {
        wake.run();
    }

    /** True if callers are asked for a certificate. */
    boolean isAsking() {
        return tls.isAsking();
    }

    String trusted() {
        return tls.trusted();
    }

    String advice() {
        return tls.advice();
    }
}
