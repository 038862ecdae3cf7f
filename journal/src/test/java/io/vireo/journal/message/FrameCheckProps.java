package io.vireo.journal.message;

import static io.vireo.journal.message.Frames.CLUSTER_HI;
import static io.vireo.journal.message.Frames.CLUSTER_LO;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;

class FrameCheckProps {
    private final Checksum checksum = new Checksum();

    @Property(tries = 2_000)
    void shouldRefuseWithoutThrowingWhenBytesAreArbitrary(
            @ForAll @Size(max = 700) final byte[] bytes,
            @ForAll @IntRange(min = -2, max = 700) final int offset,
            @ForAll @IntRange(min = -2, max = 700) final int length,
            @ForAll final int sizeMax) {
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        assertNotNull(FrameCheck.invalidReason(buffer, offset, length, CLUSTER_LO, CLUSTER_HI, sizeMax, checksum));
        assertNotNull(
                FrameCheck.invalidHeaderReason(buffer, offset, length, CLUSTER_LO, CLUSTER_HI, sizeMax, checksum));
        assertNotNull(PrepareCheck.invalidReason(buffer, offset, length, CLUSTER_LO, CLUSTER_HI, sizeMax, checksum));
        assertNotNull(
                PrepareCheck.invalidHeaderReason(buffer, offset, length, CLUSTER_LO, CLUSTER_HI, sizeMax, checksum));
    }

    /** Checksums that hold over arbitrary fields: what is behind them must be as total. */
    @Property(tries = 5_000)
    void shouldNotThrowWhenChecksumsHoldOverArbitraryFields(
            @ForAll @Size(min = 256, max = 700) final byte[] bytes,
            @ForAll final boolean isRightSize,
            @ForAll final boolean isPrepare,
            @ForAll final boolean isPlausible,
            @ForAll @IntRange(max = 8) final int requestCount) {
        Frames.reseal(bytes, buffer -> {
            final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
            buffer.putLong(HeaderFlyweight.CLUSTER_OFFSET, CLUSTER_LO, LITTLE_ENDIAN);
            buffer.putLong(HeaderFlyweight.CLUSTER_OFFSET + 8, CLUSTER_HI, LITTLE_ENDIAN);
            header.u32(HeaderFlyweight.RELEASE_OFFSET, HeaderFlyweight.RELEASE);
            if (isRightSize) {
                header.u32(HeaderFlyweight.SIZE_OFFSET, bytes.length);
            }
            if (isPrepare) {
                buffer.putByte(HeaderFlyweight.COMMAND_OFFSET, (byte) Command.PREPARE.code());
            }
            if (isPlausible) {
                buffer.setMemory(64, 64, (byte) 0);
                buffer.setMemory(PrepareFlyweight.RESERVED_OFFSET, 256 - PrepareFlyweight.RESERVED_OFFSET, (byte) 0);
                new PrepareFlyweight()
                        .wrap(buffer, 0)
                        .op(9)
                        .commit(8)
                        .checkpointQuorum(1)
                        .requestCount(requestCount);
                if (bytes.length >= 264) {
                    RequestBatch.count(buffer, 256, requestCount);
                }
            }
        });
        final String frameReason = Frames.checkFrame(bytes);
        final String prepareReason = Frames.checkPrepare(bytes);
        if (frameReason != null) {
            assertNotNull(prepareReason);
        }
        if (prepareReason == null) {
            final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
            long end = RequestBatch.bodies(buffer, 256);
            for (int i = 0; i < RequestBatch.count(buffer, 256); i++) {
                end += RequestBatch.length(buffer, RequestBatch.row(256, i));
            }
            assertEquals(bytes.length, end);
        }
    }

    @Property(tries = 200)
    void shouldAcceptPrepareWhenItsBodiesAreArbitrary(@ForAll @Size(min = 1, max = 20) final byte[][] bodies) {
        final byte[] prepare = Frames.prepare(bodies);
        assertNull(Frames.checkPrepare(prepare));
        assertNull(Frames.checkPrepareHeader(prepare));
        assertNull(Frames.checkFrame(prepare));
    }

    @Example
    void shouldRefuseWhenAnySingleBitIsFlipped() {
        final byte[] prepare = Frames.prepare(new byte[40], new byte[] {1, 2, 3});
        for (int bit = 0; bit < prepare.length * 8; bit++) {
            prepare[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertNotNull(Frames.checkFrame(prepare), "bit " + bit);
            assertNotNull(Frames.checkPrepare(prepare), "bit " + bit);
            prepare[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
        assertNull(Frames.checkPrepare(prepare));
    }

    @Example
    void shouldRefuseWhenCutOrExtendedAnywhere() {
        final byte[] prepare = Frames.prepare(new byte[40], new byte[] {1, 2, 3});
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[prepare.length + 600]);
        buffer.putBytes(0, prepare);
        for (int length = 0; length < buffer.capacity(); length++) {
            final String reason =
                    PrepareCheck.invalidReason(buffer, 0, length, CLUSTER_LO, CLUSTER_HI, 1 << 20, checksum);
            assertEquals(length == prepare.length, reason == null, "length " + length);
        }
    }
}
