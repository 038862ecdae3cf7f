package io.vireo.node.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The bytes of one socket by TLS: a step machine between the socket and what reads and writes frames, around an engine that does the
 * protocol. Never waits: a handshake goes on whenever the socket has or takes bytes, or when a computation has ended that a
 * {@link TlsWorker} does meanwhile. Bounds: one call takes at most what its buffer holds from the socket; of that at most one record that
 * is not complete, or the contents of one, stays here, and of what goes out what one call has made.
 */
final class TlsWire implements Wire {
    private static final byte[] NONE = {};
    private static final int CLOSING_STEPS_MAX = 8;

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final TlsPort port;
    private final TlsBuffers buffers;
    /** From the socket, and not opened yet. */
    private byte[] heldIn = NONE;
    /** Opened, and not taken yet; null if there is nothing. */
    private ByteBuffer heldPlain;
    /** For the socket, which has not taken it yet; null if there is nothing. */
    private ByteBuffer heldOut;

    private boolean hasSeenRecord;
    private boolean isHandshaken;
    private boolean isInputEnded;
    private boolean isCertified;
    /** The last read stopped for want of room, or because something has to be sent first. */
    private boolean isInputHeld;
    /** Work was handed over whose end has not been seen yet. */
    private boolean isHandedOver;

    private volatile boolean isWorkDone;
    /** The handshake, or a change of keys, has something to say and the socket does not take it. */
    private boolean isBlocked;

    TlsWire(final SocketChannel channel, final SSLEngine engine, final TlsPort port) {
        this.channel = channel;
        this.engine = engine;
        this.port = port;
        this.buffers = port.buffers();
        try {
            engine.beginHandshake();
        } catch (final SSLException e) {
            throw new IllegalStateException("an engine that has done nothing yet does not begin: " + e.getMessage(), e);
        }
    }

    // ---- reading ----

    @Override
    public int read(final ByteBuffer into) throws IOException {
        final int kept = takeKept(into);
        if (kept > 0 || heldPlain != null || isWorking()) {
            return kept;
        }
        final ByteBuffer in = buffers.in.clear().put(heldIn);
        heldIn = NONE;
        final int before = into.position();
        boolean isAnyLeft = true;
        try {
            open(in.flip(), into);
            if (into.position() == before && !isInputEnded && !isWorking() && into.hasRemaining()) {
                isAnyLeft = channel.read(in.compact()) >= 0;
                open(in.flip(), into);
            }
        } catch (final SSLException e) {
            throw failure(e);
        } finally {
            keep(in);
        }
        final int length = into.position() - before;
        if (length > 0 || isAnyLeft && !isInputEnded) {
            return length;
        }
        if (!isHandshaken && engine.getUseClientMode()) {
            throw new TlsException(
                    "closed by the other side before TLS was agreed on: it does not speak TLS there, or refuses this side");
        }
        return -1;
    }

    private int takeKept(final ByteBuffer into) {
        if (heldPlain == null) {
            return 0;
        }
        final int length = Math.min(heldPlain.remaining(), into.remaining());
        into.put(into.position(), heldPlain, heldPlain.position(), length).position(into.position() + length);
        heldPlain.position(heldPlain.position() + length);
        if (!heldPlain.hasRemaining()) {
            heldPlain = null;
        }
        return length;
    }

    /** Opens records until there is none that is complete, or no room, or the handshake has something else to do first. */
    private void open(final ByteBuffer in, final ByteBuffer into) throws IOException {
        isInputHeld = false;
        if (!hasSeenRecord && in.remaining() >= TlsRecords.LOOKED_AT) {
            requireRecord(in);
        }
        while (shake()) {
            if (isInputEnded || !in.hasRemaining()) {
                return;
            }
            if (heldPlain != null || !into.hasRemaining()) {
                isInputHeld = true;
                return;
            }
            final boolean isDirect = into.remaining() >= buffers.plain.capacity();
            final ByteBuffer target = isDirect ? into : buffers.plain.clear();
            final SSLEngineResult result = engine.unwrap(in, target);
            if (!isDirect) {
                keepPlain(target.flip(), into);
            }
            noteHandshake(result);
            switch (result.getStatus()) {
                case OK -> {
                    // The next one.
                }
                case BUFFER_UNDERFLOW -> {
                    return;
                }
                case CLOSED -> isInputEnded = true;
                case BUFFER_OVERFLOW ->
                    throw new TlsException("a record holds more than " + buffers.plain.capacity() + " bytes");
            }
        }
    }

    private void keepPlain(final ByteBuffer contents, final ByteBuffer into) {
        if (!contents.hasRemaining()) {
            return;
        }
        final int length = Math.min(contents.remaining(), into.remaining());
        final int end = contents.limit();
        into.put(contents.limit(contents.position() + length));
        contents.limit(end);
        if (contents.hasRemaining()) {
            heldPlain = ByteBuffer.allocate(contents.remaining()).put(contents).flip();
        }
    }

    private void keep(final ByteBuffer in) {
        if (in.hasRemaining() && !isInputEnded) {
            heldIn = new byte[in.remaining()];
            in.get(heldIn);
        }
    }

    private void requireRecord(final ByteBuffer in) throws IOException {
        if (!TlsRecords.isRecord(in)) {
            if (!engine.getUseClientMode()) {
                // In the clear, so that a caller who knows what TLS is can say so.
                channel.write(ByteBuffer.wrap(TlsRecords.unexpectedMessage()));
            }
            throw new TlsException("the other side speaks without TLS, and this one with it: " + port.advice());
        }
        hasSeenRecord = true;
    }

    // ---- handshake ----

    /** Does what the handshake wants before the next record is opened; false if that has to wait. */
    private boolean shake() throws IOException {
        while (true) {
            if (isWorking()) {
                return false;
            }
            isHandedOver = false;
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> handOver();
                case NEED_WRAP -> {
                    if (heldOut != null) {
                        isBlocked = true;
                        return false;
                    }
                    if (engine.isOutboundDone()) {
                        isInputEnded = true;
                        return true;
                    }
                    send(ByteBuffer.wrap(NONE));
                }
                default -> {
                    return true;
                }
            }
        }
    }

    private void handOver() {
        final List<Runnable> tasks = new ArrayList<>();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            tasks.add(task);
        }
        isHandedOver = true;
        isWorkDone = false;
        port.work(() -> {
            try {
                tasks.forEach(Runnable::run);
            } finally {
                isWorkDone = true;
                port.wake();
            }
        });
    }

    private void noteHandshake(final SSLEngineResult result) throws TlsException {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            isHandshaken = true;
            try {
                isCertified = engine.getSession().getPeerCertificates().length > 0;
            } catch (final SSLPeerUnverifiedException e) {
                // It has shown none, which is for the owner to judge.
                isCertified = false;
            }
        }
    }

    private boolean isWorking() {
        return isHandedOver && !isWorkDone;
    }

    @Override
    public boolean takesInput() {
        return !isWorking() && !isBlocked;
    }

    @Override
    public boolean isInputHeld() {
        return takesInput() && (heldPlain != null || isInputHeld || isHandedOver);
    }

    @Override
    public boolean isCertified() {
        return isCertified;
    }

    // ---- writing ----

    @Override
    public int write(final ByteBuffer from) throws IOException {
        flush();
        final int before = from.position();
        try {
            while (isHandshaken && heldOut == null && from.hasRemaining()) {
                send(from);
            }
        } catch (final SSLException e) {
            throw failure(e);
        }
        return from.position() - before;
    }

    @Override
    public void flush() throws IOException {
        if (heldOut != null) {
            channel.write(heldOut);
            if (heldOut.hasRemaining()) {
                return;
            }
            heldOut = null;
            isInputHeld |= isBlocked;
            isBlocked = false;
        }
        if (!isHandshaken) {
            try {
                shake();
            } catch (final SSLException e) {
                throw failure(e);
            }
            // Records that had to wait for this.
            isInputHeld |= heldIn.length > 0;
        }
    }

    @Override
    public boolean awaitsWritable(final boolean isMore) {
        return heldOut != null;
    }

    /** Seals some records, of the handshake where it wants to speak, and writes them. */
    private void send(final ByteBuffer from) throws IOException {
        final ByteBuffer out = buffers.out.clear();
        boolean isMore = true;
        while (isMore) {
            final SSLEngineResult result = engine.wrap(from, out);
            noteHandshake(result);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED && result.bytesProduced() == 0) {
                throw new ClosedChannelException();
            }
            isMore = result.getStatus() == SSLEngineResult.Status.OK
                    && (from.hasRemaining() && isHandshaken
                            || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
        }
        channel.write(out.flip());
        if (out.hasRemaining()) {
            heldOut = ByteBuffer.allocate(out.remaining()).put(out).flip();
        }
    }

    // ---- ending ----

    @Override
    public void endOutput() throws IOException {
        engine.closeOutbound();
        sayWhy();
        channel.shutdownOutput();
    }

    /** What the engine still has to say, an alert or that it ends, as far as the socket takes it at once. */
    private void sayWhy() throws IOException {
        if (heldOut != null || isWorking()) {
            return;
        }
        final ByteBuffer out = buffers.out.clear();
        boolean isMore = true;
        // The first of these may only report once more why it ends.
        for (int i = 0; i < CLOSING_STEPS_MAX && isMore; i++) {
            try {
                final SSLEngineResult result = engine.wrap(ByteBuffer.wrap(NONE), out);
                isMore = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                        && result.getStatus() == SSLEngineResult.Status.OK;
            } catch (final SSLException e) {
                isMore = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            }
        }
        channel.write(out.flip());
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        try {
            if (channel.isOpen() && channel.isConnected() && isHandshaken) {
                engine.closeOutbound();
                sayWhy();
            }
        } finally {
            channel.close();
        }
    }

    /** What is to be thrown for a failure, about which the other side is told if it can be. */
    private TlsException failure(final SSLException e) {
        final TlsException failure = new TlsException(TlsFailure.text(e, port.trusted()), e);
        try {
            sayWhy();
        } catch (final IOException gone) {
            failure.addSuppressed(gone);
        }
        return failure;
    }
}
