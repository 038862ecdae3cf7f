package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Builds a snapshot in memory: {@link #begin} for each section in the order of {@link SnapshotSection}, then {@link #finish}. A section
 * that is left out is empty. The bytes depend on what is written and on nothing else. Used once, by one thread.
 */
public final class SnapshotWriter implements AutoCloseable {
    private static final UnsafeBuffer ZEROS = new UnsafeBuffer(new byte[Storage.SECTOR]);

    private final SnapshotAnchor anchor;
    private final SnapshotMemory content = new SnapshotMemory();
    private final long[] ends = new long[SnapshotSection.values().length];
    private int begun;
    private boolean isFinished;

    public SnapshotWriter(final SnapshotAnchor anchor) {
        this.anchor = anchor;
    }

    /** Ends the section before and begins this one. */
    public SnapshotOutput begin(final SnapshotSection section) {
        Invariant.check(
                !isFinished && section.ordinal() >= begun, "sections are written in their order", section.ordinal());
        endUpTo(section.ordinal());
        return new SnapshotOutput(content);
    }

    /** Ends the last section. The snapshot takes over the memory; closing the writer afterwards does nothing. */
    public Snapshot finish() {
        Invariant.check(!isFinished, "a writer is used once");
        endUpTo(ends.length);
        final SnapshotPrologue prologue = new SnapshotPrologue(anchor, ends[0], ends[1] - ends[0], ends[2] - ends[1]);
        Invariant.check(prologue.hasPossibleLengths(), "a snapshot is not too large", prologue.contentLength());
        final int over = (int) (content.length() % Storage.SECTOR);
        content.putBytes(ZEROS, 0, over == 0 ? 0 : Storage.SECTOR - over);
        isFinished = true;
        return new Snapshot(prologue, seal(prologue), content, SnapshotName.UNPUBLISHED);
    }

    private UnsafeBuffer seal(final SnapshotPrologue prologue) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[prologue.length()]);
        prologue.encode(bytes);
        final Checksum checksum = new Checksum();
        for (int block = 0; block < prologue.blockCount(); block++) {
            final int length = prologue.blockLength(block);
            final long start = (long) block * SnapshotPrologue.BLOCK_LENGTH;
            SnapshotPrologue.putId(
                    bytes,
                    SnapshotPrologue.tableOffset(block),
                    SnapshotId.of(content.view(start, length), 0, length, checksum));
        }
        final int covered = bytes.capacity() - SnapshotPrologue.ID_LENGTH;
        SnapshotPrologue.putId(
                bytes, SnapshotPrologue.ID_OFFSET, SnapshotId.of(bytes, SnapshotPrologue.ID_LENGTH, covered, checksum));
        return bytes;
    }

    private void endUpTo(final int section) {
        while (begun < section) {
            ends[begun++] = content.length();
        }
    }

    /** Gives up what was written, unless it was finished. */
    @Override
    public void close() {
        if (!isFinished) {
            isFinished = true;
            content.close();
        }
    }
}
