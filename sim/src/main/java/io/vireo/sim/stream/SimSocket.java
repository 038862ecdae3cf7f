package io.vireo.sim.stream;

import io.vireo.node.gateway.GatewayConnection;
import io.vireo.sim.network.FrameFaults;
import io.vireo.sim.network.NetworkFaults;
import io.vireo.sim.random.Draws;
import io.vireo.sim.time.EventQueue;
import java.util.Arrays;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One connection of a client to a gateway, over bytes that arrive in their order, late, in pieces, and not at all once it is broken. Its
 * ends hear of each other only what has arrived.
 */
final class SimSocket {
    /** Whose the client's end is. */
    interface Owner {
        void onConnected(SimSocket socket);

        void onRefused(SimSocket socket);

        /** Bytes from the gateway, not to be changed. */
        void onReceived(SimSocket socket, byte[] bytes);

        /** The connection is gone; nothing comes any more. */
        void onBroken(SimSocket socket);
    }

    /** Bytes under way to a client that does not keep up; what is more waits in the gateway. */
    private static final int TO_CLIENT_MAX = 64 << 10;

    private static final int CUT_OF_16 = 2;

    private final EventQueue queue;
    private final Draws draws;
    private final Owner owner;
    private final NetworkFaults faults;
    /** What arrived for the gateway and was not taken yet, of which a read takes as much as there is: it does not say how it was sent. */
    private final ExpandableArrayBuffer inbound = new ExpandableArrayBuffer();

    private int inboundLength;

    private long toGatewayNs;
    private long toClientNs;
    private int underWayToClient;
    /** Null before it is accepted, and after its end there. */
    private SimShard shard;

    private GatewayConnection connection;
    private boolean isClosedByClient;
    private boolean isBroken;

    SimSocket(final EventQueue queue, final Draws draws, final Owner owner, final NetworkFaults faults) {
        this.queue = queue;
        this.draws = draws;
        this.owner = owner;
        this.faults = faults;
    }

    // ---- the client's end ----

    /** Asks for a connection; {@code door} is looked up when the asking has arrived, and null then if nobody listens. */
    void connect(final Supplier<SimShard> door) {
        queue.after(delayNs(), () -> {
            final SimShard found = door.get();
            final boolean isAccepted = found != null && !isClosedByClient && found.accept(this);
            queue.after(delayNs(), () -> {
                if (!isClosedByClient && isAccepted) {
                    owner.onConnected(this);
                } else if (!isClosedByClient) {
                    owner.onRefused(this);
                }
            });
        });
    }

    /** Sends bytes, which may arrive in two pieces, or with the connection broken in the midst of them. */
    void send(final byte[] bytes, final boolean isFaulty) {
        final FrameFaults frames = faults.frames();
        if (isFaulty && draws.chance(frames.resetRate(), NetworkFaults.WHOLE)) {
            final int cut = draws.nextInt(bytes.length);
            toGateway(Arrays.copyOf(bytes, cut));
            breakOff();
        } else if (bytes.length > 1 && draws.chance(CUT_OF_16, 16)) {
            final int cut = draws.between(1, bytes.length - 1);
            toGateway(Arrays.copyOf(bytes, cut));
            toGateway(Arrays.copyOfRange(bytes, cut, bytes.length));
        } else {
            toGateway(bytes);
        }
    }

    /** The client goes away; the gateway hears of it later. */
    void close() {
        isClosedByClient = true;
        atGateway(this::end);
    }

    // ---- the gateway's end ----

    /** It is accepted, and bytes go to this connection. */
    void onAccepted(final SimShard newShard, final GatewayConnection newConnection) {
        shard = newShard;
        connection = newConnection;
    }

    /** Gives the gateway what has arrived, and sends what it has for the client; returns how often that went on. */
    int pump() {
        int moved = 0;
        while (connection != null && inboundLength > 0 && connection.receiveMax() > 0) {
            final byte[] read = new byte[Math.min(inboundLength, connection.receiveMax())];
            inbound.getBytes(0, read);
            inboundLength -= read.length;
            inbound.putBytes(0, inbound, read.length, inboundLength);
            connection.onReceived(new UnsafeBuffer(read), 0, read.length);
            moved++;
        }
        while (connection != null && connection.outputLength() > 0 && underWayToClient < TO_CLIENT_MAX) {
            final byte[] bytes = new byte[Math.min(connection.outputLength(), TO_CLIENT_MAX - underWayToClient)];
            final DirectBuffer output = connection.output();
            output.getBytes(connection.outputOffset(), bytes);
            toClient(bytes);
            connection.onSent(bytes.length);
            moved++;
        }
        return moved;
    }

    /** The process of the gateway has ended. */
    void onProcessEnded() {
        shard = null;
        connection = null;
        toldClient();
    }

    private void toGateway(final byte[] bytes) {
        if (bytes.length > 0) {
            atGateway(() -> {
                if (connection != null) {
                    inbound.putBytes(inboundLength, bytes);
                    inboundLength += bytes.length;
                    shard.wake();
                }
            });
        }
    }

    private void atGateway(final EventQueue.Event event) {
        toGatewayNs = Math.max(toGatewayNs, queue.nowNs() + delayNs());
        queue.at(toGatewayNs, event);
    }

    private void toClient(final byte[] bytes) {
        underWayToClient += bytes.length;
        atClient(() -> {
            underWayToClient -= bytes.length;
            if (!isBroken && !isClosedByClient) {
                owner.onReceived(this, bytes);
            }
            if (shard != null) {
                shard.wake();
            }
        });
    }

    private void atClient(final EventQueue.Event event) {
        toClientNs = Math.max(toClientNs, queue.nowNs() + delayNs());
        queue.at(toClientNs, event);
    }

    private void breakOff() {
        atGateway(this::end);
        toldClient();
    }

    private void end() {
        if (connection != null) {
            final SimShard of = shard;
            shard = null;
            connection.onClosed();
            connection = null;
            of.onClosed(this);
        }
    }

    private void toldClient() {
        atClient(() -> {
            if (!isBroken && !isClosedByClient) {
                isBroken = true;
                owner.onBroken(this);
            }
        });
    }

    private long delayNs() {
        return faults.delayMinNs() + draws.exponential(faults.delayMeanNs());
    }
}
