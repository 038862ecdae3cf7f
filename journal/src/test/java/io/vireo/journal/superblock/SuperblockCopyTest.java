package io.vireo.journal.superblock;

import static io.vireo.journal.superblock.Superblock.COPY_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SuperblockCopyTest {
    private final Checksum checksum = new Checksum();

    @Test
    void shouldReadWhatWasWrittenWhenStateIsRootOrFull() {
        for (final VsrState state : new VsrState[] {States.root(), States.full(), States.next(States.full())}) {
            final UnsafeBuffer buffer = encode(state);
            final SuperblockCopy copy = SuperblockCopy.read(buffer, 0, 2, checksum);
            assertTrue(copy.isIntact());
            assertEquals(77, copy.sequence);
            assertEquals(0x21, copy.parentLo);
            assertEquals(0x22, copy.parentHi);
            assertTrue(SuperblockCopy.isThisFormat(buffer, 0));
            assertEquals(States.IDENTITY, SuperblockCopy.identity(buffer, 0));
            assertEquals(state, SuperblockCopy.state(buffer, 0));
        }
    }

    @Test
    void shouldKeepBlankHeaderWhenDoViewChangeHasOne() {
        final HeaderSuffix chain = States.chain(118, 3, 7);
        final UnsafeBuffer headers = new UnsafeBuffer(new byte[3 * 256]);
        headers.putBytes(0, chain.headers(), 0, headers.capacity());
        headers.setMemory(256, 256, (byte) 0);
        final HeaderSuffix blank = HeaderSuffix.copyOf(118, headers, 0, 3);
        final VsrState state = States.full().toBuilder().doViewChange(blank).build();
        final VsrState read = SuperblockCopy.state(encode(state), 0);
        assertEquals(state, read);
        assertTrue(read.doViewChange().isBlank(117));
        assertFalse(read.doViewChange().isBlank(116));
        assertEquals(116, read.doViewChange().lowOp());
    }

    @Test
    void shouldWriteGoldenBytesWhenStateIsFull() {
        final UnsafeBuffer buffer = encode(States.full());
        final String golden = String.join(
                "",
                "80d0106f61db2892f535ee8e24415fce", // checksum
                "0200000000000000",
                "0000000000000000", // place
                "766972656f736231",
                "02000000",
                "00000000", // magic, format
                "4d00000000000000",
                "2100000000000000",
                "2200000000000000", // sequence, parent
                "8877665544332211",
                "00ffeeddccbbaa99", // cluster
                "0202010100000000",
                "0404030300000000", // formatId
                "0000040000000000",
                "0000010000000000",
                "00400000", // walBytes, segmentBytes, prepareSizeMax
                "01000000",
                "02000000",
                "03000000",
                "04000000",
                "08000000", // replica, group, replicaCount, groupCount, pipelineMax
                "0900000000000000",
                "0700000000000000",
                "6e00000000000000", // view, logView, commitMax
                "7000000000000000",
                "3100000000000000",
                "3200000000000000", // synced
                "5a00000000000000",
                "0807000000000000", // checkpointQuorum
                "6400000000000000",
                "4100000000000000",
                "4200000000000000", // checkpoint op, checksum
                "0600000000000000",
                "d007000000000000",
                "4300000000000000", // view, endPosition, timestamp
                "4400000000000000",
                "4500000000000000", // snapshotId
                "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf", // manifestHash
                "7300000000000000",
                head(States.chain(115, 17, 7)),
                "11000000",
                "00000000", // StartView
                "7600000000000000",
                head(States.chain(118, 17, 7)),
                "11000000",
                "01000000", // DoViewChange
                "40000000",
                "10000000",
                "64000000", // sessionsMax, sessionWindow, namespacesMax
                "00000000", // stateMachine
                "5100000000000000",
                "00".repeat(40),
                "5700000000000000", // lives
                "00".repeat(72)); // standing, floorView, partnerLife
        final byte[] bytes = new byte[512];
        buffer.getBytes(0, bytes);
        assertEquals(golden, HexFormat.of().formatHex(bytes));
        assertEquals(States.full().startView().headers(), new UnsafeBuffer(buffer, 512, 17 * 256));
        assertEquals(States.full().doViewChange().headers(), new UnsafeBuffer(buffer, 4864, 17 * 256));
    }

    @Test
    void shouldReadBackWhoCountsWhenADiskWasLost() {
        final VsrState asking = VsrState.wiped(States.CLUSTER_LO, States.CLUSTER_HI, 2, 1, 0x1_0000_0007L);
        final VsrState learning = asking.toBuilder()
                .membership(asking.membership()
                        .with(Standing.LEARNING, 0xffff_ffffL)
                        .withLife(6, 8)
                        .withPartner(8))
                .build();
        assertEquals(8, encode(learning).getLong(456));
        for (final VsrState state : List.of(asking, learning)) {
            final UnsafeBuffer copy = encode(state);
            assertEquals(state, SuperblockCopy.state(copy, 0));
            assertEquals(state.membership().standing().code(), copy.getInt(440));
            assertEquals(0x1_0000_0007L, copy.getLong(392));
            copy.putInt(440, Standing.values().length);
            assertNull(SuperblockCopy.state(copy, 0), "no such standing");
        }
    }

    /** The golden bytes above are those of a log, and of every copy that was written before there was a choice. */
    @Test
    void shouldSayWhatIsReplicatedWhenItIsNotALog() {
        final SuperblockIdentity log = States.IDENTITY;
        final SuperblockIdentity stream = new SuperblockIdentity(
                log.clusterLo(),
                log.clusterHi(),
                log.replica(),
                log.group(),
                log.formatIdLo(),
                log.formatIdHi(),
                log.walBytes(),
                log.prepareSizeMax(),
                log.segmentBytes(),
                log.replicaCount(),
                log.groupCount(),
                new SharedLimits(8, 64, 16, 100, StateMachineKind.STREAM));
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[COPY_LENGTH]);
        SuperblockCopy.encode(buffer, 0, 2, 77, 0x21, 0x22, stream, States.full(), checksum);
        assertEquals(stream, SuperblockCopy.identity(buffer, 0));
        assertEquals(log, SuperblockCopy.identity(encode(States.full()), 0));
        assertEquals(1, buffer.getInt(380, ByteOrder.LITTLE_ENDIAN));
        buffer.putInt(380, 2, ByteOrder.LITTLE_ENDIAN);
        assertNull(SuperblockCopy.identity(buffer, 0));
    }

    @Test
    void shouldBeDamagedWhenAnySingleBitIsFlipped() {
        final UnsafeBuffer buffer = encode(States.full());
        for (int bit = 0; bit < COPY_LENGTH * 8; bit++) {
            flip(buffer, bit);
            final SuperblockCopy copy = SuperblockCopy.read(buffer, 0, 2, checksum);
            final boolean isPlace = bit >= 16 * 8 && bit < 32 * 8;
            assertSame(isPlace ? SuperblockCopy.WRONG_PLACE : SuperblockCopy.WRONG_CHECKSUM, copy.damage);
            flip(buffer, bit);
        }
        assertTrue(SuperblockCopy.read(buffer, 0, 2, checksum).isIntact());
    }

    @Test
    void shouldHaveOneIdentityInAllPlacesWhenPlaceIsSet() {
        final UnsafeBuffer buffer = encode(States.full());
        final SuperblockCopy first = SuperblockCopy.read(buffer, 0, 2, checksum);
        SuperblockCopy.place(buffer, 0, 3);
        assertTrue(SuperblockCopy.read(buffer, 0, 3, checksum).isEqual(first));
        assertSame(SuperblockCopy.WRONG_PLACE, SuperblockCopy.read(buffer, 0, 2, checksum).damage);
    }

    @Test
    void shouldSayNeverWrittenWhenAllBytesAreZero() {
        assertSame(
                SuperblockCopy.ALL_ZERO,
                SuperblockCopy.read(new UnsafeBuffer(new byte[COPY_LENGTH]), 0, 0, checksum).damage);
    }

    /** Checksums that hold over contents that cannot be: typed, never an exception. */
    @Test
    void shouldGiveNoStateWhenAnyByteOfIntactCopyIsNonsense() {
        int refused = 0;
        for (int index = 32; index < 600; index++) {
            for (final int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                final UnsafeBuffer buffer = encode(States.full());
                buffer.putByte(index, (byte) value);
                seal(buffer);
                assertTrue(SuperblockCopy.read(buffer, 0, 2, checksum).isIntact());
                final boolean isWhole = SuperblockCopy.isThisFormat(buffer, 0)
                        && SuperblockCopy.identity(buffer, 0) != null
                        && SuperblockCopy.state(buffer, 0) != null;
                refused += isWhole ? 0 : 1;
            }
        }
        assertTrue(refused > 300, "refused " + refused);
    }

    @Test
    void shouldGiveNoStateWhenReservedBytesAreSet() {
        final UnsafeBuffer buffer = encode(States.full());
        for (final int index : new int[] {44, 140, 332, 368, 511, 9216, COPY_LENGTH - 1}) {
            buffer.putByte(index, (byte) 1);
            assertFalse(isCanonical(buffer), "byte " + index);
            buffer.putByte(index, (byte) 0);
        }
        final UnsafeBuffer root = encode(States.root());
        assertTrue(isCanonical(root));
        root.putByte(512, (byte) 1);
        assertFalse(isCanonical(root), "a header behind the last");
    }

    private boolean isCanonical(final UnsafeBuffer buffer) {
        seal(buffer);
        final VsrState state = SuperblockCopy.state(buffer, 0);
        return SuperblockCopy.read(buffer, 0, 2, checksum).isCanonical(buffer, 0, States.IDENTITY, state, checksum);
    }

    private UnsafeBuffer encode(final VsrState state) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[COPY_LENGTH]);
        SuperblockCopy.encode(buffer, 0, 2, 77, 0x21, 0x22, States.IDENTITY, state, checksum);
        return buffer;
    }

    private void seal(final UnsafeBuffer buffer) {
        checksum.hash(buffer, 32, COPY_LENGTH - 32);
        buffer.putLong(0, checksum.lo(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(8, checksum.hi(), ByteOrder.LITTLE_ENDIAN);
    }

    private static void flip(final UnsafeBuffer buffer, final int bit) {
        buffer.putByte(bit >> 3, (byte) (buffer.getByte(bit >> 3) ^ 1 << (bit & 7)));
    }

    private static String head(final HeaderSuffix suffix) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[16]);
        bytes.putLong(0, suffix.headChecksumLo(), ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(8, suffix.headChecksumHi(), ByteOrder.LITTLE_ENDIAN);
        return HexFormat.of().formatHex(bytes.byteArray());
    }
}
