package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.journal.segment.ChunkCheck;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.SuperblockIdentity;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/** Compares files of a checkpoint with its manifest, to the last byte if it is told to, and snapshots with their names. */
final class DataVerifier {
    private static final byte[] NOTHING = {};

    private final BlockingFiles files;
    private final SegmentLimits limits;
    private final ChunkCheck check;
    private final DamageReport damages;
    private final InspectionProgress progress;
    private final MutableDirectBuffer chunkBytes;
    private long done;
    private long total;

    DataVerifier(
            final BlockingFiles files,
            final SegmentLimits limits,
            final DamageReport damages,
            final InspectionProgress progress) {
        this.files = files;
        this.limits = limits;
        this.damages = damages;
        this.progress = progress;
        check = new ChunkCheck(limits);
        chunkBytes = files.storage.allocate(limits.chunkBytes());
    }

    static boolean isListed(final Manifest manifest, final String name) {
        final SegmentKey key = SegmentKey.parse(name);
        return key != null && manifest.find(key) != null;
    }

    /**
     * Every file of the manifest.
     *
     * @param isWhole every byte; else no more than an opening looks at.
     * @param isFetching the replica would fetch the checkpoint anyway, and compare everything with it then.
     */
    void segments(final Manifest manifest, final boolean isWhole, final boolean isFetching) {
        total = manifest.bytes();
        for (int i = 0; i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            final int file = files.open(entry.key().fileName());
            if (file == Storage.NOT_FOUND) {
                damages.segment(
                        new SegmentDamage(
                                SegmentDamage.Kind.MISSING, entry.key(), 0, entry.size(), entry.root(), NOTHING),
                        true,
                        isFetching);
                continue;
            }
            final long size = files.storage.size(file);
            if (size < roundUp(entry.size())) {
                final int rest = (int) (entry.size() - Math.min(size, entry.size()));
                damages.segment(
                        new SegmentDamage(SegmentDamage.Kind.SHORT, entry.key(), size, rest, entry.root(), NOTHING),
                        true,
                        isFetching);
            }
            chunks(entry, file, size, isWhole, isFetching);
            files.storage.close(file);
        }
    }

    private void chunks(
            final ManifestEntry entry,
            final int file,
            final long size,
            final boolean isWhole,
            final boolean isFetching) {
        for (int chunk = 0; chunk < entry.chunkCount(); chunk++) {
            final int length = check.length(entry, chunk);
            final long position = (long) chunk * limits.chunkBytes();
            // Only of an active segment the last part of a chunk is read by an opening: the hash goes on from there.
            final boolean isNoticed = !entry.isSealed() && length < limits.chunkBytes();
            if ((isWhole || isNoticed) && position + roundUp(length) <= size) {
                chunk(entry, chunk, file, isNoticed, isFetching);
            }
            if (isWhole) {
                done += length;
                progress.onRead(entry.key().fileName(), done, total);
            }
        }
    }

    private void chunk(
            final ManifestEntry entry,
            final int chunk,
            final int file,
            final boolean isNoticed,
            final boolean isFetching) {
        final int length = check.length(entry, chunk);
        final long position = (long) chunk * limits.chunkBytes();
        final boolean isReadable = files.read(file, position, chunkBytes, 0, roundUp(length));
        if (!isReadable || !check.matches(entry, chunk, chunkBytes, 0)) {
            damages.segment(
                    new SegmentDamage(
                            isReadable ? SegmentDamage.Kind.WRONG_HASH : SegmentDamage.Kind.UNREADABLE,
                            entry.key(),
                            position,
                            length,
                            entry.chunkHash(chunk),
                            isReadable ? check.leaf(entry, chunk, chunkBytes, 0) : NOTHING),
                    isNoticed,
                    isFetching);
        }
    }

    /** Published snapshots that the superblock does not name: of a checkpoint that was not completed, or not removed yet. */
    void otherSnapshots(final SuperblockIdentity identity, final List<String> names) {
        for (final String name : names) {
            final SnapshotName.Published published = SnapshotName.parse(name);
            if (published == null) {
                continue;
            }
            progress.onRead(name, done, total);
            try (Snapshot whole = new SnapshotFiles(files)
                    .load(new SnapshotDecoder.Expected(
                            identity.clusterLo(),
                            identity.clusterHi(),
                            identity.group(),
                            published.op(),
                            published.id()))) {
                done += whole.fileLength();
                total += whole.fileLength();
            } catch (final SnapshotException damaged) {
                damages.otherSnapshot(damaged);
            }
        }
    }

    private static int roundUp(final int length) {
        return (length + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR;
    }
}
