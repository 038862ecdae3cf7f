package io.vireo.journal.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PrepareCheckTest {
    private static final byte[] BODY = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final int BATCH = HeaderFlyweight.HEADER_LENGTH;

    @Test
    void shouldAcceptPrepareWhenSealed() {
        assertNull(Frames.checkPrepare(Frames.prepare(BODY)));
        assertNull(Frames.checkPrepare(Frames.prepare(new byte[0])));
        assertNull(Frames.checkPrepare(Frames.prepare(BODY, new byte[0], BODY)));
        assertNull(Frames.checkPrepareHeader(Arrays.copyOf(Frames.prepare(BODY), HeaderFlyweight.HEADER_LENGTH)));
    }

    @Test
    void shouldNameReasonWhenHeaderIsWrong() {
        assertSame(PrepareCheck.NOT_A_PREPARE, Frames.checkPrepare(Frames.frame(Command.COMMIT, BODY)));
        assertSame(PrepareCheck.OP_OUT_OF_RANGE, resealed(buffer -> buffer.putLong(144, 0, LITTLE_ENDIAN)));
        assertSame(
                PrepareCheck.OP_OUT_OF_RANGE, resealed(buffer -> buffer.putLong(144, Long.MIN_VALUE, LITTLE_ENDIAN)));
        assertSame(PrepareCheck.COMMIT_OUT_OF_RANGE, resealed(buffer -> buffer.putLong(152, 7, LITTLE_ENDIAN)));
        assertSame(PrepareCheck.COMMIT_OUT_OF_RANGE, resealed(buffer -> buffer.putLong(152, -1, LITTLE_ENDIAN)));
        assertSame(PrepareCheck.CHECKPOINT_OUT_OF_RANGE, resealed(buffer -> buffer.putLong(168, 7, LITTLE_ENDIAN)));
        assertSame(PrepareCheck.CHECKPOINT_OUT_OF_RANGE, resealed(buffer -> buffer.putLong(168, -1, LITTLE_ENDIAN)));
        assertSame(PrepareCheck.REQUEST_COUNT_OUT_OF_RANGE, resealed(buffer -> buffer.putInt(192, 0, LITTLE_ENDIAN)));
        assertSame(PrepareCheck.REQUEST_COUNT_OUT_OF_RANGE, resealed(buffer -> buffer.putInt(192, -1, LITTLE_ENDIAN)));
        assertSame(
                PrepareCheck.REQUEST_COUNT_OUT_OF_RANGE, resealed(buffer -> buffer.putInt(192, 65_535, LITTLE_ENDIAN)));
        assertSame(
                PrepareCheck.REQUEST_COUNT_OUT_OF_RANGE,
                resealed(buffer -> buffer.putInt(192, Integer.MAX_VALUE, LITTLE_ENDIAN)));
        for (int i = PrepareFlyweight.RESERVED_OFFSET; i < HeaderFlyweight.HEADER_LENGTH; i++) {
            final int index = i;
            assertSame(
                    PrepareCheck.RESERVED_NOT_ZERO,
                    resealed(buffer -> buffer.putByte(index, (byte) 0x80)),
                    () -> "byte " + index);
        }
    }

    @Test
    void shouldNameReasonWhenBatchIsWrong() {
        assertSame(PrepareCheck.REQUEST_COUNT_MISMATCH, resealed(buffer -> buffer.putInt(192, 1, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH, 1, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH, -1, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH + 4, 1, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH + 8 + 48, 4, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH + 8 + 48, 6, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH + 8 + 48, -1, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putInt(BATCH + 8 + 52, 1, LITTLE_ENDIAN)));
        assertNotNull(resealed(buffer -> buffer.putShort(BATCH + 8 + 30, (short) 1, LITTLE_ENDIAN)));
    }

    @Test
    void shouldWriteGoldenBytesWhenPrepareIsSealed() {
        final String golden = String.join(
                "",
                "6a96f2c4302c19285acb2eb1974aa0a1",
                "72c2fce0a717cedbbdefe4df42194e17", // checksum, checksumBody
                "8877665544332211",
                "00ffeeddccbbaa99", // cluster
                "45010000",
                "03000000",
                "01000000",
                "06",
                "01",
                "0200", // size, view, release, command, replica, group
                "00".repeat(64),
                "0807060504030201",
                "1817161514131211", // parent
                "0700000000000000",
                "0500000000000000", // op, commit
                "01002a36fe9c9717", // timestamp
                "0400000000000000", // checkpointQuorum
                "2827262524232221",
                "3837363534333231", // checkpointId
                "01000000",
                "00".repeat(60), // requestCount
                "01000000",
                "00000000", // count
                "0b00000000000000",
                "1600000000000000", // client
                "2100000000000000",
                "2c000000",
                "1000",
                "0000", // session, request, operation
                "5857565554535251",
                "4200000000000000", // namespace, incarnation
                "05000000",
                "00000000", // length
                "68656c6c6f");
        assertEquals(golden, HexFormat.of().formatHex(Frames.prepare(BODY)));
    }

    @Test
    void shouldGiveOtherIdentityWhenRootIsOfOtherGroupOrCluster() {
        final long[] root = root(1, 2, 3);
        assertArrayEquals(root, root(1, 2, 3));
        assertNotEquals(root[0], root(1, 2, 4)[0]);
        assertNotEquals(root[0], root(1, 3, 3)[0]);
        assertNotEquals(root[0], root(2, 2, 3)[0]);
        assertArrayEquals(new long[] {1806045755007484369L, 5470370050193207370L}, root);
    }

    /** The algorithm's published value for no bytes: whatever library computes it, existing files and frames must stay readable. */
    @Test
    void shouldGivePublishedValueWhenNothingIsHashed() {
        final Checksum checksum = new Checksum();
        checksum.hash(new UnsafeBuffer(new byte[0]), 0, 0);
        assertEquals(0x6001c324468d497fL, checksum.lo());
        assertEquals(0x99aa06d3014798d8L, checksum.hi());
    }

    private static long[] root(final long clusterLo, final long clusterHi, final int group) {
        final Checksum checksum = new Checksum();
        RootPrepare.checksum(checksum, clusterLo, clusterHi, group);
        return new long[] {checksum.lo(), checksum.hi()};
    }

    /** Of a prepare with two requests, changed and sealed again. */
    private static String resealed(final Consumer<UnsafeBuffer> change) {
        final byte[] frame = Frames.prepare(BODY, BODY);
        Frames.reseal(frame, change);
        return Frames.checkPrepare(frame);
    }
}
