package io.vireo.node.gateway.tcp;

import io.vireo.node.gateway.Gateway;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsPort;
import io.vireo.node.tls.Wire;
import io.vireo.node.transport.CloseReason;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.ListenSocket;
import io.vireo.node.transport.ReadyChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * The sockets of a gateway's clients: listens, accepts, and carries bytes both ways, on the selector and the thread of one shard. The port is
 * bound from the start, so that an address that is taken is found then; but nobody is accepted before there is a gateway: until then clients
 * wait in the queue of the operating system, which to them is a slow answer instead of a refused connection.
 *
 * <p>Anybody can connect, so that who has not logged in yet holds a place only for some time, and only until somebody else wants it: else a few
 * thousand silent sockets of one stranger would keep all clients out, and the process without file handles.
 */
public final class ClientListener implements ReadyChannel, AutoCloseable {
    /** Bytes that are read or written at a time. */
    static final int CHUNK = 64 * 1024;

    private static final int ACCEPTS_PER_TURN = 64;
    /** From the connection to the answer to a login. */
    static final long LOGIN_NS = 30_000_000_000L;
    /** After an error of accept, which most likely is for want of file handles. */
    private static final long ACCEPT_PAUSE_NS = 100_000_000L;

    /** Takes what an operator may want to see. */
    public interface Listener {
        /** A client was not served, or no longer. */
        void onRefused(String address, CloseReason reason, String text);
    }

    /** What has happened so far; passive. */
    public static final class Counters {
        private long accepted;
        private long refused;
        private long bytesIn;
        private long bytesOut;

        public long accepted() {
            return accepted;
        }

        /** Closed because there were as many connections as there may be, because nobody logged in, or because no TLS came about. */
        public long refused() {
            return refused;
        }

        public long bytesIn() {
            return bytesIn;
        }

        public long bytesOut() {
            return bytesOut;
        }

        void onReceived(final int length) {
            bytesIn += length;
        }

        void onSent(final int length) {
            bytesOut += length;
        }
    }

    private final Selector selector;
    private final int connectionsMax;
    private final Listener listener;
    /** Null where connections are without. */
    private final TlsPort tls;

    private final ServerSocketChannel server;
    private final SelectionKey serverKey;
    /** One chunk on its way in or out; direct, so that the runtime keeps none of its own for each size. */
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);

    private final Counters counters = new Counters();
    private final List<ClientSocket> sockets = new ArrayList<>();
    /** Those that have never been logged in, oldest first; who has logged in leaves at its deadline. */
    private final LinkedHashSet<ClientSocket> strangers = new LinkedHashSet<>();

    private final List<ClientSocket> toFlush = new ArrayList<>();
    /** To be looked at without word of their sockets. */
    private List<ClientSocket> held = new ArrayList<>();

    private List<ClientSocket> taken = new ArrayList<>();
    /** Null before clients are served. */
    private Gateway gateway;

    private IntSupplier clientIds;
    private boolean isPausing;
    private long pauseEndNs;

    /**
     * Binds the address.
     *
     * @param connectionsMax one more is closed as soon as it is accepted.
     * @param tls all connections are by this; null for none.
     * @param wake ends a wait of the selector; from any thread.
     * @throws io.vireo.node.transport.ListenException if the address cannot be bound.
     */
    public ClientListener(
            final Selector selector,
            final HostPort address,
            final int connectionsMax,
            final Listener listener,
            final Tls tls,
            final Runnable wake) {
        this.selector = selector;
        this.tls = tls == null ? null : tls.port(wake);
        this.connectionsMax = connectionsMax;
        this.listener = listener;
        try {
            this.server = ListenSocket.open(address);
            this.serverKey = server.register(selector, 0, this);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot listen for clients: " + e.getMessage(), e);
        }
    }

    /** The address that is really listened on. */
    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) server.getLocalAddress();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Begins to accept.
     *
     * @param numbers draws the number of each connection.
     */
    public void serve(final Gateway ofThisShard, final IntSupplier numbers) {
        gateway = ofThisShard;
        clientIds = numbers;
        serverKey.interestOps(SelectionKey.OP_ACCEPT);
    }

    public boolean isServing() {
        return gateway != null;
    }

    public int connectionCount() {
        return sockets.size();
    }

    /** Bytes held for requests and responses of all connections, opened and sealed ones. */
    public long memoryBytes() {
        long bytes = 0;
        for (final ClientSocket socket : sockets) {
            bytes += socket.memoryBytes();
        }
        return bytes;
    }

    public Counters counters() {
        return counters;
    }

    @Override
    public void onReady(final SelectionKey key, final long nowNs) {
        if (!key.isValid()) {
            return;
        }
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            try {
                final SocketChannel channel = server.accept();
                if (channel == null) {
                    return;
                }
                accept(channel, nowNs);
            } catch (final IOException e) {
                serverKey.interestOps(0);
                isPausing = true;
                pauseEndNs = nowNs + ACCEPT_PAUSE_NS;
                listener.onRefused("any", CloseReason.IO_ERROR, "cannot accept connections: " + e.getMessage());
                return;
            }
        }
    }

    private void accept(final SocketChannel channel, final long nowNs) throws IOException {
        if (sockets.size() >= connectionsMax && !makeRoom()) {
            counters.refused++;
            final String address = ClientSocket.address(channel);
            channel.close();
            listener.onRefused(
                    address,
                    CloseReason.TOO_MANY_CONNECTIONS,
                    "there are " + connectionsMax + " connections of clients, which is the limit of a shard");
            return;
        }
        counters.accepted++;
        final Wire wire = tls == null ? Wire.plain(channel) : tls.accept(channel);
        final ClientSocket socket = new ClientSocket(this, channel, wire, tls != null, chunk, counters);
        if (socket.open(selector, gateway, clientIds.getAsInt())) {
            socket.index = sockets.size();
            sockets.add(socket);
            socket.loginDeadlineNs = nowNs + LOGIN_NS;
            strangers.add(socket);
        }
    }

    /** Ends the oldest connection of those who could be anybody; false if there is none. */
    private boolean makeRoom() {
        for (final ClientSocket socket : strangers) {
            if (socket.isStranger() || socket.isLate && !socket.isLoggedIn()) {
                refuse(
                        socket,
                        CloseReason.TOO_MANY_CONNECTIONS,
                        "there are " + connectionsMax
                                + " connections of clients, which is the limit of a shard, and this one has not logged in");
                return true;
            }
        }
        return false;
    }

    private void endStrangers(final long nowNs) {
        while (!strangers.isEmpty()) {
            final ClientSocket oldest = strangers.iterator().next();
            if (oldest.loginDeadlineNs - nowNs > 0) {
                return;
            }
            strangers.remove(oldest);
            // One that is under way has its answer within that time; who only tries again and again gets no more.
            if (oldest.isStranger() || oldest.isLate && !oldest.isLoggedIn()) {
                refuse(oldest, CloseReason.LOGIN_TIMEOUT, "not logged in after " + LOGIN_NS / 1_000_000_000L + " s");
            } else if (!oldest.isLoggedIn()) {
                oldest.isLate = true;
                oldest.loginDeadlineNs = nowNs + LOGIN_NS;
                strangers.add(oldest);
            }
        }
    }

    void refuse(final ClientSocket socket, final CloseReason reason, final String text) {
        counters.refused++;
        final String address = socket.address();
        socket.close();
        listener.onRefused(address, reason, text);
    }

    /** Does what is due. @return how many connections were read of, whose requests may have been answered by that. */
    public int poll(final long nowNs) {
        if (isPausing && nowNs - pauseEndNs >= 0) {
            isPausing = false;
            serverKey.interestOps(SelectionKey.OP_ACCEPT);
        }
        endStrangers(nowNs);
        return takeHeld();
    }

    /** To be looked at again at the next {@link #poll}: its wire goes on without word of the socket, now or soon. */
    void hold(final ClientSocket socket) {
        if (!socket.isHeld) {
            socket.isHeld = true;
            held.add(socket);
        }
    }

    private int takeHeld() {
        if (held.isEmpty()) {
            return 0;
        }
        final List<ClientSocket> now = held;
        held = taken;
        taken = now;
        int count = 0;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).isHeld = false;
            count += now.get(i).onHeld() ? 1 : 0;
        }
        now.clear();
        return count;
    }

    private boolean isAnyInput() {
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).isInputHeld()) {
                return true;
            }
        }
        return false;
    }

    /** Nanoseconds until {@link #poll} has something to do. */
    public long delayNs(final long nowNs) {
        if (isAnyInput()) {
            return 0;
        }
        final long delay = isPausing ? Math.max(0, pauseEndNs - nowNs) : Long.MAX_VALUE;
        return strangers.isEmpty()
                ? delay
                : Math.min(delay, Math.max(0, strangers.iterator().next().loginDeadlineNs - nowNs));
    }

    /** Writes what there is for the clients, as far as their sockets take it, and looks at who may send again. */
    public void flush() {
        // What is sent makes room, in which more may be answered: those come to the end of this list.
        for (int i = 0; i < toFlush.size(); i++) {
            toFlush.get(i).flush();
        }
        toFlush.clear();
    }

    void wantFlush(final ClientSocket socket) {
        toFlush.add(socket);
    }

    void onClosed(final ClientSocket socket) {
        strangers.remove(socket);
        final ClientSocket last = sockets.remove(sockets.size() - 1);
        if (last != socket) {
            sockets.set(socket.index, last);
            last.index = socket.index;
        }
    }

    /** Writes what the sockets take at once, then ends all connections. */
    @Override
    public void close() {
        flush();
        while (!sockets.isEmpty()) {
            sockets.get(sockets.size() - 1).close();
        }
        try {
            server.close();
        } catch (final IOException e) {
            listener.onRefused(
                    "any", CloseReason.IO_ERROR, "closing the port of the clients failed: " + e.getMessage());
        }
    }
}
