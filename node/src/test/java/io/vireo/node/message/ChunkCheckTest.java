package io.vireo.node.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What frames about files may say. */
class ChunkCheckTest {
    private static final int SIZE_MAX = 16 * 1024;
    private static final int KIND_MAX = 255;

    private final MessageCheck check = new MessageCheck(1, 2, SIZE_MAX);
    private final Checksum checksum = new Checksum();

    @Test
    @Tag("X6")
    void shouldPassAnAccusationWhereItIsARequestAndNowhereElse() {
        for (int kind = 0; kind <= KIND_MAX; kind++) {
            final boolean isOfFile = kind == ChunkFlyweight.SNAPSHOT || kind == ChunkFlyweight.SEGMENT;
            final String ofRequest = isOfFile || kind == ChunkFlyweight.ACCUSED ? null : "kind out of range";
            assertEquals(ofRequest, reason(Command.REQUEST_CHUNK, kind, 0, 0), "kind " + kind);
            assertEquals(isOfFile ? null : "kind out of range", reason(Command.CHUNK, kind, 0, 100), "kind " + kind);
        }
    }

    @Test
    @Tag("X6")
    void shouldRefuseAnAccusationWhenItsPlaceIsNone() {
        assertNull(reason(Command.REQUEST_CHUNK, ChunkFlyweight.ACCUSED, Long.MAX_VALUE, 0));
        assertEquals("position out of range", reason(Command.REQUEST_CHUNK, ChunkFlyweight.ACCUSED, Long.MIN_VALUE, 0));
    }

    /** A node of before sends zero there, and says nothing by it. */
    @Test
    void shouldPassOnlyAnAnswerThatSaysWhetherAQuorumHasACheckpoint() {
        for (int agreed = 0; agreed <= KIND_MAX; agreed++) {
            assertEquals(agreed <= 1 ? null : "agreed out of range", agreed(Command.CHECKPOINT, agreed));
            assertEquals(agreed == 0 ? null : "agreed out of range", agreed(Command.REQUEST_CHECKPOINT, agreed));
        }
        assertTrue(checkpoint(Command.CHECKPOINT).isAgreed(true).isAgreed());
        assertFalse(checkpoint(Command.CHECKPOINT).isAgreed(false).isAgreed());
    }

    private String agreed(final Command command, final int value) {
        final CheckpointFlyweight frame = checkpoint(command);
        frame.buffer().putByte(CheckpointFlyweight.AGREED, (byte) value);
        frame.seal(checksum);
        return check.invalidReason(frame.buffer(), 0, HeaderFlyweight.HEADER_LENGTH);
    }

    private static CheckpointFlyweight checkpoint(final Command command) {
        final CheckpointFlyweight frame =
                new CheckpointFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        frame.init(command, 1, 2, HeaderFlyweight.HEADER_LENGTH, 0, 0, 0);
        return frame.op(3);
    }

    private String reason(final Command command, final int kind, final long position, final int bodyLength) {
        final int size = HeaderFlyweight.HEADER_LENGTH + bodyLength;
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[size]);
        final ChunkFlyweight chunk = new ChunkFlyweight().wrap(frame, 0);
        chunk.init(command, 1, 2, size, 0, 0, 0);
        chunk.checkpoint(1, 3, 4)
                .kind(kind)
                .status(TransferCode.OK.code())
                .length(bodyLength == 0 ? 1 : bodyLength)
                .position(position)
                .number(5)
                .seal(checksum);
        return check.invalidReason(frame, 0, size);
    }
}
