package io.vireo.node.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/**
 * The other side of a wire under test: an engine that is driven by hand over a socket that never blocks, so that a test says when which bytes
 * go. Computes at once.
 */
final class TlsPeer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    final SSLEngine engine;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(256 * 1024);
    private final ByteBuffer plain = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
    private boolean isEnded;

    TlsPeer(final SSLEngine engine, final SocketChannel channel) {
        this.engine = engine;
        this.channel = channel;
    }

    /** What the engine has to say now, in records; goes nowhere. */
    byte[] words() throws IOException {
        return records(new byte[0]);
    }

    /** The same, and these contents behind it. */
    byte[] records(final byte[] data) throws IOException {
        final ByteBuffer from = ByteBuffer.wrap(data);
        final ByteBuffer out = ByteBuffer.allocate(2 * data.length + 256 * 1024);
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> wrap(NOTHING, out);
                default -> {
                    if (!from.hasRemaining()) {
                        final byte[] records = new byte[out.flip().remaining()];
                        out.get(records);
                        return records;
                    }
                    wrap(from, out);
                }
            }
        }
    }

    private void wrap(final ByteBuffer from, final ByteBuffer out) throws IOException {
        final SSLEngineResult result = engine.wrap(from, out);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new IOException("more records than the test has room for");
        }
    }

    /** Takes what the socket has, at most so many bytes, and opens it. */
    void receive(final int max) throws IOException {
        in.limit(Math.min(in.capacity(), in.position() + max));
        isEnded |= channel.read(in) < 0;
        in.flip();
        boolean isMore = true;
        while (isMore && engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_WRAP) {
            if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
                continue;
            }
            final SSLEngineResult result = engine.unwrap(in, plain.clear());
            contents.write(plain.array(), 0, plain.position());
            isEnded |= result.getStatus() == SSLEngineResult.Status.CLOSED;
            isMore = result.getStatus() == SSLEngineResult.Status.OK && in.hasRemaining();
        }
        in.compact();
    }

    /** Everything that has been opened so far. */
    byte[] contents() {
        return contents.toByteArray();
    }

    /** The other side has said that it ends, or has ended without a word. */
    boolean isEnded() {
        return isEnded;
    }
}
