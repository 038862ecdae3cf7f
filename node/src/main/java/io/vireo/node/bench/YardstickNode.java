package io.vireo.node.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * One process of the yardstick, the least work a durable replicated append can cost: no views, checksums, sessions or recovery. The leader
 * passes whatever bytes have gathered to two followers, writes them durably itself, and tells the client how many bytes it and one follower
 * have; a follower writes and counts. One thread, blocking waits. An answer is the number of bytes so far, u64 big-endian.
 */
public final class YardstickNode {
    private static final int GATHER_MAX = 4 << 20;
    private static final int ANSWER = Long.BYTES;

    private final YardstickFile file;
    private final ServerSocketChannel server;
    private final ByteBuffer gathered =
            ByteBuffer.allocateDirect(GATHER_MAX + 2 * YardstickFile.BLOCK).alignedSlice(YardstickFile.BLOCK);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER);

    public YardstickNode(final Path directory) throws IOException {
        file = new YardstickFile(directory.resolve("yardstick"));
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Port on which it listens. */
    public int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** False if the file system refuses direct writes. */
    public boolean isDirect() {
        return file.isDirect();
    }

    /** Serves one leader after another; does not return. */
    public void follow() throws IOException {
        while (true) {
            try (SocketChannel leader = tuned(server.accept())) {
                long total = 0;
                boolean isOpen = true;
                for (int read = gather(leader); read >= 0 && isOpen; read = gather(leader)) {
                    file.write(gathered, read);
                    total += read;
                    isOpen = send(leader, total);
                }
            }
        }
    }

    /** Serves one client after another; does not return. */
    public void lead(final int... followerPorts) throws IOException {
        while (true) {
            try (SocketChannel client = tuned(server.accept());
                    SocketChannel first = connect(followerPorts[0]);
                    SocketChannel second = connect(followerPorts[1]);
                    Selector selector = Selector.open()) {
                serve(client, new Counter(first), new Counter(second), selector);
            }
        }
    }

    private void serve(final SocketChannel client, final Counter first, final Counter second, final Selector selector)
            throws IOException {
        for (final SocketChannel channel : new SocketChannel[] {client, first.channel, second.channel}) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        long written = 0;
        long acknowledged = 0;
        while (true) {
            selector.select();
            selector.selectedKeys().clear();
            final int read = gather(client);
            if (read < 0) {
                return;
            }
            if (read > 0) {
                passOn(first.channel, read);
                passOn(second.channel, read);
                file.write(gathered, read);
                written += read;
            }
            final long durable = Math.min(written, Math.max(first.read(), second.read()));
            if (durable > acknowledged) {
                acknowledged = durable;
                if (!send(client, acknowledged)) {
                    return;
                }
            }
        }
    }

    /** Reads once; -1 if the other side is gone, however it went. */
    private int gather(final SocketChannel from) {
        gathered.clear().limit(GATHER_MAX);
        try {
            return from.read(gathered);
        } catch (final IOException e) {
            return -1;
        }
    }

    private void passOn(final SocketChannel to, final int length) throws IOException {
        gathered.position(0).limit(length);
        while (gathered.hasRemaining()) {
            to.write(gathered);
        }
    }

    /** Sends one answer; false if the other side is gone. */
    private boolean send(final SocketChannel to, final long value) {
        answer.clear().putLong(value).flip();
        try {
            while (answer.hasRemaining()) {
                to.write(answer);
            }
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    static SocketChannel connect(final int port) throws IOException {
        return tuned(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    private static SocketChannel tuned(final SocketChannel channel) throws IOException {
        return channel.setOption(StandardSocketOptions.TCP_NODELAY, true)
                .setOption(StandardSocketOptions.SO_RCVBUF, GATHER_MAX)
                .setOption(StandardSocketOptions.SO_SNDBUF, GATHER_MAX);
    }

    /** The last whole number that arrived on a channel. */
    static final class Counter {
        final SocketChannel channel;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);
        private long value;

        Counter(final SocketChannel channel) {
            this.channel = channel;
        }

        /** Reads once; blocks only if the channel does. */
        long read() throws IOException {
            if (channel.read(bytes) < 0) {
                throw new IOException("the other side of the yardstick is gone");
            }
            bytes.flip();
            while (bytes.remaining() >= ANSWER) {
                value = bytes.getLong();
            }
            bytes.compact();
            return value;
        }
    }
}
