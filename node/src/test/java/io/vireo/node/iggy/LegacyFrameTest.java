package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vireo.node.iggy.LegacyFrame.Progress;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class LegacyFrameTest {
    private static final int TEN_MEBIBYTES = 10 * 1024 * 1024;

    private final LegacyFrame frame = new LegacyFrame();

    @Test
    void shouldAskForTheHeaderAndThenForTheWholeWhenBytesArriveOneByOne() {
        final byte[] bytes =
                new ClientBytes().u8(9).u32(4 + 5).u32(202).str8("name").u8(9).bytes();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        for (int available = 0; available < 13; available++) {
            assertSame(Progress.INCOMPLETE, frame.wrap(buffer, 1, available));
            assertEquals(available < 8 ? 8 : 13, frame.bytesNeeded());
            assertSame(available < 8 ? null : CommandCode.CREATE_STREAM, frame.command());
        }
        for (int available = 13; available < bytes.length; available++) {
            assertSame(Progress.COMPLETE, frame.wrap(buffer, 1, available));
            assertSame(CommandCode.CREATE_STREAM, frame.command());
            assertEquals(9, frame.payloadOffset());
            assertEquals(5, frame.payloadLength());
            assertEquals(13, frame.frameLength());
        }
    }

    @Test
    void shouldBeCompleteWhenThereIsNoPayload() {
        assertSame(Progress.COMPLETE, progress(4, 1));
        assertEquals(0, frame.payloadLength());
        assertEquals(8, frame.frameLength());
    }

    @Test
    void shouldPassOverTheHeaderWhenTheLengthDoesNotCountTheCode() {
        for (int length = 0; length < 4; length++) {
            assertSame(Progress.REFUSED, progress(length, 1));
            assertEquals(8, frame.frameLength());
            assertNull(frame.command());
        }
    }

    @Test
    void shouldRefuseByTheHeaderWhenTheCommandIsUnknown() {
        for (final int code : new int[] {0, 2, 40, 606, 1 << 16, -1, Integer.MIN_VALUE}) {
            assertSame(Progress.REFUSED, progress(4 + 100, code));
            assertEquals(108, frame.frameLength());
        }
    }

    @Test
    void shouldRefuseByTheHeaderWhenThePayloadIsTooLarge() {
        assertSame(Progress.INCOMPLETE, progress(4L + TEN_MEBIBYTES, 202));
        assertEquals(8 + TEN_MEBIBYTES, frame.bytesNeeded());
        assertSame(Progress.REFUSED, progress(4L + TEN_MEBIBYTES + 1, 202));
        assertEquals(8 + TEN_MEBIBYTES + 1, frame.frameLength());
        assertSame(Progress.REFUSED, progress(0xffff_ffffL, 202));
        assertEquals(4 + 0xffff_ffffL, frame.frameLength());
    }

    @Test
    void shouldAllowSendsTheirMetadataAndSixtyFourMebibytes() {
        final long metadata = 4 + 257 + 257 + 257 + 4;
        final long max = metadata + 64 * 1024 * 1024;
        assertSame(Progress.INCOMPLETE, progress(4 + max, 101));
        assertSame(Progress.REFUSED, progress(4 + max + 1, 101));
    }

    @Test
    void shouldStayInStepWhenRefusedRequestsArePassedOver() {
        final byte[] bytes = new ClientBytes()
                .u32(4 + 7)
                .u32(40)
                .raw(new byte[7])
                .u32(0)
                .u32(1)
                .u32(4)
                .u32(20)
                .bytes();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        int at = 0;
        assertSame(Progress.REFUSED, frame.wrap(buffer, at, bytes.length - at));
        at += (int) frame.frameLength();
        assertSame(Progress.REFUSED, frame.wrap(buffer, at, bytes.length - at));
        at += (int) frame.frameLength();
        assertSame(Progress.COMPLETE, frame.wrap(buffer, at, bytes.length - at));
        assertSame(CommandCode.GET_ME, frame.command());
        assertEquals(bytes.length, at + frame.frameLength());
    }

    @Test
    void shouldCountThePayloadOnlyInTheLengthOfAResponse() {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(4);
        final WireWriter out = new WireWriter().begin(buffer, 3);
        out.u32(7);
        assertEquals(12, out.end());
        assertArrayEquals(new ClientBytes().u32(0).u32(4).u32(7).bytes(), bytes(buffer, 3, 12));
    }

    @Test
    void shouldHaveNoPayloadWhenTheResponseIsAnError() {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(4);
        buffer.putLong(3, -1);
        LegacyFrame.putError(buffer, 3, IggyError.STREAM_ID_NOT_FOUND);
        assertArrayEquals(new ClientBytes().u32(1009).u32(0).bytes(), bytes(buffer, 3, 8));
    }

    private static byte[] bytes(final ExpandableArrayBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }

    private Progress progress(final long length, final int code) {
        return frame.wrap(
                new UnsafeBuffer(new ClientBytes().u32(length).u32(code).bytes()), 0, 8);
    }
}
