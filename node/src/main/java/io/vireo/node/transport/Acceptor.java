package io.vireo.node.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** The listening socket of a transport: accepts what waits, a bounded number at a time, on the thread that polls its selector. */
final class Acceptor implements ReadyChannel {
    private static final int ACCEPTS_PER_POLL = 64;

    private final ServerSocketChannel server;
    private final SelectionKey key;
    private final Consumer<SocketChannel> onAccepted;
    private final Consumer<IOException> onFailure;

    /**
     * Binds the address.
     *
     * @param onFailure told that nothing is accepted any more until {@link #resume}.
     */
    Acceptor(
            final HostPort address,
            final Selector selector,
            final Consumer<SocketChannel> onAccepted,
            final Consumer<IOException> onFailure)
            throws IOException {
        this.onAccepted = onAccepted;
        this.onFailure = onFailure;
        this.server = ListenSocket.open(address);
        this.key = server.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public void onReady(final SelectionKey ready, final long nowNs) {
        for (int i = 0; i < ACCEPTS_PER_POLL; i++) {
            final SocketChannel channel;
            try {
                channel = server.accept();
            } catch (final IOException e) {
                // Out of file handles, most likely: asking again at once would only spin.
                key.interestOps(0);
                onFailure.accept(e);
                return;
            }
            if (channel == null) {
                return;
            }
            onAccepted.accept(channel);
        }
    }

    /** Tries again after a failure; to be called now and then. */
    void resume() {
        if (key.interestOps() == 0) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** The address that is really listened on. */
    InetSocketAddress address() {
        try {
            return (InetSocketAddress) server.getLocalAddress();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() throws IOException {
        server.close();
    }
}
