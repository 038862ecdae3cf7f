package io.vireo.sim.cluster;

import io.vireo.sim.fault.RotPoint;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import org.agrona.collections.IntArrayList;

/** Damages what replicas have made durable in their data files, as far as the atlas lets it: as planned, and at the head of a log after a crash. */
final class RotStorm {
    /** The newest sectors of a ring. */
    private static final int HEAD_SECTORS = 8;

    private static final int TRIES = 8;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private final Draws draws;

    RotStorm(final SimCluster cluster, final FaultAtlas atlas) {
        this.cluster = cluster;
        this.atlas = atlas;
        draws = new Draws(cluster.options().chance(), Stream.ROT_PLAN, 1);
    }

    /** The process of a replica has ended. */
    void onCrashed(final int replica) {
        if (cluster.options().rots() > 0 && draws.chance(1, 2)) {
            strike(RotPoint.atHead(draws, replica));
        }
    }

    void strike(final RotPoint point) {
        final int group = (int) (point.place() % cluster.options().cluster().groupCount());
        final SimDisk disk = cluster.replica(point.replica()).disk(group);
        final IntArrayList candidates = candidates(disk, point.target());
        for (int i = 0; i < TRIES && !candidates.isEmpty(); i++) {
            final int sector = candidates.getInt((int) ((point.place() / 7 + i * 31L) % candidates.size()));
            if (!disk.image().isSectorDamaged(sector) && atlas.admit(point.replica(), group, sector)) {
                if (disk.damage(disk.dataFile(), sector, point.kind(), draws)) {
                    onRotten(point, group, sector, point.kind().toString());
                    if (point.kind() == DamageKind.STALE && point.isAstray()) {
                        misdirect(point, group, sector, candidates);
                    }
                }
                if (point.target() != RotPoint.Target.HEAD_BURST) {
                    return;
                }
            }
        }
    }

    private static IntArrayList candidates(final SimDisk disk, final RotPoint.Target target) {
        final IntArrayList sectors = new IntArrayList();
        disk.writtenSectors(sectors);
        final IntArrayList candidates = new IntArrayList();
        for (int i = 0; i < sectors.size(); i++) {
            final int sector = sectors.getInt(i);
            final boolean isOfTarget = switch (target) {
                case SUPERBLOCK -> DurableImage.isSuperblock(sector);
                case MARK -> DurableImage.isMark(sector);
                case HEAD, HEAD_BURST -> sector >= DurableImage.RING_START && i >= sectors.size() - HEAD_SECTORS;
                case ANY_OF_RING -> sector >= DurableImage.RING_START;
            };
            if (isOfTarget) {
                candidates.addInt(sector);
            }
        }
        return candidates;
    }

    /** The write that never landed in one sector landed in another one of the same zone. */
    private void misdirect(final RotPoint point, final int group, final int sector, final IntArrayList candidates) {
        final SimDisk disk = cluster.replica(point.replica()).disk(group);
        final int to = candidates.getInt((int) ((point.place() / 11) % candidates.size()));
        if (to != sector
                && !disk.image().isSectorDamaged(to)
                && atlas.admit(point.replica(), group, to)
                && disk.misdirect(disk.dataFile(), sector, to)) {
            onRotten(point, group, to, "bytes of sector " + sector);
        }
    }

    private void onRotten(final RotPoint point, final int group, final int sector, final String how) {
        atlas.onDamaged(point.replica(), group, sector);
        cluster.counters().rottenSectors++;
        cluster.trace().add(7L << 32 | point.replica(), sector);
        cluster.narrate(
                Note.FAULT,
                point.replica(),
                group,
                () -> "rot " + how + " sector " + sector + " op "
                        + cluster.replica(point.replica()).disk(group).image().opOfSector(sector));
    }
}
