package io.vireo.sim.audit;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.segment.ChunkCheck;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.ReplicaView;
import io.vireo.sim.storage.DamagedSector;
import io.vireo.sim.storage.DurableFiles;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SuperblockImage;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A11 for checkpoints: what a durable superblock names is durable, name and bytes, in the pessimal image of the disk: the snapshot decodes
 * from what no crash takes, and so is every file of its manifest there up to the size stated. None of them is deleted before the durable
 * superblock names another checkpoint. Reads the disks with the node's decoders.
 */
public final class SnapshotDurabilityAuditor extends Auditor {
    private final ClusterConfig config;
    private final DurableImage[][] images;
    private final FaultAtlas atlas;
    private final ManifestCodec codec;
    private final long[][] newest;
    /** Of the newest checkpoint; null before there is one. */
    private final Manifest[][] manifests;

    private final ChunkCheck check;
    /** Whose snapshot is out of use, because the state in it differs: none is under the name that the superblock knows. */
    private final boolean[][] isQuarantined;

    private long checked;
    private long installedFiles;

    public SnapshotDurabilityAuditor(
            final AuditLog log, final ClusterConfig config, final DurableImage[][] images, final FaultAtlas atlas) {
        super("A11", log);
        this.config = config;
        this.images = images;
        this.atlas = atlas;
        codec = new ManifestCodec(config.segmentLimits());
        check = new ChunkCheck(config.segmentLimits());
        newest = new long[images.length][images[0].length];
        manifests = new Manifest[images.length][images[0].length];
        isQuarantined = new boolean[images.length][images[0].length];
    }

    /** A replica has found that its state is not that of the others: nothing opens with it any more. */
    void onDiverged(final int replica, final int group) {
        isQuarantined[replica][group] = true;
        manifests[replica][group] = null;
    }

    /** Files of fetched checkpoints compared with what these list. */
    public long installedFiles() {
        return installedFiles;
    }

    /** Checkpoints looked at. */
    public long checked() {
        return checked;
    }

    @Override
    public void onView(final int replica, final ReplicaView view) {
        look(replica, view.group());
    }

    @Override
    public void onCrashed(final int replica) {
        for (int group = 0; group < images[replica].length; group++) {
            // Story: a file gets the name of one that the checkpoint lists before its bytes are durable, and power
            // fails.
            newest[replica][group] = 0;
            // Story: the disk is lost, and the superblock of the next one names no checkpoint.
            manifests[replica][group] = null;
            look(replica, group);
        }
    }

    /** A replica begins to delete a file: a crash now opens it with what its durable superblock names. */
    public void onDelete(final int replica, final int group, final String name) {
        look(replica, group);
        final SuperblockImage superblock = images[replica][group].superblock();
        if (superblock.checkpointOp() == 0
                || superblock.checkpointOp() != newest[replica][group]
                || isLost(replica, group)) {
            return;
        }
        boolean isNamed = name.equals(superblock.snapshotName());
        final Manifest manifest = manifests[replica][group];
        for (int i = 0; manifest != null && i < manifest.count(); i++) {
            isNamed |= name.equals(manifest.entry(i).key().fileName());
        }
        checkNumbers(
                !isNamed,
                "nothing is deleted that the durable superblock names",
                replica,
                group,
                superblock.view(),
                superblock.checkpointOp(),
                name + ": checkpoint, files",
                superblock.checkpointOp(),
                manifest == null ? 0 : manifest.count());
    }

    /**
     * A replica begins to give a file another name. Story: it has the name of one that the checkpoint of the durable superblock lists, and its
     * bytes are not durable yet; power fails, the file system has kept the name and not the bytes, and the checkpoint is gone.
     */
    public void onRename(final int replica, final int group, final String from, final String to) {
        look(replica, group);
        final Manifest manifest = manifests[replica][group];
        final SuperblockImage superblock = images[replica][group].superblock();
        if (manifest == null || superblock.checkpointOp() != newest[replica][group] || isLost(replica, group)) {
            return;
        }
        for (int i = 0; i < manifest.count(); i++) {
            if (to.equals(manifest.entry(i).key().fileName())) {
                final DurableFiles files = images[replica][group].files();
                final ManifestEntry entry = manifest.entry(i);
                final long durable = files.lengthUnnamed(from);
                checkNumbers(
                        durable >= entry.size() || isRight(entry, bytes -> files.readUnnamed(from, bytes)),
                        "a file is durable before it takes the place of one that the durable superblock lists",
                        replica,
                        group,
                        superblock.view(),
                        superblock.checkpointOp(),
                        "bytes of the file durable, listed",
                        durable,
                        entry.size());
            }
        }
    }

    /**
     * A replica has installed a checkpoint that it fetched, and this sector of a file that was here before is still bad. It had gone bad before
     * the replica looked whether it has the file: whatever the checkpoint lists of it must have been fetched. What is bad only behind the end
     * that is listed is none of it.
     */
    public void onInstalledOver(final int replica, final int group, final DamagedSector bad) {
        final SuperblockImage superblock = images[replica][group].superblock();
        final long firstBad = (long) bad.sector() * Storage.SECTOR + bad.firstBad();
        final Manifest manifest = manifest(replica, group, superblock);
        for (int i = 0; manifest != null && i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            if (entry.key().fileName().equals(bad.file())) {
                checkNumbers(
                        firstBad >= entry.size(),
                        "a file that was here counts as fetched only if every chunk of it is right",
                        replica,
                        group,
                        superblock.view(),
                        superblock.checkpointOp(),
                        "first bad byte, bytes listed",
                        firstBad,
                        entry.size());
            }
        }
    }

    /** A replica has installed a checkpoint that it fetched: every file of it holds, durably, what the checkpoint lists, to the last byte. */
    public void onInstalled(final int replica, final int group) {
        isQuarantined[replica][group] = false;
        final SuperblockImage superblock = images[replica][group].superblock();
        final Manifest manifest = isLost(replica, group) ? null : manifest(replica, group, superblock);
        for (int i = 0; manifest != null && i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            final String name = entry.key().fileName();
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[entry.size()]);
            installedFiles++;
            final int right = images[replica][group].files().read(name, bytes) ? rightChunks(entry, bytes) : 0;
            checkNumbers(
                    right == entry.chunkCount(),
                    "every file of a fetched checkpoint is what it lists before a superblock names it",
                    replica,
                    group,
                    superblock.view(),
                    superblock.checkpointOp(),
                    name + ": chunks durable and right, listed",
                    right,
                    entry.chunkCount());
        }
    }

    /**
     * True if all of a file is durable and right although not all of it was written. Story: a file that is fetched has its whole size from
     * the start, of zeros; its last chunk is a few bytes, zeros as well, and right before anybody has written it.
     */
    private boolean isRight(final ManifestEntry entry, final Predicate<UnsafeBuffer> read) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[entry.size()]);
        return read.test(bytes) && rightChunks(entry, bytes) == entry.chunkCount();
    }

    /** Chunks from the first one on that are right. */
    private int rightChunks(final ManifestEntry entry, final UnsafeBuffer bytes) {
        int right = 0;
        while (right < entry.chunkCount()
                && check.matches(
                        entry, right, bytes, right * config.segmentLimits().chunkBytes())) {
            right++;
        }
        return right;
    }

    /** The files that the checkpoint of the durable superblock lists, or null if its snapshot cannot be read. */
    private Manifest manifest(final int replica, final int group, final SuperblockImage superblock) {
        try (Snapshot snapshot = snapshot(replica, group, superblock)) {
            return manifest(snapshot.section(SnapshotSection.MANIFEST));
        } catch (final SnapshotException reason) {
            return null;
        }
    }

    /** Bytes of a file that the checkpoint of the durable superblock lists; 0 if it does not, or if that is not known. */
    public long listedBytes(final int replica, final int group, final SegmentKey key) {
        look(replica, group);
        final Manifest manifest = manifests[replica][group];
        if (manifest == null || images[replica][group].superblock().checkpointOp() != newest[replica][group]) {
            return 0;
        }
        for (int i = 0; i < manifest.count(); i++) {
            if (manifest.entry(i).key().equals(key)) {
                return manifest.entry(i).size();
            }
        }
        return 0;
    }

    /** The superblock as it is durable now; each checkpoint once, and again after a crash. While files are lost nothing is asked, and once they are whole all is. */
    private void look(final int replica, final int group) {
        final SuperblockImage superblock = images[replica][group].superblock();
        if (superblock.checkpointOp() > newest[replica][group]
                && !isQuarantined[replica][group]
                && !isLost(replica, group)) {
            newest[replica][group] = superblock.checkpointOp();
            checked++;
            checkSnapshot(replica, group, superblock);
        }
    }

    /** True if the disk lost files by a fault, or all that it had: that is not the replica's doing. */
    private boolean isLost(final int replica, final int group) {
        return atlas.areFilesLost(replica, group) || atlas.isLost(replica);
    }

    private void checkSnapshot(final int replica, final int group, final SuperblockImage superblock) {
        String refusal = null;
        try (Snapshot snapshot = snapshot(replica, group, superblock)) {
            checkFiles(replica, group, superblock, manifest(snapshot.section(SnapshotSection.MANIFEST)));
        } catch (final SnapshotException reason) {
            refusal = reason.getMessage();
        }
        checkNumbers(
                refusal == null,
                "the snapshot that a durable superblock names is durable, name and bytes",
                replica,
                group,
                superblock.view(),
                superblock.checkpointOp(),
                "bytes durable, id",
                images[replica][group].files().length(superblock.snapshotName()),
                superblock.snapshotIdLo());
    }

    private Snapshot snapshot(final int replica, final int group, final SuperblockImage superblock)
            throws SnapshotException {
        final DurableFiles files = images[replica][group].files();
        final String name = superblock.snapshotName();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[(int) Math.max(0, files.length(name))]);
        if (bytes.capacity() > 0) {
            files.read(name, bytes);
        }
        try (SnapshotDecoder decoder = new SnapshotDecoder(expected(group, superblock), bytes.capacity())) {
            while (decoder.nextLength() > 0) {
                decoder.take(bytes, (int) decoder.position());
            }
            return decoder.finish();
        }
    }

    private void checkFiles(
            final int replica, final int group, final SuperblockImage superblock, final Manifest manifest) {
        manifests[replica][group] = manifest;
        final DurableFiles files = images[replica][group].files();
        for (int i = 0; i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            final String name = entry.key().fileName();
            final long durable = files.length(name);
            checkNumbers(
                    durable >= entry.size() || isRight(entry, bytes -> files.read(name, bytes)),
                    "every file of a checkpoint is durable before a superblock names it",
                    replica,
                    group,
                    superblock.view(),
                    superblock.checkpointOp(),
                    name + ": bytes durable, stated",
                    durable,
                    entry.size());
        }
    }

    private SnapshotDecoder.Expected expected(final int group, final SuperblockImage superblock) {
        return new SnapshotDecoder.Expected(
                config.clusterLo(),
                config.clusterHi(),
                group,
                superblock.checkpointOp(),
                new SnapshotId(superblock.snapshotIdLo(), superblock.snapshotIdHi()));
    }

    private Manifest manifest(final SnapshotInput section) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[(int) section.remaining()]);
        section.readBytes(bytes, 0, bytes.capacity());
        return codec.decode(bytes, 0, bytes.capacity());
    }
}
