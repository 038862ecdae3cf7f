package io.vireo.node.tls;

import io.vireo.node.message.RejectFlyweight;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The bytes of one socket by TLS: a step machine between the socket and what reads and writes frames, around an engine that does the
 * protocol. Never waits: a handshake goes on whenever the socket has or takes bytes, or when a computation has ended that a
 * {@link TlsWorker} does meanwhile.
 *
 * <p>Bounds: before the handshake is done, at most one record is taken from the socket that is not opened; after it, so much more than what the
 * reader has room for. One call opens few records without contents, and of what goes out what one pass over the thread's memory has made waits here.
 */
final class TlsWire implements Wire {
    private static final byte[] NONE = {};
    private static final int CLOSING_STEPS_MAX = 8;
    /** Records without contents that one read opens: a change of keys costs as much as hundreds of records with some. */
    private static final int EMPTY_PER_READ_MAX = 16;
    /** Longest of those that somebody who called may send: an alert takes 24 bytes, one change of keys 27, or 43 as the JDK makes it. */
    private static final int EMPTY_LENGTH_MAX = 48;
    /** Longest record of who is not let in yet: what proves who somebody is, or logs in, is shorter. */
    private static final int STRANGERS_LENGTH_MAX = 1280;
    /** The same while a certificate may still come, with those of the authorities between. */
    static final int CERTIFICATES_LENGTH_MAX = 6144;
    /** The same over all reads, less one for each with contents: who wants something sends something. A handshake has about ten. */
    private static final int EMPTY_MAX = 64;
    /** Bytes that one write seals, so that somebody who reads as fast as they come does not hold the thread. */
    private static final int WRITE_MAX = 256 * 1024;

    private static final int KEPT_MIN = 512;

    private final SocketChannel channel;
    private final boolean isCaller;
    private final Supplier<SSLEngine> engines;
    private final TlsPort port;
    private final TlsBuffers buffers;
    /** Null until it has something to do: who only knocks, or is one too many, costs none. */
    private SSLEngine engine;
    /** From the socket and not opened yet, as many as {@link #heldInLength}. */
    private byte[] heldIn = NONE;

    private int heldInLength;
    /** Opened, and not taken yet; null if there is nothing. */
    private ByteBuffer heldPlain;
    /** For the socket, which has not taken it yet; null if there is nothing. */
    private ByteBuffer heldOut;

    private long sentBytes;
    private int emptyInRead;
    private int emptyMore;
    private boolean hasSeenRecord;
    private boolean isHandshaken;
    private boolean isInputEnded;
    /** The reader knows. */
    private boolean isEndTold;

    private boolean isAdmitted;
    private boolean isCertified;
    /** The last read stopped for want of room, or because something has to be sent first, or for the sake of others. */
    private boolean isInputHeld;
    /** What was handed over and whose end has not been seen yet; null if nothing was. */
    private TlsComputation computation;

    private boolean hasComputed;
    /** The handshake, or a change of keys, has something to say and the socket does not take it. */
    private boolean isBlocked;

    private boolean isClosed;

    /** @param engines makes the engine of this connection, which has done nothing yet. */
    TlsWire(
            final SocketChannel channel,
            final boolean isCaller,
            final Supplier<SSLEngine> engines,
            final TlsPort port) {
        this.channel = channel;
        this.isCaller = isCaller;
        // Who was called has a certificate of the right name, or there will be no contents.
        this.isAdmitted = isCaller;
        this.engines = engines;
        this.port = port;
        this.buffers = port.buffers();
    }

    // ---- reading ----

    @Override
    public int read(final ByteBuffer into) throws IOException {
        final int kept = takeKept(into);
        if (kept > 0 || heldPlain != null || isWorking()) {
            return kept;
        }
        final ByteBuffer in = buffers.in.clear().put(heldIn, 0, heldInLength);
        final int before = into.position();
        boolean isAnyLeft = true;
        emptyInRead = 0;
        try {
            open(in.flip(), into);
            if (into.position() == before && !isInputEnded && takesInput() && !isInputHeld) {
                isAnyLeft = receive(in.compact(), into.remaining()) >= 0;
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
        if (!isHandshaken && isCaller) {
            // No failure of TLS: so it looks, too, when the other side is stopped or has too many callers.
            throw new EOFException(
                    "closed by the other side before TLS was agreed on: it does not speak TLS there, or refuses this side");
        }
        isEndTold = true;
        return -1;
    }

    /** Takes so much that all of it finds room but for one record, so that who sends fast makes nothing wait here. */
    private int receive(final ByteBuffer in, final int room) throws IOException {
        final int max = isHandshaken ? Math.min(in.capacity(), room + buffers.packet) : buffers.packet;
        return channel.read(in.limit(Math.max(max, in.position())));
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
        } else if (!hasSeenRecord && !isCaller) {
            return;
        }
        while (shake()) {
            if (isInputEnded || !in.hasRemaining()) {
                return;
            }
            if (heldPlain != null || !into.hasRemaining() || emptyInRead >= EMPTY_PER_READ_MAX) {
                isInputHeld = true;
                return;
            }
            requireLength(in);
            final boolean wasHandshaken = isHandshaken;
            final boolean isDirect = into.remaining() >= buffers.plain.capacity();
            final ByteBuffer target = isDirect ? into : buffers.plain.clear();
            final SSLEngineResult result = unwrap(in, target);
            if (!isDirect) {
                keepPlain(target.flip(), into);
            }
            noteHandshake(result);
            switch (result.getStatus()) {
                case OK -> noteContents(result, wasHandshaken);
                case BUFFER_UNDERFLOW -> {
                    return;
                }
                case CLOSED -> isInputEnded = true;
                case BUFFER_OVERFLOW ->
                    throw new TlsException("a record holds more than " + buffers.plain.capacity() + " bytes");
            }
        }
    }

    /**
     * A change of keys is of 5 bytes, takes the thread some 45 us, and the library does all that are in a record before it returns. Story: a stranger
     * has one record of 16 KiB opened, and the shard stands for 150 ms; one change to a record is 27 bytes, and each read takes a tenth of a
     * second.
     */
    private void requireLength(final ByteBuffer in) throws TlsException {
        final int length = TlsRecords.length(in);
        if (length > TlsRecords.LENGTH_MAX) {
            // The library would wait for some that are longer than what is kept here.
            throw new TlsException(
                    "begins a record of " + length + " bytes, and none has more than " + TlsRecords.LENGTH_MAX);
        }
        final int max = isHandshaken || !port.isAsking() ? STRANGERS_LENGTH_MAX : CERTIFICATES_LENGTH_MAX;
        if (!isAdmitted && length > max && TlsRecords.isEncrypted(in)) {
            throw new TlsException("begins a record of " + length + " bytes before it has been let in, where " + max
                    + (max == CERTIFICATES_LENGTH_MAX
                            ? " are enough for a certificate with those that it needs"
                            : " are enough"));
        }
    }

    /** @param wasHandshaken before the record was opened, so that it is none of the handshake. */
    private void noteContents(final SSLEngineResult result, final boolean wasHandshaken) throws TlsException {
        if (result.bytesProduced() > 0) {
            if (isAdmitted) {
                emptyMore = Math.max(0, emptyMore - 1);
            }
            return;
        }
        if (wasHandshaken && !isCaller && result.bytesConsumed() > EMPTY_LENGTH_MAX) {
            throw new TlsException("sent a record of " + result.bytesConsumed() + " bytes without contents");
        }
        emptyInRead++;
        if (++emptyMore > EMPTY_MAX) {
            throw new TlsException("sends little but records without contents");
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

    /** In memory that a connection in the middle of its input uses again and again, and one that waits gives back. */
    private void keep(final ByteBuffer in) {
        heldInLength = isInputEnded ? 0 : in.remaining();
        if (heldInLength == 0) {
            heldIn = NONE;
            return;
        }
        if (heldIn.length < heldInLength) {
            // Twice as much, for somebody whose records come byte by byte.
            final int roomy = Math.min(buffers.packet, Math.max(KEPT_MIN, 2 * heldInLength));
            heldIn = new byte[Math.max(heldInLength, roomy)];
        }
        in.get(heldIn, 0, heldInLength);
    }

    private void requireRecord(final ByteBuffer in) throws IOException {
        if (!TlsRecords.isRecord(in)) {
            if (!isCaller) {
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
            takeComputed();
            switch (begun().getHandshakeStatus()) {
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

    private SSLEngine begun() throws SSLException {
        if (engine == null) {
            engine = engines.get();
            try {
                engine.beginHandshake();
            } catch (final RuntimeException e) {
                throw defect(e);
            }
        }
        return engine;
    }

    private void handOver() throws TlsException {
        if (isHandshaken) {
            // Every handshake costs this side more than the other one. And while it is computed nothing can be sent.
            throw new TlsException("the other side wants to negotiate once more, which is not done here");
        }
        final long source = isCaller ? 0 : Arrivals.source(channel.socket().getInetAddress());
        computation = TlsComputation.begin(engine, port, isCaller || hasComputed, source);
        hasComputed = true;
    }

    private void takeComputed() throws TlsException {
        if (computation == null) {
            return;
        }
        final Throwable failure = computation.failure();
        computation = null;
        if (failure != null) {
            throw new TlsException(
                    "the handshake cannot be computed: " + RejectFlyweight.readable(failure.toString()), failure);
        }
    }

    private void noteHandshake(final SSLEngineResult result) {
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
        return computation != null && !computation.isDone();
    }

    @Override
    public boolean takesInput() {
        return !isWorking() && !isBlocked;
    }

    @Override
    public boolean isInputHeld() {
        return !isClosed
                && takesInput()
                && (heldPlain != null || isInputHeld || computation != null || isInputEnded && !isEndTold);
    }

    @Override
    public void admit() {
        isAdmitted = true;
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
            while (isHandshaken && heldOut == null && from.hasRemaining() && from.position() - before < WRITE_MAX) {
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
            sentBytes += channel.write(heldOut);
            if (heldOut.hasRemaining()) {
                return;
            }
            heldOut = null;
            isInputHeld |= isBlocked;
            isBlocked = false;
        }
        // Who was called says nothing before it has been spoken to.
        if (!isHandshaken && (isCaller || engine != null)) {
            final boolean wasComputing = computation != null;
            try {
                shake();
            } catch (final SSLException e) {
                throw failure(e);
            }
            // Records that had to wait for this. The beginning of one waits for its rest, of which the socket tells.
            isInputHeld |= wasComputing && computation == null && heldInLength > 0;
        }
    }

    @Override
    public boolean awaitsWritable(final boolean isMore) {
        return heldOut != null || isMore && isHandshaken;
    }

    @Override
    public int heldBytes() {
        return heldIn.length
                + (heldPlain == null ? 0 : heldPlain.capacity())
                + (heldOut == null ? 0 : heldOut.capacity());
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    /** Seals some records, of the handshake where it wants to speak, and writes them. */
    private void send(final ByteBuffer from) throws IOException {
        final ByteBuffer out = buffers.out.clear();
        boolean isMore = true;
        while (isMore) {
            final SSLEngineResult result = wrap(from, out);
            noteHandshake(result);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED && result.bytesProduced() == 0) {
                throw new ClosedChannelException();
            }
            final boolean isAnything = result.bytesConsumed() > 0
                    || result.bytesProduced() > 0
                    || result.getHandshakeStatus() == HandshakeStatus.FINISHED;
            final boolean isStuck = from.hasRemaining() || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            if (!isAnything && out.position() == 0 && isStuck) {
                // Whoever calls would call again at once, for ever.
                throw new TlsException("nothing can be sent: " + result.getStatus() + ", "
                        + result.getHandshakeStatus().name());
            }
            isMore = isAnything
                    && result.getStatus() == SSLEngineResult.Status.OK
                    && (from.hasRemaining() && isHandshaken
                            || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
        }
        sentBytes += channel.write(out.flip());
        if (out.hasRemaining()) {
            heldOut = ByteBuffer.allocate(out.remaining()).put(out).flip();
        }
    }

    // ---- the library ----

    private SSLEngineResult unwrap(final ByteBuffer in, final ByteBuffer into) throws SSLException {
        try {
            return engine.unwrap(in, into);
        } catch (final RuntimeException e) {
            throw defect(e);
        }
    }

    private SSLEngineResult wrap(final ByteBuffer from, final ByteBuffer out) throws SSLException {
        try {
            return engine.wrap(from, out);
        } catch (final RuntimeException e) {
            throw defect(e);
        }
    }

    /** What the other side sends can make the library fail in ways that it does not foresee; that costs the connection. */
    private static SSLException defect(final RuntimeException e) {
        return new SSLException("the library fails: " + e, e);
    }

    // ---- ending ----

    @Override
    public void endOutput() throws IOException {
        if (isHandshaken) {
            engine.closeOutbound();
            sayWhy();
        }
        channel.shutdownOutput();
    }

    /** What the engine still has to say, an alert or that it ends, as far as the socket takes it at once. */
    private void sayWhy() throws IOException {
        if (heldOut != null || isWorking() || engine == null) {
            return;
        }
        final ByteBuffer out = buffers.out.clear();
        boolean isMore = true;
        // The first of these may only report once more why it ends.
        for (int i = 0; i < CLOSING_STEPS_MAX && isMore; i++) {
            try {
                final SSLEngineResult result = wrap(ByteBuffer.wrap(NONE), out);
                isMore = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                        && result.getStatus() == SSLEngineResult.Status.OK;
            } catch (final SSLException e) {
                isMore = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            }
        }
        sentBytes += channel.write(out.flip());
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        try {
            if (isWorking()) {
                computation.cancel();
            } else if (isHandshaken && channel.isOpen() && channel.isConnected()) {
                engine.closeOutbound();
                sayWhy();
            }
        } finally {
            computation = null;
            heldIn = NONE;
            heldInLength = 0;
            heldPlain = null;
            heldOut = null;
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
