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
        return new TlsWire(channel, tls.accepting(), this);
    }

    /** Of a connection that was dialled. @param host as it was named, which the certificate there has to be made for. */
    public Wire call(final SocketChannel channel, final String host) {
        return new TlsWire(channel, tls.calling(host), this);
    }

    TlsBuffers buffers() {
        return buffers;
    }

    void work(final Runnable work) {
        tls.work(work);
    }

    void wake() {
        wake.run();
    }

    String trusted() {
        return tls.trusted();
    }

    String advice() {
        return tls.advice();
    }
}
