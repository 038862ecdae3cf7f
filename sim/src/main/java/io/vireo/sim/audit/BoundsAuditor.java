package io.vireo.sim.audit;

import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.bootstrap.replay.HashChainReplay;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.node.commit.PendingReads;
import io.vireo.node.core.ReplicaLoad;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.session.ClientSessions;
import io.vireo.sim.storage.SimDisk;

/**
 * A13: everything is bounded. Frames and the prepares in flight are looked at whenever there is one, queues, sessions, memory of segments
 * and files once in so many turns of a process, which depends on the run alone. What is bounded because it is an array of that size or is
 * checked by the node where it grows (cache, repair budget, effects, timers, votes) is not asked again.
 */
public final class BoundsAuditor extends Auditor {
    /** One turn in so many is looked at closely; a power of two. */
    static final int EVERY = 32;

    /** One that the superblock names, one that is to follow it, and what a crash left of a third until it is removed. */
    private static final int SNAPSHOTS_MAX = 3;

    private static final int QUARANTINED_MAX = 2;

    private final ClusterConfig config;
    private final long dataBytesMax;
    private final long unwrittenMax;
    private final long cachedMax;
    /** By replica and group: groups that work by turns are all looked at. */
    private final int[][] turns;

    private int replica;
    private ReplicaView view;
    private int snapshots;
    private int quarantined;
    private long checked;

    public BoundsAuditor(final AuditLog log, final ClusterConfig config, final int replicas) {
        super("A13", log);
        this.config = config;
        dataBytesMax = new DataFileLayout(config.walBytes()).fileSize();
        // At the limit no further op is applied; a replay also applies those that it has asked for before, and has
        // begun to.
        unwrittenMax =
                config.segmentLimits().cacheBytes() + (HashChainReplay.READ_AHEAD + 1L) * config.prepareSizeMax();
        cachedMax = config.segmentLimits().cacheBytes();
        turns = new int[replicas][config.groupCount()];
    }

    /** Turns that were looked at closely. */
    public long checked() {
        return checked;
    }

    @Override
    public void onSend(final int sender, final int to, final HeaderFlyweight frame) {
        if (frame.size() > config.prepareSizeMax()) {
            checkNumbers(
                    false,
                    "a frame is at most prepare_size_max long",
                    sender,
                    frame.group(),
                    frame.view(),
                    0,
                    "bytes, allowed",
                    frame.size(),
                    config.prepareSizeMax());
        }
    }

    @Override
    public void onView(final int of, final ReplicaView now) {
        if (now.status() == Status.NORMAL && now.primary() == of) {
            replica = of;
            view = now;
            bound("prepares in flight fit the pipeline", now.head() - now.commitMax(), config.pipelineMax());
        }
    }

    /** A process has worked for a group that runs. */
    public void onTurn(final int of, final ReplicaHost host, final SimDisk disk) {
        if ((++turns[of][host.group()] & EVERY - 1) != 0) {
            return;
        }
        checked++;
        replica = of;
        view = host.view();
        onLoad(host.load());
        bound(
                "sessions are at most sessions_max",
                ((ClientSessions) host.recovered().sessions()).count(),
                config.sessionsMax());
        bound(
                "bytes that wait to be written are bounded",
                host.recovered().files().unwrittenBytes(),
                unwrittenMax);
        bound("chunks in memory fit the cache", host.recovered().files().cachedBytes(), cachedMax);
        onDisk(disk);
    }

    void onLoad(final ReplicaLoad load) {
        bound("requests that wait are at most request_queue_max", load.requests(), config.requestQueueMax());
        bound("reads that wait for a round are bounded", load.reads(), PendingReads.WAITING_MAX);
        bound("reads that wait for the disk are bounded", load.fetches(), PendingReads.FETCHING_MAX);
        bound("prepares in flight fit the pipeline", load.pipeline(), config.pipelineMax());
    }

    void onDisk(final SimDisk disk) {
        snapshots = 0;
        quarantined = 0;
        disk.forEachFile(this::onFile);
        bound("snapshots on disk are at most two and what a crash has left", snapshots, SNAPSHOTS_MAX);
        bound("of states that have diverged one is kept, and what a crash has left", quarantined, QUARANTINED_MAX);
    }

    private void onFile(final String name, final long bytes) {
        if (SnapshotName.isSnapshot(name)) {
            snapshots++;
        } else if (SnapshotName.parseQuarantined(name) != null) {
            quarantined++;
        } else if (name.equals(DataFileLayout.FILE_NAME) || name.equals(DataFileFormatter.TEMPORARY_NAME)) {
            bound("the log stays in its ring", bytes, dataBytesMax);
        } else {
            // A segment, in its place or still being fetched.
            bound("a segment file is at most segment_bytes long", bytes, config.segmentBytes());
        }
    }

    private void bound(final String invariant, final long value, final long max) {
        if (value > max) {
            final boolean isOpen = view != null;
            checkNumbers(
                    false,
                    invariant,
                    replica,
                    isOpen ? view.group() : 0,
                    isOpen ? view.view() : -1,
                    isOpen ? view.head() : 0,
                    "found, allowed",
                    value,
                    max);
        }
    }
}
