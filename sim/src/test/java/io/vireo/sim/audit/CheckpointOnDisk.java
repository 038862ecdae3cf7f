package io.vireo.sim.audit;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.Storage;
import io.vireo.sim.storage.SimDisk;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One checkpoint of a log with one entry, written to a disk of the rig step by step, so that a test can leave a step out. */
final class CheckpointOnDisk implements SegmentStore.Listener, Storage.Completions {
    static final long OP = 10;
    static final ClusterConfig CONFIG = new NodeContext()
            .name("rig")
            .clusterId(Rig.CLUSTER, 0)
            .replicaCount(Rig.REPLICAS)
            .conclude();

    /** Of zeros; with its length before it, it takes two sectors. */
    private static final int ENTRY_LENGTH = 5_000;

    private static final long SNAPSHOT_TOKEN = 20;

    private final Rig rig;
    private final SimDisk disk;
    private final SegmentStore segments;
    private Manifest manifest = Manifest.EMPTY;
    private Snapshot snapshot;

    CheckpointOnDisk(final Rig rig, final int replica) {
        this.rig = rig;
        disk = rig.disks[replica];
        segments = new SegmentStore(disk, CONFIG.segmentLimits(), this);
        segments.open(Manifest.EMPTY);
        segments.append(1, 1, new UnsafeBuffer(new byte[ENTRY_LENGTH]), 0, ENTRY_LENGTH);
        manifest = segments.freeze();
    }

    /** The entry's file, durable with its name once the names are synced. */
    CheckpointOnDisk syncFiles() {
        segments.sync(manifest);
        settle();
        return this;
    }

    /** The entry's file, durable, as one that was fetched: it has had its size from the start, and only what is not zero was written. */
    CheckpointOnDisk syncFirstSectorOfFiles() {
        final String name = manifest.entry(0).key().fileName();
        disk.create(name, 2 * Storage.SECTOR, SNAPSHOT_TOKEN);
        settle();
        final UnsafeBuffer sector = new UnsafeBuffer(new byte[Storage.SECTOR]);
        sector.putInt(0, ENTRY_LENGTH, ByteOrder.LITTLE_ENDIAN);
        disk.write(disk.fileNamed(name), 0, sector, 0, sector.capacity(), SNAPSHOT_TOKEN);
        disk.sync(disk.fileNamed(name), SNAPSHOT_TOKEN);
        settle();
        return this;
    }

    CheckpointOnDisk writeSnapshot() {
        snapshot = snapshot();
        final String name = SnapshotName.published(OP, snapshot.id());
        disk.create(name, 0, SNAPSHOT_TOKEN);
        settle();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[(int) snapshot.fileLength()]);
        snapshot.copy(0, bytes, 0, bytes.capacity());
        disk.write(disk.fileNamed(name), 0, bytes, 0, bytes.capacity(), SNAPSHOT_TOKEN);
        settle();
        return this;
    }

    CheckpointOnDisk syncSnapshot() {
        disk.sync(disk.fileNamed(SnapshotName.published(OP, snapshot.id())), SNAPSHOT_TOKEN);
        settle();
        return this;
    }

    CheckpointOnDisk syncNames() {
        disk.syncDirectory(SNAPSHOT_TOKEN);
        settle();
        return this;
    }

    /** Low half of what the superblock names. */
    long idLo() {
        return snapshot.id().lo();
    }

    long idHi() {
        return snapshot.id().hi();
    }

    private Snapshot snapshot() {
        final MutableDirectBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final PrepareFlyweight header = new PrepareFlyweight().wrap(bytes, 0);
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0);
        header.init(Command.PREPARE, Rig.CLUSTER, 0, size, 0, 0, 0);
        header.parent(5, 6).op(OP).commit(OP - 1).timestamp(OP).requestCount(1);
        header.sealWithBody(new Checksum(), 8, 9);
        try (SnapshotWriter writer = new SnapshotWriter(new SnapshotAnchor(header, OP))) {
            final ManifestCodec codec = new ManifestCodec(CONFIG.segmentLimits());
            final MutableDirectBuffer list = new UnsafeBuffer(new byte[codec.encodedLength(manifest)]);
            codec.encode(manifest, list, 0);
            writer.begin(SnapshotSection.MANIFEST).writeBytes(list, 0, list.capacity());
            return writer.finish();
        }
    }

    private void settle() {
        int work = 1;
        while (work > 0) {
            rig.run();
            work = disk.poll(this);
        }
    }

    @Override
    public void onCompletion(final long token, final long result) {
        if (SegmentStore.owns(token)) {
            segments.onCompletion(token, result);
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public void onOpened() {
        // An empty store opens at once.
    }

    @Override
    public void onDamaged(final List<SegmentDamage> damages) {
        throw new IllegalStateException("nothing is damaged");
    }

    @Override
    public void onSynced() {
        // The disk says what is durable.
    }

    @Override
    public void onReadable() {
        // Nothing is read.
    }

    @Override
    public void onForgotten(final int files) {
        // Nothing is forgotten.
    }
}
