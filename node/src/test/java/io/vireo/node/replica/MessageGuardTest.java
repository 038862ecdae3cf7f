package io.vireo.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.Standing;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.message.CommitOkFlyweight;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;
import io.vireo.node.message.StartViewChangeFlyweight;
import io.vireo.node.message.StartViewFlyweight;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What is taken from, and by, a replica that has lost its disk. View 3 of three replicas is led by r0, which is the one that is asked. */
class MessageGuardTest {
    private static final long LIFE = 1L << 32 | 9;
    private static final long NONCE = 77;
    private static final int OTHER = 1;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);

    @Test
    void shouldCountNothingThatWasSaidInALifeThatIsOver() {
        final ReplicaState state = state(Status.NORMAL, 3, Membership.FOUNDING.withLife(OTHER, LIFE));
        final PrepareOkFlyweight ok = new PrepareOkFlyweight().wrap(frame, 0);
        init(ok, Command.PREPARE_OK, 3);
        assertEquals(DropReason.FORMER_LIFE, check(state));
        ok.life(LIFE);
        assertEquals(DropReason.NONE, check(state));

        final CommitOkFlyweight round = new CommitOkFlyweight().wrap(frame, 0);
        init(round, Command.COMMIT_OK, 3);
        assertEquals(DropReason.FORMER_LIFE, check(state));
        round.life(LIFE);
        assertEquals(DropReason.NONE, check(state));

        final StartViewChangeFlyweight wish = new StartViewChangeFlyweight().wrap(frame, 0);
        init(wish, Command.START_VIEW_CHANGE, 3);
        assertEquals(DropReason.FORMER_LIFE, check(state));
        wish.life(LIFE);
        assertEquals(DropReason.NONE, check(state));

        final DoViewChangeFlyweight vote = new DoViewChangeFlyweight().wrap(frame, 0);
        init(vote, Command.DO_VIEW_CHANGE, 6);
        assertEquals(DropReason.FORMER_LIFE, check(state));
        vote.lifeOf(OTHER, LIFE);
        assertEquals(DropReason.NONE, check(state));
    }

    @Test
    void shouldHearNoVoteAndNoLossWhileItDoesNotCountItself() {
        final Membership learning = Membership.wiped(0, LIFE).with(Standing.LEARNING, 2);
        for (final ReplicaState state :
                new ReplicaState[] {state(Status.RECOVERING, 0, learning), state(Status.NORMAL, 4, learning)}) {
            for (final Command command : new Command[] {Command.START_VIEW_CHANGE, Command.RECOVER}) {
                init(new HeaderFlyweight().wrap(frame, 0), command, 5);
                assertEquals(DropReason.NOT_VOTER, check(state), command.toString());
            }
            init(new HeaderFlyweight().wrap(frame, 0), Command.DO_VIEW_CHANGE, 6);
            assertEquals(DropReason.NOT_VOTER, check(state));
        }
    }

    @Test
    void shouldAnswerNobodyWhileItDoesNotKnowItsHead() {
        init(new HeaderFlyweight().wrap(frame, 0), Command.RECOVER, 0);
        assertEquals(DropReason.STATUS, check(state(Status.RECOVERING_HEAD, 3, Membership.FOUNDING)));
        assertEquals(DropReason.NONE, check(state(Status.JOINING, 3, Membership.FOUNDING)));
    }

    @Test
    void shouldJoinByAStartViewAboveTheFloorThatAnswersThisProcess() {
        final Membership asking = Membership.wiped(0, LIFE);
        final Membership learning = asking.with(Standing.LEARNING, 3);
        final StartViewFlyweight start = new StartViewFlyweight().wrap(frame, 0);
        init(start, Command.START_VIEW, 4);
        start.nonce(NONCE);
        assertEquals(DropReason.NONE, check(state(Status.RECOVERING, 0, learning)));
        assertEquals(
                DropReason.NONE, check(state(Status.RECOVERING, 4, learning.with(Standing.COMPLETE, 3))), "complete");
        assertEquals(DropReason.NOT_VOTER, check(state(Status.RECOVERING, 0, asking)), "it has no floor yet");
        start.nonce(NONCE + 1);
        assertEquals(DropReason.NONCE, check(state(Status.RECOVERING, 0, learning)), "asked for by a former process");
        start.nonce(0);
        assertEquals(DropReason.NONCE, check(state(Status.RECOVERING, 0, learning)), "asked for by nobody");
        init(start, Command.START_VIEW, 1);
        start.nonce(NONCE);
        assertEquals(DropReason.NOT_VOTER, check(state(Status.RECOVERING, 0, learning)), "of a view that was answered");
    }

    @Test
    void shouldTakeTheAnswerToThisProcessAndWhateverSaysThatItsLifeIsOver() {
        final RecoverOkFlyweight answer = new RecoverOkFlyweight().wrap(frame, 0);
        init(answer, Command.RECOVER_OK, 3);
        answer.nonce(NONCE).life(LIFE).lifeOf(0, LIFE);
        final Membership asking = Membership.wiped(0, LIFE);
        final Membership learning = asking.with(Standing.LEARNING, 3);
        final Membership voter = learning.with(Standing.VOTER, 0);
        assertEquals(DropReason.NONE, check(state(Status.RECOVERING, 0, asking)));
        assertEquals(DropReason.NONE, check(state(Status.NORMAL, 4, learning)));
        assertEquals(DropReason.STATUS, check(state(Status.NORMAL, 4, voter)));
        answer.lifeOf(0, LIFE + 1);
        assertEquals(DropReason.NONE, check(state(Status.NORMAL, 4, voter)));
        answer.nonce(NONCE + 1);
        assertEquals(DropReason.NONCE, check(state(Status.RECOVERING, 0, asking)));
        answer.nonce(NONCE);
        assertEquals(
                DropReason.FORMER_LIFE,
                check(state(Status.RECOVERING, 0, asking.withLife(OTHER, LIFE))),
                "of one that does not count itself");
        answer.lifeOf(OTHER, LIFE);
        assertEquals(DropReason.NONE, check(state(Status.RECOVERING, 0, asking.withLife(OTHER, LIFE))));
    }

    private DropReason check(final ReplicaState state) {
        return new MessageGuard(state, NONCE).check(new HeaderFlyweight().wrap(frame, 0), frame, 0);
    }

    /** A frame of the other one, all fields zero. */
    private void init(final HeaderFlyweight header, final Command command, final long view) {
        frame.setMemory(0, frame.capacity(), (byte) 0);
        header.init(command, 1, 2, HeaderFlyweight.HEADER_LENGTH, view, OTHER, 0);
    }

    private static ReplicaState state(final Status status, final long view, final Membership membership) {
        return new ReplicaState(1, 2, 0, 0, 3, status, view, view, membership, 0, 0);
    }
}
