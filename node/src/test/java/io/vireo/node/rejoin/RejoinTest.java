package io.vireo.node.rejoin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.InvariantException;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.message.RecoverFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejoinTest {
    private static final long LIFE = Rejoin.nextLife(0, 7);
    private static final long NONCE = 99;

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2", "4, 3", "5, 3", "6, 4", "7, 5"})
    void shouldHaveAFloorOnlyWhenEnoughOthersHaveRecordedTheLife(final int replicas, final int needed) {
        final Group group = Group.asking(replicas, LIFE);
        for (int r = 1; r < needed; r++) {
            assertEquals(Rejoin.Progress.NOTHING, group.answer(r, LIFE, 10 + r, 0));
            assertEquals(Rejoin.Progress.NOTHING, group.answer(r, LIFE, 4, 0), "one answers twice");
        }
        assertEquals(Rejoin.Progress.RECORDED, group.answer(needed, LIFE, 3, 0));
        assertEquals(needed > 1 ? 9 + needed : 3, group.rejoin.floorView(), "the highest of all views");
    }

    @Test
    void shouldTakeAHigherNumberAndCountAnewWhenSomebodyKnowsALaterLife() {
        final Group group = Group.asking(3, LIFE);
        assertEquals(Rejoin.Progress.NOTHING, group.answer(1, LIFE, 8, 0));
        final long later = Rejoin.nextLife(LIFE, 3);
        assertEquals(Rejoin.Progress.LIFE_TAKEN, group.answer(2, LIFE, 5, later));
        final long own = group.state.lives.own();
        assertTrue(own > later);
        group.durable(group.state.membership().withLife(0, own));
        assertEquals(Rejoin.Progress.NOTHING, group.answer(1, LIFE, 8, 0), "an answer to the life before");
        assertEquals(Rejoin.Progress.NOTHING, group.answer(1, own, 2, 0));
        assertEquals(Rejoin.Progress.RECORDED, group.answer(2, own, 1, 0));
        assertEquals(2, group.rejoin.floorView());
    }

    @Test
    void shouldLearnTheLivesOfOthersWithTheAnswers() {
        final Group group = Group.asking(3, LIFE);
        group.answer(1, LIFE, 8, 0, 2, 55);
        assertEquals(55, group.state.lives.of(2));
    }

    @Test
    void shouldStateTheDurableLifeAndTheFloorWhenItAsks() {
        final Group group = Group.asking(3, LIFE);
        group.rejoin.ask();
        RecoverFlyweight sent = group.sentRecover(2);
        assertEquals(LIFE, sent.life());
        assertEquals(NONCE, sent.nonce());
        assertFalse(sent.hasFloor());
        group.durable(group.state.membership().with(Standing.LEARNING, 6));
        group.rejoin.ask();
        sent = group.sentRecover(2);
        assertTrue(sent.hasFloor());
        assertEquals(6, sent.floorView());
        group.durable(group.state.membership().with(Standing.VOTER, 0));
        assertThrows(InvariantException.class, group.rejoin::ask);
    }

    @Test
    void shouldCountOfTwoOnlyWhenTheOtherOneHasRecordedThatInNoEarlierView() {
        final Group group = Group.asking(2, LIFE);
        group.state.transition(Status.NORMAL, 5, 5);
        group.durable(group.state.membership().with(Standing.LEARNING, 3).with(Standing.COMPLETE, 3));
        group.rejoin.ask();
        assertTrue(group.sentRecover(1).isComplete());
        assertEquals(3, group.sentRecover(1).floorView());
        assertEquals(Rejoin.Progress.NOTHING, group.admission(LIFE, 5, false));
        assertEquals(Rejoin.Progress.NOTHING, group.admission(LIFE - 1, 5, true), "of another life");
        assertEquals(Rejoin.Progress.NOTHING, group.admission(LIFE, 4, true), "in an earlier view");
        assertEquals(Rejoin.Progress.MAY_COUNT, group.admission(LIFE, 5, true));
        assertEquals(
                Rejoin.Progress.MAY_COUNT, group.admission(LIFE, 6, true), "it waits for this one in a later view");
    }

    @Test
    void shouldTellOneThatSpeaksInALifeThatIsOverOnlyWhenALaterOneIsDurable() {
        final Group group = Group.voter(3);
        final LifeRecords records = new LifeRecords(group.state, group.effects);
        final long later = Rejoin.nextLife(LIFE, 1);
        group.state.lives.learn(2, later);
        records.answerFormer(2, NONCE, LIFE);
        assertEquals(0, group.drain(), "nothing of it is durable");
        group.durable(Membership.FOUNDING.withLife(2, LIFE));
        records.answerFormer(2, NONCE, LIFE);
        assertEquals(0, group.drain(), "the later one is not durable");
        records.answerFormer(2, NONCE, 0);
        assertEquals(1, group.drain());
        group.durable(Membership.FOUNDING.withLife(2, later));
        records.answerFormer(2, NONCE, LIFE);
        assertEquals(1, group.drain());
        final RecoverOkFlyweight answer = new RecoverOkFlyweight().wrap(group.sent[2], 0);
        assertEquals(NONCE, answer.nonce());
        assertEquals(later, answer.life());
        assertEquals(later, answer.lifeOf(2));
        group.durable(group.state.membership().with(Standing.LEARNING, 3));
        records.answerFormer(2, NONCE, LIFE);
        assertEquals(0, group.drain(), "who does not count itself confirms nothing");
    }

    @Test
    void shouldNotTakeTheOtherOfTwoForAwayWhenThatOneHasAnswered() {
        final Group group = Group.asking(2, LIFE);
        assertEquals(Rejoin.Progress.RECORDED, group.answer(1, LIFE, 4, 0, 1, 55));
        assertEquals(55, group.state.lives.partnerLife());
        group.state.lives.onAsking(1);
        assertFalse(group.state.isAlone());
    }

    @Test
    void shouldAdmitTheOtherOfTwoOnlyWhenThatIsDurable() {
        final Group group = new Group(2, Status.NORMAL, 4, Membership.FOUNDING.withLife(1, LIFE));
        final LifeRecords records = new LifeRecords(group.state, group.effects);
        final RecoverFlyweight recover = recover(1, LIFE);
        recover.floorView(3).seal(new Checksum());
        assertEquals(LifeRecords.Need.ANSWER, records.onRecover(recover));
        recover.isComplete(true).seal(new Checksum());
        assertEquals(LifeRecords.Need.ADMIT, records.onRecover(recover));
        records.answer(1, NONCE, LIFE);
        group.drain();
        assertFalse(new RecoverOkFlyweight().wrap(group.sent[1], 0).mayCount());
        records.await(recover);
        group.durable(group.state.membership().withPartner(LIFE));
        records.answerWaiting();
        assertEquals(1, group.drain());
        assertTrue(new RecoverOkFlyweight().wrap(group.sent[1], 0).mayCount());
        assertEquals(LifeRecords.Need.ANSWER, records.onRecover(recover), "what is recorded is only repeated");
        group.state.lives.learn(1, LIFE + 1);
        assertEquals(LifeRecords.Need.ANSWER, records.onRecover(recover), "a life that is over is told so");
    }

    @Test
    void shouldBeCompleteOnlyWhenAllThatTheStartViewNamedIsDurableAndApplied() {
        final Group group = Group.asking(3, LIFE);
        assertFalse(group.rejoin.isComplete(100, 100), "no view was joined");
        group.rejoin.onJoined(20, 15);
        assertFalse(group.rejoin.isComplete(19, 15));
        assertFalse(group.rejoin.isComplete(20, 14));
        assertTrue(group.rejoin.isComplete(20, 15));
        group.rejoin.onJoined(25, 22);
        assertFalse(group.rejoin.isComplete(24, 24), "a later view names more");
    }

    @Test
    void shouldAnswerOnlyWhenTheLifeIsDurable() {
        final Group group = Group.voter(3);
        final LifeRecords records = new LifeRecords(group.state, group.effects);
        final RecoverFlyweight recover = recover(2, LIFE);
        group.state.lives.learn(2, LIFE);
        assertEquals(LifeRecords.Need.RECORD, records.onRecover(recover));
        assertThrows(InvariantException.class, () -> records.answer(2, NONCE, LIFE));
        records.answerWaiting();
        assertEquals(0, group.drain(), "the superblock is not durable yet");
        group.durable(Membership.FOUNDING.withLife(2, LIFE));
        records.answerWaiting();
        assertEquals(1, group.drain());
        final RecoverOkFlyweight answer = new RecoverOkFlyweight().wrap(group.sent[2], 0);
        assertEquals(LIFE, answer.life());
        assertEquals(LIFE, answer.lifeOf(2));
        assertEquals(4, answer.view());
        records.answerWaiting();
        assertEquals(0, group.drain(), "once");
        assertEquals(LifeRecords.Need.ANSWER, records.onRecover(recover));
    }

    @Test
    void shouldTellAnAskerOfTheLaterLifeWhenItsOwnIsOver() {
        final Group group = Group.voter(3);
        final LifeRecords records = new LifeRecords(group.state, group.effects);
        final long later = Rejoin.nextLife(LIFE, 1);
        group.state.lives.learn(2, later);
        group.durable(Membership.FOUNDING.withLife(2, later));
        assertEquals(LifeRecords.Need.ANSWER, records.onRecover(recover(2, LIFE)));
        records.answer(2, NONCE, LIFE);
        group.drain();
        final RecoverOkFlyweight answer = new RecoverOkFlyweight().wrap(group.sent[2], 0);
        assertEquals(LIFE, answer.life());
        assertEquals(later, answer.lifeOf(2));
    }

    private static RecoverFlyweight recover(final int asker, final long life) {
        final RecoverFlyweight frame =
                new RecoverFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        frame.init(Command.RECOVER, 1, 2, HeaderFlyweight.HEADER_LENGTH, 0, asker, 0);
        frame.nonce(NONCE).life(life).floorView(RecoverFlyweight.NO_FLOOR).seal(new Checksum());
        return frame;
    }

    /** Replica 0 of a group, and what it sends. */
    private static final class Group implements EffectQueue.Executor {
        final ReplicaState state;
        final EffectQueue effects = new EffectQueue();
        final Rejoin rejoin;
        final UnsafeBuffer[] sent;
        private int count;

        private Group(final int replicas, final Status status, final long view, final Membership membership) {
            state = new ReplicaState(1, 2, 0, 0, replicas, status, view, view, membership, 0, 0);
            rejoin = new Rejoin(state, effects, NONCE);
            sent = new UnsafeBuffer[replicas];
        }

        static Group asking(final int replicas, final long life) {
            return new Group(replicas, Status.RECOVERING, 0, Membership.wiped(0, life));
        }

        static Group voter(final int replicas) {
            return new Group(replicas, Status.JOINING, 4, Membership.FOUNDING);
        }

        void durable(final Membership membership) {
            state.onMembershipDurable(membership);
        }

        Rejoin.Progress answer(final int from, final long life, final long view, final long ownLater) {
            return answer(from, life, view, ownLater, from, 0);
        }

        Rejoin.Progress answer(
                final int from,
                final long life,
                final long view,
                final long ownLater,
                final int other,
                final long lifeOfOther) {
            final RecoverOkFlyweight frame =
                    new RecoverOkFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
            frame.init(Command.RECOVER_OK, 1, 2, HeaderFlyweight.HEADER_LENGTH, view, from, 0);
            frame.nonce(NONCE)
                    .life(life)
                    .lifeOf(0, Math.max(life, ownLater))
                    .lifeOf(other, lifeOfOther)
                    .seal(new Checksum());
            return rejoin.onAnswer(frame);
        }

        /** The answer of the other one of two. */
        Rejoin.Progress admission(final long life, final long view, final boolean mayCount) {
            final RecoverOkFlyweight frame =
                    new RecoverOkFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
            frame.init(Command.RECOVER_OK, 1, 2, HeaderFlyweight.HEADER_LENGTH, view, 1, 0);
            frame.nonce(NONCE).life(life).lifeOf(0, LIFE).mayCount(mayCount).seal(new Checksum());
            return rejoin.onAnswer(frame);
        }

        RecoverFlyweight sentRecover(final int to) {
            drain();
            return new RecoverFlyweight().wrap(sent[to], 0);
        }

        /** Frames that were sent since. */
        int drain() {
            count = 0;
            effects.drain(this);
            return count;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            final byte[] copy = new byte[length];
            buffer.getBytes(offset, copy);
            sent[replica] = new UnsafeBuffer(copy);
            count++;
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            throw new AssertionError("nothing is for clients");
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("nothing is for clients");
        }

        @Override
        public void writeSuperblock(final VsrState next) {
            throw new AssertionError("the replica writes");
        }

        @Override
        public void saveSnapshot(final SnapshotAnchor anchor) {
            throw new AssertionError("no checkpoint is due");
        }

        @Override
        public void synchronizeState(final long aboveOp) {
            throw new AssertionError("nothing is fetched");
        }
    }
}
