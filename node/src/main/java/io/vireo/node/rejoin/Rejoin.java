package io.vireo.node.rejoin;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.util.Invariant;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.VoteSet;
import io.vireo.node.message.RecoverFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;

/**
 * The way back of a replica whose disk was lost (VSR Revisited 4.3, with the promises of the former life in mind). First enough others
 * record that a new life has begun; then a view that began after that is joined, without a vote; when everything that its StartView named is
 * here, the replica counts again. Each step is durable before the next one, so that a crash goes on where it was. This class asks, collects
 * and compares; {@code Replica} writes the steps down.
 */
public final class Rejoin {
    /** What an answer has changed. */
    public enum Progress {
        NOTHING,
        /** Somebody has recorded a later life than ours: it takes a new number. */
        LIFE_TAKEN,
        /** Enough have recorded this life: {@link #floorView} is final. */
        RECORDED,
        /** The other one of two has recorded that this replica counts. */
        MAY_COUNT
    }

    /** Lives are counted above this bit; below it they are drawn, so that two processes that do not know of each other differ. */
    private static final int COUNT_SHIFT = 32;

    private static final long DRAWN_MASK = (1L << COUNT_SHIFT) - 1;

    private final ReplicaState state;
    private final EffectQueue effects;
    private final long nonce;
    private final int needed;
    private final VoteSet answers = new VoteSet();
    private final Checksum checksum = new Checksum();
    private final RecoverFlyweight recover = new RecoverFlyweight();
    private long floorView;
    private long joinedHead = -1;
    private long joinedCommit = -1;

    public Rejoin(final ReplicaState state, final EffectQueue effects, final long nonce) {
        this.state = state;
        this.effects = effects;
        this.nonce = nonce;
        // A view that this replica has spoken in began with a view-change quorum; as many of the others meet it.
        needed = Math.min(state.quorums.viewChange(), state.replicas() - 1);
    }

    /** Number of the life that follows this one; {@code drawn} at random. */
    public static long nextLife(final long life, final long drawn) {
        return ((life >>> COUNT_SHIFT) + 1 << COUNT_SHIFT) | drawn & DRAWN_MASK;
    }

    /** Says to all others how far this replica is on its way back; what it says of itself is durable. */
    public void ask() {
        Invariant.check(!state.isVoter(), "who counts has nothing to ask for");
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        recover.wrap(effects.arena(), offset);
        recover.init(
                Command.RECOVER,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.durableView(),
                state.replica,
                state.group);
        recover.nonce(nonce)
                .life(state.membership().life(state.replica))
                .floorView(
                        state.membership().standing() == Standing.ASKING
                                ? RecoverFlyweight.NO_FLOOR
                                : state.membership().floorView())
                .isComplete(state.membership().standing() == Standing.COMPLETE)
                .seal(checksum);
        for (int r = 0; r < state.replicas(); r++) {
            if (r != state.replica) {
                effects.send(r, offset, HeaderFlyweight.HEADER_LENGTH);
            }
        }
    }

    /** An answer to this process, while no superblock is being written. */
    public Progress onAnswer(final RecoverOkFlyweight answer) {
        Invariant.check(answer.nonce() == nonce, "answers to this process only");
        if (state.membership().standing() == Standing.COMPLETE) {
            return onAdmission(answer);
        }
        if (state.membership().standing() != Standing.ASKING) {
            return Progress.NOTHING;
        }
        for (int r = 0; r < state.replicas(); r++) {
            if (r != state.replica) {
                state.lives.learn(r, answer.lifeOf(r));
            }
        }
        final long life = state.membership().life(state.replica);
        if (answer.lifeOf(state.replica) > life) {
            answers.clear();
            floorView = 0;
            state.lives.learn(state.replica, nextLife(answer.lifeOf(state.replica), nonce));
            return Progress.LIFE_TAKEN;
        }
        if (answer.life() != life) {
            return Progress.NOTHING;
        }
        if (state.replicas() == 2) {
            // Only one that counts answers. A late RECOVER of this life of it must not pass for its being away.
            state.lives.onPartner(answer.lifeOf(answer.replica()));
        }
        answers.add(answer.replica());
        floorView = Math.max(floorView, answer.view());
        return answers.count() >= needed ? Progress.RECORDED : Progress.NOTHING;
    }

    /**
     * The one that has admitted this replica begins no view without it, so that a later view in which it is has not begun. That replica needs
     * the vote of this one then.
     */
    private Progress onAdmission(final RecoverOkFlyweight answer) {
        final boolean isAdmitted = answer.mayCount()
                && answer.life() == state.membership().life(state.replica)
                && answer.view() >= state.logView();
        return isAdmitted ? Progress.MAY_COUNT : Progress.NOTHING;
    }

    /** The highest view that an answer has stated. */
    public long floorView() {
        return floorView;
    }

    /** A StartView above the floor is being installed: it names what has to be here before this replica counts. */
    public void onJoined(final long headOp, final long commitMax) {
        joinedHead = headOp;
        joinedCommit = commitMax;
    }

    /** True if everything that the StartView of the present view named is durable here, and applied as far as it was committed. */
    public boolean isComplete(final long ackableOp, final long commitMin) {
        return joinedHead >= 0 && ackableOp >= joinedHead && commitMin >= joinedCommit;
    }
}
