package io.vireo.journal.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Zero bytes are recognised in every kind of buffer, and nothing around them counts. */
class ZeroCheckTest {
    private static final int CAPACITY = 9_000;
    private static final int SHIFT = 13;

    private static List<MutableDirectBuffer> buffers() {
        return List.of(
                new UnsafeBuffer(new byte[CAPACITY]),
                new UnsafeBuffer(new byte[CAPACITY + 2 * SHIFT], SHIFT, CAPACITY),
                new UnsafeBuffer(
                        ByteBuffer.allocate(CAPACITY + SHIFT).position(SHIFT).slice()),
                new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY)),
                new ExpandableArrayBuffer(CAPACITY));
    }

    @Test
    void shouldSeeTheOneByteThatIsNotZeroWhereverItIs() {
        for (final MutableDirectBuffer buffer : buffers()) {
            for (final int length : new int[] {0, 1, 7, 64, 4_095, 4_096, 4_097, 8_900}) {
                final int offset = 50;
                for (int at = 0; at < CAPACITY; at += at > offset + 20 && at < offset + length - 20 ? 97 : 1) {
                    buffer.putByte(at, (byte) 0x80);
                    final boolean isInside = at >= offset && at < offset + length;
                    assertEquals(!isInside, FrameCheck.isZero(buffer, offset, length), buffer + " at " + at);
                    buffer.putByte(at, (byte) 0);
                }
                assertTrue(FrameCheck.isZero(buffer, offset, length));
            }
        }
    }

    @Test
    void shouldNeverLookOutsideTheBufferWhenItsArrayIsLarger() {
        final byte[] array = new byte[64];
        array[40] = 1;
        final UnsafeBuffer buffer = new UnsafeBuffer(array, 8, 32);
        assertTrue(FrameCheck.isZero(buffer, 0, 32));
        assertFalse(FrameCheck.isZero(new UnsafeBuffer(array, 8, 33), 0, 33));
        assertThrows(IndexOutOfBoundsException.class, () -> FrameCheck.isZero(buffer, 0, 33));
        assertThrows(IndexOutOfBoundsException.class, () -> FrameCheck.isZero(buffer, -1, 4));
    }
}
