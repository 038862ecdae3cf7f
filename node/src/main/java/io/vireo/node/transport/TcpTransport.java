package io.vireo.node.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.Lane;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.port.ClientEdge;
import io.vireo.node.port.MessageBus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * The TCP bus of one shard: listens, dials the shards of replicas with lower ids that host the same groups, and carries frames both ways.
 * Plain NIO, one selector, which others of the shard may share, no thread of its own: everything happens inside {@link #poll}, {@link #pollBulk} and {@link #flush}, on the shard's thread; only
 * {@link #wakeup} may be called from others. What does not fit is dropped (replicas) or ends the connection (clients that do not read); nothing
 * here waits for anybody. Wires its parts and turns them: {@link Reception} takes in who comes, {@link PeerLinks} calls, {@link Incoming} and
 * {@link Outgoing} carry bytes, {@link BulkIntake} lets bulk wait for all else, {@link FrameDispatch} validates what an open connection brings.
 */
public final class TcpTransport implements MessageBus, ClientEdge, AutoCloseable {
    private final TransportContext context;
    private final TransportCounters counters = new TransportCounters();
    private final ClientDirectory clients;
    private final BufferBudget clientBudget;
    private final TurnTime time;
    private final Selector selector;
    private final Acceptor acceptor;
    private final Wires wires;
    private final Connections connections;
    private final Outgoing outgoing;
    private final PeerLinks peerLinks;
    private final Incoming incoming;
    private final BulkIntake bulkIntake;
    private final Housekeeping housekeeping;

    private final Consumer<SelectionKey> onSelected = this::onSelected;
    private final Consumer<Connection> onHeld = this::read;

    private int work;
    /** Guards {@link #isClosed} between the shard's thread and those that wake it: a closed selector takes no wake-up. */
    private final Object closing = new Object();

    private boolean isClosed;

    /** Binds the listening address; nothing is accepted or dialled before the first {@link #poll}. */
    public TcpTransport(final TransportContext context) {
        context.conclude();
        // Before anything is opened that a wrong address would leave open.
        final HostPort listen = HostPort.parse(
                context.listenAddress != null
                        ? context.listenAddress
                        : context.addresses.get(context.replica).get(0));
        final PeerDialers dialers = new PeerDialers(context, context.clock.monotonicNs());
        this.context = context;
        this.clients = new ClientDirectory(context.clientsMax, context.clientsPerConnectionMax);
        this.clientBudget = new BufferBudget(context.clientBuffersMax);
        this.time = new TurnTime(context.clock);
        try {
            this.selector = Selector.open();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot open a selector: " + e.getMessage(), e);
        }
        final MessageCheck check = new MessageCheck(context.clusterLo, context.clusterHi, context.frameSizeMax);
        final Handshake handshake = new Handshake(context, check);
        final Admission admission = new Admission(context, handshake);
        final Callers callers = new Callers(context.connectionsMax);
        this.wires = new Wires(context.tls, this::wakeup);
        this.connections = new Connections(selector, callers, clients, counters, context.listener);
        this.outgoing = new Outgoing(connections, wires, counters, time);
        final Rejections rejections = new Rejections(connections, outgoing, handshake, admission, counters, time);
        this.peerLinks = new PeerLinks(
                context, this, dialers, connections, outgoing, handshake, admission, wires, counters, time);
        final Reception reception = new Reception(
                context,
                this,
                connections,
                outgoing,
                rejections,
                admission,
                callers,
                wires,
                clientBudget,
                peerLinks,
                counters,
                time);
        final FrameDispatch dispatch =
                new FrameDispatch(context, check, connections, rejections, handshake, clients, counters);
        this.incoming = new Incoming(
                context.frameSizeMax,
                connections,
                outgoing,
                rejections,
                reception,
                peerLinks,
                dispatch,
                wires,
                counters,
                time);
        this.bulkIntake = new BulkIntake(outgoing, incoming);
        this.housekeeping = new Housekeeping(connections, outgoing, handshake, time);
        this.acceptor = listen(listen, reception);
    }

    private Acceptor listen(final HostPort address, final Reception reception) {
        try {
            return new Acceptor(address, selector, reception::onAccepted, reception::onAcceptFailure);
        } catch (final IOException e) {
            release();
            throw new UncheckedIOException("cannot listen on " + address + ": " + e.getMessage(), e);
        } catch (final ListenException e) {
            release();
            throw e;
        }
    }

    /** What a transport holds that does not listen yet. */
    private void release() {
        peerLinks.close();
        try {
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("closing the selector failed: " + e.getMessage(), e);
        }
    }

    // ---- driven by the shard's thread ----

    /**
     * Takes in what has arrived, but for pieces of files, and does what is due; frames reach the listener from here.
     *
     * @param timeoutNs how long to wait for something to arrive; 0 or less not at all. {@link #wakeup} ends the wait, and there is none while pieces
     *     of files are left that {@link #pollBulk} would take.
     * @return how many sockets had something.
     */
    public int poll(final long timeoutNs) {
        work = 0;
        try {
            if (timeoutNs > 0 && !wires.isAnyInput() && !bulkIntake.isAny()) {
                // Rounded up: rounding down would poll a whole millisecond without waiting.
                selector.select(onSelected, (timeoutNs + 999_999) / 1_000_000);
            } else {
                selector.selectNow(onSelected);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the selector failed: " + e.getMessage(), e);
        }
        time.read();
        work += wires.takeHeld(onHeld);
        peerLinks.dial();
        if (housekeeping.isDue()) {
            acceptor.resume();
            housekeeping.keep();
        }
        return work;
    }

    /** Writes what was sent since the last flush, as far as the sockets take it. */
    public void flush() {
        outgoing.flush();
    }

    /**
     * Writes what was sent since the last flush, and then takes in one piece of a file, or one request for some, if any has arrived; it reaches the
     * listener from here. To be called once for each {@link #poll}. Story: acknowledgements of an op and requests for megabytes come
     * together; who serves those first lets the client wait for them.
     *
     * @return true if a connection for bulk had something.
     */
    public boolean pollBulk() {
        outgoing.flush();
        time.read();
        return bulkIntake.take();
    }

    /** Latest time by which {@link #poll} wants to be called again. */
    public long nextDeadlineNs() {
        return peerLinks.nextDeadlineNs(housekeeping.nextNs());
    }

    /** Ends a waiting {@link #poll}, or makes the next one not wait; does nothing once closed. From any thread. */
    public void wakeup() {
        synchronized (closing) {
            if (!isClosed) {
                selector.wakeup();
            }
        }
    }

    private void onSelected(final SelectionKey key) {
        work++;
        time.read();
        ((ReadyChannel) key.attachment()).onReady(key, time.nowNs());
    }

    void onReady(final Connection connection) {
        final SelectionKey key = connection.key;
        if (key.isValid() && key.isConnectable()) {
            peerLinks.onConnectable(connection);
            return;
        }
        if (connection.isBulk()) {
            bulkIntake.add(connection);
            return;
        }
        if (key.isValid() && key.isWritable()) {
            outgoing.write(connection);
        }
        if (key.isValid() && key.isReadable()) {
            read(connection);
        }
    }

    /** Now, or when its turn comes: it may be for bulk, or turn out to be by what it says. */
    private void read(final Connection connection) {
        if (connection.isBulk() || incoming.read(connection)) {
            bulkIntake.add(connection);
        }
    }

    // ---- bus ----

    @Override
    public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        final int group = buffer.getShort(offset + HeaderFlyweight.GROUP_OFFSET, LITTLE_ENDIAN) & 0xffff;
        final Lane lane = Lane.of(Command.ofCode(buffer.getByte(offset + HeaderFlyweight.COMMAND_OFFSET) & 0xff));
        final Connection peer = peerLinks.get(lane, replica, group);
        if (peer == null) {
            // Bulk waits for its connection, too: on the one for consensus it would stand in front of that again.
            counters.add(TransportCounter.DROPPED_NOT_CONNECTED, 1);
            counters.add(TransportCounter.DROPPED_BULK_NOT_CONNECTED, lane == Lane.BULK ? 1 : 0);
        } else if (!outgoing.offer(peer, buffer, offset, length)) {
            counters.add(TransportCounter.DROPPED_BUFFER_FULL, 1);
            counters.add(TransportCounter.DROPPED_BULK_BUFFER_FULL, lane == Lane.BULK ? 1 : 0);
        }
    }

    @Override
    public int waiting(final int replica, final int group) {
        final Connection peer = peerLinks.get(Lane.BULK, replica, group);
        return peer == null ? 0 : peer.outgoing.pending();
    }

    @Override
    public boolean carriesFiles(final int replica, final int group) {
        return peerLinks.isConnected(Lane.BULK, replica, group);
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        final Connection client = clients.connectionOf(clientLo, clientHi);
        if (client == null) {
            counters.add(TransportCounter.DROPPED_NO_CLIENT, 1);
        } else {
            outgoing.send(client, buffer, offset, length);
        }
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        // Backwards, because a client that is too slow leaves the list.
        final List<Connection> all = connections.all();
        for (int i = all.size() - 1; i >= 0; i--) {
            final Connection connection = all.get(i);
            if (connection.isClient()) {
                outgoing.send(connection, buffer, offset, length);
            }
        }
    }

    /** Sends to one connection; a client whose buffer is full loses it. */
    void sendOn(final Connection connection, final DirectBuffer buffer, final int offset, final int length) {
        outgoing.send(connection, buffer, offset, length);
    }

    // ---- what is where ----

    /** For channels of others on this shard's thread: each with a {@link ReadyChannel} as its attachment, served by {@link #poll}. */
    public Selector selector() {
        return selector;
    }

    /** The port that is really listened on. */
    public InetSocketAddress listenAddress() {
        return acceptor.address();
    }

    public TransportCounters counters() {
        return counters;
    }

    /** True if every group that is hosted here has a connection for consensus to this replica. */
    public boolean isConnected(final int replica) {
        return peerLinks.isConnected(Lane.CONSENSUS, replica);
    }

    /** Whether the process of another replica that hosts this group, which is hosted here, is connected for consensus. */
    public boolean isConnected(final int replica, final int group) {
        return peerLinks.isConnected(Lane.CONSENSUS, replica, group);
    }

    /** True if every group that is hosted here has a connection for bulk to this replica. */
    public boolean isBulkConnected(final int replica) {
        return peerLinks.isConnected(Lane.BULK, replica);
    }

    /** Shows each open connection with a replica, in no order. */
    public void forEachLink(final Consumer<Link> visitor) {
        for (final Connection each : connections.all()) {
            if (each.isReplica() && each.isOpen()) {
                visitor.accept(new Link(
                        each.replica,
                        each.lane,
                        each.remoteAddress,
                        each.isDialled,
                        each.bytesIn,
                        each.bytesOut,
                        each.outgoing.pending()));
            }
        }
    }

    @Override
    public boolean isClientHere(final long clientLo, final long clientHi) {
        return clients.connectionOf(clientLo, clientHi) != null;
    }

    /** Sockets besides the listening one, in whatever stage. */
    public int connectionCount() {
        return connections.count();
    }

    public int clientConnectionCount() {
        return connections.clientCount();
    }

    /** Client ids that have a connection here. */
    public int clientCount() {
        return clients.size();
    }

    /** Bytes that the buffers of all connections with replicas take. */
    public long peerBufferBytes() {
        return peerLinks.bufferBytes();
    }

    /** Bytes that the buffers of all client connections take. */
    public long clientBufferBytes() {
        return clientBudget.bytes();
    }

    /** Writes what the sockets take at once, then ends everything. */
    @Override
    public void close() {
        synchronized (closing) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        outgoing.flush();
        peerLinks.close();
        for (final Connection connection : connections.all().toArray(new Connection[0])) {
            connections.close(connection, CloseReason.STOPPED, "this process stops");
        }
        try {
            acceptor.close();
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("closing the transport failed: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "TcpTransport{replica=" + context.replica + ", connected="
                + Arrays.toString(peerLinks.connectedReplicas()) + '}';
    }
}
