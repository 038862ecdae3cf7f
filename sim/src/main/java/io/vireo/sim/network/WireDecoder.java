package io.vireo.sim.network;

import io.vireo.node.message.MessageCheck;
import io.vireo.node.transport.CloseReason;
import io.vireo.node.transport.ReceiveBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The receiving side of a connection without its socket: the node's own buffer cuts bytes into frames, the node's own check refuses what
 * is none. Asked about bytes that are not, or not known to be, one whole frame as it was sent.
 */
public final class WireDecoder {
    /** Told about a frame that would have reached the core; valid during the call. */
    @FunctionalInterface
    public interface Sink {
        void onFrame(UnsafeBuffer buffer, int offset, int length);
    }

    private final MessageCheck check;
    private final int sizeMax;

    /** Frames are at most this long, in bytes, header included. */
    public WireDecoder(final MessageCheck check, final int sizeMax) {
        this.check = check;
        this.sizeMax = sizeMax;
    }

    /** Why the connection ends on which these bytes arrive, and nothing after them; null if they are whole frames, all accepted. */
    public CloseReason decode(final byte[] bytes, final Sink accepted) {
        final Bytes channel = new Bytes(bytes);
        try (ReceiveBuffer received = new ReceiveBuffer()) {
            while (received.read(channel, sizeMax) > 0) {
                final CloseReason reason = takeFrames(received, accepted);
                if (reason != null) {
                    return reason;
                }
            }
            return received.available() > 0 ? CloseReason.TRUNCATED : null;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CloseReason takeFrames(final ReceiveBuffer received, final Sink accepted) {
        while (true) {
            final int length = received.frameLength(sizeMax);
            if (length == ReceiveBuffer.INCOMPLETE) {
                return null;
            }
            if (length == ReceiveBuffer.ILLEGAL_SIZE) {
                return CloseReason.OVERSIZE;
            }
            if (check.invalidReason(received.buffer(), received.offset(), length) != null) {
                return CloseReason.INVALID_FRAME;
            }
            accepted.onFrame(received.buffer(), received.offset(), length);
            received.consume(length);
        }
    }

    /** Bytes in memory as a stream that ends. */
    private static final class Bytes implements ReadableByteChannel {
        private final ByteBuffer rest;

        Bytes(final byte[] bytes) {
            rest = ByteBuffer.wrap(bytes);
        }

        @Override
        public int read(final ByteBuffer target) {
            if (!rest.hasRemaining()) {
                return -1;
            }
            final int length = Math.min(rest.remaining(), target.remaining());
            target.put(rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is behind it.
        }
    }
}
