package io.vireo.sim.cluster;

import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.Storage;
import io.vireo.sim.fault.DiskFaultPoint;
import io.vireo.sim.fault.SyncFailurePoint;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DamagedSector;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.ReadFault;
import io.vireo.sim.storage.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;

/** Carries out the planned faults of disks, as far as the atlas lets it. */
final class DiskFaultStorm {
    private static final int TRIES = 8;
    /** Recovery reads again, sector by sector, what it could not read at once. */
    private static final int MISREADS_MAX = 3;
    /** A disk that is full has fewer free sectors than this. */
    private static final int FREE_SECTORS_MAX = 64;

    private static final DamageKind[] KINDS = DamageKind.values();

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    private final Draws draws;
    /** Per replica and group: rises whenever the disk fills, so that space is given back by the one that took it last. */
    private final int[][] fillings;

    DiskFaultStorm(final SimCluster cluster, final FaultAtlas atlas) {
        this.cluster = cluster;
        this.atlas = atlas;
        draws = new Draws(cluster.options().chance(), Stream.DISK_FAULT_PLAN, 0);
        fillings = new int[cluster.options().replicas()]
                [cluster.options().cluster().groupCount()];
    }

    void strike(final DiskFaultPoint point) {
        switch (point.kind()) {
            case READ_ERROR -> misread(point, ReadFault.ERROR);
            case MISDIRECTED_READ -> misread(point, ReadFault.MISDIRECTED);
            case STALE_READ -> misread(point, ReadFault.STALE);
            case SEGMENT_ROT -> rotSegment(point);
            case TRUNCATION -> truncate(point);
            case FULL -> fill(point);
        }
    }

    /** Only a process that runs can meet it. */
    void failNextSync(final SyncFailurePoint point) {
        if (cluster.replica(point.replica()).isAlive()) {
            cluster.narrate(Note.FAULT, point.replica(), point.group(), () -> "the next sync fails: " + point.kind());
            cluster.replica(point.replica()).disk(point.group()).failNextSync(point.kind());
        }
    }

    /** For a reader it is as if the sector were damaged: until it reads again it cannot know better. So the atlas is asked as for rot. */
    private void misread(final DiskFaultPoint point, final ReadFault kind) {
        final SimDisk disk = disk(point);
        final int times = 1 + (int) (point.place() / 13 % MISREADS_MAX);
        final IntArrayList sectors = new IntArrayList();
        disk.writtenSectors(sectors);
        for (int i = 0; i < TRIES; i++) {
            final int sector = sectors.getInt((int) ((point.place() + i * 31L) % sectors.size()));
            final int other = sectors.getInt((int) ((point.place() / 11 + i) % sectors.size()));
            if (!disk.image().isSectorDamaged(sector)
                    && atlas.admit(point.replica(), point.group(), sector)
                    && disk.misread(disk.dataFile(), sector, kind, other, times)) {
                atlas.onDamaged(point.replica(), point.group(), sector);
                note(point, sector, "the next " + times + " reads of sector " + sector);
                return;
            }
        }
    }

    /** A sector of one of the replica's segments goes bad; null if the atlas does not let it, or there is none. */
    DamagedSector rotSegment(final DiskFaultPoint point) {
        final SimDisk disk = disk(point);
        final List<String> segments = names(disk, SegmentKey.DIRECTORY);
        return segments.isEmpty() ? null : rot(point, segments.get((int) (point.place() % segments.size())));
    }

    /** A sector of this segment goes bad; null if the atlas does not let it, or there is no such file. */
    DamagedSector rot(final DiskFaultPoint point, final String name) {
        final SimDisk disk = disk(point);
        final int sectors = (int) (disk.image().files().length(name) / Storage.SECTOR);
        if (sectors == 0 || disk.settledFileNamed(name) < 0 || !atlas.admitFileLoss(point.replica(), point.group())) {
            return null;
        }
        final int sector = (int) (point.place() / 7 % sectors);
        final DamageKind kind = KINDS[draws.nextInt(KINDS.length)];
        if (disk.damage(disk.settledFileNamed(name), sector, kind, draws)) {
            atlas.onFilesLost(point.replica(), point.group());
            cluster.counters().segmentsDamaged++;
            note(point, sector, kind + " sector " + sector + " of " + name);
            return disk.damagedSector(name, sector);
        }
        return null;
    }

    private void truncate(final DiskFaultPoint point) {
        final SimDisk disk = disk(point);
        final List<String> candidates = names(disk, SnapshotName.DIRECTORY);
        final List<String> segments = names(disk, SegmentKey.DIRECTORY);
        for (int i = 0; i + 1 < segments.size(); i++) {
            if (isSameNamespace(segments.get(i), segments.get(i + 1))) {
                candidates.add(segments.get(i));
            }
        }
        if (candidates.isEmpty()) {
            return;
        }
        final String name = candidates.get((int) (point.place() % candidates.size()));
        final int sectors = (int) (disk.image().files().length(name) / Storage.SECTOR);
        if (sectors == 0 || disk.settledFileNamed(name) < 0 || !atlas.admitFileLoss(point.replica(), point.group())) {
            return;
        }
        final int kept = (int) (point.place() / 7 % sectors);
        if (disk.truncate(disk.settledFileNamed(name), kept)) {
            atlas.onFilesLost(point.replica(), point.group());
            note(point, kept, name + " ends after " + kept + " of " + sectors + " sectors");
        }
    }

    private void fill(final DiskFaultPoint point) {
        final SimDisk disk = disk(point);
        final int free = (int) (point.place() % FREE_SECTORS_MAX);
        final int filling = ++fillings[point.replica()][point.group()];
        disk.fill(free);
        note(point, free, "space for " + free + " sectors more");
        cluster.queue().after(point.durationNs(), () -> {
            if (filling == fillings[point.replica()][point.group()]) {
                disk.giveSpaceBack();
                note(point, free, "space is given back");
            }
        });
    }

    private SimDisk disk(final DiskFaultPoint point) {
        return cluster.replica(point.replica()).disk(point.group());
    }

    private static List<String> names(final SimDisk disk, final String directory) {
        final List<String> names = new ArrayList<>();
        for (final String name : disk.image().files().names()) {
            if (name.startsWith(directory)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Of segments of one namespace only the last one is written. */
    private static boolean isSameNamespace(final String name, final String next) {
        final int end = name.lastIndexOf('-');
        return next.regionMatches(0, name, 0, end);
    }

    private void note(final DiskFaultPoint point, final int detail, final String text) {
        cluster.trace().add(11L << 32 | (long) point.kind().ordinal() << 8 | point.replica(), detail);
        cluster.narrate(Note.FAULT, point.replica(), point.group(), () -> point.kind() + ": " + text);
    }
}
