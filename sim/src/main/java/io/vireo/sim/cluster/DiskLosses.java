package io.vireo.sim.cluster;

import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import java.util.ArrayList;
import java.util.List;

/**
 * What a crash takes with it beyond un-synced bytes, as far as the atlas lets it: all copies of a superblock, the whole disk, a snapshot, a file. A
 * replica without superblock, or on an empty disk that nobody has formatted, must refuse to open; one without a file must fetch a checkpoint.
 */
final class DiskLosses {
    private static final DamageKind[] KINDS = {DamageKind.UNREADABLE, DamageKind.SECTOR, DamageKind.ZEROED};
    private static final int COPY_SECTORS = DataFileLayout.SUPERBLOCK_COPY_LENGTH / Storage.SECTOR;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private final boolean[] isWiped;
    private final Draws draws;
    private final Draws wipeDraws;
    private final DiskReplacement replacement;

    DiskLosses(final SimCluster cluster, final FaultAtlas atlas, final DiskReplacement replacement) {
        this.cluster = cluster;
        this.atlas = atlas;
        this.replacement = replacement;
        draws = new Draws(cluster.options().chance(), Stream.LOSS_PLAN, 0);
        isWiped = new boolean[cluster.options().replicas()];
        wipeDraws = new Draws(cluster.options().chance(), Stream.DISK_WIPE, 0);
    }

    /** The process of a replica has ended, and its machine may have. */
    void onCrashed(final int replica) {
        if (!draws.chance(cluster.options().lossOf16(), 16)) {
            return;
        }
        final int group = draws.nextInt(cluster.options().cluster().groupCount());
        switch (draws.nextInt(4)) {
            case 0 -> loseSuperblocks(replica);
            case 1 -> damageSnapshot(replica, group);
            case 2 -> loseFile(replica, group, SnapshotName.DIRECTORY);
            default -> loseFile(replica, group, SegmentKey.DIRECTORY);
        }
    }

    private void loseSuperblocks(final int replica) {
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            if (cluster.replica(replica).disk(group).pendingWrites() > 0) {
                return;
            }
        }
        // Where nobody can be missed for good, the disk is replaced.
        final boolean isMissable = atlas.admitLoss(replica);
        if (!isMissable && !atlas.admitReplacement(replica)) {
            return;
        }
        atlas.onLost(replica);
        cluster.counters().superblocksLost++;
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            final SimDisk disk = cluster.replica(replica).disk(group);
            for (int copy = 0; copy < DataFileLayout.SUPERBLOCK_COPIES; copy++) {
                // The first sector has the checksum of all: its loss is the copy's, whatever else is damaged already.
                disk.damage(disk.dataFile(), copy * COPY_SECTORS, KINDS[draws.nextInt(KINDS.length)], draws);
            }
        }
        final boolean isWiped = !isMissable || wipeDraws.chance(1, 2);
        if (isWiped) {
            wipe(replica);
            if (!isMissable || wipeDraws.chance(3, 4)) {
                replacement.plan(replica);
            }
        }
        cluster.trace().add(8L << 32 | replica, isWiped ? 1 : 0);
        cluster.narrate(Note.FAULT, replica, 0, () -> isWiped ? "loses its disk" : "loses its superblock");
    }

    /** True if this is how a replica must refuse a disk that was wiped; counted. */
    boolean isOfWipe(final int replica, final RecoveryException refusal) {
        final boolean isOfWipe = isWiped[replica] && refusal.code() == RecoveryException.Code.NOT_FORMATTED;
        cluster.counters().refusalsOfEmptyDisks += isOfWipe ? 1 : 0;
        return isOfWipe;
    }

    /** The machine comes back with an empty disk, at the same place. */
    private void wipe(final int replica) {
        isWiped[replica] = true;
        cluster.counters().disksWiped++;
        atlas.onWiped(replica);
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            cluster.replica(replica).disk(group).wipe();
        }
        cluster.auditors().onWiped(replica);
    }

    private void damageSnapshot(final int replica, final int group) {
        final SimDisk disk = cluster.replica(replica).disk(group);
        final String name = disk.image().superblock().snapshotName();
        final int sectors = (int) (disk.image().files().length(name) / Storage.SECTOR);
        // It may be gone, or nothing of it left, by an earlier fault.
        if (!atlas.admitFileLoss(replica, group) || disk.settledFileNamed(name) < 0 || sectors < 1) {
            return;
        }
        final int sector = draws.nextInt(sectors);
        if (disk.damage(disk.settledFileNamed(name), sector, KINDS[draws.nextInt(KINDS.length)], draws)) {
            atlas.onFilesLost(replica, group);
            cluster.counters().snapshotsDamaged++;
            cluster.trace().add(9L << 32 | replica, sector);
            cluster.narrate(Note.FAULT, replica, group, () -> "rot in " + name + " sector " + sector);
        }
    }

    private void loseFile(final int replica, final int group, final String directory) {
        final SimDisk disk = cluster.replica(replica).disk(group);
        final List<String> candidates = new ArrayList<>();
        for (final String name : disk.image().files().names()) {
            if (name.startsWith(directory)) {
                candidates.add(name);
            }
        }
        if (candidates.isEmpty() || !atlas.admitFileLoss(replica, group)) {
            return;
        }
        final String name = candidates.get(draws.nextInt(candidates.size()));
        disk.loseFile(name);
        atlas.onFilesLost(replica, group);
        cluster.counters().filesLost++;
        cluster.trace().add(10L << 32 | replica, candidates.size());
        cluster.narrate(Note.FAULT, replica, group, () -> "loses " + name);
    }
}
