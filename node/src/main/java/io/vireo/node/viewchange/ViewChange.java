package io.vireo.node.viewchange;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.VoteSet;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.StartViewChangeFlyweight;
import io.vireo.node.message.StartViewFlyweight;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The view change of one replica (VSR Revisited 4.2): votes to leave a view, the DoViewChange of the view it changes to, and, as the
 * primary of that view, the DoViewChanges of the others.
 *
 * <p>A StartViewChange states the sender's present view and means "let us leave it"; nobody changes its view before a view-change quorum
 * has said so, so that a replica that cannot hear does not disturb those who can. The headers of a DoViewChange are fixed when the
 * replica leaves the view of its log, are durable before the frame leaves, and are the same in every repetition, but that a blank one may
 * be filled once its bytes are known: its identity was fixed by the header above it. What is present and what is nacked is said anew each
 * time: a replica in a view change acknowledges nothing, so no earlier nack can become wrong.
 */
public final class ViewChange {
    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final PrepareCache cache;
    private final int pipelineMax;
    private final Checksum checksum = new Checksum();
    private final StartViewChangeFlyweight vote = new StartViewChangeFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();
    private final StartViewFlyweight startView = new StartViewFlyweight();
    private final PrepareFlyweight header = new PrepareFlyweight();
    private final PrepareFlyweight known = new PrepareFlyweight();
    private final VoteSet votes = new VoteSet();
    private final DoViewChangeQuorum quorum;
    private final LogMerge merge;
    /** Headers of our DoViewChange; null while view == logView. */
    private HeaderSuffix suffix;

    public ViewChange(
            final ReplicaState state,
            final PrepareJournal journal,
            final EffectQueue effects,
            final PrepareCache cache,
            final int pipelineMax) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.cache = cache;
        this.pipelineMax = pipelineMax;
        this.quorum = new DoViewChangeQuorum(state.replicas());
        this.merge = new LogMerge(state.quorums);
    }

    /** Restores the headers of the DoViewChange that the superblock of a replica with view > logView holds. */
    public void restore(final HeaderSuffix stored) {
        suffix = stored;
    }

    /** Headers of the DoViewChange of the present view; null while view == logView. */
    public HeaderSuffix suffix() {
        return suffix;
    }

    public LogMerge merge() {
        return merge;
    }

    // Votes to leave the present view

    public boolean hasVoted() {
        return votes.contains(state.replica);
    }

    /** Forgets the votes; the own one too when the primary has been heard. */
    public void clearVotes() {
        votes.clear();
    }

    /** Counts a vote for leaving the present view; true if a view-change quorum wants to leave it. */
    public boolean onVote(final int replica) {
        votes.add(replica);
        return votes.count() >= viewChangeQuorum();
    }

    /** Votes for leaving a view, and DoViewChanges for starting one. */
    private int viewChangeQuorum() {
        return state.isAlone() ? 1 : state.quorums.viewChange();
    }

    /** The view to leave the present one for: the next one that is not led by somebody who was heard to have lost its disk. */
    public long nextView() {
        long next = state.view() + 1;
        for (int skipped = 1; skipped < state.replicas() && isAway(state.primary(next)); skipped++) {
            next++;
        }
        return next;
    }

    private boolean isAway(final int replica) {
        return replica != state.replica && (state.isAlone() || state.lives.isRecovering(replica));
    }

    /** What a replica said in a life that is over does not count any more, neither its vote nor its DoViewChange. */
    public void forgetFormerLife(final int replica) {
        votes.remove(replica);
        quorum.remove(replica);
    }

    /** Says to all that this replica wants to leave its view. Only for a view that is durable. */
    public void sendVote() {
        Invariant.check(state.durableView() == state.view(), "a vote states a durable view");
        Invariant.check(state.isVoter(), "who does not count does not vote");
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        vote.wrap(effects.arena(), offset);
        vote.init(
                Command.START_VIEW_CHANGE,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.view(),
                state.replica,
                state.group);
        vote.life(state.lives.own()).seal(checksum);
        for (int r = 0; r < state.replicas(); r++) {
            if (r != state.replica) {
                effects.send(r, offset, HeaderFlyweight.HEADER_LENGTH);
            }
        }
    }

    // DoViewChange

    /**
     * A commit number that the head of the log proves: its primary had committed what its header says, and never prepares more than the
     * pipeline above that. The second holds even where damage has left the head no more than its checksum.
     */
    public long provenCommit() {
        final long head = journal.head();
        long commit = Math.max(state.commitMax(), journal.checkpointOp());
        if (head > journal.checkpointOp()) {
            commit = Math.max(commit, head - pipelineMax);
            if (journal.hasHeader(head)) {
                commit = Math.max(commit, journal.header(head, header).commit());
            }
        }
        return commit;
    }

    /** Begins the change to {@code state.view()}: fixes the headers of the DoViewChange if the log's view was left just now. */
    public void onViewEntered() {
        votes.clear();
        quorum.clear();
        if (suffix == null) {
            fixSuffix();
        }
    }

    private void fixSuffix() {
        final long head = journal.head();
        // A replica may know of commits beyond its own log: then its head alone says where it stands.
        final long bottom = Math.max(1, Math.min(provenCommit(), head));
        final int count = (int) (head - bottom + 1);
        Invariant.check(count <= pipelineMax + 1, "more uncommitted ops than the pipeline holds");
        if (count == 0) {
            suffix = HeaderSuffix.empty(head, journal.checksumLo(head), journal.checksumHi(head));
            return;
        }
        final MutableDirectBuffer bytes = new UnsafeBuffer(new byte[count * HeaderFlyweight.HEADER_LENGTH]);
        for (int i = 0; i < count; i++) {
            final long op = head - i;
            if (journal.hasHeader(op)) {
                journal.header(op, header);
                bytes.putBytes(
                        i * HeaderFlyweight.HEADER_LENGTH,
                        header.buffer(),
                        header.offset(),
                        HeaderFlyweight.HEADER_LENGTH);
            }
        }
        suffix = HeaderSuffix.copyOf(head, bytes, 0, count);
    }

    /** Sends the DoViewChange of the present view, or counts it if this replica is the view's primary. */
    public void sendDoViewChange() {
        Invariant.check(state.durableView() == state.view(), "the view of a DoViewChange is durable");
        Invariant.check(state.view() > state.logView(), "a DoViewChange changes the view");
        Invariant.check(state.isVoter(), "who does not count sends no DoViewChange");
        final int count = suffix.count();
        final long suffixHead = suffix.headOp();
        final int size = HeaderFlyweight.HEADER_LENGTH * (1 + count);
        final int offset = effects.claim(size);
        final MutableDirectBuffer arena = effects.arena();
        arena.putBytes(
                offset + HeaderFlyweight.HEADER_LENGTH, suffix.headers(), 0, size - HeaderFlyweight.HEADER_LENGTH);
        doViewChange.wrap(arena, offset);
        doViewChange.init(
                Command.DO_VIEW_CHANGE,
                state.clusterLo,
                state.clusterHi,
                size,
                state.view(),
                state.replica,
                state.group);
        long present = 0;
        long nack = 0;
        for (int i = 0; i < count; i++) {
            final long op = suffixHead - i;
            header.wrap(arena, offset + HeaderFlyweight.HEADER_LENGTH * (1 + i));
            // A header that was not known when the suffix was fixed, and that the one above it has named since.
            if (header.commandCode() == 0
                    && op > journal.checkpointOp()
                    && op <= journal.head()
                    && journal.hasHeader(op)) {
                journal.header(op, known);
                header.buffer()
                        .putBytes(header.offset(), known.buffer(), known.offset(), HeaderFlyweight.HEADER_LENGTH);
            }
            // What the checkpoint covers is committed: it is neither to be found nor to be refused.
            if (header.commandCode() == 0
                    || op <= journal.checkpointOp()
                    || !journal.matches(op, header.checksumLo(), header.checksumHi())) {
                continue;
            }
            final EntryState entry = journal.state(op);
            if (entry == EntryState.CLEAN
                    || entry == EntryState.WRITING
                    || cache.holds(op, header.checksumLo(), header.checksumHi())) {
                present |= 1L << i;
            }
            // Never completely durable here, hence never acknowledged. A damaged entry may have been: it abstains.
            if (entry == EntryState.MISSING && op > state.commitMax()) {
                nack |= 1L << i;
            }
        }
        doViewChange
                .logView(state.logView())
                .headerCount(count)
                .headOp(suffixHead)
                .commitMax(Math.max(state.commitMax(), suffixHead - pipelineMax))
                .commitMin(state.commitMin())
                .checkpointOp(journal.checkpointOp())
                .checkpointQuorum(state.checkpointQuorumOp())
                .present(present)
                .nack(nack);
        for (int r = 0; r < state.replicas(); r++) {
            doViewChange.lifeOf(r, state.lives.of(r));
        }
        doViewChange.seal(checksum);
        if (state.isPrimaryOf(state.view())) {
            quorum.put(doViewChange);
        } else {
            effects.send(state.primary(state.view()), offset, size);
        }
    }

    /** A DoViewChange for the present view, of which this replica is the primary. */
    public void onDoViewChange(final DoViewChangeFlyweight frame) {
        Invariant.check(frame.view() == state.view(), "DoViewChanges count for their own view only");
        quorum.put(frame);
    }

    /** Decides the log of the new view, if enough DoViewChanges, the own one among them, are there. */
    public boolean isDecided() {
        return quorum.of(state.replica) != null && merge.decide(quorum, viewChangeQuorum()) == LogMerge.Outcome.DECIDED;
    }

    /** Head and headers of the decided log. */
    public HeaderSuffix decided() {
        final int count = merge.headerCount();
        if (count == 0) {
            return HeaderSuffix.empty(
                    merge.headOp(), journal.checksumLo(merge.headOp()), journal.checksumHi(merge.headOp()));
        }
        final MutableDirectBuffer bytes = new UnsafeBuffer(new byte[count * HeaderFlyweight.HEADER_LENGTH]);
        for (int i = 0; i < count; i++) {
            final PrepareFlyweight entry = merge.header(i);
            bytes.putBytes(
                    i * HeaderFlyweight.HEADER_LENGTH, entry.buffer(), entry.offset(), HeaderFlyweight.HEADER_LENGTH);
        }
        return HeaderSuffix.copyOf(merge.headOp(), bytes, 0, count);
    }

    /** Head and headers of a received StartView. */
    public HeaderSuffix stated(final StartViewFlyweight frame) {
        final int count = frame.headerCount();
        return count == 0
                ? HeaderSuffix.empty(
                        frame.headOp(), journal.checksumLo(frame.headOp()), journal.checksumHi(frame.headOp()))
                : HeaderSuffix.copyOf(
                        frame.headOp(), frame.buffer(), frame.offset() + HeaderFlyweight.HEADER_LENGTH, count);
    }

    /** The new view's log is the log now: the DoViewChange is history. */
    public void onViewInstalled() {
        votes.clear();
        quorum.clear();
        suffix = null;
    }

    // StartView

    /** Headers that describe the present log in a StartView: from the head down to what is committed. */
    public int startViewCount() {
        return (int) (journal.head() - startViewBottom() + 1);
    }

    private long startViewBottom() {
        return Math.max(Math.max(state.commitMax(), journal.head() - pipelineMax), 1);
    }

    /** Sends the StartView of the present view to one replica. */
    public void sendStartView(final int replica, final long nonce) {
        Invariant.check(state.isNormalPrimary(), "only the primary of a started view sends its StartView");
        Invariant.check(state.durableView() == state.view(), "the view of a StartView is durable");
        final int count = startViewCount();
        final int size = HeaderFlyweight.HEADER_LENGTH * (1 + count);
        final int offset = effects.claim(size);
        for (int i = 0; i < count; i++) {
            journal.header(journal.head() - i, header);
            effects.arena()
                    .putBytes(
                            offset + HeaderFlyweight.HEADER_LENGTH * (1 + i),
                            header.buffer(),
                            header.offset(),
                            HeaderFlyweight.HEADER_LENGTH);
        }
        startView.wrap(effects.arena(), offset);
        startView.init(
                Command.START_VIEW, state.clusterLo, state.clusterHi, size, state.view(), state.replica, state.group);
        startView
                .headerCount(count)
                .headOp(journal.head())
                .commitMax(state.commitMax())
                .checkpointQuorum(state.checkpointQuorumOp())
                .nonce(nonce)
                .seal(checksum);
        effects.send(replica, offset, size);
    }
}
