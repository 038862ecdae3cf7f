package io.vireo.node.normal;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReadToken;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.RequestSource;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.CommitFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.time.Timeouts;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;

/**
 * The primary's part of the normal case (VSR Revisited 4.1): forms prepares, sends them to all backups and to its own journal at once,
 * counts acknowledgements, and says what is committed. An op inherited from earlier views is counted anew in this one.
 */
public final class PrimaryReplication {
    /** What {@link #form} did. */
    public enum Formed {
        PREPARED,
        /** Nothing could be formed now: the pipeline is full, or the view's inherited ops are not applied yet. */
        NOT_NOW,
        /** The ring has no room before the next checkpoint is durable on a quorum. */
        LOG_FULL
    }

    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final PrepareCache cache;
    private final PreparePipeline pipeline;
    private final Timeouts timeouts;
    private final TraceSink trace;
    private final int prepareSizeMax;
    private final int requestsPerPrepareMax;
    private final Checksum checksum = new Checksum();
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final CommitFlyweight commit = new CommitFlyweight();
    /** Highest op below the pipeline that each replica has acknowledged in this view. */
    private final long[] acknowledgedOps;
    /** Since when each replica owes an acknowledgement of something in the pipeline, or the time of its last step. */
    private final long[] owesSinceNs;
    /** Something was not sent again to a replica because it was silent. */
    private final boolean[] isWithheld;

    private long inheritedHead;
    private long lastTimestampNs;

    public PrimaryReplication(
            final ReplicaState state,
            final PrepareJournal journal,
            final EffectQueue effects,
            final PrepareCache cache,
            final PreparePipeline pipeline,
            final Timeouts timeouts,
            final TraceSink trace,
            final int prepareSizeMax,
            final int requestsPerPrepareMax) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.cache = cache;
        this.pipeline = pipeline;
        this.timeouts = timeouts;
        this.trace = trace;
        this.prepareSizeMax = prepareSizeMax;
        this.requestsPerPrepareMax = requestsPerPrepareMax;
        this.acknowledgedOps = new long[state.replicas()];
        this.owesSinceNs = new long[state.replicas()];
        this.isWithheld = new boolean[state.replicas()];
    }

    /** A view starts with this replica as its primary: the uncommitted rest of the log is counted from nothing. */
    public void onViewStarted() {
        Invariant.check(state.isNormalPrimary(), "only the primary of a view starts it");
        inheritedHead = journal.head();
        Arrays.fill(acknowledgedOps, 0);
        Arrays.fill(owesSinceNs, state.nowNs());
        Arrays.fill(isWithheld, false);
        pipeline.reset(state.commitMax() + 1);
        for (long op = state.commitMax() + 1; op <= inheritedHead; op++) {
            pipeline.add(
                    op, journal.checksumLo(op), journal.checksumHi(op), state.nowNs() + timeouts.prepareResendNs(0));
        }
        if (journal.hasHeader(inheritedHead)) {
            lastTimestampNs = Math.max(
                    lastTimestampNs, journal.header(inheritedHead, prepare).timestamp());
        }
    }

    /** True once everything the view inherited is applied here: from then on requests are admitted. */
    public boolean isReady() {
        return state.isNormalPrimary() && state.commitMin() >= inheritedHead;
    }

    /** Head of the log this view started with. */
    public long inheritedHead() {
        return inheritedHead;
    }

    public boolean hasUncommitted() {
        return pipeline.size() > 0;
    }

    /** Prepares in the pipeline. */
    public int uncommitted() {
        return pipeline.size();
    }

    /** Forms one prepare from all that waits and fits, if the pipeline has room. */
    public Formed form(final RequestSource source) {
        // An op needs its cache slot until it is applied, so the head stays within the cache's span of what is.
        final long op = journal.head() + 1;
        if (!isReady() || pipeline.isFull() || op - state.commitMin() > cache.span() / 2) {
            return Formed.NOT_NOW;
        }
        final int bodyLength =
                source.nextBodyLength(prepareSizeMax - HeaderFlyweight.HEADER_LENGTH, requestsPerPrepareMax);
        if (bodyLength == 0) {
            return Formed.NOT_NOW;
        }
        final int size = HeaderFlyweight.HEADER_LENGTH + bodyLength;
        if (!journal.hasSpaceFor(size)) {
            return Formed.LOG_FULL;
        }
        final MutableDirectBuffer buffer = cache.claim(op, size);
        prepare.wrap(buffer, 0);
        prepare.init(Command.PREPARE, state.clusterLo, state.clusterHi, size, state.view(), state.replica, state.group);
        final int count = source.drainInto(buffer, HeaderFlyweight.HEADER_LENGTH, bodyLength);
        lastTimestampNs = Math.max(lastTimestampNs + 1, state.wallNs());
        // Story: a primary of the past is writing its superblock when it hears the StartView of a later view, with a
        // checkpoint above its own log. It may not follow before that write is done, and a request comes in. No prepare
        // may state a checkpoint above itself; stating none is always true.
        final boolean isCheckpointBelow = state.checkpointQuorumOp() < op;
        prepare.parent(journal.checksumLo(op - 1), journal.checksumHi(op - 1))
                .op(op)
                .commit(state.commitMax())
                .timestamp(lastTimestampNs)
                .checkpointQuorum(isCheckpointBelow ? state.checkpointQuorumOp() : 0)
                .checkpointId(
                        isCheckpointBelow ? state.checkpointQuorumIdLo() : 0,
                        isCheckpointBelow ? state.checkpointQuorumIdHi() : 0)
                .requestCount(count)
                .seal(checksum);
        cache.claimed(op, prepare.checksumLo(), prepare.checksumHi(), size);
        journal.append(prepare);
        pipeline.add(op, prepare.checksumLo(), prepare.checksumHi(), state.nowNs() + timeouts.prepareResendNs(0));
        trace.event(state.group, TraceEvent.PREPARE_FORMED, state.view(), op);
        for (int r = 0; r < state.replicas(); r++) {
            if (r != state.replica) {
                if (pipeline.owedBy(r) == op) {
                    owesSinceNs[r] = state.nowNs();
                }
                effects.send(r, buffer, 0, size);
            }
        }
        if (journal.isWritable(op)) {
            journal.write(op, buffer, 0);
        }
        return Formed.PREPARED;
    }

    /**
     * An acknowledgement of this view; true if it is a step forward: new for some op of the pipeline, or its author's first for an op below
     * while the pipeline waits for others alone. Story: the only backup that is left lacks a thousand committed ops. What waits cannot commit
     * before it has them all; a primary that does not count its steps gives way to it after a time, and everything begins anew. A primary
     * that lacks something itself counts none: another one may have it. The steps of one backup are no more than its log has ops.
     */
    public boolean onPrepareOk(final PrepareOkFlyweight ok) {
        Invariant.check(ok.view() == state.view(), "acknowledgements count in their own view only");
        final long op = ok.op();
        if (op < pipeline.firstOp() && op > acknowledgedOps[ok.replica()]) {
            acknowledgedOps[ok.replica()] = op;
            onHeard(ok.replica(), op);
            return pipeline.size() > 0 && journal.ackableOp() >= inheritedHead;
        }
        if (!pipeline.contains(op) || !pipeline.matches(op, ok.prepareChecksumLo(), ok.prepareChecksumHi())) {
            return false;
        }
        final boolean isNew = pipeline.acknowledge(op, ok.replica());
        if (isNew) {
            onHeard(ok.replica(), op);
        }
        return isNew;
    }

    /** A step of a replica up to this op: what was withheld from it goes out now, unless it lacks ops below it still. */
    private void onHeard(final int replica, final long op) {
        owesSinceNs[replica] = state.nowNs();
        if (!isWithheld[replica] || op < pipeline.firstOp() - 1) {
            return;
        }
        isWithheld[replica] = false;
        for (long o = pipeline.owedBy(replica); o <= pipeline.lastOp(); o++) {
            if (cache.holds(o, journal.checksumLo(o), journal.checksumHi(o))) {
                sendAgain(replica, o, cache.prepare(o), 0, cache.size(o));
            }
        }
    }

    /**
     * A replica that has owed an acknowledgement for so long gets only what it needs first, until it answers. Story: of two replicas one
     * fetches a snapshot over a link that is narrow. It can acknowledge nothing before that is there, and the whole pipeline again and again,
     * up to {@code pipelineMax} times {@code prepareSizeMax} bytes each time, leaves no room for the snapshot.
     */
    private boolean isSilent(final int replica) {
        return state.nowNs() - owesSinceNs[replica] > timeouts.suspicionMinNs();
    }

    /** What this replica has acknowledged was on a disk that is lost: where it is not committed by that, it counts no more. */
    public void forgetFormerLife(final int replica) {
        pipeline.forget(replica);
        acknowledgedOps[replica] = 0;
    }

    /** Something became durable in the own journal: the primary acknowledges by the same rule as everybody. */
    public void onDurable() {
        final long op = Math.min(journal.ackableOp(), pipeline.lastOp());
        if (pipeline.contains(op)) {
            pipeline.acknowledge(op, state.replica);
        }
    }

    /** Raises commitMax to what a replication quorum has acknowledged; true if it rose. */
    public boolean advanceCommit() {
        final long op = pipeline.quorumOp(state.quorums.replication());
        if (op < pipeline.firstOp()) {
            return false;
        }
        state.commitMaxAtLeast(op);
        pipeline.committed(op);
        return true;
    }

    /** Sends prepares again that wait too long for their quorum, to those who have not acknowledged them. */
    public void resend() {
        for (long op = pipeline.firstOp(); op <= pipeline.lastOp(); op++) {
            if (state.nowNs() < pipeline.resendAtNs(op)) {
                continue;
            }
            pipeline.resent(op, state.nowNs() + timeouts.prepareResendNs(pipeline.resends(op) + 1));
            final long lo = journal.checksumLo(op);
            final long hi = journal.checksumHi(op);
            if (cache.holds(op, lo, hi)) {
                sendToMissing(op, cache.prepare(op), 0, cache.size(op));
            } else if (journal.state(op) == EntryState.CLEAN) {
                journal.read(op, lo, hi, ReadToken.resend());
            }
        }
    }

    /** Sends a prepare of the pipeline to everybody who has not acknowledged it, and who answers or needs it first. */
    public void sendToMissing(final long op, final MutableDirectBuffer buffer, final int offset, final int length) {
        if (!pipeline.contains(op)) {
            return;
        }
        for (int r = 0; r < state.replicas(); r++) {
            if (r == state.replica || pipeline.isAcknowledgedBy(op, r)) {
                continue;
            }
            if (isSilent(r) && op != pipeline.owedBy(r)) {
                isWithheld[r] = true;
            } else {
                sendAgain(r, op, buffer, offset, length);
            }
        }
    }

    private void sendAgain(
            final int replica, final long op, final MutableDirectBuffer buffer, final int offset, final int length) {
        effects.send(replica, buffer, offset, length);
        trace.event(state.group, TraceEvent.PREPARE_RESENT, state.view(), op);
    }

    /** Tells all backups the commit number and the leadership round. */
    public void sendCommit(final long round) {
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        commit.wrap(effects.arena(), offset);
        commit.init(
                Command.COMMIT,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.view(),
                state.replica,
                state.group);
        final long op = state.commitMax();
        final boolean isKnown = op == journal.checkpointOp() || journal.hasHeader(op);
        commit.commitChecksum(isKnown ? journal.checksumLo(op) : 0, isKnown ? journal.checksumHi(op) : 0)
                .commitMax(op)
                .checkpointQuorum(state.checkpointQuorumOp())
                .checkpointId(state.checkpointQuorumIdLo(), state.checkpointQuorumIdHi())
                .round(round)
                .seal(checksum);
        for (int r = 0; r < state.replicas(); r++) {
            if (r != state.replica) {
                effects.send(r, offset, HeaderFlyweight.HEADER_LENGTH);
            }
        }
    }
}
