package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import java.util.ArrayDeque;
import org.agrona.MutableDirectBuffer;

/** Blocks in a few sizes, used again and again; memory that was once taken from the storage is kept. */
final class BlockPool {
    /** Largest block: what one write or read of a long run takes. */
    static final int BLOCK_MAX = 64 * Storage.SECTOR;

    private static final int CLASSES = 7;
    private static final int BLOCKS_PER_SLAB_MAX = 16;
    private static final int SLAB_LENGTH_MAX = 4 * BLOCK_MAX;

    private final Storage storage;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final ArrayDeque<Block>[] free = new ArrayDeque[CLASSES];

    BlockPool(final Storage storage) {
        this.storage = storage;
        for (int i = 0; i < CLASSES; i++) {
            free[i] = new ArrayDeque<>();
        }
    }

    /** The smallest block of {@code length} bytes, or the largest there is. Its content is undefined. */
    Block take(final int length) {
        final int sizeClass = sizeClass(Math.min(length, BLOCK_MAX));
        if (free[sizeClass].isEmpty()) {
            addSlab(sizeClass);
        }
        return free[sizeClass].pop();
    }

    void give(final Block block) {
        free[sizeClass(block.length())].push(block);
    }

    /** Memory a block for {@code length} bytes takes. */
    static int blockLength(final int length) {
        return Storage.SECTOR << sizeClass(Math.min(length, BLOCK_MAX));
    }

    private void addSlab(final int sizeClass) {
        final int length = Storage.SECTOR << sizeClass;
        final int blocks = Math.min(BLOCKS_PER_SLAB_MAX, SLAB_LENGTH_MAX / length);
        final MutableDirectBuffer slab = storage.allocateUncleared(blocks * length);
        for (int i = blocks - 1; i >= 0; i--) {
            free[sizeClass].push(new Block(slab, i * length, length));
        }
    }

    private static int sizeClass(final int length) {
        final int sectors = (length + Storage.SECTOR - 1) / Storage.SECTOR;
        return sectors <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(sectors - 1);
    }
}
