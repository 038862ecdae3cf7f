package io.vireo.node.rejoin;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.util.Invariant;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.message.RecoverFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;

/**
 * The other side of {@link Rejoin}: what a replica that counts does when one asks that has lost its disk. It makes the new life durable
 * before it answers, so that a restart does not make it count again what the former life has said.
 */
public final class LifeRecords {
    /** What is to be done with a RECOVER. */
    public enum Need {
        /** Its life is not durable here: the superblock is to be written, and then {@link #answerWaiting}. */
        RECORD,
        /** Its life is durable here, or void: {@link #answer}. */
        ANSWER,
        /** It has everything, and is to count from now on: the superblock is to say so, and then {@link #answerWaiting}. */
        ADMIT
    }

    private final ReplicaState state;
    private final EffectQueue effects;
    private final Checksum checksum = new Checksum();
    private final RecoverOkFlyweight answer = new RecoverOkFlyweight();
    /** By replica: nonce of a RECOVER that waits for the superblock, or 0; and its life. */
    private final long[] waitingNonce;

    private final long[] waitingLife;

    public LifeRecords(final ReplicaState state, final EffectQueue effects) {
        this.state = state;
        this.effects = effects;
        waitingNonce = new long[state.replicas()];
        waitingLife = new long[state.replicas()];
    }

    /** A replica asks; its life is known by now. */
    public Need onRecover(final RecoverFlyweight frame) {
        if (!isRecorded(frame.replica(), frame.life())) {
            await(frame);
            return Need.RECORD;
        }
        final boolean isToBeAdmitted = frame.isComplete()
                && state.replicas() == 2
                && !state.lives.isFormer(frame.replica(), frame.life())
                && !mayCount(frame.life());
        return isToBeAdmitted ? Need.ADMIT : Need.ANSWER;
    }

    /** The superblock is being written on behalf of this frame: it is answered when that is durable. */
    public void await(final RecoverFlyweight frame) {
        waitingNonce[frame.replica()] = frame.nonce();
        waitingLife[frame.replica()] = frame.life();
    }

    /** Answers, if the view that an answer states is durable; else the asker asks again. */
    public void answer(final int asker, final long nonce, final long life) {
        Invariant.check(isRecorded(asker, life), "a life is durable before it is said to be");
        if (state.durableView() != state.view()) {
            return;
        }
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        answer.wrap(effects.arena(), offset);
        answer.init(
                Command.RECOVER_OK,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.view(),
                state.replica,
                state.group);
        answer.nonce(nonce).life(life).mayCount(mayCount(life));
        for (int r = 0; r < Membership.REPLICAS_MAX; r++) {
            answer.lifeOf(r, state.lives.of(r));
        }
        answer.seal(checksum);
        effects.send(asker, offset, HeaderFlyweight.HEADER_LENGTH);
    }

    /**
     * A replica speaks in a life that is over, by a process with this nonce: it is told so, if a later one is durable here. Who does not count
     * itself leaves that to the primary: such a frame is late, or astray.
     */
    public void answerFormer(final int author, final long nonce, final long life) {
        final long recorded = state.membership().life(author);
        if (recorded > life && state.isVoter()) {
            answer(author, nonce, recorded);
        }
    }

    /** The superblock is durable: answers those who waited for it. */
    public void answerWaiting() {
        for (int r = 0; r < waitingNonce.length; r++) {
            if (waitingNonce[r] != 0 && isRecorded(r, waitingLife[r])) {
                answer(r, waitingNonce[r], waitingLife[r]);
                waitingNonce[r] = 0;
            }
        }
    }

    /** Of two replicas: it is durable here that this life of the other one counts. */
    private boolean mayCount(final long life) {
        return state.replicas() == 2 && state.membership().partnerLife() >= life;
    }

    private boolean isRecorded(final int asker, final long life) {
        return state.membership().life(asker) >= life;
    }
}
