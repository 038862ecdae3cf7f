package io.vireo.sim.cluster;

import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.Quorums;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;

/**
 * What the regimes beside the normal one do to the disks when the storm is over: the power fails everywhere, and damage strikes while
 * nobody looks, so that every replica meets it when it opens.
 *
 * <p>Exactly-f: on the best holders, one after another, every sector of a committed entry that the atlas lets go. It keeps a good copy of
 * each op, and evidence of what was acknowledged; the newest op of a replica stays, but on as many as need not vote. So nothing excuses a
 * cluster that does not come back.
 *
 * <p>Beyond-f: what the atlas forbids, but for what no checksum can show. A write that never landed, and the loss of all evidence that an
 * entry ever was, look like a crash: a replica that forgets by them what it acknowledged is within the format's stated limit
 * (storage-and-safety, section 2, rule 7), and a majority of such replicas would excuse any answer. All other damage can be told from a
 * crash, so all auditors of safety go on: A2, because evidence stays, and A3, because it counts what the simulator has taken as held. Only
 * A12 is waived.
 */
final class Assault {
    private static final DamageKind[] KINDS = {
        DamageKind.BIT, DamageKind.BYTE, DamageKind.SECTOR, DamageKind.UNREADABLE, DamageKind.ZEROED
    };
    private static final int COPY_SECTORS = DataFileLayout.SUPERBLOCK_COPY_LENGTH / Storage.SECTOR;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private final Draws draws;
    private final List<String> destroyed = new ArrayList<>();

    Assault(final SimCluster cluster, final FaultAtlas atlas) {
        this.cluster = cluster;
        this.atlas = atlas;
        draws = new Draws(cluster.options().chance(), Stream.ASSAULT, 0);
    }

    /** All processes have ended. */
    void strike() {
        final int groups = cluster.options().cluster().groupCount();
        if (cluster.options().heal().regime() == Regime.EXACTLY_F) {
            for (int group = 0; group < groups; group++) {
                damageBestHolders(group);
            }
            cluster.counters().exactlyF += cluster.counters().assaultedSectors > 0 ? 1 : 0;
        } else {
            cluster.counters().beyondF++;
            for (int replica = 0; replica < cluster.options().replicas(); replica++) {
                for (int group = 0; group < groups && draws.chance(3, 4); group++) {
                    damageAnything(replica, group);
                }
            }
        }
    }

    /** What beyond-f has destroyed, for people. */
    String destroyed() {
        return String.join(", ", destroyed);
    }

    private void damageBestHolders(final int group) {
        final int replicas = cluster.options().replicas();
        final List<Integer> best = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
            best.add(replica);
        }
        best.sort((a, b) ->
                Long.compare(image(b, group).highestOp(), image(a, group).highestOp()));
        int heads = replicas - Quorums.of(replicas).viewChange();
        for (final int replica : best) {
            final boolean isWithHead = heads-- > 0;
            final long top = Math.min(
                    cluster.auditors().canon.top(group), image(replica, group).highestOp() - (isWithHead ? 0 : 1));
            final IntArrayList sectors = new IntArrayList();
            disk(replica, group).writtenSectors(sectors);
            for (int i = sectors.size() - 1; i >= 0; i--) {
                final int sector = sectors.getInt(i);
                final long op = image(replica, group).opOfSector(sector);
                if (op > 0 && op <= top && atlas.admit(replica, group, sector)) {
                    damage(replica, group, sector);
                }
            }
        }
    }

    private void damageAnything(final int replica, final int group) {
        switch (draws.nextInt(4)) {
            case 0 -> destroySuperblock(replica);
            case 1 -> loseFiles(replica, group, SnapshotName.DIRECTORY);
            case 2 -> loseFiles(replica, group, SegmentKey.DIRECTORY);
            default -> destroyLog(replica, group, draws.between(1, 4));
        }
    }

    private void destroyLog(final int replica, final int group, final int of4) {
        final IntArrayList sectors = new IntArrayList();
        disk(replica, group).writtenSectors(sectors);
        int count = 0;
        for (int i = 0; i < sectors.size(); i++) {
            final int sector = sectors.getInt(i);
            if (sector >= DurableImage.RING_START
                    && !image(replica, group).isSectorDamaged(sector)
                    && draws.chance(of4, 4)
                    && atlas.isNoticed(replica, group, sector)) {
                count += damage(replica, group, sector) ? 1 : 0;
            }
        }
        destroyed.add(count + " sectors of the log of replica " + replica + " group " + group);
    }

    private boolean damage(final int replica, final int group, final int sector) {
        final SimDisk disk = disk(replica, group);
        final boolean isDamaged = disk.damage(disk.dataFile(), sector, KINDS[draws.nextInt(KINDS.length)], draws);
        if (isDamaged) {
            atlas.onDamaged(replica, group, sector);
            cluster.counters().assaultedSectors++;
            cluster.trace().add(11L << 32 | replica, sector);
        }
        return isDamaged;
    }

    /** Its machine has lost the superblocks of all groups: it must refuse from now on. */
    private void destroySuperblock(final int replica) {
        if (atlas.isLost(replica)) {
            return;
        }
        atlas.onLost(replica);
        for (int group = 0; group < cluster.options().cluster().groupCount(); group++) {
            final SimDisk disk = disk(replica, group);
            for (int copy = 0; copy < DataFileLayout.SUPERBLOCK_COPIES; copy++) {
                disk.damage(disk.dataFile(), copy * COPY_SECTORS, KINDS[draws.nextInt(KINDS.length)], draws);
            }
        }
        cluster.trace().add(12L << 32 | replica, 0);
        destroyed.add("the superblock of replica " + replica);
    }

    private void loseFiles(final int replica, final int group, final String directory) {
        final List<String> names = new ArrayList<>();
        for (final String name : disk(replica, group).image().files().names()) {
            if (name.startsWith(directory)) {
                names.add(name);
            }
        }
        if (names.isEmpty() || image(replica, group).superblock().checkpointOp() == 0) {
            return;
        }
        for (final String name : names) {
            disk(replica, group).loseFile(name);
        }
        atlas.onFilesLost(replica, group);
        cluster.trace().add(13L << 32 | replica, names.size());
        destroyed.add(names.size() + " files of " + directory + " of replica " + replica + " group " + group);
    }

    private SimDisk disk(final int replica, final int group) {
        return cluster.replica(replica).disk(group);
    }

    private DurableImage image(final int replica, final int group) {
        return disk(replica, group).image();
    }
}
