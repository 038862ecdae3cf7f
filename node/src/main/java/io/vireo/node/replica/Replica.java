package io.vireo.node.replica;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.commit.CheckpointAgreement;
import io.vireo.node.commit.CheckpointReports;
import io.vireo.node.commit.Checkpoints;
import io.vireo.node.commit.Committer;
import io.vireo.node.commit.PendingReads;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.LaterLifeException;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReadToken;
import io.vireo.node.core.ReplicaLoad;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.SuperblockUpdates;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.CommitFlyweight;
import io.vireo.node.message.CommitOkFlyweight;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.HeadersFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.message.RecoverFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;
import io.vireo.node.message.RequestHeadersFlyweight;
import io.vireo.node.message.RequestPrepareFlyweight;
import io.vireo.node.message.RequestStartViewFlyweight;
import io.vireo.node.message.StartViewChangeFlyweight;
import io.vireo.node.message.StartViewFlyweight;
import io.vireo.node.normal.BackupReplication;
import io.vireo.node.normal.LeadershipRounds;
import io.vireo.node.normal.PrimaryReplication;
import io.vireo.node.rejoin.LifeRecords;
import io.vireo.node.rejoin.Rejoin;
import io.vireo.node.repair.JournalRepair;
import io.vireo.node.repair.RepairResponder;
import io.vireo.node.session.RequestIntake;
import io.vireo.node.sync.SyncTrigger;
import io.vireo.node.time.PrimaryLiveness;
import io.vireo.node.time.Timeouts;
import io.vireo.node.viewchange.ViewChange;
import org.agrona.MutableDirectBuffer;

/**
 * One replica of one group: Viewstamped Replication as a plain object. Inputs come from its host, one at a time; what is to be done goes
 * into the {@link EffectQueue}, which the host empties before the next input. No thread, clock, socket, file or randomness in here.
 *
 * <p>The class to read first: it holds no protocol state of its own. Each sub-protocol decides and answers; this class asks them in turn
 * and is the only one that changes status and views. Durability is causal: an acknowledgement is emitted from {@link #onPrepareWritten},
 * a DoViewChange or StartView from {@link #onSuperblockWritten}.
 */
public final class Replica {
    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final TraceSink trace;
    private final long nonce;
    private final boolean isHeadCertain;

    private final MessageGuard guard;
    private final PrimaryReplication primary;
    private final BackupReplication backup;
    private final LeadershipRounds rounds;
    private final ViewChange viewChange;
    private final SuperblockUpdates superblock;
    private final Checkpoints checkpoints;
    private final CheckpointReports reports;
    private final CheckpointAgreement agreement;
    private final JournalRepair repair;
    private final RepairResponder responder;
    private final Committer committer;
    private final PendingReads reads;
    private final RequestIntake intake;
    private final PrepareCache cache;
    private final Rejoin rejoin;
    private final LifeRecords lifeRecords;
    private final Timeouts timeouts;
    private final PrimaryLiveness liveness;

    /** A later view that was heard of while the superblock was being written; gone to when the write is done. */
    private long laterView;

    private final SyncTrigger syncTrigger;
    private final CheckpointFlyweight checkpointFrame = new CheckpointFlyweight();
    private boolean isReadyAnnounced;

    /** Head at which the ring was last found full. */
    private long fullAtOp;

    /** Steps of a primary, as they were when last looked at. */
    private long progressSeen;

    private final Checksum checksum = new Checksum();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final CommitFlyweight commit = new CommitFlyweight();
    private final CommitOkFlyweight commitOk = new CommitOkFlyweight();
    private final StartViewChangeFlyweight startViewChange = new StartViewChangeFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();
    private final StartViewFlyweight startView = new StartViewFlyweight();
    private final RequestStartViewFlyweight requestStartView = new RequestStartViewFlyweight();
    private final RequestHeadersFlyweight requestHeaders = new RequestHeadersFlyweight();
    private final HeadersFlyweight headers = new HeadersFlyweight();
    private final RequestPrepareFlyweight requestPrepare = new RequestPrepareFlyweight();
    private final RecoverFlyweight recover = new RecoverFlyweight();
    private final RecoverOkFlyweight recoverOk = new RecoverOkFlyweight();

    Replica(final ReplicaParts parts) {
        this.state = parts.state;
        this.journal = parts.journal;
        this.effects = parts.effects;
        this.trace = parts.trace;
        this.nonce = parts.nonce;
        this.isHeadCertain = parts.isHeadCertain;
        this.guard = new MessageGuard(state, nonce);
        this.primary = parts.primary;
        this.backup = parts.backup;
        this.rounds = parts.rounds;
        this.viewChange = parts.viewChange;
        this.superblock = parts.superblock;
        this.checkpoints = parts.checkpoints;
        this.reports = parts.reports;
        this.agreement = parts.agreement;
        this.syncTrigger = parts.syncTrigger;
        this.repair = parts.repair;
        this.responder = parts.responder;
        this.committer = parts.committer;
        this.reads = parts.reads;
        this.intake = parts.intake;
        this.cache = parts.cache;
        this.rejoin = parts.rejoin;
        this.lifeRecords = parts.lifeRecords;
        this.timeouts = parts.timeouts;
        this.liveness = parts.liveness;
    }

    // Inputs

    /** First input: begins to join the cluster with what was recovered from disk. */
    public void start(final long nowNs, final long wallNs) {
        state.time(nowNs, wallNs);
        state.commitMaxAtLeast(isHeadCertain ? viewChange.provenCommit() : state.commitMax());
        trace.transition(state.group, state.status(), state.status(), state.view(), state.logView(), "start");
        // Recovery stops applying at an op that triggers a checkpoint, so that it is taken here.
        checkpoints.onApplied(state.commitMin());
        switch (state.status()) {
            case VIEW_CHANGE -> onViewDurable();
            case RECOVERING -> askToRecover();
            case RECOVERING_HEAD -> requestStartView(state.view());
            case JOINING -> {
                if (state.replicas() == 1) {
                    // Alone: what was cut from the tail must not come back under the same view.
                    enterView(state.view() + 1, "alone");
                    return;
                }
                join();
            }
            case NORMAL -> Invariant.check(false, "a replica does not start in NORMAL");
        }
    }

    /** Goes on as one that counts, in the view of its log. */
    private void join() {
        liveness.reset(state.nowNs());
        timeouts.suspicion.start(state.nowNs(), liveness.suspicionNs());
        timeouts.voteWindow.start(state.nowNs(), timeouts.voteWindowNs());
        if (state.isPrimaryOf(state.view())) {
            // A primary that restarts never goes on in its view: it may have forgotten what it prepared last.
            vote();
        } else {
            requestStartView(state.view());
        }
    }

    /** One validated frame for this group. */
    public void onMessage(
            final long nowNs, final long wallNs, final MutableDirectBuffer buffer, final int offset, final int length) {
        state.time(nowNs, wallNs);
        header.wrap(buffer, offset);
        final DropReason reason = guard.check(header, buffer, offset);
        if (reason != DropReason.NONE) {
            trace.event(state.group, TraceEvent.FRAME_DROPPED, header.view(), header.commandCode());
            if (reason == DropReason.FORMER_LIFE) {
                onFormerLife(buffer, offset);
            }
            return;
        }
        switch (header.command()) {
            case REQUEST -> onRequest(buffer, offset);
            case READ -> onRead(buffer, offset, length);
            case PREPARE -> onPrepare(prepare.wrap(buffer, offset));
            case PREPARE_OK -> onPrepareOk(prepareOk.wrap(buffer, offset));
            case COMMIT -> onCommit(commit.wrap(buffer, offset));
            case COMMIT_OK -> onCommitOk(commitOk.wrap(buffer, offset));
            case START_VIEW_CHANGE -> onStartViewChange(startViewChange.wrap(buffer, offset));
            case DO_VIEW_CHANGE -> onDoViewChange(doViewChange.wrap(buffer, offset));
            case START_VIEW -> onStartView(startView.wrap(buffer, offset));
            case REQUEST_START_VIEW -> onRequestStartView(requestStartView.wrap(buffer, offset));
            case RECOVER -> onRecover(recover.wrap(buffer, offset));
            case RECOVER_OK -> onRecoverOk(recoverOk.wrap(buffer, offset));
            case REQUEST_HEADERS -> responder.onRequestHeaders(requestHeaders.wrap(buffer, offset));
            case HEADERS -> onHeaders(headers.wrap(buffer, offset));
            case REQUEST_PREPARE -> responder.onRequestPrepare(requestPrepare.wrap(buffer, offset));
            case CHECKPOINT ->
                syncTrigger.onCheckpoint(checkpointFrame.wrap(buffer, offset).op(), state.commitMin(), nowNs);
            default -> Invariant.check(false, "the guard lets only known commands pass");
        }
    }

    /** Time has passed. */
    public void onTick(final long nowNs, final long wallNs) {
        state.time(nowNs, wallNs);
        if (timeouts.voteWindow.isDue(nowNs)) {
            final boolean hasVoted = viewChange.hasVoted();
            viewChange.clearVotes();
            timeouts.voteWindow.start(nowNs, timeouts.voteWindowNs());
            if (hasVoted) {
                viewChange.onVote(state.replica);
            }
        }
        switch (state.status()) {
            case NORMAL -> {
                if (state.isNormalPrimary()) {
                    tickPrimary();
                } else {
                    tickSuspicion("primary_silent");
                    if (state.status() == Status.NORMAL && syncTrigger.isDue(state.commitMin(), nowNs)) {
                        synchronizeState();
                        return;
                    }
                }
                if (timeouts.repair.isDue(nowNs)) {
                    timeouts.repair.start(nowNs, timeouts.repairNs());
                    repair.request();
                }
                tickRejoin();
            }
            case JOINING -> {
                tickSuspicion("no_start_view");
                tickRequestStartView();
            }
            case VIEW_CHANGE -> {
                if (!superblock.isWriting() && timeouts.doViewChangeResend.isDue(nowNs)) {
                    timeouts.doViewChangeResend.start(nowNs, timeouts.doViewChangeResendNs());
                    viewChange.sendDoViewChange();
                    repair.requestDamaged(viewChange.suffix());
                    tryDecide();
                }
                if (timeouts.viewChange.isDue(nowNs)) {
                    timeouts.viewChange.start(nowNs, timeouts.viewChangeNs());
                    vote();
                }
                tickRequestStartView();
            }
            case RECOVERING_HEAD -> tickRequestStartView();
            case RECOVERING -> {
                if (timeouts.requestStartView.isDue(nowNs)) {
                    askToRecover();
                }
            }
        }
        if (timeouts.voteResend.isDue(nowNs)) {
            timeouts.voteResend.stop();
            if (viewChange.hasVoted()) {
                vote();
            }
        }
    }

    /** This prepare, and everything written before its sync, is durable here. */
    public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
        if (op > journal.head() || !journal.matches(op, checksumLo, checksumHi) || state.status() != Status.NORMAL) {
            return;
        }
        if (state.isNormalPrimary()) {
            primary.onDurable();
            primary.advanceCommit();
        } else {
            backup.acknowledge(false);
        }
    }

    /** A prepare was read back; {@code length} 0: its entry is damaged, and the journal knows it. */
    public void onPrepareRead(
            final long token, final long op, final MutableDirectBuffer buffer, final int offset, final int length) {
        prepare.wrap(buffer, offset);
        if (ReadToken.isCommit(token)) {
            committer.onPrepareRead(op, prepare, length);
        } else if (ReadToken.isServe(token)) {
            responder.onPrepareRead(token, prepare, length);
        } else if (length > 0 && state.isNormalPrimary()) {
            primary.sendToMissing(op, buffer, offset, length);
        }
        if (length == 0 && state.status() == Status.NORMAL) {
            repair.request();
        }
    }

    /** The superblock asked for last is durable. */
    public void onSuperblockWritten() {
        final SuperblockUpdates.Purpose purpose = superblock.onWritten();
        final boolean wasVoter = state.isVoter();
        state.onMembershipDurable(superblock.membership());
        switch (purpose) {
            case DO_VIEW_CHANGE -> {
                state.onDurable(state.view());
                onViewDurable();
            }
            case START_VIEW -> {
                state.onDurable(state.view());
                startNormal();
            }
            case CHECKPOINT -> onCheckpointDurable();
            case MEMBERSHIP -> onMembershipDurable(wasVoter);
        }
        lifeRecords.answerWaiting();
        if (laterView > state.view() && !superblock.isWriting()) {
            enterView(laterView, "later_view");
        }
        writeCheckpoint();
    }

    /** Bytes that reads wait for have come from disk. */
    public void onReadable() {
        reads.onReadable();
    }

    /** The snapshot asked for, and every file it names, is durable. */
    public void onSnapshotSaved(final CheckpointState checkpoint) {
        checkpoints.onSaved(checkpoint);
        writeCheckpoint();
    }

    /**
     * One bounded step of what can be done without further input: apply one op, form one prepare, answer reads. The host calls it, drains
     * the effects, and calls again while it returns true.
     */
    public boolean work(final long nowNs, final long wallNs) {
        state.time(nowNs, wallNs);
        boolean isProgress = committer.step(state.isNormalPrimary());
        if (state.status() == Status.NORMAL) {
            isProgress |= repair.writeCached();
        }
        isProgress |= reads.retry();
        if (state.isNormalPrimary()) {
            if (primary.isReady()) {
                announceReady();
                isProgress |= formPrepare();
                isProgress |= serveReads();
            }
        }
        return isProgress;
    }

    /** A picture of this replica as it is now. */
    public ReplicaView view() {
        return new ReplicaView(
                state.group,
                state.replica,
                state.status(),
                state.view(),
                state.logView(),
                state.primary(state.view()),
                journal.head(),
                state.commitMin(),
                state.commitMax(),
                journal.ackableOp(),
                journal.checkpointOp(),
                state.isVoter());
    }

    /** How its checkpoints, since this replica began, compare with those of a quorum. */
    public CheckpointAgreement agreement() {
        return agreement;
    }

    /** How full its queues are now. */
    public ReplicaLoad load() {
        return new ReplicaLoad(primary.uncommitted(), intake.queue().requests(), reads.waiting(), reads.fetching());
    }

    // Normal case

    private void onRequest(final MutableDirectBuffer buffer, final int offset) {
        intake.onRequest(buffer, offset, primary.isReady());
    }

    private void onRead(final MutableDirectBuffer buffer, final int offset, final int length) {
        reads.onRead(buffer, offset, length, primary.isReady(), rounds.started() + 1, primary.inheritedHead());
    }

    private boolean formPrepare() {
        return switch (primary.form(intake.queue())) {
            case PREPARED -> true;
            case LOG_FULL -> {
                // What waits goes on waiting: a checkpoint on a quorum frees the ring, and a full queue answers busy.
                if (fullAtOp != journal.head()) {
                    fullAtOp = journal.head();
                    trace.event(state.group, TraceEvent.LOG_FULL, state.view(), fullAtOp);
                }
                yield false;
            }
            case NOT_NOW -> false;
        };
    }

    private boolean serveReads() {
        if (rounds.isIdle() && reads.wantsRound(rounds.started())) {
            rounds.start();
            primary.sendCommit(rounds.started());
            trace.event(state.group, TraceEvent.READ_ROUND, state.view(), rounds.started());
        }
        return reads.answer(rounds.confirmed());
    }

    private void onPrepare(final PrepareFlyweight frame) {
        if (frame.view() > state.view()) {
            onLaterViewHeard(frame.view());
        } else if (state.status() == Status.NORMAL) {
            if (frame.view() == state.view() && state.isNormalBackup()) {
                onPrepareOfView(frame);
            } else if (repair.onPrepare(frame)) {
                repair.request();
            }
        } else if (!(isVoting() && repair.onPrepareOf(viewChange.suffix(), frame)) && frame.view() == state.view()) {
            onPresentViewHeard();
        }
    }

    private void onPrepareOfView(final PrepareFlyweight frame) {
        state.commitMaxAtLeast(frame.commit());
        onCheckpointQuorum(frame.checkpointQuorum(), frame.checkpointIdLo(), frame.checkpointIdHi());
        switch (backup.onPrepare(frame)) {
            case ACCEPTED -> {
                onPrimaryHeard();
                backup.acceptCached();
            }
            case GAP -> {
                onPrimaryHeard();
                repair.onLogReaches(frame.op() - 1);
                repair.request();
            }
            case DUPLICATE -> {
                if (repair.onPrepare(frame)) {
                    repair.request();
                } else {
                    backup.acknowledge(true);
                }
            }
            case LOG_FULL -> trace.event(state.group, TraceEvent.LOG_FULL, state.view(), frame.op());
        }
    }

    private void onPrepareOk(final PrepareOkFlyweight frame) {
        onCounting(frame.replica(), frame.life());
        onCheckpointReport(frame.replica(), frame.checkpointOp(), frame.checkpointIdLo(), frame.checkpointIdHi());
        if (primary.onPrepareOk(frame)) {
            onHeardAsPrimary();
            primary.advanceCommit();
        }
    }

    private void onHeardAsPrimary() {
        timeouts.abdication.start(state.nowNs(), timeouts.abdicationNs());
        if (!timeouts.heartbeat.isRunning()) {
            timeouts.heartbeat.start(state.nowNs(), 0);
            viewChange.clearVotes();
        }
    }

    private void onCommit(final CommitFlyweight frame) {
        if (frame.view() > state.view()) {
            onLaterViewHeard(frame.view());
            return;
        }
        if (state.status() != Status.NORMAL) {
            onPresentViewHeard();
            return;
        }
        onPrimaryHeard();
        final long op = frame.commitMax();
        state.commitMaxAtLeast(op);
        onCheckpointQuorum(frame.checkpointQuorum(), frame.checkpointIdLo(), frame.checkpointIdHi());
        if (op > journal.checkpointOp() && op <= journal.head() && isConfirmed(op) && hasChecksum(frame)) {
            Invariant.check(
                    journal.matches(op, frame.commitChecksumLo(), frame.commitChecksumHi()),
                    "the primary committed another entry than this replica's log has");
        }
        if (op > journal.head()) {
            repair.onLogReaches(op);
            repair.request();
        }
        if (frame.round() > 0 && state.isVoter()) {
            sendCommitOk(frame.round());
        }
        // A full ring moves on only by what the backups report of their checkpoints, so a lost report is repeated.
        if (journal.ackableOp() > op
                || frame.checkpointQuorum() < superblock.checkpoint().op()) {
            backup.acknowledge(true);
        }
    }

    private boolean isConfirmed(final long op) {
        return journal.hasHeader(op) && journal.contiguousHeaders() >= op;
    }

    private static boolean hasChecksum(final CommitFlyweight frame) {
        return frame.commitChecksumLo() != 0 || frame.commitChecksumHi() != 0;
    }

    private void sendCommitOk(final long round) {
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        commitOk.wrap(effects.arena(), offset);
        commitOk.init(
                Command.COMMIT_OK,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.view(),
                state.replica,
                state.group);
        commitOk.round(round).nonce(nonce).life(state.lives.own()).seal(checksum);
        effects.send(state.primary(state.view()), offset, HeaderFlyweight.HEADER_LENGTH);
    }

    private void onCommitOk(final CommitOkFlyweight frame) {
        onCounting(frame.replica(), frame.life());
        if (rounds.answer(frame.round(), frame.replica())) {
            onHeardAsPrimary();
        }
    }

    /** True while this replica's DoViewChange stands and the log of the new view is not decided. */
    private boolean isVoting() {
        return state.status() == Status.VIEW_CHANGE && !superblock.isWriting() && viewChange.suffix() != null;
    }

    private void onHeaders(final HeadersFlyweight frame) {
        if (state.status() != Status.NORMAL) {
            if (isVoting()) {
                repair.onHeadersBelow(frame);
            }
            return;
        }
        if (repair.onHeaders(frame)) {
            // Headers that connect entries to the log make them count as durable without a write.
            if (state.isNormalBackup()) {
                backup.acceptCached();
                backup.acknowledge(false);
            } else if (state.isNormalPrimary()) {
                primary.onDurable();
                primary.advanceCommit();
            }
            repair.request();
        }
    }

    private void tickPrimary() {
        final long nowNs = state.nowNs();
        watchProgress(nowNs);
        // Story: the process of a sole replica stands still, changes the view with entries in flight, and ends; a log
        // that has promised them cannot be opened.
        if (timeouts.abdication.isDue(nowNs) && state.replicas() > 1) {
            // Heard by nobody, or unable to get what it inherited, while something waits: let another one try. An
            // answer brings the heartbeat back.
            timeouts.heartbeat.stop();
            trace.event(state.group, TraceEvent.ABDICATED, state.view(), state.commitMax());
            timeouts.abdication.start(nowNs, timeouts.abdicationNs());
            vote();
            return;
        }
        if (timeouts.heartbeat.isDue(nowNs)) {
            timeouts.heartbeat.start(nowNs, timeouts.heartbeatNs());
            primary.sendCommit(rounds.started());
        }
        primary.resend();
    }

    /**
     * The time to abdication runs while something waits and begins anew with each step forward. What waits is not only uncommitted ops: a
     * primary that hears nobody, but is heard, would else keep clients without the inherited ops it cannot repair and the reads it cannot
     * confirm for as long as its heartbeats hold the others back.
     */
    private void watchProgress(final long nowNs) {
        // Nobody else could lead while the only other replica does not count.
        final boolean isWaiting =
                !state.isAlone() && (primary.hasUncommitted() || !primary.isReady() || !rounds.isIdle());
        final long progress = state.commitMin() + rounds.confirmed();
        if (!isWaiting) {
            timeouts.abdication.stop();
        } else if (!timeouts.abdication.isRunning() || progress != progressSeen) {
            timeouts.abdication.start(nowNs, timeouts.abdicationNs());
        }
        progressSeen = progress;
    }

    // Checkpoints

    /** Begins to make the saved checkpoint durable, if nothing else is being written and no view change is about to want the superblock. */
    private void writeCheckpoint() {
        if (checkpoints.saved() != null && !superblock.isWriting() && state.status() == Status.NORMAL) {
            superblock.writeCheckpoint(checkpoints.saved());
        }
    }

    /** What this replica lacks is in no journal any more: its life ends here, and its next one begins with a checkpoint of another. */
    private void synchronizeState() {
        if (superblock.isWriting()) {
            return;
        }
        trace.event(state.group, TraceEvent.STATE_SYNC_STARTED, state.view(), state.commitMin());
        effects.synchronizeState(state.commitMin());
    }

    private void onCheckpointDurable() {
        final CheckpointState checkpoint = superblock.checkpoint();
        checkpoints.onDurable();
        trace.event(state.group, TraceEvent.CHECKPOINT_TAKEN, state.view(), checkpoint.op());
        agreement.check();
        if (state.isNormalPrimary()) {
            onCheckpointReport(state.replica, checkpoint.op(), checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi());
        } else if (state.isNormalBackup()) {
            backup.acknowledge(true);
        }
    }

    private void onCheckpointReport(final int from, final long op, final long idLo, final long idHi) {
        if (reports.report(from, op, idLo, idHi)) {
            journal.checkpointQuorum(state.checkpointQuorumOp());
            agreement.check();
        }
        // Story: of two, one has diverged, and nobody can say which. The ring fills up, and requests are told busy for
        // ever.
        Invariant.check(
                !reports.isUndecidable(),
                "the states of the replicas have diverged, and no quorum has the same: checkpoints differ, one reported at op",
                op);
    }

    private void onCheckpointQuorum(final long op, final long idLo, final long idHi) {
        if (state.checkpointQuorumAtLeast(op, idLo, idHi)) {
            journal.checkpointQuorum(op);
            agreement.check();
        }
    }

    private void onPrimaryHeard() {
        liveness.onHeard(state.nowNs());
        timeouts.suspicion.start(state.nowNs(), liveness.suspicionNs());
        if (viewChange.hasVoted()) {
            viewChange.clearVotes();
            timeouts.voteResend.stop();
        }
    }

    private void announceReady() {
        if (!isReadyAnnounced) {
            isReadyAnnounced = true;
            intake.open();
            intake.announceView();
        }
    }

    // View change

    private void tickSuspicion(final String reason) {
        if (timeouts.suspicion.isDue(state.nowNs())) {
            timeouts.suspicion.start(state.nowNs(), liveness.suspicionNs());
            if (!state.isVoter()) {
                rejoin.ask();
                return;
            }
            if (!viewChange.hasVoted()) {
                trace.transition(state.group, state.status(), state.status(), state.view(), state.logView(), reason);
            }
            vote();
        }
    }

    /** Votes to leave the present view, and says so. */
    private void vote() {
        if (superblock.isChangingView()) {
            return;
        }
        if (!viewChange.hasVoted()) {
            trace.event(state.group, TraceEvent.VIEW_CHANGE_VOTED, state.view(), journal.head());
        }
        viewChange.sendVote();
        timeouts.voteResend.start(state.nowNs(), timeouts.voteResendNs());
        if (viewChange.onVote(state.replica)) {
            enterView(viewChange.nextView(), "vote_quorum");
        }
    }

    private void onStartViewChange(final StartViewChangeFlyweight frame) {
        final long view = frame.view();
        final int from = frame.replica();
        onCounting(from, frame.life());
        if (view > state.view()) {
            enterView(view, "vote_of_later_view");
            return;
        }
        if (superblock.isChangingView()) {
            return;
        }
        if (viewChange.onVote(from)) {
            enterView(viewChange.nextView(), "vote_quorum");
        } else if (from == state.primary(view) && !viewChange.hasVoted()) {
            // The primary itself wants to leave: there is nothing to wait for.
            vote();
        }
    }

    /** Changes to a later view: from now on nothing of the old one is acknowledged, and nothing of the new one is said before it is durable. */
    private void enterView(final long view, final String reason) {
        if (superblock.isWriting()) {
            laterView = Math.max(laterView, view);
            return;
        }
        Invariant.check(
                state.status() != Status.RECOVERING_HEAD, "a replica that does not know its head does not vote");
        Invariant.check(state.isVoter(), "a replica that has forgotten what it promised does not vote");
        state.commitMaxAtLeast(viewChange.provenCommit());
        viewChange.onViewEntered();
        transitionTo(Status.VIEW_CHANGE, view, state.logView(), reason);
        trace.event(state.group, TraceEvent.VIEW_CHANGE_ENTERED, view, journal.head());
        superblock.writeDoViewChange(viewChange.suffix());
    }

    /** The present view, later than the log's, is durable: the DoViewChange may leave. */
    private void onViewDurable() {
        final long nowNs = state.nowNs();
        timeouts.viewChange.start(nowNs, timeouts.viewChangeNs());
        timeouts.doViewChangeResend.start(nowNs, timeouts.doViewChangeResendNs());
        viewChange.sendDoViewChange();
        tryDecide();
    }

    private void onDoViewChange(final DoViewChangeFlyweight frame) {
        onCounting(frame.replica(), frame.lifeOf(frame.replica()));
        // Story: r0 votes for view 7 and loses its disk; r2 and r3 record that and are in view 5, r1 hears nothing of
        // it. r0, back in view 6, acknowledges an op there. The old vote reaches r1, the primary of view 7: with
        // those of r1 and r2 it would make a quorum that knows nothing of view 6. The vote of r2 says that the one of
        // r0 is void.
        for (int r = 0; r < state.replicas(); r++) {
            onLife(r, frame.lifeOf(r));
        }
        onCheckpointQuorum(frame.checkpointQuorum(), 0, 0);
        if (frame.view() > state.view()) {
            enterView(frame.view(), "do_view_change_of_later_view");
        }
        if (frame.view() != state.view()) {
            return;
        }
        if (state.isNormalPrimary()) {
            viewChange.sendStartView(frame.replica(), 0);
        } else if (state.status() == Status.VIEW_CHANGE && !superblock.isInstalling()) {
            viewChange.onDoViewChange(frame);
            tryDecide();
        }
    }

    private void tryDecide() {
        if (state.status() != Status.VIEW_CHANGE
                || superblock.isWriting()
                || !state.isPrimaryOf(state.view())
                || !viewChange.isDecided()) {
            return;
        }
        if (viewChange.merge().truncated() > 0) {
            trace.event(
                    state.group,
                    TraceEvent.OP_TRUNCATED,
                    state.view(),
                    viewChange.merge().headOp());
        }
        install(viewChange.decided(), viewChange.merge().commitMax());
    }

    private void onStartView(final StartViewFlyweight frame) {
        onCheckpointQuorum(frame.checkpointQuorum(), 0, 0);
        if (superblock.isWriting()) {
            if (state.isVoter()) {
                laterView = Math.max(laterView, state.status() == Status.RECOVERING_HEAD ? 0 : frame.view());
            }
            return;
        }
        if (frame.view() == state.logView()) {
            joinAgain(frame);
            return;
        }
        if (frame.view() > state.view() || state.status() != Status.VIEW_CHANGE) {
            transitionTo(Status.VIEW_CHANGE, frame.view(), state.logView(), "start_view");
        }
        rejoin.onJoined(frame.headOp(), frame.commitMax());
        install(viewChange.stated(frame), frame.commitMax());
    }

    /** Takes over the log of the present view in memory and makes the StartView durable; NORMAL follows from its completion. */
    private void install(final HeaderSuffix suffix, final long commitMax) {
        final long headOp = suffix.headOp();
        Invariant.check(headOp >= state.commitMin(), "a StartView must hold everything that is applied here");
        Invariant.check(headOp >= commitMax, "a StartView must hold everything that is committed");
        state.commitMaxAtLeast(commitMax);
        Invariant.check(headOp >= state.commitMax(), "a StartView must hold everything that is known to be committed");
        journal.installStartView(headOp, suffix.headers(), 0, suffix.count(), commitMax, state.view());
        cache.truncateAbove(headOp);
        superblock.writeStartView(suffix);
    }

    /** A restarted replica gets an answer from the primary of the view its log is already based on: nothing on disk changes. */
    private void joinAgain(final StartViewFlyweight frame) {
        Invariant.check(frame.headOp() >= journal.head(), "a primary never lacks what it prepared in its view");
        rejoin.onJoined(frame.headOp(), frame.commitMax());
        state.commitMaxAtLeast(frame.commitMax());
        journal.installStartView(
                frame.headOp(),
                frame.buffer(),
                frame.offset() + HeaderFlyweight.HEADER_LENGTH,
                frame.headerCount(),
                frame.commitMax(),
                state.view());
        startNormal();
    }

    /** The StartView of the present view is durable here. */
    private void startNormal() {
        final long nowNs = state.nowNs();
        final boolean isPrimary = state.isPrimaryOf(state.view());
        journal.logViewDurable(state.view());
        transitionTo(Status.NORMAL, state.view(), state.view(), isPrimary ? "view_started" : "view_joined");
        viewChange.onViewInstalled();
        timeouts.repair.start(nowNs, timeouts.repairNs());
        writeCheckpoint();
        if (isPrimary) {
            final CheckpointState checkpoint = superblock.checkpoint();
            reports.reset();
            onCheckpointReport(state.replica, checkpoint.op(), checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi());
            trace.event(state.group, TraceEvent.VIEW_STARTED_AS_PRIMARY, state.view(), journal.head());
            primary.onViewStarted();
            for (int r = 0; r < state.replicas(); r++) {
                if (r != state.replica) {
                    viewChange.sendStartView(r, 0);
                }
            }
            timeouts.heartbeat.start(nowNs, timeouts.heartbeatNs());
            primary.onDurable();
            primary.advanceCommit();
        } else {
            trace.event(state.group, TraceEvent.VIEW_JOINED_AS_BACKUP, state.view(), journal.head());
            liveness.reset(nowNs);
            timeouts.suspicion.start(nowNs, liveness.suspicionNs());
            backup.onViewJoined();
            backup.acknowledge(false);
            intake.announceView();
        }
        repair.request();
    }

    private void onRequestStartView(final RequestStartViewFlyweight frame) {
        viewChange.sendStartView(frame.replica(), frame.nonce());
    }

    private void onLaterViewHeard(final long view) {
        if (state.status() != Status.RECOVERING) {
            askForStartView(view);
        }
    }

    /** The primary of the present view is at work, but this replica is not with it yet. */
    private void onPresentViewHeard() {
        if (!state.isPrimaryOf(state.view()) && state.status() != Status.RECOVERING) {
            askForStartView(state.view());
        }
    }

    private void askForStartView(final long view) {
        if (!timeouts.requestStartView.isRunning() || timeouts.requestStartView.isDue(state.nowNs())) {
            requestStartView(view);
        }
    }

    private void tickRequestStartView() {
        if (timeouts.requestStartView.isDue(state.nowNs())) {
            requestStartView(state.view());
        }
    }

    /** Asks everybody: whoever is the primary of this view or a later one answers. */
    private void requestStartView(final long view) {
        timeouts.requestStartView.start(state.nowNs(), timeouts.requestStartViewNs());
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        requestStartView.wrap(effects.arena(), offset);
        requestStartView.init(
                Command.REQUEST_START_VIEW,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                view,
                state.replica,
                state.group);
        requestStartView.nonce(nonce).seal(checksum);
        for (int r = 0; r < state.replicas(); r++) {
            if (r != state.replica) {
                effects.send(r, offset, HeaderFlyweight.HEADER_LENGTH);
            }
        }
    }

    // Lost disks

    private void askToRecover() {
        timeouts.requestStartView.start(state.nowNs(), timeouts.requestStartViewNs());
        if (!superblock.isWriting()) {
            rejoin.ask();
        }
    }

    private void onRecoverOk(final RecoverOkFlyweight frame) {
        if (state.membership().standing() != Standing.ASKING) {
            onOwnLife(frame.lifeOf(state.replica));
        }
        if (superblock.isWriting()) {
            return; // What it says will be asked for again, if it is of use then.
        }
        switch (rejoin.onAnswer(frame)) {
            case NOTHING -> {}
            case LIFE_TAKEN -> superblock.writeMembership(state.membership());
            case RECORDED -> {
                trace.event(state.group, TraceEvent.LEARNING_BEGUN, rejoin.floorView(), journal.head());
                superblock.writeMembership(state.membership().with(Standing.LEARNING, rejoin.floorView()));
            }
            case MAY_COUNT -> superblock.writeMembership(state.membership().with(Standing.VOTER, 0));
        }
    }

    /** A replica has lost its disk: what it said before is void, durably, before it is told so; then it needs a view that began after that. */
    private void onRecover(final RecoverFlyweight frame) {
        final int asker = frame.replica();
        onLife(asker, frame.life());
        if (!state.lives.isFormer(asker, frame.life())) {
            state.lives.onAsking(asker);
        }
        switch (lifeRecords.onRecover(frame)) {
            case RECORD -> {
                // While something else is being written: the asker asks again.
                if (!superblock.isWriting() && state.durableView() == state.view()) {
                    superblock.writeMembership(superblock.membership());
                }
            }
            case ANSWER -> {
                // One whose life is over is told so, whatever it asks for.
                if (!frame.hasFloor() || frame.isComplete() || state.lives.isFormer(asker, frame.life())) {
                    trace.event(state.group, TraceEvent.RECOVER_ANSWERED, state.view(), journal.head());
                    lifeRecords.answer(asker, frame.nonce(), frame.life());
                } else {
                    bringInto(asker, frame.nonce(), frame.floorView());
                }
            }
            case ADMIT -> admit(frame);
        }
    }

    /**
     * The asker needs the StartView of a view above the floor: of the present one, or of a later one. Its wish is a vote to leave the present
     * one and no more. Story: r0 of three has lost its disk, r2 restarts without a certain head; if r1, the primary, left its view for r0's
     * sake, nobody could heal r2, and nobody begin another view.
     */
    private void bringInto(final int asker, final long askerNonce, final long floorView) {
        if (state.view() <= floorView) {
            vote();
        } else if (state.isNormalPrimary()) {
            viewChange.sendStartView(asker, askerNonce);
        }
    }

    /**
     * The other one of two has everything of the view it is in, durably. If this one has gone on alone since, it has to learn more. Else this
     * one writes down that it is alone no more, and begins no view by itself from then on: once the other one counts, there is no view of
     * this one that it does not know of, also should this disk be lost next.
     */
    private void admit(final RecoverFlyweight frame) {
        if (state.view() > frame.view()) {
            bringInto(frame.replica(), frame.nonce(), frame.floorView());
        } else if (state.view() == frame.view() && state.status() == Status.NORMAL && !superblock.isWriting()) {
            state.lives.onPartner(frame.life());
            lifeRecords.await(frame);
            superblock.writeMembership(superblock.membership());
        }
    }

    /**
     * What was said in a life that is over is not counted. Who acknowledges in one does not know that it is over, and takes itself for one that
     * counts: it is told. A frame that is only late names a process that does not listen any more. Votes name none; who votes in vain joins a
     * view that others have begun, and acknowledges there.
     */
    private void onFormerLife(final MutableDirectBuffer buffer, final int offset) {
        final int author = header.replica();
        switch (header.command()) {
            case PREPARE_OK -> {
                prepareOk.wrap(buffer, offset);
                lifeRecords.answerFormer(author, prepareOk.nonce(), prepareOk.life());
            }
            case COMMIT_OK -> {
                commitOk.wrap(buffer, offset);
                lifeRecords.answerFormer(author, commitOk.nonce(), commitOk.life());
            }
            default -> {}
        }
    }

    /** Somebody knows of this life of this replica: if it is not this one, it must not count, and nothing that it would say is wanted. */
    private void onOwnLife(final long life) {
        if (life > state.lives.own()) {
            throw new LaterLifeException(state.replica, state.group, state.lives.own(), life);
        }
    }

    /** Somebody knows of this life: what its replica said in an earlier one is not counted any more. */
    private void onLife(final int ofReplica, final long life) {
        if (ofReplica == state.replica) {
            onOwnLife(life);
            return;
        }
        if (!state.lives.learn(ofReplica, life)) {
            return;
        }
        trace.event(state.group, TraceEvent.FORMER_LIFE_VOIDED, state.view(), ofReplica);
        primary.forgetFormerLife(ofReplica);
        rounds.forgetFormerLife(ofReplica);
        reports.forgetFormerLife(ofReplica);
        viewChange.forgetFormerLife(ofReplica);
    }

    /** A replica has said what only one says that counts. */
    private void onCounting(final int member, final long life) {
        onLife(member, life);
        state.lives.onCounting(member);
        if (state.replicas() == 2) {
            state.lives.onPartner(life);
        }
    }

    /** Once everything that this replica might have promised and forgotten is here, it counts; of two replicas, when the other one agrees. */
    private void tickRejoin() {
        if (state.isVoter() || superblock.isWriting() || state.status() != Status.NORMAL) {
            return;
        }
        if (isComplete()) {
            if (!timeouts.requestStartView.isRunning() || timeouts.requestStartView.isDue(state.nowNs())) {
                askToRecover();
            }
        } else if (rejoin.isComplete(journal.ackableOp(), state.commitMin())) {
            superblock.writeMembership(
                    state.replicas() == 2
                            ? state.membership()
                                    .with(Standing.COMPLETE, state.membership().floorView())
                            : state.membership().with(Standing.VOTER, 0));
        }
    }

    private void onMembershipDurable(final boolean wasVoter) {
        if (!wasVoter && state.isVoter()) {
            trace.event(state.group, TraceEvent.VOTER_AGAIN, state.view(), journal.head());
            if (state.status() == Status.RECOVERING) {
                countFromTheStart();
            } else {
                backup.acknowledge(true);
            }
        } else if (!state.isVoter() && (state.status() == Status.RECOVERING || isComplete())) {
            askToRecover();
        }
        tryDecide();
    }

    private boolean isComplete() {
        return state.membership().standing() == Standing.COMPLETE;
    }

    /** It has restarted since it was complete, and goes on like one that counted when it did. */
    private void countFromTheStart() {
        if (isHeadCertain) {
            transitionTo(Status.JOINING, state.view(), state.logView(), "voter_again");
            join();
        } else {
            transitionTo(Status.RECOVERING_HEAD, state.view(), state.logView(), "voter_again");
            requestStartView(state.view());
        }
    }

    /** The only writer of status, view and logView. */
    private void transitionTo(final Status status, final long view, final long logView, final String reason) {
        final Status from = state.status();
        Invariant.check(Status.isValidTransition(from, status), "status transition not allowed");
        state.transition(status, view, logView);
        timeouts.heartbeat.stop();
        timeouts.suspicion.stop();
        timeouts.voteResend.stop();
        timeouts.doViewChangeResend.stop();
        timeouts.viewChange.stop();
        timeouts.repair.stop();
        timeouts.abdication.stop();
        timeouts.requestStartView.stop();
        timeouts.voteWindow.start(state.nowNs(), timeouts.voteWindowNs());
        isReadyAnnounced = false;
        viewChange.clearVotes();
        repair.reset();
        committer.onLogReplaced();
        intake.reset();
        reads.reset();
        trace.transition(state.group, from, status, view, logView, reason);
    }
}
