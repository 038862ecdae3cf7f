package io.vireo.journal.message;

import static io.vireo.journal.message.Frames.CLUSTER_HI;
import static io.vireo.journal.message.Frames.CLUSTER_LO;
import static io.vireo.journal.message.Frames.SIZE_MAX;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FrameCheckTest {
    private static final byte[] BODY = "body".getBytes(StandardCharsets.US_ASCII);

    @Test
    void shouldAcceptEveryCommandWhenSealed() {
        for (final Command command : Command.values()) {
            assertNull(Frames.checkFrame(Frames.frame(command, BODY)), command.name());
            assertNull(Frames.checkFrame(Frames.frame(command, new byte[0])), command.name());
        }
    }

    @Test
    void shouldAcceptFrameWhenItLiesInsideDirectBuffer() {
        final byte[] frame = Frames.frame(Command.COMMIT, BODY);
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(1024));
        buffer.putBytes(96, frame);
        assertNull(
                FrameCheck.invalidReason(buffer, 96, frame.length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum()));
        assertSame(
                FrameCheck.HEADER_CHECKSUM,
                FrameCheck.invalidReason(buffer, 95, frame.length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum()));
    }

    @Test
    void shouldNameReasonWhenRangeIsNotAFrame() {
        final byte[] frame = Frames.frame(Command.COMMIT, BODY);
        assertSame(FrameCheck.OUT_OF_RANGE, check(frame, -1, frame.length));
        assertSame(FrameCheck.OUT_OF_RANGE, check(frame, 0, -1));
        assertSame(FrameCheck.OUT_OF_RANGE, check(frame, 0, frame.length + 1));
        assertSame(FrameCheck.OUT_OF_RANGE, check(frame, 1, frame.length));
        assertSame(FrameCheck.OUT_OF_RANGE, check(frame, Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertSame(FrameCheck.TOO_SHORT, check(frame, 0, 0));
        assertSame(FrameCheck.TOO_SHORT, check(frame, 0, HeaderFlyweight.HEADER_LENGTH - 1));
        assertSame(FrameCheck.SIZE_MISMATCH, check(frame, 0, frame.length - 1));
        assertSame(FrameCheck.SIZE_MISMATCH, check(Arrays.copyOf(frame, frame.length + 1), 0, frame.length + 1));
    }

    @Test
    void shouldNameReasonWhenFieldIsWrong() {
        assertSame(FrameCheck.HEADER_CHECKSUM, Frames.checkFrame(new byte[HeaderFlyweight.HEADER_LENGTH]));
        assertSame(FrameCheck.OTHER_RELEASE, resealed(buffer -> buffer.putInt(56, 2, LITTLE_ENDIAN)));
        assertSame(FrameCheck.OTHER_CLUSTER, resealed(buffer -> buffer.putLong(32, 5, LITTLE_ENDIAN)));
        assertSame(FrameCheck.OTHER_CLUSTER, resealed(buffer -> buffer.putLong(40, 5, LITTLE_ENDIAN)));
        assertSame(FrameCheck.SIZE_TOO_SMALL, resealed(buffer -> buffer.putInt(48, 255, LITTLE_ENDIAN)));
        assertSame(FrameCheck.SIZE_TOO_LARGE, resealed(buffer -> buffer.putInt(48, SIZE_MAX + 1, LITTLE_ENDIAN)));
        assertSame(FrameCheck.SIZE_TOO_LARGE, resealed(buffer -> buffer.putInt(48, -1, LITTLE_ENDIAN)));
        assertSame(FrameCheck.SIZE_MISMATCH, resealed(buffer -> buffer.putInt(48, 256, LITTLE_ENDIAN)));
        assertSame(FrameCheck.UNKNOWN_COMMAND, resealed(buffer -> buffer.putByte(60, (byte) 0)));
        assertSame(FrameCheck.UNKNOWN_COMMAND, resealed(buffer -> buffer.putByte(60, (byte) 0xff)));
        assertSame(FrameCheck.BODY_CHECKSUM, resealed(buffer -> buffer.putLong(16, 5, LITTLE_ENDIAN)));
        for (int i = 64; i < 128; i++) {
            final int index = i;
            assertSame(
                    FrameCheck.RESERVED_NOT_ZERO,
                    resealed(buffer -> buffer.putByte(index, (byte) 1)),
                    () -> "byte " + index);
        }
        assertNull(resealed(buffer -> buffer.putByte(128, (byte) 1)), "own fields are not this check's");
    }

    @Test
    void shouldTrustHeaderBeforeBodyWhenOnlyHeaderIsThere() {
        final byte[] frame = Frames.frame(Command.REQUEST, BODY);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame, 0, HeaderFlyweight.HEADER_LENGTH);
        assertNull(FrameCheck.invalidHeaderReason(
                buffer, 0, HeaderFlyweight.HEADER_LENGTH, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum()));
        assertSame(FrameCheck.OUT_OF_RANGE, FrameCheck.invalidBodyReason(buffer, 0, frame.length, new Checksum()));
        assertSame(FrameCheck.TOO_SHORT, FrameCheck.invalidBodyReason(buffer, 0, 10, new Checksum()));
        assertNull(FrameCheck.invalidBodyReason(new UnsafeBuffer(frame), 0, frame.length, new Checksum()));
    }

    @Test
    @Tag("I10")
    void shouldAllocateNothingWhenFramesAreChecked() {
        final byte[] valid = Frames.prepare(BODY, BODY);
        final byte[] invalid = valid.clone();
        invalid[300]++;
        final UnsafeBuffer validBuffer = new UnsafeBuffer(valid);
        final UnsafeBuffer invalidBuffer = new UnsafeBuffer(invalid);
        final Checksum checksum = new Checksum();
        int reasons = 0;
        for (int i = 0; i < 1_000; i++) {
            reasons += reasons(validBuffer, invalidBuffer, checksum);
        }
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            reasons += reasons(validBuffer, invalidBuffer, checksum);
        }
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(11_000, reasons);
        assertEquals(0, allocated / 10_000, () -> "bytes in all: " + allocated);
    }

    private static int reasons(final UnsafeBuffer valid, final UnsafeBuffer invalid, final Checksum checksum) {
        final int length = valid.capacity();
        return (PrepareCheck.invalidReason(valid, 0, length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, checksum) == null
                        ? 0
                        : 10)
                + (PrepareCheck.invalidReason(invalid, 0, length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, checksum) == null
                        ? 0
                        : 1);
    }

    private static String resealed(final Consumer<UnsafeBuffer> change) {
        final byte[] frame = Frames.frame(Command.COMMIT, BODY);
        Frames.reseal(frame, change);
        return Frames.checkFrame(frame);
    }

    private static String check(final byte[] frame, final int offset, final int length) {
        return FrameCheck.invalidReason(
                new UnsafeBuffer(frame), offset, length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum());
    }
}
