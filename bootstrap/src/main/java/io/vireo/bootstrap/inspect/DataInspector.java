package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.ConfigException;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.inspect.GroupInspection.Opening;
import io.vireo.bootstrap.inspect.GroupInspection.SnapshotPicture;
import io.vireo.bootstrap.inspect.GroupInspection.Stage;
import io.vireo.bootstrap.open.DirectoryLock;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.open.RecoveryException.Code;
import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.ManifestException;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.ReadOnlyStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.SuperblockPicture;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.JournalContext;
import io.vireo.journal.wal.JournalPicture;
import io.vireo.journal.wal.JournalRecovery;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds out what is in the directory of a group that no process works in, and what a start would make of it, without a change to a byte.
 * Superblock, snapshot and journal are read by the classes that open a replica, and the whole opening is tried; where one stage is damaged,
 * those that do not need it are reported all the same. Blocks; used once, by a command.
 */
public final class DataInspector {
    private final Supplier<ReadOnlyStorage> storages;
    private final ClusterConfig configured;
    private final GroupPlace place;
    private final InspectedParts parts;
    private final InspectionProgress progress;
    private long bytesRead;

    /**
     * @param storages gives one of the group's directory each time.
     * @param configured the cluster as its file describes it; null to take what the superblock says.
     * @param place whose directory it is by its name: a start refuses another one's data in it.
     */
    public DataInspector(
            final Supplier<ReadOnlyStorage> storages,
            final ClusterConfig configured,
            final GroupPlace place,
            final InspectedParts parts,
            final InspectionProgress progress) {
        this.storages = storages;
        this.configured = configured;
        this.place = place;
        this.parts = parts;
        this.progress = progress;
    }

    /**
     * Looks at everything but the bytes of the segment files and of snapshots that nothing names; these too if {@code isVerifying}.
     *
     * @throws InspectionException if the directory cannot be read at all.
     */
    public GroupInspection inspect(final boolean isVerifying) {
        try (ReadOnlyStorage storage = storages.get()) {
            final BlockingFiles files = new BlockingFiles(storage);
            storage.list(0);
            storage.poll(files);
            final GroupInspection found = inspect(files, storage.listed(), isVerifying);
            bytesRead += storage.bytesRead();
            return new GroupInspection(
                    found.dataFileBytes(),
                    found.superblock(),
                    found.snapshot(),
                    found.manifest(),
                    found.journal(),
                    found.opening(),
                    found.otherFiles(),
                    found.damages(),
                    bytesRead);
        }
    }

    private GroupInspection inspect(final BlockingFiles files, final List<String> names, final boolean isVerifying) {
        final int file = files.open(DataFileLayout.FILE_NAME);
        if (file == Storage.NOT_FOUND) {
            final Opening opening = refused(
                    RecoveryStage.SUPERBLOCK,
                    Code.NOT_FORMATTED,
                    "there is no file \"" + DataFileLayout.FILE_NAME
                            + "\": it was never formatted, or it has vanished");
            final DamageReport damages = new DamageReport(0);
            damages.opening(opening);
            return new GroupInspection(0, null, null, null, null, opening, names, damages.list(), 0);
        }
        final long size = files.storage.size(file);
        final SuperblockPicture superblock = readSuperblock(files, file);
        if (superblock.identity() == null) {
            final Opening opening = refused(
                    RecoveryStage.SUPERBLOCK, Code.SUPERBLOCK, ReplicaRecovery.refusalText(superblock.refusal()));
            final DamageReport damages = new DamageReport(0);
            damages.superblock(superblock);
            damages.opening(opening);
            return new GroupInspection(size, superblock, null, null, null, opening, others(names), damages.list(), 0);
        }
        return inspect(files, names, file, superblock, isVerifying);
    }

    private GroupInspection inspect(
            final BlockingFiles files,
            final List<String> names,
            final int file,
            final SuperblockPicture superblock,
            final boolean isVerifying) {
        final SuperblockIdentity identity = superblock.identity();
        final VsrState state = superblock.state();
        final long size = files.storage.size(file);
        final ClusterConfig config = config(identity);
        final LoadedCheckpoint checkpoint = load(files, config, identity, state.checkpoint());
        final OpeningTrial trial = new OpeningTrial();
        final Opening opening;
        try (ReadOnlyStorage storage = storages.get()) {
            opening = trial.run(new BlockingFiles(storage), config, identity, place, parts, progress);
            bytesRead += storage.bytesRead();
        }
        final boolean isWhole = size == new DataFileLayout(identity.walBytes()).fileSize();
        final JournalPicture journal =
                trial.journal() != null ? trial.journal() : isWhole ? scan(files, file, identity, state) : null;
        files.storage.close(file);

        final DamageReport damages = new DamageReport(identity.replicaCount());
        damages.superblock(superblock);
        if (checkpoint.snapshot != null && checkpoint.snapshot.failure() != null) {
            damages.snapshot(checkpoint.snapshot.failure());
        }
        final Manifest manifest = checkpoint.manifest;
        final DataVerifier verifier = new DataVerifier(files, config.segmentLimits(), damages, progress);
        if (manifest != null) {
            verifier.segments(manifest, isVerifying, opening.isFetching());
        }
        final List<String> others = others(names, manifest, checkpoint.snapshot);
        if (isVerifying) {
            verifier.otherSnapshots(identity, others);
        }
        if (journal != null) {
            damages.journal(journal);
        }
        damages.opening(opening);
        return new GroupInspection(
                size, superblock, checkpoint.snapshot, manifest, journal, opening, others, damages.list(), 0);
    }

    private static SuperblockPicture readSuperblock(final BlockingFiles files, final int file) {
        final MutableDirectBuffer buffer = files.storage.allocate(Superblock.COPIES * Superblock.COPY_LENGTH);
        final boolean[] readable = new boolean[Superblock.COPIES];
        for (int copy = 0; copy < Superblock.COPIES; copy++) {
            readable[copy] = files.read(
                    file,
                    DataFileLayout.superblockOffset(copy),
                    buffer,
                    copy * Superblock.COPY_LENGTH,
                    Superblock.COPY_LENGTH);
        }
        return SuperblockPicture.of(buffer, readable);
    }

    /** What was configured, or what the file was formatted with; settings that the opening does not know are the usual ones. */
    private ClusterConfig config(final SuperblockIdentity identity) {
        if (configured != null) {
            return configured;
        }
        try {
            return new NodeContext()
                    .clusterId(identity.clusterLo(), identity.clusterHi())
                    .replicaCount(identity.replicaCount())
                    .groupCount(identity.groupCount())
                    .walBytes(identity.walBytes())
                    .prepareSizeMax(identity.prepareSizeMax())
                    .segmentBytes(identity.segmentBytes())
                    .pipelineMax(identity.limits().pipelineMax())
                    .sessionsMax(identity.limits().sessionsMax())
                    .sessionWindow(identity.limits().sessionWindow())
                    .namespacesMax(identity.limits().namespacesMax())
                    .stateMachine(identity.limits().stateMachine())
                    .conclude();
        } catch (final ConfigException e) {
            throw new InspectionException(
                    "the superblock is intact, but this release has no such configuration: " + e.getMessage());
        }
    }

    private record LoadedCheckpoint(SnapshotPicture snapshot, Manifest manifest) {}

    private LoadedCheckpoint load(
            final BlockingFiles files,
            final ClusterConfig config,
            final SuperblockIdentity identity,
            final CheckpointState checkpoint) {
        if (checkpoint.op() == 0) {
            return new LoadedCheckpoint(null, Manifest.EMPTY);
        }
        final SnapshotDecoder.Expected expected =
                SnapshotDecoder.Expected.of(identity.clusterLo(), identity.clusterHi(), identity.group(), checkpoint);
        try (Snapshot snapshot = new SnapshotFiles(files).load(expected)) {
            final SnapshotInput manifest = snapshot.section(SnapshotSection.MANIFEST);
            final SnapshotPicture picture = new SnapshotPicture(
                    expected.file(),
                    null,
                    snapshot.fileLength(),
                    snapshot.section(SnapshotSection.SESSIONS).remaining(),
                    manifest.remaining(),
                    snapshot.section(SnapshotSection.STATE).remaining(),
                    parts.sessionCount(snapshot.section(SnapshotSection.SESSIONS)),
                    snapshot.checkpoint().timestamp());
            return new LoadedCheckpoint(picture, decode(config, manifest));
        } catch (final SnapshotException damaged) {
            return new LoadedCheckpoint(
                    new SnapshotPicture(expected.file(), damaged, 0, 0, 0, 0, 0, checkpoint.timestamp()), null);
        }
    }

    /** Null if it is none: the trial of the opening says why. */
    private static Manifest decode(final ClusterConfig config, final SnapshotInput section) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[(int) section.remaining()]);
        section.readBytes(bytes, 0, bytes.capacity());
        try {
            return new ManifestCodec(config.segmentLimits()).decode(bytes, 0, bytes.capacity());
        } catch (final ManifestException e) {
            return null;
        }
    }

    /** The journal on its own, where the opening does not come so far. */
    private static JournalPicture scan(
            final BlockingFiles files, final int file, final SuperblockIdentity identity, final VsrState state) {
        final JournalRecovery recovery = new JournalRecovery(
                JournalContext.of(files.storage, file, identity, false, JournalContext.STAGING_ENTRIES_DEFAULT), state);
        recovery.start();
        files.drive(recovery::onCompletion, recovery::isDone);
        return recovery.picture();
    }

    private static Opening refused(final RecoveryStage stage, final Code code, final String text) {
        return new Opening(
                List.of(new Stage(stage, ""), new Stage(RecoveryStage.REFUSED, text)),
                new RecoveryException(code, text, null),
                false,
                0,
                0,
                0,
                0,
                false,
                0);
    }

    private static List<String> others(final List<String> names) {
        return names.stream()
                .filter(name -> !name.equals(DataFileLayout.FILE_NAME) && !name.equals(DirectoryLock.FILE_NAME))
                .toList();
    }

    private static List<String> others(
            final List<String> names, final Manifest manifest, final SnapshotPicture snapshot) {
        return others(names).stream()
                .filter(name -> snapshot == null || !name.equals(snapshot.file()))
                .filter(name -> manifest == null || !DataVerifier.isListed(manifest, name))
                .toList();
    }
}
