package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.ClusterSecret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;

/** Whatever bytes arrive, in whatever slices: no exception, no memory beyond the cap, and the next connection works as if nothing had been. */
class TransportBytesProps {
    private static final TestFrames FRAMES = new TestFrames();

    @Property(tries = 150, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void shouldSurviveAnyBytesWhenTheyComeInAnySlices(
            @ForAll("streams") final List<byte[]> slices, @ForAll final boolean isAfterHandshake) throws IOException {
        try (TransportRig rig = new TransportRig()) {
            final TransportRig.Node node = rig.start();
            final Socket socket = isAfterHandshake ? rig.client(node) : rig.socket(node);
            rig.until(() -> node.transport.connectionCount() == 1, "accepted");
            long sent = node.transport.counters().get(TransportCounter.BYTES_IN);
            for (final byte[] slice : slices) {
                if (node.transport.connectionCount() == 0) {
                    break;
                }
                try {
                    socket.getOutputStream().write(slice);
                } catch (final IOException e) {
                    break; // closed meanwhile: that is the point
                }
                sent += slice.length;
                final long target = sent;
                rig.until(
                        () -> node.transport.connectionCount() == 0
                                || isRefused(node)
                                || node.transport.counters().get(TransportCounter.BYTES_IN) == target,
                        "slice taken");
                assertTrue(node.transport.clientBufferBytes() <= 3L * TransportRig.FRAME_MAX, "memory is bounded");
            }
            socket.close();
            rig.until(() -> node.transport.connectionCount() == 0, "gone");
            assertEquals(0, node.transport.clientBufferBytes());
            rig.client(node);
        }
    }

    /** Before and after the challenge: nothing that is sent without the secret opens the connection or gets behind it. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    @Tag("X11")
    void shouldLetNothingThroughWhenNobodyProvesTheSecret(
            @ForAll("streams") final List<byte[]> slices, @ForAll final boolean isChallenged) throws IOException {
        try (TransportRig rig = new TransportRig()) {
            final TransportRig.Node node = rig.start(context -> context.secret(
                    ClusterSecret.ofText("a secret that no generator of bytes comes upon"), new Random(1)::nextBytes));
            final Socket socket = rig.socket(node);
            rig.until(() -> node.transport.connectionCount() == 1, "accepted");
            try {
                if (isChallenged) {
                    socket.getOutputStream().write(FRAMES.hello(1, 1, 0));
                }
                for (final byte[] slice : slices) {
                    socket.getOutputStream().write(slice);
                    node.poll(0);
                    assertTrue(node.transport.clientBufferBytes() <= 3L * TransportRig.FRAME_MAX, "memory is bounded");
                }
                socket.shutdownOutput();
            } catch (final IOException e) {
                // Closed meanwhile: only this side ends a connection in the middle of a write, and it says why.
                assertEquals(1, refusals(node), node.events.toString());
            }
            rig.until(() -> node.transport.connectionCount() == 0, "gone");
            assertEquals(0, node.frameCount);
            assertFalse(node.events.contains("connected 1"), node.events.toString());
            assertEquals(0, node.transport.clientBufferBytes());
        }
    }

    /** Connections that this side has refused or closed for what came. */
    private static long refusals(final TransportRig.Node node) {
        return Arrays.stream(CloseReason.values())
                .filter(CloseReason::isRefusal)
                .mapToLong(node::closed)
                .sum();
    }

    /** The connection drains: what it sends is thrown away. */
    private static boolean isRefused(final TransportRig.Node node) {
        return node.closed(CloseReason.REJECTED) > 0;
    }

    @Property(tries = 300)
    void shouldCutTheSameFramesWhenSlicesDiffer(
            @ForAll("frameSizes") final List<Integer> sizes, @ForAll @IntRange(min = 1, max = 5_000) final int slice)
            throws IOException {
        final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (final int size : sizes) {
            stream.writeBytes(FRAMES.frame(
                    Command.STATUS,
                    0,
                    0,
                    size,
                    buffer -> buffer.setMemory(HeaderFlyweight.HEADER_LENGTH, size, (byte) size)));
        }
        final ReadableByteChannel channel = Channels.newChannel(new SlicedStream(stream.toByteArray(), slice));
        final List<Integer> cut = new ArrayList<>();
        try (ReceiveBuffer received = new ReceiveBuffer()) {
            while (received.read(channel, 20_000) >= 0) {
                for (int length = received.frameLength(20_000); length > 0; length = received.frameLength(20_000)) {
                    assertEquals(
                            (byte) (length - HeaderFlyweight.HEADER_LENGTH),
                            length == HeaderFlyweight.HEADER_LENGTH
                                    ? 0
                                    : received.buffer().getByte(received.offset() + length - 1));
                    cut.add(length - HeaderFlyweight.HEADER_LENGTH);
                    received.consume(length);
                }
            }
            assertEquals(0, received.available());
        }
        assertEquals(sizes, cut);
    }

    @Provide
    Arbitrary<List<Integer>> frameSizes() {
        return Arbitraries.integers().between(0, 19_000).list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<List<byte[]>> streams() {
        final Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(3_000);
        final Arbitrary<byte[]> valid = Arbitraries.of(
                FRAMES.clientHello(),
                FRAMES.hello(1, 1, 0),
                FRAMES.request(3, 100),
                FRAMES.prepare(1, 3_000),
                FRAMES.startViewChange(1, 0));
        final Arbitrary<byte[]> mutated = Combinators.combine(
                        valid, Arbitraries.integers().between(0, 5_000), Arbitraries.bytes())
                .as((frame, at, value) -> {
                    final byte[] copy = frame.clone();
                    copy[at % copy.length] = value;
                    return copy;
                });
        // Valid checksums over arbitrary own fields and bodies reach what lies behind the common checks.
        final Arbitrary<byte[]> sealed = Combinators.combine(
                        Arbitraries.of(Command.class),
                        noise,
                        Arbitraries.integers().between(0, 127))
                .as((command, body, field) -> FRAMES.frame(command, 0, 0, body.length, buffer -> {
                    buffer.putBytes(HeaderFlyweight.HEADER_LENGTH, body);
                    if (body.length > 0) {
                        buffer.putByte(HeaderFlyweight.OWN_FIELDS_OFFSET + field, body[0]);
                    }
                }));
        final Arbitrary<byte[]> sizes = Arbitraries.integers().map(size -> {
            final byte[] frame = FRAMES.clientHello();
            new UnsafeBuffer(frame).putInt(HeaderFlyweight.SIZE_OFFSET, size);
            return frame;
        });
        return Arbitraries.oneOf(noise, valid, mutated, sealed, sizes)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .flatMap(parts -> Arbitraries.integers().between(1, 4_000).map(slice -> slices(parts, slice)));
    }

    private static List<byte[]> slices(final List<byte[]> parts, final int slice) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        final byte[] bytes = all.toByteArray();
        final int length = Math.max(slice, bytes.length / 20 + 1);
        final List<byte[]> slices = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += length) {
            slices.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + length)));
        }
        return slices;
    }

    /** Gives at most so many bytes per read. */
    private static final class SlicedStream extends ByteArrayInputStream {
        private final int slice;

        SlicedStream(final byte[] bytes, final int slice) {
            super(bytes);
            this.slice = slice;
        }

        @Override
        public synchronized int read(final byte[] target, final int offset, final int length) {
            return super.read(target, offset, Math.min(length, slice));
        }
    }
}
