package io.vireo.node.replica;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.commit.CheckpointAgreement;
import io.vireo.node.commit.CheckpointReports;
import io.vireo.node.commit.Checkpoints;
import io.vireo.node.commit.Committer;
import io.vireo.node.commit.PendingReads;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.ReplyAssembler;
import io.vireo.node.core.Status;
import io.vireo.node.core.SuperblockUpdates;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.normal.BackupReplication;
import io.vireo.node.normal.LeadershipRounds;
import io.vireo.node.normal.PreparePipeline;
import io.vireo.node.normal.PrimaryReplication;
import io.vireo.node.port.RandomSource;
import io.vireo.node.rejoin.LifeRecords;
import io.vireo.node.rejoin.Rejoin;
import io.vireo.node.repair.JournalRepair;
import io.vireo.node.repair.RepairResponder;
import io.vireo.node.session.ClientSessions;
import io.vireo.node.session.RequestAdmission;
import io.vireo.node.session.RequestIntake;
import io.vireo.node.session.RequestQueue;
import io.vireo.node.sync.SyncTrigger;
import io.vireo.node.time.PrimaryLiveness;
import io.vireo.node.time.Timeouts;
import io.vireo.node.viewchange.ViewChange;

/**
 * Builds the sub-protocols of one replica around its shared state, journal and effects. The only place that knows them all; used once,
 * when a data directory has been recovered.
 */
public final class ReplicaParts {
    /** How long repair may find what one peer no longer has. */
    private static final int SYNC_PATIENCE_HEARTBEATS = 5;

    /** Requests in one prepare: bounds the replies that one applied op can produce. */
    static final int REQUESTS_PER_PREPARE_MAX = 8192;
    /** Requests in one frame. */
    static final int REQUESTS_PER_FRAME_MAX = 1024;
    /** Ops above commitMin whose bytes are kept; the pipeline and as much again for what comes early. */
    private static final int CACHE_PIPELINES = 4;
    /** Prepares of the largest size that may wait in the request queue. */
    private static final int QUEUE_PREPARES = 2;

    final ReplicaState state;
    final PrepareJournal journal;
    final EffectQueue effects;
    final TraceSink trace;
    final long nonce;
    final boolean isHeadCertain;
    final PrepareCache cache;
    final Timeouts timeouts;
    final PrimaryLiveness liveness;
    final PrimaryReplication primary;
    final BackupReplication backup;
    final LeadershipRounds rounds;
    final ViewChange viewChange;
    final SuperblockUpdates superblock;
    final Checkpoints checkpoints;
    final CheckpointReports reports;
    final CheckpointAgreement agreement;
    final SyncTrigger syncTrigger;
    final JournalRepair repair;
    final RepairResponder responder;
    final Committer committer;
    final PendingReads reads;
    final RequestIntake intake;
    final Rejoin rejoin;
    final LifeRecords lifeRecords;

    /**
     * @param commitMax highest op known to be committed, as recovery has proved it.
     * @param applied the apply step as recovery left it, over the state machine and sessions of this replica.
     */
    public ReplicaParts(
            final ClusterConfig config,
            final int group,
            final int replica,
            final VsrState recovered,
            final long commitMax,
            final PrepareJournal journal,
            final boolean isHeadCertain,
            final ApplyStep applied,
            final StateMachine stateMachine,
            final ClientSessions sessions,
            final SegmentStore segments,
            final RandomSource random,
            final EffectQueue effects,
            final TraceSink trace,
            final long nonce) {
        this.journal = journal;
        this.effects = effects;
        this.trace = trace;
        this.nonce = nonce;
        this.isHeadCertain = isHeadCertain;
        state = new ReplicaState(
                config.clusterLo(),
                config.clusterHi(),
                group,
                replica,
                config.replicaCount(),
                initialStatus(recovered, isHeadCertain),
                recovered.view(),
                recovered.logView(),
                recovered.membership(),
                applied.appliedOp(),
                commitMax);
        final int pipelineMax = config.pipelineMax();
        final int prepareSizeMax = config.prepareSizeMax();
        final int headersMax = Math.min(MessageCheck.HEADERS_MAX, prepareSizeMax / HeaderFlyweight.HEADER_LENGTH - 1);
        cache = new PrepareCache(CACHE_PIPELINES * pipelineMax, prepareSizeMax);
        timeouts = new Timeouts(random, config.heartbeatNs(), config.suspicionMinNs(), config.suspicionMaxNs());
        liveness = new PrimaryLiveness(timeouts);
        final ReplyAssembler replies = new ReplyAssembler(state, effects);
        reports = new CheckpointReports(state, trace);
        syncTrigger = new SyncTrigger(SYNC_PATIENCE_HEARTBEATS * config.heartbeatNs());
        primary = new PrimaryReplication(
                state,
                journal,
                effects,
                cache,
                new PreparePipeline(pipelineMax),
                timeouts,
                trace,
                prepareSizeMax,
                REQUESTS_PER_PREPARE_MAX);
        superblock = new SuperblockUpdates(state, journal, effects, recovered);
        agreement = new CheckpointAgreement(state, superblock);
        rejoin = new Rejoin(state, effects, nonce);
        lifeRecords = new LifeRecords(state, effects);
        backup = new BackupReplication(state, journal, effects, cache, superblock, nonce);
        rounds = new LeadershipRounds(state.quorums.replication(), replica);
        viewChange = new ViewChange(state, journal, effects, cache, pipelineMax);
        if (recovered.view() > recovered.logView()) {
            viewChange.restore(recovered.doViewChange());
        }
        repair = new JournalRepair(state, journal, effects, cache, random, trace, headersMax, 2 * config.heartbeatNs());
        responder = new RepairResponder(state, journal, effects, cache, superblock, trace, headersMax);
        checkpoints = new Checkpoints(
                state,
                journal,
                effects,
                new CheckpointPolicy(config.walBytes(), prepareSizeMax),
                recovered.checkpoint());
        committer = new Committer(state, journal, cache, applied, replies, checkpoints, segments, trace);
        reads = new PendingReads(state, stateMachine, effects, prepareSizeMax - HeaderFlyweight.HEADER_LENGTH);
        intake = new RequestIntake(
                state,
                effects,
                sessions,
                new RequestAdmission(sessions, config.sessionsMax()),
                new RequestQueue(QUEUE_PREPARES * prepareSizeMax, config.requestQueueMax()),
                replies,
                trace,
                prepareSizeMax - HeaderFlyweight.HEADER_LENGTH,
                REQUESTS_PER_FRAME_MAX);
    }

    /** The replica of these parts. */
    public Replica build() {
        return new Replica(this);
    }

    /** With which status a replica begins that was recovered like this. */
    public static Status initialStatus(final VsrState recovered, final boolean isHeadCertain) {
        if (recovered.membership().standing() != Standing.VOTER) {
            return Status.RECOVERING;
        }
        if (!isHeadCertain) {
            return Status.RECOVERING_HEAD;
        }
        return recovered.view() > recovered.logView() ? Status.VIEW_CHANGE : Status.JOINING;
    }
}
