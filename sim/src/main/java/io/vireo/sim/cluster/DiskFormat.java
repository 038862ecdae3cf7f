package io.vireo.sim.cluster;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.VsrState;
import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;

/** Formats a simulated disk before the run begins, by the superblock's own code; no fault strikes here. */
final class DiskFormat implements SimDisk.Watch, Storage.Completions, Superblock.Listener {
    private static final long TOKEN = 1L << 62;

    private final SimDisk disk;
    private Superblock superblock;
    private long result;
    private boolean isDone;

    private DiskFormat(final SimDisk disk) {
        this.disk = disk;
    }

    static void format(
            final EventQueue queue,
            final SimDisk disk,
            final ClusterConfig config,
            final int replica,
            final int group,
            final Draws draws) {
        final DiskFormat format = new DiskFormat(disk);
        disk.attach(format);
        disk.create(DataFileLayout.FILE_NAME, new DataFileLayout(config.walBytes()).fileSize(), TOKEN);
        format.await(queue);
        format.superblock = new Superblock(disk, (int) format.result, format);
        format.superblock.format(
                new SuperblockIdentity(
                        config.clusterLo(),
                        config.clusterHi(),
                        replica,
                        group,
                        draws.nextLong(),
                        draws.nextLong(),
                        config.walBytes(),
                        config.prepareSizeMax(),
                        config.segmentBytes(),
                        config.replicaCount(),
                        config.groupCount()),
                VsrState.root(config.clusterLo(), config.clusterHi(), group));
        format.await(queue);
        disk.syncDirectory(TOKEN);
        format.await(queue);
    }

    private void await(final EventQueue queue) {
        isDone = false;
        while (!isDone) {
            queue.step();
            disk.poll(this);
        }
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void on(final DiskEvent event) {
        // Nothing is aimed at a format.
    }

    @Override
    public void onCompletion(final long token, final long completed) {
        if (token == TOKEN) {
            result = completed;
            isDone = true;
        } else {
            superblock.onCompletion(token, completed);
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public void onSuperblockOpened(final VsrState state) {
        throw new IllegalStateException("a format opens nothing");
    }

    @Override
    public void onSuperblockRefused(final SuperblockException reason) {
        throw reason;
    }

    @Override
    public void onSuperblockWritten(final VsrState state) {
        isDone = true;
    }
}
