package io.vireo.node.transport;

import io.vireo.journal.util.Invariant;
import io.vireo.node.auth.CalledProof;
import io.vireo.node.auth.CallerProof;
import io.vireo.node.auth.FileSeal;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import io.vireo.node.tls.Wire;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.agrona.DirectBuffer;

/**
 * One TCP connection: its socket, its two buffers, how far it has come and who is at the other end. Passive: {@link TcpTransport}, which
 * owns it, decides everything, on the one thread that polls.
 */
public final class Connection implements ReadyChannel {
    /** How far a connection has come; only forwards. */
    enum Stage {
        CONNECTING,
        /** Waits for HELLO (accepted) or for WELCOME (dialled). */
        HANDSHAKE,
        OPEN,
        /** A REJECT is on its way; what still arrives is thrown away, so that the other side can read it. */
        DRAINING,
        CLOSED
    }

    static final int NO_REPLICA = -1;

    final TcpTransport owner;
    final SocketChannel channel;
    /** The bytes of the socket, plain or by TLS. */
    final Wire wire;

    final boolean isDialled;
    final ReceiveBuffer received;
    final SendBuffer outgoing;
    final String remoteAddress;
    private BufferBudget budget;
    /** Of the wire, that the budget has paid for. */
    private int wireBytes;

    SelectionKey key;
    private Stage stage;
    int role;
    /** What it is for; of a client always {@link Lane#CONSENSUS}. */
    Lane lane = Lane.CONSENSUS;
    /** The replica at the other end; for a dialled connection the one it should be. */
    int replica = NO_REPLICA;

    /** Who dialled, of a connection of this side's; null for an accepted one. */
    PeerDialer dialer;

    /** What a connection between replicas is for, fixed by its handshake. */
    long[] groups;

    /** Groups whose frames go out here: those that no later connection has taken over. */
    int groupsCarried;

    /** The proofs of an accepted connection, while they are under way; null where the cluster has no secret. */
    CalledProof called;
    /** Those of a dialled one. */
    CallerProof calling;
    /** What binds frames about files to this connection; null for a client, and where the cluster has no secret. */
    FileSeal seal;

    long peerNonce;
    long deadlineNs;
    long lastReceivedNs;
    long lastSentNs;
    long bytesIn;
    long bytesOut;
    /** Since when the socket takes nothing of what waits; only while {@link #isWriteBlocked}. */
    long blockedSinceNs;

    boolean isWriteBlocked;
    boolean isInFlushList;
    /** In the {@link BulkIntake}: what there is to read has not been looked at yet. */
    boolean isInBulkReady;
    /** In the owner's list of those whose wire goes on without word of the socket. */
    boolean isHeld;
    /** Place in the owner's array of connections. */
    int index;
    /** Head of this connection's list in the {@link ClientDirectory}. */
    int firstClient = -1;

    int clientCount;

    Connection(
            final TcpTransport owner,
            final SocketChannel channel,
            final Wire wire,
            final boolean isDialled,
            final SocketAddress remote,
            final int sendMax,
            final BufferBudget budget) {
        this.owner = owner;
        this.channel = channel;
        this.wire = wire;
        this.isDialled = isDialled;
        this.stage = isDialled ? Stage.CONNECTING : Stage.HANDSHAKE;
        this.remoteAddress = String.valueOf(remote).replaceFirst("^[^/]*/", "");
        this.budget = budget;
        this.received = new ReceiveBuffer(budget);
        this.outgoing = new SendBuffer(sendMax, budget);
    }

    /** Sends one sealed frame to whoever is at the other end, in answer to its own; it may be lost with the connection. */
    public void send(final DirectBuffer buffer, final int offset, final int length) {
        owner.sendOn(this, buffer, offset, length);
    }

    /**
     * Lets the budget pay for what the wire holds now; false if it has no room for that. Of who is not let in the number of connections is the bound:
     * strangers who begin records must not use up what those have who are let in, or come back.
     */
    boolean chargeWire() {
        if (!isDialled && stage == Stage.HANDSHAKE) {
            return true;
        }
        final int held = wire.heldBytes();
        if (held > wireBytes && !budget.take(held - wireBytes)) {
            return false;
        }
        budget.giveBack(Math.max(0, wireBytes - held));
        wireBytes = held;
        return true;
    }

    /** Lets another budget pay for all buffers from now on, which must have room, and sets other bounds of what waits to be sent. */
    void chargeTo(final BufferBudget other, final int sendMax, final int kept) {
        received.chargeTo(other);
        outgoing.chargeTo(other, sendMax, kept);
        Invariant.check(other.take(wireBytes), "a budget that is charged for a wire has room");
        budget.giveBack(wireBytes);
        budget = other;
    }

    @Override
    public void onReady(final SelectionKey ready, final long nowNs) {
        owner.onReady(this);
    }

    public String remoteAddress() {
        return remoteAddress;
    }

    Stage stage() {
        return stage;
    }

    void stage(final Stage next) {
        if (next.compareTo(stage) <= 0) {
            throw new IllegalStateException("a connection cannot go from " + stage + " to " + next);
        }
        stage = next;
    }

    boolean isOpen() {
        return stage == Stage.OPEN;
    }

    boolean isReplica() {
        return role == HelloFlyweight.ROLE_REPLICA;
    }

    boolean isBulk() {
        return lane == Lane.BULK;
    }

    boolean isClient() {
        return role == HelloFlyweight.ROLE_CLIENT;
    }

    /** For logs: "replica 1", "replica 1 for bulk", "client" or "unknown". */
    String who() {
        return isReplica() ? "replica " + replica + (isBulk() ? " for bulk" : "") : isClient() ? "client" : "unknown";
    }

    /** Gives back the buffers that have grown and hold nothing; the next frame takes new ones. */
    void trim() {
        received.trim();
        outgoing.trim();
    }

    /** Releases socket and buffers; an error of the socket's close says nothing that matters any more, and is returned for the log. */
    IOException release() {
        received.close();
        outgoing.close();
        budget.giveBack(wireBytes);
        wireBytes = 0;
        try {
            wire.close();
            return null;
        } catch (final IOException e) {
            return e;
        }
    }
}
