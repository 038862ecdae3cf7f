package io.vireo.journal.segment;

/** The settled part of a chunk in memory; in the list of its {@link ChunkCache} once it is ready. */
final class CachedChunk {
    /** Where the bytes are on their way from. */
    enum State {
        WAITING_FOR_FILE,
        LOADING,
        READY,
        DAMAGED
    }

    final Segment segment;
    final int index;
    final int length;
    final byte[] expected;
    final Block[] blocks;
    State state = State.WAITING_FOR_FILE;
    int readsInFlight;
    boolean isReadFailed;
    SegmentDamage damage;
    CachedChunk newer;
    CachedChunk older;

    CachedChunk(final Segment segment, final int index) {
        this.segment = segment;
        this.index = index;
        length = segment.settledLength(index);
        expected = segment.settledLeaf(index);
        blocks = new Block[(length + BlockPool.BLOCK_MAX - 1) / BlockPool.BLOCK_MAX];
    }

    /** Bytes of a block that count. */
    int lengthOf(final int block) {
        return Math.min(BlockPool.BLOCK_MAX, length - block * BlockPool.BLOCK_MAX);
    }

    /** Memory it takes. */
    long bytes() {
        long bytes = 0;
        for (int i = 0; i < blocks.length; i++) {
            bytes += BlockPool.blockLength(lengthOf(i));
        }
        return bytes;
    }
}
