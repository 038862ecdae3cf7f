package io.vireo.node.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.RejectReason;
import io.vireo.node.port.ClientEdge;
import io.vireo.node.port.Clock;
import io.vireo.node.port.MessageBus;
import io.vireo.node.tls.TlsException;
import io.vireo.node.tls.TlsRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The TCP bus of one shard: listens, dials the shards of replicas with lower ids that host the same groups, and carries frames both ways.
 * Plain NIO, one selector, which others of the shard may share, no thread of its own: everything happens inside {@link #poll} and {@link #flush}, on the shard's thread; only
 * {@link #wakeup} may be called from others. Frames are copied into the outgoing buffer of a connection and written once per duty cycle. Every incoming frame is
 * validated here, once; one that fails costs its connection, never the process. What does not fit is dropped (replicas) or ends the
 * connection (clients that do not read); nothing here waits for anybody.
 */
public final class TcpTransport implements MessageBus, ClientEdge, AutoCloseable {
    /**
     * So much waiting is written at once, without waiting for the end of the duty cycle: a system call more is little against it, and the
     * other side works on a large prepare while this one stages its own copy.
     */
    private static final int FLUSH_AT = 32 * 1024;
    /** How often a connection that fills its buffer is read before the next one gets its turn. */
    private static final int READS_PER_POLL = 8;

    /**
     * What an idle connection to a replica keeps: under load every prepare is larger than what a client's may keep, and fresh memory for
     * each would cost its zeroing and its page faults.
     */
    private static final int PEER_KEPT = 1 << 20;

    private static final long HOUSEKEEPING_NS = 100_000_000L;
    private static final int CLIENT_OFFSET = HeaderFlyweight.OWN_FIELDS_OFFSET;

    private final TransportContext context;
    private final Clock clock;
    private final TransportListener listener;
    private final MessageCheck check;
    private final Handshake handshake;
    private final Admission admission;
    private final FrameGuard guard;
    private final AddressResolver resolver;
    private final TransportCounters counters = new TransportCounters();
    private final ClientDirectory clients;
    private final BufferBudget clientBudget;
    /** Bounded by the number of replicas and their buffers' own bounds. */
    private final BufferBudget peerBudget = new BufferBudget(Long.MAX_VALUE);

    private final HeaderFlyweight header = new HeaderFlyweight();
    private final Selector selector;
    private final Acceptor acceptor;
    private final Consumer<SelectionKey> onSelected = this::onSelected;
    private final Consumer<Connection> onHeld = this::read;

    private final PeerTable peers;
    private final PeerDialers dialers;
    private final List<Connection> connections = new ArrayList<>();
    private final Callers callers;
    private final List<Connection> toFlush = new ArrayList<>();
    private final Wires wires;
    private long nowNs;
    private long nextHousekeepingNs;
    private int work;
    /** Guards {@link #isClosed} between the shard's thread and those that wake it: a closed selector takes no wake-up. */
    private final Object closing = new Object();

    private boolean isClosed;

    /** Binds the listening address; nothing is accepted or dialled before the first {@link #poll}. */
    public TcpTransport(final TransportContext context) {
        context.conclude();
        this.context = context;
        this.clock = context.clock;
        this.listener = context.listener;
        this.check = new MessageCheck(context.clusterLo, context.clusterHi, context.frameSizeMax);
        this.handshake = new Handshake(context, check);
        this.admission = new Admission(context, handshake);
        this.guard = new FrameGuard(context);
        this.callers = new Callers(context.connectionsMax);
        this.clients = new ClientDirectory(context.clientsMax, context.clientsPerConnectionMax);
        this.clientBudget = new BufferBudget(context.clientBuffersMax);
        this.nowNs = clock.monotonicNs();
        this.nextHousekeepingNs = nowNs;
        this.peers = new PeerTable(context.addresses.size(), context.groupCount, context.hostedGroups);
        this.dialers = new PeerDialers(context, nowNs);
        final HostPort listen = HostPort.parse(
                context.listenAddress != null
                        ? context.listenAddress
                        : context.addresses.get(context.replica).get(0));
        try {
            this.selector = Selector.open();
            this.acceptor = new Acceptor(listen, selector, this::onAccepted, this::onAcceptFailure);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot open a selector: " + e.getMessage(), e);
        }
        this.resolver = new AddressResolver(dialers.targets());
        this.wires = new Wires(context.tls, this::wakeup);
    }

    // ---- driven by the shard's thread ----

    /**
     * Takes in what has arrived and does what is due; frames reach the listener from here.
     *
     * @param timeoutNs how long to wait for something to arrive; 0 or less not at all. {@link #wakeup} ends the wait.
     * @return how many sockets had something.
     */
    public int poll(final long timeoutNs) {
        work = 0;
        try {
            if (timeoutNs > 0 && !wires.isAnyInput()) {
                // Rounded up: rounding down would poll a whole millisecond without waiting.
                selector.select(onSelected, (timeoutNs + 999_999) / 1_000_000);
            } else {
                selector.selectNow(onSelected);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the selector failed: " + e.getMessage(), e);
        }
        nowNs = clock.monotonicNs();
        work += wires.takeHeld(onHeld);
        dial();
        if (nowNs - nextHousekeepingNs >= 0) {
            nextHousekeepingNs = nowNs + HOUSEKEEPING_NS;
            keepHouse();
        }
        return work;
    }

    /** Writes what was sent since the last flush, as far as the sockets take it. */
    public void flush() {
        for (int i = 0; i < toFlush.size(); i++) {
            final Connection connection = toFlush.get(i);
            connection.isInFlushList = false;
            if (connection.stage() != Connection.Stage.CLOSED && !connection.isWriteBlocked) {
                write(connection);
            }
        }
        toFlush.clear();
    }

    /** Latest time by which {@link #poll} wants to be called again. */
    public long nextDeadlineNs() {
        long deadline = nextHousekeepingNs;
        final List<PeerDialer> all = dialers.all();
        for (int i = 0; i < all.size(); i++) {
            final long attempt = all.get(i).nextAttemptNs();
            if (attempt != Long.MAX_VALUE && attempt - deadline < 0) {
                deadline = attempt;
            }
        }
        return deadline;
    }

    /** Ends a waiting {@link #poll}, or makes the next one not wait; does nothing once closed. From any thread. */
    public void wakeup() {
        synchronized (closing) {
            if (!isClosed) {
                selector.wakeup();
            }
        }
    }

    // ---- bus ----

    @Override
    public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        final int group = buffer.getShort(offset + HeaderFlyweight.GROUP_OFFSET, LITTLE_ENDIAN) & 0xffff;
        final Connection peer = peers.get(replica, group);
        if (peer == null) {
            counters.add(TransportCounter.DROPPED_NOT_CONNECTED, 1);
        } else if (!enqueue(peer, buffer, offset, length)) {
            counters.add(TransportCounter.DROPPED_BUFFER_FULL, 1);
        }
    }

    @Override
    public int waiting(final int replica, final int group) {
        final Connection peer = peers.get(replica, group);
        return peer == null ? 0 : peer.outgoing.pending();
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        final Connection client = clients.connectionOf(clientLo, clientHi);
        if (client == null) {
            counters.add(TransportCounter.DROPPED_NO_CLIENT, 1);
        } else {
            sendOn(client, buffer, offset, length);
        }
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        // Backwards, because a client that is too slow leaves the list.
        for (int i = connections.size() - 1; i >= 0; i--) {
            final Connection connection = connections.get(i);
            if (connection.isClient()) {
                sendOn(connection, buffer, offset, length);
            }
        }
    }

    /** Sends to one connection; a client whose buffer is full loses it. */
    void sendOn(final Connection connection, final DirectBuffer buffer, final int offset, final int length) {
        if (connection.isOpen() && !enqueue(connection, buffer, offset, length)) {
            close(
                    connection,
                    CloseReason.SLOW,
                    connection.outgoing.pending() + " bytes wait for a client that does not read them");
        }
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

    /** True if every group that is hosted here has a connection to this replica. */
    public boolean isConnected(final int replica) {
        return peers.isConnected(replica);
    }

    /** Whether the process of another replica that hosts this group, which is hosted here, is connected. */
    public boolean isConnected(final int replica, final int group) {
        return peers.isConnected(replica, group);
    }

    @Override
    public boolean isClientHere(final long clientLo, final long clientHi) {
        return clients.connectionOf(clientLo, clientHi) != null;
    }

    /** Sockets besides the listening one, in whatever stage. */
    public int connectionCount() {
        return connections.size();
    }

    public int clientConnectionCount() {
        int count = 0;
        for (int i = 0; i < connections.size(); i++) {
            count += connections.get(i).isClient() ? 1 : 0;
        }
        return count;
    }

    /** Client ids that have a connection here. */
    public int clientCount() {
        return clients.size();
    }

    /** Bytes that the buffers of all client connections take. */
    public long clientBufferBytes() {
        return clientBudget.bytes();
    }

    // ---- arriving ----

    private void onSelected(final SelectionKey key) {
        work++;
        nowNs = clock.monotonicNs();
        ((ReadyChannel) key.attachment()).onReady(key, nowNs);
    }

    void onReady(final Connection connection) {
        final SelectionKey key = connection.key;
        if (key.isValid() && key.isConnectable()) {
            onConnectable(connection);
            return;
        }
        if (key.isValid() && key.isWritable()) {
            write(connection);
        }
        if (key.isValid() && key.isReadable()) {
            read(connection);
        }
    }

    private void onAccepted(final SocketChannel channel) {
        counters.add(TransportCounter.ACCEPTED, 1);
        final Connection connection = new Connection(
                this, channel, wires.accept(channel), false, remote(channel), context.clientSendMax, clientBudget);
        connection.deadlineNs = nowNs + TransportContext.HANDSHAKE_TIMEOUT_NS;
        if (!add(connection, SelectionKey.OP_READ)) {
            return;
        }
        callers.add(connection);
        final Connection tooMany = callers.oneTooMany(connections.size());
        if (tooMany == connection) {
            reject(
                    connection,
                    new Refusal(
                            RejectReason.TOO_MANY_CONNECTIONS,
                            "there are " + context.connectionsMax + " connections, which is the limit of this process",
                            List.of()),
                    CloseReason.TOO_MANY_CONNECTIONS);
            write(connection);
            // Not drained: that would keep the very socket that is too many.
            close(connection, null, "");
        } else if (tooMany != null) {
            // One that was rejected has been counted.
            final boolean isRejected = tooMany.stage() == Connection.Stage.DRAINING;
            close(
                    tooMany,
                    isRejected ? null : CloseReason.TOO_MANY_CONNECTIONS,
                    "others have come since, and it has not been let in");
        }
    }

    private void onAcceptFailure(final IOException failure) {
        refuse("unknown", "any", CloseReason.IO_ERROR, "cannot accept connections: " + failure.getMessage());
    }

    private void onConnectable(final Connection connection) {
        try {
            connection.channel.finishConnect();
        } catch (final IOException e) {
            close(connection, CloseReason.IO_ERROR, e.getMessage());
            return;
        }
        onConnected(connection);
    }

    private void onConnected(final Connection connection) {
        connection.key.interestOps(SelectionKey.OP_READ);
        connection.stage(Connection.Stage.HANDSHAKE);
        admission.call(connection);
        enqueue(connection, admission.answer(), 0, admission.answerLength());
    }

    private void read(final Connection connection) {
        readFrames(connection);
        if (connection.stage() != Connection.Stage.CLOSED && isPaid(connection) && wires.isToWrite(connection)) {
            wantFlush(connection);
        }
    }

    /** False if what the connection's wire holds is too much for the budget, and it is closed. */
    private boolean isPaid(final Connection connection) {
        if (connection.chargeWire()) {
            return true;
        }
        close(connection, CloseReason.OUT_OF_BUFFERS, "the buffers of all clients together are at their limit");
        return false;
    }

    private void readFrames(final Connection connection) {
        try {
            for (int i = 0; i < READS_PER_POLL; i++) {
                final int read = connection.received.read(connection.wire, frameMax(connection));
                if (read < 0) {
                    onEndOfStream(connection);
                    return;
                }
                if (read > 0) {
                    connection.lastReceivedNs = nowNs;
                    counters.add(TransportCounter.BYTES_IN, read);
                } else if (connection.received.isStarved()) {
                    close(
                            connection,
                            CloseReason.OUT_OF_BUFFERS,
                            "the buffers of all clients together are at their limit");
                    return;
                }
                final boolean isFull = connection.received.isStarved();
                takeFrames(connection);
                if (!isFull || connection.stage() == Connection.Stage.CLOSED) {
                    return;
                }
            }
        } catch (final IOException e) {
            close(connection, reason(e), e.getMessage());
        }
    }

    private static CloseReason reason(final IOException e) {
        return e instanceof TlsException ? CloseReason.TLS : CloseReason.IO_ERROR;
    }

    private void onEndOfStream(final Connection connection) {
        final int rest = connection.received.available();
        if (connection.stage() == Connection.Stage.DRAINING) {
            close(connection, null, "");
        } else if (TlsRecords.isAlert(connection.received.buffer(), connection.received.offset(), rest)) {
            close(connection, CloseReason.TLS, TlsRecords.TLS_CALLED_REPLICA);
        } else if (rest > 0) {
            close(
                    connection,
                    CloseReason.TRUNCATED,
                    "closed by the other side inside a frame, after " + rest + " bytes of it");
        } else {
            close(connection, CloseReason.PEER_CLOSED, "closed by the other side");
        }
    }

    private int frameMax(final Connection connection) {
        if (connection.isOpen()) {
            return context.frameSizeMax;
        }
        return connection.isDialled ? TransportContext.HANDSHAKE_ANSWER_MAX : TransportContext.HANDSHAKE_FRAME_MAX;
    }

    private void takeFrames(final Connection connection) {
        while (connection.stage() != Connection.Stage.CLOSED) {
            if (connection.stage() == Connection.Stage.DRAINING) {
                connection.received.clear();
                return;
            }
            if (isTlsCaller(connection)) {
                reject(
                        connection,
                        new Refusal(RejectReason.MALFORMED, TlsRecords.TLS_CALLER_OF_REPLICA, List.of()),
                        CloseReason.TLS);
                continue;
            }
            final int length = connection.received.frameLength(frameMax(connection));
            if (length == ReceiveBuffer.INCOMPLETE) {
                return;
            }
            if (length == ReceiveBuffer.ILLEGAL_SIZE) {
                close(
                        connection,
                        CloseReason.OVERSIZE,
                        "frame states " + connection.received.statedSize() + " bytes, allowed are "
                                + HeaderFlyweight.HEADER_LENGTH + " to " + frameMax(connection));
                return;
            }
            counters.add(TransportCounter.FRAMES_IN, 1);
            if (connection.isOpen()) {
                onFrame(connection, length);
            } else if (connection.isDialled) {
                onHandshakeAnswer(connection, length);
            } else {
                onCall(connection, length);
            }
            if (connection.stage() != Connection.Stage.CLOSED) {
                connection.received.consume(length);
            }
        }
    }

    private static boolean isTlsCaller(final Connection connection) {
        return !connection.isDialled
                && !connection.isOpen()
                && TlsRecords.isClientHello(
                        connection.received.buffer(), connection.received.offset(), connection.received.available());
    }

    /** A frame of somebody who has come here and is not let in yet. */
    private void onCall(final Connection connection, final int length) {
        final Admission.Verdict verdict =
                admission.onFrame(connection, connection.received.buffer(), connection.received.offset(), length);
        if (verdict == Admission.Verdict.REFUSE) {
            if (admission.answerLength() > 0) {
                // The caller has proved itself, and believes a rejection that names doors only of who has too.
                enqueue(connection, admission.answer(), 0, admission.answerLength());
            }
            reject(connection, admission.refusal(), admission.closeReason());
            return;
        }
        if (verdict == Admission.Verdict.ADMIT) {
            callers.remove(connection);
            connection.wire.admit();
            if (connection.isReplica()) {
                open(connection);
            } else {
                connection.stage(Connection.Stage.OPEN);
            }
        }
        enqueue(connection, admission.answer(), 0, admission.answerLength());
    }

    private void onHandshakeAnswer(final Connection connection, final int length) {
        final UnsafeBuffer buffer = connection.received.buffer();
        final int offset = connection.received.offset();
        header.wrap(buffer, offset);
        if (header.command() == Command.REJECT) {
            onReject(connection, buffer, offset, length);
        } else if (admission.isAboutProofs(connection, header.command())) {
            final String wrong = admission.proofRefusal(connection, buffer, offset, length);
            if (wrong != null) {
                close(connection, CloseReason.AUTHENTICATION, wrong);
            } else if (admission.answerLength() > 0) {
                enqueue(connection, admission.answer(), 0, admission.answerLength());
            }
        } else if (header.command() != Command.WELCOME) {
            close(connection, CloseReason.UNEXPECTED_FRAME, "HELLO is answered by command " + header.commandCode());
        } else {
            final Refusal refusal =
                    handshake.judgeWelcome(buffer, offset, length, connection.replica, connection.groups);
            if (refusal != null) {
                close(connection, CloseReason.REJECTED, refusal.reason() + ": " + refusal.text());
                return;
            }
            connection.peerNonce = handshake.judged().processNonce();
            dialers.onAnswer(connection.dialer);
            replace(connection.replica, dialers.learnHosted(connection.replica, handshake.judgedGroups(), nowNs));
            if (connection.stage() != Connection.Stage.CLOSED) {
                connection.dialer.onConnected();
                open(connection);
            }
        }
    }

    /** A wrong door names the right ones; any other rejection is one that somebody has to do something about. */
    private void onReject(final Connection connection, final UnsafeBuffer buffer, final int offset, final int length) {
        final int replica = connection.replica;
        final List<String> right = handshake.rightDoors(buffer, offset, length);
        final String text = handshake.readReject(buffer, offset, length);
        if (right.isEmpty()) {
            close(connection, CloseReason.REJECTED_BY_PEER, text);
        } else if (connection.calling != null && !connection.calling.isProven()) {
            // Story: a process is down, and somebody else takes its port and names other doors of its replica. All
            // connections to that replica would be planned anew for it.
            close(
                    connection,
                    CloseReason.REJECTED_BY_PEER,
                    text + "; who answers there has not proved that it knows the secret");
        } else if (!dialers.isKnown(replica, right)) {
            close(
                    connection,
                    CloseReason.REJECTED_BY_PEER,
                    text + "; this side's cluster file has " + String.join(" ", context.addresses.get(replica)));
        } else {
            final PeerDialer dialer = connection.dialer;
            close(connection, CloseReason.WRONG_DOOR, text);
            dialers.onAnswer(dialer);
            replace(replica, dialers.learn(replica, right, nowNs));
        }
    }

    private void replace(final int replica, final List<PeerDialer> useless) {
        for (final PeerDialer dialer : useless) {
            if (dialer.connection != null) {
                close(
                        dialer.connection,
                        CloseReason.REPLACED,
                        "replica " + replica + " now runs " + dialers.shardCount(replica) + " shards");
            }
        }
    }

    /** The handshake with a replica is done. */
    private void open(final Connection connection) {
        final int replica = connection.replica;
        for (final Connection displaced : peers.open(connection)) {
            close(displaced, CloseReason.REPLACED, "replica " + replica + " connected again");
        }
        connection.chargeTo(peerBudget, context.peerSendMax, PEER_KEPT);
        connection.stage(Connection.Stage.OPEN);
        connection.lastReceivedNs = nowNs;
        connection.lastSentNs = nowNs;
        listener.onPeerConnected(replica, connection.remoteAddress);
    }

    private void onFrame(final Connection connection, final int length) {
        final UnsafeBuffer buffer = connection.received.buffer();
        final int offset = connection.received.offset();
        final String invalid = check.invalidReason(buffer, offset, length);
        if (invalid != null) {
            counters.invalid(invalid);
            close(connection, CloseReason.INVALID_FRAME, invalid);
            return;
        }
        header.wrap(buffer, offset);
        final Command command = header.command();
        final String refusal = guard.refusal(connection, header, command);
        if (refusal != null) {
            close(connection, CloseReason.UNEXPECTED_FRAME, refusal);
            return;
        }
        final String forgery = Admission.forgery(connection, command, buffer, offset);
        if (forgery != null) {
            close(connection, CloseReason.AUTHENTICATION, forgery);
            return;
        }
        if (command == Command.HELLO) {
            return; // "still here", which lastReceivedNs has noted
        }
        if (command == Command.SCRUB) {
            listener.onScrubRequest(connection);
            return;
        }
        if (command == Command.STATUS) {
            listener.onStatusRequest(connection);
            return;
        }
        if (guard.isElsewhere(connection, header.group())) {
            reject(connection, handshake.wrongDoor("group " + header.group()), CloseReason.WRONG_DOOR);
            return;
        }
        if (connection.isClient()) {
            final long lo = buffer.getLong(offset + CLIENT_OFFSET, LITTLE_ENDIAN);
            final long hi = buffer.getLong(offset + CLIENT_OFFSET + Long.BYTES, LITTLE_ENDIAN);
            if (!clients.learn(lo, hi, connection)) {
                close(
                        connection,
                        CloseReason.TOO_MANY_CLIENTS,
                        "more than " + context.clientsPerConnectionMax + " client ids on a connection or "
                                + context.clientsMax + " in all");
                return;
            }
        }
        listener.onFrame(header.group(), buffer, offset, length);
    }

    // ---- leaving ----

    private boolean enqueue(
            final Connection connection, final DirectBuffer buffer, final int offset, final int length) {
        final UnsafeBuffer sealed = Admission.sealed(connection, buffer, offset);
        final boolean isTaken = sealed == null
                ? connection.outgoing.offer(buffer, offset, length)
                : connection.outgoing.offer(sealed, buffer, offset, length);
        if (!isTaken) {
            return false;
        }
        counters.add(TransportCounter.FRAMES_OUT, 1);
        if (!connection.isWriteBlocked) {
            if (connection.outgoing.pending() >= FLUSH_AT) {
                write(connection);
            } else {
                wantFlush(connection);
            }
        }
        return true;
    }

    private void wantFlush(final Connection connection) {
        if (!connection.isInFlushList) {
            connection.isInFlushList = true;
            toFlush.add(connection);
        }
    }

    /** Writes once; whether the rest waits for the socket shows in the key. */
    private void write(final Connection connection) {
        final long before = connection.wire.sentBytes();
        final int written;
        try {
            written = connection.outgoing.writeTo(connection.wire);
            connection.wire.flush();
        } catch (final IOException e) {
            close(connection, reason(e), e.getMessage());
            return;
        }
        counters.add(TransportCounter.BYTES_OUT, written);
        connection.lastSentNs = nowNs;
        final boolean isAll = connection.outgoing.pending() == 0;
        final boolean isRest = connection.wire.awaitsWritable(!isAll);
        if (connection.wire.sentBytes() > before || !connection.isWriteBlocked) {
            connection.blockedSinceNs = nowNs;
        }
        if (isRest != connection.isWriteBlocked) {
            connection.isWriteBlocked = isRest;
            if (isRest) {
                connection.key.interestOpsOr(SelectionKey.OP_WRITE);
            } else {
                connection.key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        }
        if (!isRest && isAll && connection.stage() == Connection.Stage.DRAINING) {
            try {
                connection.wire.endOutput();
            } catch (final IOException e) {
                close(connection, null, e.getMessage());
                return;
            }
        }
        if (isPaid(connection)) {
            wires.settle(connection);
        }
    }

    // ---- what is due ----

    private void dial() {
        final List<PeerDialer> all = dialers.all();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isDue(nowNs)) {
                dial(all.get(i));
            }
        }
    }

    private void dial(final PeerDialer dialer) {
        final int target = dialers.target(dialer);
        final InetSocketAddress address = resolver.address(target);
        final HostPort configured = dialers.targets()[target];
        if (address == null || address.isUnresolved()) {
            onDialFailure(
                    dialer,
                    configured.toString(),
                    CloseReason.IO_ERROR,
                    "the name " + configured.host() + " has no address");
            return;
        }
        counters.add(TransportCounter.DIALLED, 1);
        final SocketChannel channel;
        try {
            channel = SocketChannel.open();
        } catch (final IOException e) {
            onDialFailure(dialer, configured.toString(), CloseReason.IO_ERROR, e.getMessage());
            return;
        }
        final Connection connection = new Connection(
                this, channel, wires.call(channel, configured.host()), true, address, context.peerSendMax, peerBudget);
        connection.role = HelloFlyweight.ROLE_REPLICA;
        connection.replica = dialer.replica;
        connection.groups = dialer.groups;
        connection.dialer = dialer;
        connection.deadlineNs = nowNs + TransportContext.HANDSHAKE_TIMEOUT_NS;
        dialer.connection = connection;
        if (add(connection, SelectionKey.OP_CONNECT)) {
            try {
                if (channel.connect(address)) {
                    onConnected(connection);
                }
            } catch (final IOException e) {
                close(connection, CloseReason.IO_ERROR, e.getMessage());
            }
        }
    }

    private void onDialFailure(
            final PeerDialer dialer, final String address, final CloseReason reason, final String text) {
        dialers.onSilence(dialer);
        final boolean isFinal = reason == CloseReason.REJECTED
                || reason == CloseReason.REJECTED_BY_PEER
                || reason == CloseReason.AUTHENTICATION
                || reason == CloseReason.TLS;
        if (dialer.onFailure(nowNs, text, isFinal)) {
            listener.onRefused(
                    "replica " + dialer.replica, address, reason, text + " (attempt " + dialer.failures() + ")");
        }
    }

    private void keepHouse() {
        acceptor.resume();
        for (int i = connections.size() - 1; i >= 0; i--) {
            final Connection connection = connections.get(i);
            switch (connection.stage()) {
                case CONNECTING, HANDSHAKE -> {
                    if (nowNs - connection.deadlineNs >= 0) {
                        close(
                                connection,
                                CloseReason.HANDSHAKE_TIMEOUT,
                                "no handshake within " + TransportContext.HANDSHAKE_TIMEOUT_NS / 1_000_000 + " ms");
                    }
                }
                case DRAINING -> {
                    if (nowNs - connection.deadlineNs >= 0) {
                        close(connection, null, "");
                    }
                }
                case OPEN -> keepAlive(connection);
                case CLOSED -> throw new IllegalStateException("a closed connection is still listed");
            }
        }
    }

    /**
     * TCP alone notices a vanished machine or a healed partition after many seconds to minutes, and on a connection without traffic never:
     * so replicas say that they are still there, and one that does not is dialled anew.
     */
    private void keepAlive(final Connection connection) {
        if (connection.isWriteBlocked && nowNs - connection.blockedSinceNs >= TransportContext.SILENCE_MAX_NS) {
            close(
                    connection,
                    CloseReason.SLOW,
                    "took none of " + connection.outgoing.pending() + " waiting bytes for "
                            + TransportContext.SILENCE_MAX_NS / 1_000_000 + " ms");
        } else if (connection.isReplica() && nowNs - connection.lastReceivedNs >= TransportContext.SILENCE_MAX_NS) {
            close(connection, CloseReason.SILENT, "silent for " + TransportContext.SILENCE_MAX_NS / 1_000_000 + " ms");
        } else if (connection.isReplica() && nowNs - connection.lastSentNs >= TransportContext.KEEP_ALIVE_NS) {
            enqueue(connection, handshake.frame(), 0, handshake.writeHello(connection.replica, connection.groups));
        }
    }

    // ---- coming and going ----

    private boolean add(final Connection connection, final int interest) {
        connection.index = connections.size();
        connections.add(connection);
        try {
            connection.channel.configureBlocking(false);
            connection.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            connection.key = connection.channel.register(selector, interest, connection);
            return true;
        } catch (final IOException e) {
            close(connection, CloseReason.IO_ERROR, e.getMessage());
            return false;
        }
    }

    private void reject(final Connection connection, final Refusal refusal, final CloseReason reason) {
        if (reason.isRefusal() && admission.isNews(connection, reason)) {
            refuse(connection.who(), connection.remoteAddress, reason, refusal.reason() + ": " + refusal.text());
        } else {
            counters.closed(reason);
        }
        if (connection.isOpen()) {
            connection.deadlineNs = nowNs + TransportContext.HANDSHAKE_TIMEOUT_NS;
        }
        // Else until its deadline: who does not read the rejection holds its place no longer than who says nothing.
        connection.stage(Connection.Stage.DRAINING);
        enqueue(connection, handshake.frame(), 0, handshake.writeReject(refusal));
    }

    private void refuse(final String who, final String address, final CloseReason reason, final String text) {
        counters.closed(reason);
        listener.onRefused(who, address, reason, text);
    }

    /** Ends a connection; a null reason means that it has been counted and reported before. */
    private void close(final Connection connection, final CloseReason reason, final String text) {
        if (connection.stage() == Connection.Stage.CLOSED) {
            return;
        }
        final boolean wasOpen = connection.isOpen();
        connection.stage(Connection.Stage.CLOSED);
        callers.remove(connection);
        clients.forget(connection);
        final Connection last = connections.remove(connections.size() - 1);
        if (last != connection) {
            connections.set(connection.index, last);
            last.index = connection.index;
        }
        final IOException closeError = connection.release();
        final String whole =
                closeError == null ? text : text + "; closing the socket failed: " + closeError.getMessage();
        if (reason != null) {
            counters.closed(reason);
        }
        if (connection.isReplica()) {
            if (wasOpen) {
                peers.close(connection);
                listener.onPeerDisconnected(connection.replica, connection.remoteAddress, reason, whole);
            }
            if (connection.isDialled) {
                if (wasOpen) {
                    connection.dialer.onDisconnected(nowNs);
                } else {
                    onDialFailure(connection.dialer, connection.remoteAddress, reason, whole);
                }
                return;
            }
        }
        if (reason != null && reason.isRefusal() && !(wasOpen && connection.isReplica())) {
            listener.onRefused(connection.who(), connection.remoteAddress, reason, whole);
        }
    }

    private static SocketAddress remote(final SocketChannel channel) {
        try {
            return channel.getRemoteAddress();
        } catch (final IOException e) {
            return InetSocketAddress.createUnresolved("closed", 0);
        }
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
        flush();
        resolver.close();
        for (final Connection connection : connections.toArray(new Connection[0])) {
            close(connection, CloseReason.STOPPED, "this process stops");
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
        return "TcpTransport{replica=" + context.replica + ", connected=" + Arrays.toString(connectedReplicas()) + '}';
    }

    private int[] connectedReplicas() {
        return IntStream.range(0, context.addresses.size())
                .filter(peers::isConnected)
                .toArray();
    }
}
