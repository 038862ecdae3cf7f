package io.vireo.node.gateway.tcp;

import io.vireo.node.gateway.Gateway;
import io.vireo.node.gateway.GatewayConnection;
import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.tls.TlsException;
import io.vireo.node.tls.TlsRecords;
import io.vireo.node.tls.Wire;
import io.vireo.node.transport.CloseReason;
import io.vireo.node.transport.ReadyChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The socket of one client. Read only while its {@link GatewayConnection} takes something, which is what keeps a client from sending more
 * than the log takes; and a client that does not read its responses only stops itself. One that has ended its own side gets the responses to
 * what it has sent before the socket is closed.
 *
 * <p>A silent client stays: the protocol leaves it to the server whether to look for heartbeats, and those who poll seldom are silent in
 * between. Of a peer whose machine is gone the operating system tells by its own probes. Only who never logs in has to go.
 */
final class ClientSocket implements ReadyChannel, GatewayConnection.Listener {
    /** Chunks that are read of one socket before the next one gets its turn. */
    private static final int READS_PER_TURN = 4;

    private final ClientListener owner;
    private final SocketChannel channel;
    private final Wire wire;
    private final boolean isTls;
    private final ByteBuffer chunk;
    private final UnsafeBuffer chunkBytes;
    private final ClientListener.Counters counters;
    private SelectionKey key;
    private GatewayConnection connection;
    private String address;
    private boolean isInFlushList;
    /** The client sends nothing more. */
    private boolean isInputEnded;

    private boolean isClosed;
    /** The first bytes have been looked at: they are not of TLS where there is none. */
    private boolean hasBegun;
    /** In the owner's list of those that are to be looked at again. */
    boolean isHeld;
    /** Place in the owner's list. */
    int index;

    long loginDeadlineNs;
    /** It has passed once, while a login was under way. */
    boolean isLate;

    ClientSocket(
            final ClientListener owner,
            final SocketChannel channel,
            final Wire wire,
            final boolean isTls,
            final ByteBuffer chunk,
            final ClientListener.Counters counters) {
        this.owner = owner;
        this.channel = channel;
        this.wire = wire;
        this.isTls = isTls;
        this.chunk = chunk;
        this.chunkBytes = new UnsafeBuffer(chunk);
        this.counters = counters;
    }

    static String address(final SocketChannel channel) throws IOException {
        final InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        return remote == null ? "gone" : remote.getAddress().getHostAddress() + ":" + remote.getPort();
    }

    /** False if the client is gone already. */
    boolean open(final Selector selector, final Gateway gateway, final int clientId) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            key = channel.register(selector, SelectionKey.OP_READ, this);
            address = address(channel);
            connection = gateway.connect(clientId, ClientRecord.Transport.TCP, address, this);
            return true;
        } catch (final IOException e) {
            channel.close();
            return false;
        }
    }

    boolean isLoggedIn() {
        return connection.isLoggedIn();
    }

    boolean isStranger() {
        return connection.isStranger();
    }

    /** Of the client, host and port. */
    String address() {
        return address;
    }

    long memoryBytes() {
        return connection.memoryBytes() + wire.heldBytes();
    }

    @Override
    public void onReady(final SelectionKey ready, final long nowNs) {
        if (!ready.isValid()) {
            return;
        }
        if (ready.isWritable()) {
            onProgress();
        }
        if (ready.isReadable()) {
            read();
        }
    }

    /** True if there is something to read that the socket says nothing of. */
    boolean isInputHeld() {
        return !isClosed && wire.isInputHeld() && connection.receiveMax() > 0;
    }

    /** The owner's turn to look again. @return true if there was something to read. */
    boolean onHeld() {
        if (isInputHeld()) {
            read();
            return true;
        }
        if (!isClosed && !wire.takesInput()) {
            owner.hold(this);
        }
        return false;
    }

    private void read() {
        if (connection.isLoggedIn()) {
            wire.admit();
        }
        readRequests();
        if (isTls && !isClosed) {
            // What the handshake says, or what waited for it; and whether there is more.
            onProgress();
        }
    }

    private void readRequests() {
        try {
            for (int i = 0; i < READS_PER_TURN; i++) {
                final int max = Math.min(connection.receiveMax(), chunk.capacity());
                if (max == 0) {
                    // Until there is progress, which looks at it again.
                    onProgress();
                    return;
                }
                chunk.clear().limit(max);
                final int length = wire.read(chunk);
                if (length > 0 && !hasBegun && isTlsCaller(length)) {
                    return;
                }
                if (length < 0) {
                    isInputEnded = true;
                    onProgress();
                    return;
                }
                if (length > 0) {
                    counters.onReceived(length);
                    connection.onReceived(chunkBytes, 0, length);
                }
                if (length < max) {
                    return;
                }
            }
        } catch (final TlsException e) {
            owner.refuse(this, CloseReason.TLS, e.getMessage());
        } catch (final IOException e) {
            // Reset by the client, which is one of the ways in which clients leave.
            close();
        }
    }

    /** True if it was, and is no more. */
    private boolean isTlsCaller(final int length) {
        hasBegun = true;
        if (isTls || !TlsRecords.isClientHello(chunkBytes, 0, length)) {
            return false;
        }
        owner.refuse(this, CloseReason.TLS, TlsRecords.TLS_CALLER_OF_CLIENTS);
        return true;
    }

    /** Also what marks the socket for a look at its interests. */
    @Override
    public void onProgress() {
        if (!isInFlushList && !isClosed) {
            isInFlushList = true;
            owner.wantFlush(this);
        }
    }

    /** Stays in the list meanwhile: the progress that comes of sending is seen here. */
    void flush() {
        if (!isClosed) {
            write();
        }
        isInFlushList = false;
    }

    private void write() {
        try {
            while (connection.outputLength() > 0) {
                final int length = Math.min(connection.outputLength(), chunk.capacity());
                connection.output().getBytes(connection.outputOffset(), chunkBytes, 0, length);
                chunk.clear().limit(length);
                final int written = wire.write(chunk);
                if (written > 0) {
                    counters.onSent(written);
                    connection.onSent(written);
                }
                if (written < length) {
                    break;
                }
            }
            wire.flush();
        } catch (final TlsException e) {
            owner.refuse(this, CloseReason.TLS, e.getMessage());
            return;
        } catch (final IOException e) {
            close();
            return;
        }
        if (isInputEnded && connection.isIdle() && !wire.awaitsWritable(false)) {
            close();
            return;
        }
        final boolean isReading = !isInputEnded && connection.receiveMax() > 0;
        final int reading = isReading && wire.takesInput() ? SelectionKey.OP_READ : 0;
        final int writing = wire.awaitsWritable(connection.outputLength() > 0) ? SelectionKey.OP_WRITE : 0;
        if (key.interestOps() != (reading | writing)) {
            key.interestOps(reading | writing);
        }
        if (isReading && (wire.isInputHeld() || !wire.takesInput())) {
            owner.hold(this);
        }
    }

    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        owner.onClosed(this);
        connection.onClosed();
        try {
            wire.close();
        } catch (final IOException e) {
            key.cancel();
        }
    }
}
