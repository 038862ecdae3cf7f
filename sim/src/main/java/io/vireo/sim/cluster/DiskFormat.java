package io.vireo.sim.cluster;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.VsrState;
import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;

/** Formats a simulated disk before the run begins, by the node's own formatter; no fault strikes here. */
public final class DiskFormat implements SimDisk.Watch, Storage.Completions {
    private DataFileFormatter formatter;

    private DiskFormat() {}

    /** Returns when everything is durable; steps the queue meanwhile. */
    public static void format(
            final EventQueue queue,
            final SimDisk disk,
            final ClusterConfig config,
            final int replica,
            final int group,
            final Draws draws) {
        format(
                queue,
                disk,
                config.identity(replica, group, draws.nextLong(), draws.nextLong()),
                VsrState.root(config.clusterLo(), config.clusterHi(), group));
    }

    /** As the other, with what the superblock is to say first. */
    public static void format(
            final EventQueue queue, final SimDisk disk, final SuperblockIdentity identity, final VsrState first) {
        final DiskFormat format = new DiskFormat();
        disk.attach(format);
        format.formatter = new DataFileFormatter(disk, identity, first);
        format.formatter.start();
        while (!format.formatter.isDone()) {
            queue.step();
            disk.poll(format);
        }
        if (format.formatter.failure() != null) {
            throw format.formatter.failure();
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
    public void onCompletion(final long token, final long result) {
        formatter.onCompletion(token, result);
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }
}
