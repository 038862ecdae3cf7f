package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.vireo.journal.message.Command;
import io.vireo.node.message.Lane;
import io.vireo.node.port.Clock;
import io.vireo.node.port.SeededRandom;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Real transports over real loopback sockets, driven by hand: time stands still unless a test moves it, and every wait is a bounded number
 * of polls.
 */
final class TransportRig implements AutoCloseable {
    private static final int POLLS_MAX = 5_000;
    static final int FRAME_MAX = 64 * 1024;

    static final class Node implements TransportListener, AutoCloseable {
        final TcpTransport transport;
        final List<String> events = new ArrayList<>();
        final List<byte[]> frames = new ArrayList<>();
        boolean isKeeping = true;
        /** Is told of each frame when it comes. */
        Consumer<Command> frameHook = command -> {};

        long frameCount;
        byte[] statusReply = new TestFrames().frame(Command.STATUS_REPLY, 0, 0, 0, frame -> {});
        String lastText;
        private boolean isClosed;

        Node(final TransportContext context) {
            transport = new TcpTransport(context.listener(this));
        }

        @Override
        public void onFrame(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
            frameCount++;
            if (isKeeping) {
                final byte[] copy = new byte[length];
                buffer.getBytes(offset, copy);
                frames.add(copy);
                frameHook.accept(TestFrames.command(copy));
            }
        }

        @Override
        public void onScrubRequest(final Connection from) {
            onStatusRequest(from);
        }

        @Override
        public void onStatusRequest(final Connection from) {
            from.send(new UnsafeBuffer(statusReply), 0, statusReply.length);
        }

        @Override
        public void onPeerConnected(final int replica, final Lane lane, final String remoteAddress) {
            events.add("connected " + replica + suffix(lane));
        }

        @Override
        public void onPeerDisconnected(
                final int replica,
                final Lane lane,
                final String remoteAddress,
                final CloseReason reason,
                final String text) {
            events.add("disconnected " + replica + suffix(lane) + " " + reason);
            lastText = text;
        }

        private static String suffix(final Lane lane) {
            return lane == Lane.BULK ? " for bulk" : "";
        }

        @Override
        public void onRefused(
                final String who, final String remoteAddress, final CloseReason reason, final String text) {
            events.add("refused " + who + " " + reason + ": " + text);
        }

        int port() {
            return transport.listenAddress().getPort();
        }

        long closed(final CloseReason reason) {
            return transport.counters().closedFor(reason);
        }

        /** One turn. */
        void poll(final long timeoutNs) {
            if (!isClosed) {
                transport.poll(timeoutNs);
                transport.pollBulk();
                transport.flush();
            }
        }

        @Override
        public void close() {
            isClosed = true;
            transport.close();
        }
    }

    final TestFrames frames = new TestFrames();
    final List<Node> nodes = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>(List.of("127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"));
    private long nowNs = 1_000_000_000L;

    final Clock clock = new Clock() {
        @Override
        public long monotonicNs() {
            return nowNs;
        }

        @Override
        public long wallNs() {
            return nowNs;
        }
    };

    /** Starts replica {@code nodes.size()}: those with lower ids are there to be dialled. */
    Node start() {
        return start(context -> {});
    }

    Node start(final Consumer<TransportContext> change) {
        final Node node = startAgain(nodes.size(), "127.0.0.1:0", change);
        nodes.add(node);
        return node;
    }

    Node startAgain(final int replica, final String listen, final Consumer<TransportContext> change) {
        final TransportContext context = new TransportContext()
                .cluster(TestFrames.CLUSTER_LO, TestFrames.CLUSTER_HI)
                .replica(replica)
                .groupCount(TestFrames.GROUPS)
                .addresses(addresses.stream().map(List::of).toList())
                .listenAddress(listen)
                .processNonce(100 + replica)
                .frameSizeMax(FRAME_MAX)
                .pipelineMax(2)
                .clock(clock)
                .random(new SeededRandom(replica));
        change.accept(context);
        final Node node = new Node(context);
        addresses.set(replica, "127.0.0.1:" + node.port());
        return node;
    }

    void replace(final int replica, final Node node) {
        nodes.set(replica, node);
    }

    /** Moves time and lets what is due happen. */
    void advance(final long ns) {
        nowNs += ns;
        pollOnce();
    }

    void pollOnce() {
        for (final Node node : nodes) {
            node.poll(0);
        }
    }

    /**
     * Polls until the condition holds, which is never asked again once it does; fails when it does not after many polls. Time does not
     * move.
     */
    void until(final BooleanSupplier condition, final String what) {
        untilAdvancing(condition, 0, what);
    }

    /** As {@link #until}, while time goes on in steps. */
    void untilAdvancing(final BooleanSupplier condition, final long stepNs, final String what) {
        for (int i = 0; i < POLLS_MAX; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            advance(stepNs);
            for (final Node node : nodes) {
                node.poll(100_000);
            }
        }
        fail("not reached: " + what + "; events "
                + nodes.stream().map(n -> n.events).toList());
    }

    void startConnected(final int count) {
        for (int i = 0; i < count; i++) {
            start();
        }
        until(() -> areConnected(count), count + " replicas connected");
    }

    boolean areConnected(final int count) {
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                if (i != j && !isConnected(nodes.get(i), j)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** On both lanes. */
    static boolean isConnected(final Node node, final int replica) {
        return node.transport.isConnected(replica) && node.transport.isBulkConnected(replica);
    }

    /** A plain socket to a node, for bytes that no transport of ours would send. */
    Socket socket(final Node node) throws IOException {
        final Socket socket = new Socket("127.0.0.1", node.port());
        socket.setSoTimeout(5_000);
        sockets.add(socket);
        return socket;
    }

    /** A socket whose HELLO as client has been answered. */
    Socket client(final Node node) throws IOException {
        final Socket socket = socket(node);
        final int before = node.transport.clientConnectionCount();
        socket.getOutputStream().write(frames.clientHello());
        until(() -> node.transport.clientConnectionCount() == before + 1, "client connected");
        assertEquals(Command.WELCOME, TestFrames.command(TestFrames.read(socket.getInputStream())));
        return socket;
    }

    /** A socket whose HELLO as this replica has been answered. */
    Socket peer(final Node node, final int replica) throws IOException {
        final Socket socket = socket(node);
        socket.getOutputStream().write(frames.hello(1, replica, nodes.indexOf(node)));
        until(() -> node.events.contains("connected " + replica), "replica connected");
        assertEquals(Command.WELCOME, TestFrames.command(TestFrames.read(socket.getInputStream())));
        return socket;
    }

    /** As {@link #peer}, for bulk. */
    Socket bulkPeer(final Node node, final int replica) throws IOException {
        final Socket socket = socket(node);
        socket.getOutputStream().write(frames.bulkHello(replica, nodes.indexOf(node)));
        until(() -> node.events.contains("connected " + replica + " for bulk"), "replica connected for bulk");
        assertEquals(Command.WELCOME, TestFrames.command(TestFrames.read(socket.getInputStream())));
        return socket;
    }

    @Override
    public void close() throws IOException {
        for (final Socket socket : sockets) {
            socket.close();
        }
        for (final Node node : nodes) {
            node.close();
        }
    }
}
