package io.vireo.node.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Makes the sockets that a node listens on. */
public final class ListenSocket {
    /** Connections that wait to be accepted. */
    private static final int BACKLOG = 1024;

    private ListenSocket() {}

    /**
     * Binds an address, without blocking from then on.
     *
     * @throws ListenException if it cannot be bound.
     */
    public static ServerSocketChannel open(final HostPort address) throws IOException {
        final ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), BACKLOG);
            return channel;
        } catch (final IOException e) {
            channel.close();
            final String cause =
                    e instanceof BindException ? e.getMessage() : e.getClass().getSimpleName() + " " + e.getMessage();
            throw new ListenException(
                    "cannot listen on " + address + ": " + cause
                            + "; stop the process that uses this port, or configure another address for this replica",
                    e);
        }
    }
}
