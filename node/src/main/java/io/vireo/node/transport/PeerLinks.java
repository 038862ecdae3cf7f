package io.vireo.node.transport;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The connections with other replicas, two with each of their shards: for consensus and for bulk. Dials those that are due, leads the caller's
 * handshake, and knows which one carries the frames of a group. Belongs to the thread of the transport.
 */
final class PeerLinks implements Connections.ReplicaEnds {
    /**
     * What an idle connection to a replica keeps: under load every prepare is larger than what a client's may keep, and fresh memory for
     * each would cost its zeroing and its page faults.
     */
    private static final int PEER_KEPT = 1 << 20;

    private final TransportContext context;
    private final TcpTransport owner;
    private final Connections connections;
    private final Outgoing outgoing;
    private final Handshake handshake;
    private final Admission admission;
    private final Wires wires;
    private final TransportListener listener;
    private final TransportCounters counters;
    private final TurnTime time;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final PeerTable consensus;
    private final PeerTable bulk;
    private final PeerDialers dialers;
    private final AddressResolver resolver;
    /** Bounded by the number of replicas and their buffers' own bounds. */
    private final BufferBudget budget = new BufferBudget(Long.MAX_VALUE);

    PeerLinks(
            final TransportContext context,
            final TcpTransport owner,
            final PeerDialers dialers,
            final Connections connections,
            final Outgoing outgoing,
            final Handshake handshake,
            final Admission admission,
            final Wires wires,
            final TransportCounters counters,
            final TurnTime time) {
        this.context = context;
        this.owner = owner;
        this.connections = connections;
        this.outgoing = outgoing;
        this.handshake = handshake;
        this.admission = admission;
        this.wires = wires;
        this.listener = context.listener;
        this.counters = counters;
        this.time = time;
        this.consensus = new PeerTable(context.addresses.size(), context.groupCount, context.hostedGroups);
        this.bulk = new PeerTable(context.addresses.size(), context.groupCount, context.hostedGroups);
        this.dialers = dialers;
        this.resolver = new AddressResolver(dialers.targets());
        connections.replicaEnds(this);
    }

    // ---- what is where ----

    /** The open connection for frames of a lane and group to a replica, or null. */
    Connection get(final Lane lane, final int replica, final int group) {
        return table(lane).get(replica, group);
    }

    /** True if every group that is hosted here has a connection of this lane to a replica. */
    boolean isConnected(final Lane lane, final int replica) {
        return table(lane).isConnected(replica);
    }

    /** The same for one group that is hosted here. */
    boolean isConnected(final Lane lane, final int replica, final int group) {
        return table(lane).isConnected(replica, group);
    }

    private PeerTable table(final Lane lane) {
        return lane == Lane.BULK ? bulk : consensus;
    }

    /** Bytes that the buffers of all these connections take. */
    long bufferBytes() {
        return budget.bytes();
    }

    int[] connectedReplicas() {
        return IntStream.range(0, context.addresses.size())
                .filter(consensus::isConnected)
                .toArray();
    }

    // ---- calling ----

    /** When the next one is due to be dialled, if before this time. */
    long nextDeadlineNs(final long before) {
        long deadline = before;
        final List<PeerDialer> all = dialers.all();
        for (int i = 0; i < all.size(); i++) {
            final long attempt = all.get(i).nextAttemptNs();
            if (attempt != Long.MAX_VALUE && attempt - deadline < 0) {
                deadline = attempt;
            }
        }
        return deadline;
    }

    /** Dials those that are due. */
    void dial() {
        final List<PeerDialer> all = dialers.all();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isDue(time.nowNs())) {
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
                owner, channel, wires.call(channel, configured.host()), true, address, sendMax(dialer.lane), budget);
        connection.role = HelloFlyweight.ROLE_REPLICA;
        connection.replica = dialer.replica;
        connection.lane = dialer.lane;
        connection.groups = dialer.groups;
        connection.dialer = dialer;
        connection.deadlineNs = time.nowNs() + TransportContext.HANDSHAKE_TIMEOUT_NS;
        dialer.connection = connection;
        if (connections.add(connection, SelectionKey.OP_CONNECT)) {
            try {
                if (channel.connect(address)) {
                    onConnected(connection);
                }
            } catch (final IOException e) {
                connections.close(connection, CloseReason.IO_ERROR, e.getMessage());
            }
        }
    }

    /** The socket of a dialled connection has something to say about its connecting. */
    void onConnectable(final Connection connection) {
        try {
            connection.channel.finishConnect();
        } catch (final IOException e) {
            connections.close(connection, CloseReason.IO_ERROR, e.getMessage());
            return;
        }
        onConnected(connection);
    }

    private void onConnected(final Connection connection) {
        connection.key.interestOps(SelectionKey.OP_READ);
        connection.stage(Connection.Stage.HANDSHAKE);
        admission.call(connection);
        outgoing.offer(connection, admission.answer(), 0, admission.answerLength());
    }

    /** A frame of a connection that was dialled and is not open yet. */
    void onAnswer(final Connection connection, final int length) {
        final UnsafeBuffer buffer = connection.received.buffer();
        final int offset = connection.received.offset();
        header.wrap(buffer, offset);
        if (header.command() == Command.REJECT) {
            onReject(connection, buffer, offset, length);
        } else if (admission.isAboutProofs(connection, header.command())) {
            final String wrong = admission.proofRefusal(connection, buffer, offset, length);
            if (wrong != null) {
                connections.close(connection, CloseReason.AUTHENTICATION, wrong);
            } else if (admission.answerLength() > 0) {
                outgoing.offer(connection, admission.answer(), 0, admission.answerLength());
            }
        } else if (header.command() != Command.WELCOME) {
            connections.close(
                    connection, CloseReason.UNEXPECTED_FRAME, "HELLO is answered by command " + header.commandCode());
        } else {
            onWelcome(connection, buffer, offset, length);
        }
    }

    private void onWelcome(final Connection connection, final UnsafeBuffer buffer, final int offset, final int length) {
        final Refusal refusal =
                handshake.judgeWelcome(buffer, offset, length, connection.replica, connection.lane, connection.groups);
        if (refusal != null) {
            connections.close(connection, CloseReason.REJECTED, refusal.reason() + ": " + refusal.text());
            return;
        }
        connection.peerNonce = handshake.judged().processNonce();
        dialers.onAnswer(connection.dialer);
        if (!connection.isBulk()) {
            replace(
                    connection.replica,
                    dialers.learnHosted(connection.replica, handshake.judgedGroups(), time.nowNs()));
        }
        if (connection.stage() != Connection.Stage.CLOSED) {
            connection.dialer.onConnected();
            if (!connection.isBulk()) {
                dialers.onLetIn(connection.dialer, connection.peerNonce, time.nowNs());
            }
            open(connection);
        }
    }

    /** A wrong door names the right ones; any other rejection is one that somebody has to do something about. */
    private void onReject(final Connection connection, final UnsafeBuffer buffer, final int offset, final int length) {
        final int replica = connection.replica;
        final List<String> right = handshake.rightDoors(buffer, offset, length);
        final String text = handshake.readReject(buffer, offset, length);
        if (right.isEmpty()) {
            connections.close(connection, CloseReason.REJECTED_BY_PEER, text);
        } else if (connection.calling != null && !connection.calling.isProven()) {
            // Story: a process is down, and somebody else takes its port and names other doors of its replica. All
            // connections to that replica would be planned anew for it.
            connections.close(
                    connection,
                    CloseReason.REJECTED_BY_PEER,
                    text + "; who answers there has not proved that it knows the secret");
        } else if (!dialers.isKnown(replica, right)) {
            connections.close(
                    connection,
                    CloseReason.REJECTED_BY_PEER,
                    text + "; this side's cluster file has " + String.join(" ", context.addresses.get(replica)));
        } else {
            final PeerDialer dialer = connection.dialer;
            connections.close(connection, CloseReason.WRONG_DOOR, text);
            if (dialer.lane == Lane.BULK) {
                return; // Where the right door is, the connection beside it learns.
            }
            dialers.onAnswer(dialer);
            replace(replica, dialers.learn(replica, right, time.nowNs()));
        }
    }

    private void replace(final int replica, final List<PeerDialer> useless) {
        for (final PeerDialer dialer : useless) {
            if (dialer.connection != null) {
                connections.close(
                        dialer.connection,
                        CloseReason.REPLACED,
                        "replica " + replica + " now runs " + dialers.shardCount(replica) + " shards");
            }
        }
    }

    // ---- coming and going ----

    /** The handshake with a replica is done, whoever dialled. */
    void open(final Connection connection) {
        final int replica = connection.replica;
        for (final Connection displaced : table(connection.lane).open(connection)) {
            connections.close(displaced, CloseReason.REPLACED, "replica " + replica + " connected again");
        }
        // Of bulk everything, until there is none for a while: Housekeeping gives it back.
        connection.chargeTo(budget, sendMax(connection.lane), connection.isBulk() ? context.bulkSendMax : PEER_KEPT);
        connection.stage(Connection.Stage.OPEN);
        connection.lastReceivedNs = time.nowNs();
        connection.lastSentNs = time.nowNs();
        listener.onPeerConnected(replica, connection.lane, connection.remoteAddress);
    }

    private int sendMax(final Lane lane) {
        return lane == Lane.BULK ? context.bulkSendMax : context.peerSendMax;
    }

    @Override
    public void onReplicaEnded(
            final Connection ended, final boolean wasOpen, final CloseReason reason, final String text) {
        if (wasOpen) {
            table(ended.lane).close(ended);
            listener.onPeerDisconnected(ended.replica, ended.lane, ended.remoteAddress, reason, text);
        }
        if (!ended.isDialled) {
            return;
        }
        if (wasOpen) {
            ended.dialer.onDisconnected(time.nowNs());
        } else {
            onDialFailure(ended.dialer, ended.remoteAddress, reason, text);
        }
    }

    private void onDialFailure(
            final PeerDialer dialer, final String address, final CloseReason reason, final String text) {
        dialers.onSilence(dialer);
        final boolean isFinal = reason == CloseReason.REJECTED
                || reason == CloseReason.REJECTED_BY_PEER
                || reason == CloseReason.AUTHENTICATION
                || reason == CloseReason.TLS;
        if (dialer.onFailure(time.nowNs(), text, isFinal)) {
            listener.onRefused(
                    "replica " + dialer.replica + (dialer.lane == Lane.BULK ? " for bulk" : ""),
                    address,
                    reason,
                    text + " (attempt " + dialer.failures() + ")");
        }
    }

    /** Looks up no more names. */
    void close() {
        resolver.close();
    }
}
