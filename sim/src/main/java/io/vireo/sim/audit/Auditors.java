package io.vireo.sim.audit;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.time.EventQueue;
import java.util.List;

/** All auditors of a run; hands each event to each of them in a fixed order. */
public final class Auditors {
    public final AuditLog log;
    public final CanonicalChainAuditor canon;
    public final HeadMaxAuditor headMax;
    public final DurabilityAuditor durability;
    public final ExactlyOnceAuditor exactlyOnce;
    public final ReadAuditor reads;
    public final SplitBrainAuditor splitBrain;
    public final WriteAheadAuditor writeAhead;
    public final LivenessAuditor liveness;
    public final RecoveryAuditor recovery;
    public final CheckpointAuditor checkpoints;
    public final SnapshotDurabilityAuditor snapshots;
    public final WireAuditor wire;
    public final DamageAuditor damage;
    public final NamespaceAuditor namespaces;
    public final HonestyAuditor honesty;
    public final ReplayAuditor replay;
    public final BoundsAuditor bounds;
    public final IdentityAuditor identity;
    public final SyncSilenceAuditor syncSilence;
    public final DivergenceAuditor divergence;
    public final RejoinAuditor rejoin;
    private final MonotonicityAuditor monotonicity;
    private final Auditor[] all;

    public Auditors(
            final long seed,
            final EventQueue queue,
            final ClusterConfig config,
            final DurableImage[][] images,
            final FaultAtlas atlas) {
        final int replicas = config.replicaCount();
        final int groups = config.groupCount();
        log = new AuditLog(seed, queue);
        canon = new CanonicalChainAuditor(log, replicas, groups, config.clusterLo(), config.clusterHi());
        headMax = new HeadMaxAuditor(log, replicas, groups);
        monotonicity = new MonotonicityAuditor(log, images);
        durability = new DurabilityAuditor(log, images, canon, atlas);
        exactlyOnce = new ExactlyOnceAuditor(log, replicas, groups, config.namespacesMax());
        reads = new ReadAuditor(log, exactlyOnce, groups, config.namespacesMax());
        splitBrain = new SplitBrainAuditor(log, images);
        writeAhead = new WriteAheadAuditor(log, images, atlas);
        liveness = new LivenessAuditor(log, images, canon, atlas);
        recovery = new RecoveryAuditor(log, images);
        checkpoints = new CheckpointAuditor(log, images);
        snapshots = new SnapshotDurabilityAuditor(log, config, images, atlas);
        wire = new WireAuditor(log);
        damage = new DamageAuditor(log, images, snapshots::listedBytes);
        namespaces = new NamespaceAuditor(log, config.placement());
        honesty = new HonestyAuditor(log, exactlyOnce);
        replay = new ReplayAuditor(log, config, replicas);
        bounds = new BoundsAuditor(log, config, replicas);
        identity = new IdentityAuditor(log, replicas);
        syncSilence = new SyncSilenceAuditor(log, replicas, groups);
        divergence = new DivergenceAuditor(log, checkpoints, replicas, groups);
        rejoin = new RejoinAuditor(log, images, canon, durability, atlas);
        all = new Auditor[] {
            splitBrain,
            canon,
            headMax,
            durability,
            exactlyOnce,
            reads,
            monotonicity,
            writeAhead,
            liveness,
            recovery,
            checkpoints,
            snapshots,
            damage,
            namespaces,
            honesty,
            replay,
            bounds,
            identity,
            syncSilence,
            divergence,
            rejoin
        };
    }

    /** An old image is on the disks of this replica: it knows what it knew then, and what it said since is nobody's loss. */
    public void onImage(final int replica, final List<HeadMaxAuditor.Said> said, final long[] lowestForgotten) {
        headMax.onImage(replica, said, lowestForgotten);
        monotonicity.onImage(replica);
        checkpoints.onImage(replica);
        snapshots.onCrashed(replica);
    }

    /** The disks of this replica are empty: it has forgotten all, and what it may say from now on is another auditor's matter. */
    public void onWiped(final int replica) {
        headMax.onWiped(replica);
        monotonicity.onWiped(replica);
        splitBrain.onWiped(replica);
        writeAhead.onWiped(replica);
        checkpoints.onImage(replica);
        snapshots.onCrashed(replica);
        rejoin.onWiped(replica);
    }

    /** The empty disks of a replica that has taken part before are formatted as if they were new. */
    public void onFormatted(final int replica) {
        rejoin.onFormatted(replica);
    }

    public void onStarted(final int replica, final ReplicaView view) {
        for (final Auditor auditor : all) {
            auditor.onStarted(replica, view);
        }
    }

    public void onCrashed(final int replica) {
        for (final Auditor auditor : all) {
            auditor.onCrashed(replica);
        }
    }

    public void onTransition(
            final int replica,
            final int group,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        for (final Auditor auditor : all) {
            auditor.onTransition(replica, group, from, to, view, logView, reason);
        }
    }

    /** The core reports something. */
    public void onEvent(final int replica, final int group, final TraceEvent event) {
        divergence.onEvent(replica, group, event);
        if (event == TraceEvent.STATE_DIVERGED) {
            snapshots.onDiverged(replica, group);
            syncSilence.onDiverged(replica, group);
        }
        if (event == TraceEvent.STATE_SYNC_INSTALLED) {
            snapshots.onInstalled(replica, group);
        }
        if (event == TraceEvent.STATE_SYNC_INSTALLED || event == TraceEvent.STATE_SYNC_GIVEN_UP) {
            syncSilence.onEnded(replica, group);
        }
    }

    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        for (final Auditor auditor : all) {
            auditor.onSend(replica, to, frame);
        }
    }

    public void onApplied(final int replica, final int group, final PrepareFlyweight prepare) {
        for (final Auditor auditor : all) {
            auditor.onApplied(replica, group, prepare);
        }
    }

    public void onView(final int replica, final ReplicaView view) {
        for (final Auditor auditor : all) {
            auditor.onView(replica, view);
        }
    }
}
