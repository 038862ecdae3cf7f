package io.vireo.sim.storage;

import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPIES;
import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPY_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.storage.Storage;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Which copies of a superblock count, and which one a process would open. */
class SuperblockImageTest {
    private static final int SECTORS = SUPERBLOCK_COPY_LENGTH / Storage.SECTOR;

    private final SuperblockImage image = new SuperblockImage();

    @Test
    void shouldOpenWhatIsThereWhenAllCopiesAreEqual() {
        for (int copy = 0; copy < SUPERBLOCK_COPIES; copy++) {
            put(copy, superblock(copy, 3, 5));
        }
        assertTrue(image.isOpenable());
        assertEquals(3, image.sequence());
        assertEquals(5, image.view());
        assertEquals("snapshots/0000000000000009-0000000000000000000000000000000c.snap", image.snapshotName());
    }

    @Test
    void shouldNotCountACopyOfAnotherPlaceWhenItsBytesAreThoseOfAnIntactOne() {
        put(0, superblock(0, 3, 5));
        assertFalse(image.isOpenable(), "one copy is too few");
        put(1, superblock(0, 3, 5));
        assertFalse(image.isOpenable(), "a copy that was written to the wrong place");
        put(1, superblock(1, 3, 5));
        assertTrue(image.isOpenable());
    }

    @Test
    void shouldNotCountADamagedCopyWhereverTheDamageIs() {
        put(0, superblock(0, 3, 5));
        for (int at = 0; at < SUPERBLOCK_COPY_LENGTH; at += 8) {
            final byte[] damaged = superblock(1, 3, 5);
            damaged[at] ^= 1;
            put(1, damaged);
            // Nothing covers the upper half of the place: the node writes zeros, and asks for them where it reads.
            assertEquals(at == 24, image.isOpenable(), "offset " + at);
        }
    }

    @Test
    void shouldNotBelieveTwoCopiesThatAreDamagedAlike() {
        for (int copy = 0; copy < SUPERBLOCK_COPIES; copy++) {
            final byte[] damaged = superblock(copy, 3, 5);
            damaged[7_000] ^= 1;
            put(copy, damaged);
            assertFalse(image.isOpenable());
        }
        put(2, superblock(2, 3, 5));
        put(3, superblock(3, 3, 5));
        assertTrue(image.isOpenable());
    }

    @Test
    void shouldOpenTheOlderOneUntilThreeCopiesAreNew() {
        for (int copy = 0; copy < SUPERBLOCK_COPIES; copy++) {
            put(copy, superblock(copy, 3, 5));
            assertEquals(copy > 0, image.isOpenable());
        }
        for (int copy = 0; copy < SUPERBLOCK_COPIES; copy++) {
            put(copy, superblock(copy, 4, 6));
            assertEquals(copy < 2 ? 5 : 6, image.view(), "new copies " + (copy + 1));
        }
    }

    private void put(final int copy, final byte[] bytes) {
        for (int s = 0; s < SECTORS; s++) {
            final byte[] sector = new byte[Storage.SECTOR];
            System.arraycopy(bytes, s * Storage.SECTOR, sector, 0, Storage.SECTOR);
            image.onDurable(copy * SECTORS + s, sector);
        }
    }

    private static byte[] superblock(final int place, final long sequence, final long view) {
        final byte[] bytes = new byte[SUPERBLOCK_COPY_LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putLong(16, place, LITTLE_ENDIAN);
        buffer.putLong(48, sequence, LITTLE_ENDIAN);
        buffer.putLong(144, view, LITTLE_ENDIAN);
        buffer.putLong(208, 9, LITTLE_ENDIAN);
        buffer.putLong(256, 12, LITTLE_ENDIAN);
        final Checksum checksum = new Checksum();
        checksum.hash(buffer, 32, SUPERBLOCK_COPY_LENGTH - 32);
        buffer.putLong(0, checksum.lo(), LITTLE_ENDIAN);
        buffer.putLong(8, checksum.hi(), LITTLE_ENDIAN);
        return bytes;
    }
}
