package io.vireo.bootstrap.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotException.Code;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a snapshot holds, its bytes, and how one is refused that is not what was asked for. */
class SnapshotTest {
    private static final int BLOCK = SnapshotPrologue.BLOCK_LENGTH;

    @Test
    void shouldHoldWhatWasWrittenWhenDecoded() {
        final int[][] shapes = {
            {0, 0, 0}, {1, 0, 0}, {0, 4096, 0}, {5, 6, 7}, {BLOCK, 0, 0}, {BLOCK - 1, 2, 0}, {9, BLOCK, 3 * BLOCK + 1},
        };
        for (final int[] shape : shapes) {
            try (Snapshot made = Snapshots.of(Snapshots.OP, 1, shape);
                    Snapshot found = Snapshots.decode(Snapshots.expected(made), Snapshots.file(made))) {
                assertEquals(made.id(), found.id());
                assertEquals(made.checkpoint(), found.checkpoint());
                for (final SnapshotSection section : SnapshotSection.values()) {
                    assertEquals(
                            shape[section.ordinal()], found.section(section).remaining());
                    assertArrayEquals(Snapshots.section(made, section), Snapshots.section(found, section));
                }
                final byte[] header = new byte[HeaderFlyweight.HEADER_LENGTH];
                found.anchor().header().buffer().getBytes(0, header);
                final byte[] given = new byte[HeaderFlyweight.HEADER_LENGTH];
                Snapshots.anchor(Snapshots.OP).header().buffer().getBytes(0, given);
                assertArrayEquals(given, header);
            }
        }
    }

    @Test
    void shouldBeTheSameBytesWhenTheStateIsTheSame() {
        try (Snapshot one = Snapshots.of(Snapshots.OP, 1, 9_000, 5, 300_000);
                Snapshot same = Snapshots.of(Snapshots.OP, 1, 9_000, 5, 300_000);
                Snapshot otherOp = Snapshots.of(Snapshots.OP + 1, 1, 9_000, 5, 300_000);
                Snapshot otherBounds = Snapshots.of(Snapshots.OP, 1, 9_001, 4, 300_000)) {
            assertArrayEquals(Snapshots.file(one), Snapshots.file(same));
            assertEquals(one.id(), same.id());
            assertTrue(!one.id().equals(otherOp.id()) && !one.id().equals(otherBounds.id()));
        }
    }

    @Test
    void shouldStandInTheFileAsItsFormatSays() {
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 5, 6, 7)) {
            final byte[] file = Snapshots.file(snapshot);
            assertEquals(2 * Storage.SECTOR, file.length);
            assertEquals("VIREOSNP", new String(file, 16, 8, StandardCharsets.US_ASCII));
            assertEquals(
                    "01000000" + "00100000" // version, length
                            + "a00f000000000000" // endPosition
                            + "0500000000000000" + "0600000000000000" + "0700000000000000"
                            + "00000400" + "00".repeat(60), // blockLength
                    HexFormat.of().formatHex(file, 24, 128));
            final byte[] header = new byte[HeaderFlyweight.HEADER_LENGTH];
            snapshot.anchor().header().buffer().getBytes(0, header);
            assertArrayEquals(header, Arrays.copyOfRange(file, 128, 384));
            assertEquals("00".repeat(4096 - 400), HexFormat.of().formatHex(file, 400, 4096));
            assertEquals("00".repeat(4096 - 18), HexFormat.of().formatHex(file, 4096 + 18, file.length));
            final UnsafeBuffer id = new UnsafeBuffer(file, 0, 16);
            assertEquals(snapshot.id(), SnapshotPrologue.getId(id, 0));
        }
    }

    @Test
    void shouldStateTheCheckpointAsTheSuperblockKeepsIt() throws NoSuchAlgorithmException {
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 5, 40_000, 7);
                Snapshot noFiles = Snapshots.of(Snapshots.OP, 1, 5, 0, 7)) {
            final byte[] manifest = Snapshots.section(snapshot, SnapshotSection.MANIFEST);
            final HeaderFlyweight header = snapshot.anchor().header();
            assertEquals(
                    new CheckpointState(
                            Snapshots.OP,
                            header.checksumLo(),
                            header.checksumHi(),
                            7,
                            4 * Snapshots.OP,
                            1000 * Snapshots.OP,
                            snapshot.id().lo(),
                            snapshot.id().hi(),
                            MessageDigest.getInstance("SHA-256").digest(manifest)),
                    snapshot.checkpoint());
            assertArrayEquals(new byte[32], noFiles.manifestHash());
        }
    }

    @Test
    void shouldNameBothChecksumsWhenABlockIsDamaged() {
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, BLOCK, 6, 7)) {
            final byte[] file = Snapshots.file(snapshot);
            final String stated =
                    SnapshotPrologue.getId(new UnsafeBuffer(file), 384 + 16).toString();
            file[Storage.SECTOR + BLOCK + 3]++;
            final SnapshotException reason = refused(Snapshots.expected(snapshot), file);
            assertEquals(Code.DAMAGED, reason.code());
            assertEquals(Storage.SECTOR + BLOCK, reason.offset());
            assertEquals("snapshots/00000000000003e8-" + snapshot.id() + ".snap", reason.file());
            assertTrue(reason.getMessage().contains("should be " + stated), reason.getMessage());
            assertTrue(reason.getMessage().startsWith("group 3, file \"" + reason.file() + "\", offset 266240: "));
        }
    }

    @Test
    void shouldSayWhatItIsWhenItIsIntactAndNotWhatWasAskedFor() {
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 5, 6, 7)) {
            final byte[] file = Snapshots.file(snapshot);
            final SnapshotId id = snapshot.id();
            final long lo = Snapshots.CLUSTER_LO;
            final long hi = Snapshots.CLUSTER_HI;
            assertEquals(Code.OTHER_IDENTITY, code(lo + 1, hi, 3, Snapshots.OP, id, file));
            assertEquals(Code.OTHER_IDENTITY, code(lo, hi, 2, Snapshots.OP, id, file));
            assertEquals(Code.OTHER_IDENTITY, code(lo, hi, 3, Snapshots.OP + 1, id, file));
            assertEquals(Code.OTHER_IDENTITY, code(lo, hi, 3, Snapshots.OP, new SnapshotId(1, 2), file));
            final byte[] later = file.clone();
            later[24]++;
            assertEquals(Code.OTHER_FORMAT, code(lo, hi, 3, Snapshots.OP, SnapshotFuzz.reseal(later), later));
            assertEquals(Code.NOT_A_SNAPSHOT, code(lo, hi, 3, Snapshots.OP, id, new byte[8192]));
            assertEquals(Code.WRONG_SIZE, code(lo, hi, 3, Snapshots.OP, id, Arrays.copyOf(file, 4096)));
            assertEquals(Code.WRONG_SIZE, code(lo, hi, 3, Snapshots.OP, id, Arrays.copyOf(file, 12288)));
            assertEquals(Code.WRONG_SIZE, code(lo, hi, 3, Snapshots.OP, id, Arrays.copyOf(file, 5000)));
            assertEquals(Code.WRONG_SIZE, code(lo, hi, 3, Snapshots.OP, id, new byte[0]));
        }
    }

    @Test
    void shouldThrowItsOwnExceptionWhenASectionIsReadBeyondItsEnd() {
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 5, 3, 7)) {
            final SnapshotInput in = snapshot.section(SnapshotSection.MANIFEST);
            final SnapshotException reason = assertThrows(SnapshotException.class, in::readInt);
            assertEquals(Code.INVALID_CONTENT, reason.code());
            assertEquals(Storage.SECTOR + 5, reason.offset());
            in.readByte();
            assertThrows(SnapshotException.class, in::checkEnd);
            assertThrows(SnapshotException.class, () -> in.readBytes(new UnsafeBuffer(new byte[9]), 0, 3));
        }
    }

    private static Code code(
            final long lo, final long hi, final int group, final long op, final SnapshotId id, final byte[] file) {
        return refused(new SnapshotDecoder.Expected(lo, hi, group, op, id), file)
                .code();
    }

    private static SnapshotException refused(final SnapshotDecoder.Expected expected, final byte[] file) {
        return assertThrows(SnapshotException.class, () -> Snapshots.decode(expected, file));
    }
}
