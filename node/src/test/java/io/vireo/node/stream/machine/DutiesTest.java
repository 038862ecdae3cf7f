package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.metadata.User;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metadata says that waits for its primary. */
class DutiesTest {
    private static final int LIMIT = 4096;
    private static final Identifier S = Identifier.of("s");
    private static final Identifier T = Identifier.of("t");
    private static final Identifier G = Identifier.of("g");

    private MetadataMachine machine = new MetadataMachine(Machines.LIMITS, 3);
    private long now = 100;

    @BeforeEach
    void make() {
        apply(new UserCommands.CreateRoot("root", "h0"));
        apply(new StreamCommands.CreateStream("s"));
        apply(new StreamCommands.CreateTopic(S, "t", 2, new TopicSettings(1, 5, TopicSettings.UNLIMITED, 1)));
        apply(new GroupCommands.CreateGroup(S, T, "g"));
        apply(new GroupCommands.CreateGroup(S, T, "h"));
    }

    @Test
    void shouldSayThatNothingWaits() {
        assertEquals(new Answers.Duties(0, 0, 0, List.of()), duties());
    }

    @Test
    void shouldCountDrops() {
        apply(new StreamCommands.PurgeTopic(S, T));
        assertEquals(2, duties().drops());
    }

    @Test
    void shouldSayWhenTheFirstPartitionBeganToMove() {
        join(0, 1, G);
        join(0, 1, Identifier.of("h"));
        assertEquals(0, duties().movingSinceMicros());
        final long first = join(1, 1, G);
        assertEquals(first, duties().movingSinceMicros());
        final long second = join(1, 1, Identifier.of("h"));
        assertEquals(first, duties().movingSinceMicros());
        apply(new SystemCommands.CompleteRevocation(
                machine.state().consumerGroups().moving().get(0),
                1,
                machine.state().consumerGroups().find(S, T, G).generation()));
        assertEquals(second, duties().movingSinceMicros());
    }

    @Test
    void shouldSayWhenTheNextTokenExpires() {
        token("token-a", 50);
        token("token-b", 20);
        token("token-c", 0);
        final long last = token("token-d", 18);
        assertEquals(last + 18, duties().tokenExpiryMicros());
        machine.state().users().tokens().delete(User.ROOT, "token-b");
        assertEquals(last + 18, duties().tokenExpiryMicros(), "another one expires at the same time");
        machine = Machines.restore(Machines.snapshot(machine), new MetadataMachine(Machines.LIMITS, 3));
        assertEquals(last + 18, duties().tokenExpiryMicros());
        machine = Machines.restore(Machines.snapshot(machine), machine);
        machine.state().users().tokens().deleteExpired(last + 18);
        assertEquals(last - 3 + 50, duties().tokenExpiryMicros());
        machine.state().users().tokens().deleteExpired(Long.MAX_VALUE);
        assertEquals(0, duties().tokenExpiryMicros());
        assertEquals(1, machine.state().users().all().at(User.ROOT).tokens().size());
    }

    @Test
    void shouldForgetWhenTokensOfADeletedUserExpire() {
        apply(new UserCommands.CreateUser("amy", "h1", User.STATUS_ACTIVE, null));
        assertTrue(
                machine.state().users().tokens().create(1, "token", "hash", 900).isOk());
        assertEquals(900, duties().tokenExpiryMicros());
        apply(new UserCommands.DeleteUser(Identifier.of("amy")));
        assertEquals(0, duties().tokenExpiryMicros());
    }

    @Test
    void shouldNameEachNodeThatHasMembersAndHowOftenTheyHaveJoined() {
        join(6, 3, G);
        join(6, 9, G);
        join(6, 9, G);
        final long ofSix = 3;
        join(2, 5, G);
        final long ofTwo = 1;
        assertEquals(List.of(new Answers.MemberNode(2, ofTwo), new Answers.MemberNode(6, ofSix)), duties().nodes());
        apply(new SystemCommands.LeaveNode(6, 9, 1));
        assertEquals(2, duties().nodes().size());
        apply(new SystemCommands.ExpelNode(6, ofTwo, Long.MAX_VALUE));
        assertEquals(2, duties().nodes().size(), "it was decided on another state of that node");
        apply(new SystemCommands.ExpelNode(6, ofSix, now));
        assertEquals(2, duties().nodes().size(), "its time is over with the next op");
        apply(new SystemCommands.ExpelNode(6, ofSix, now + 1));
        assertEquals(List.of(new Answers.MemberNode(2, ofTwo)), duties().nodes());
        machine = Machines.restore(Machines.snapshot(machine), new MetadataMachine(Machines.LIMITS, 3));
        assertEquals(List.of(new Answers.MemberNode(2, ofTwo)), duties().nodes());
        join(6, 9, G);
        assertEquals(2, duties().nodes().size(), "who was only silent joins again");
    }

    private long token(final String name, final long expiryMicros) {
        apply(new UserCommands.CreateToken(name, "hash of " + name, expiryMicros), Samples.root(machine));
        return now;
    }

    private long join(final int node, final long start, final Identifier group) {
        apply(new GroupCommands.JoinGroup(S, T, group, new Connection(node, start, 1)));
        return now;
    }

    private void apply(final MetadataCommand command) {
        apply(command, Actor.SYSTEM);
    }

    private void apply(final MetadataCommand command, final Actor actor) {
        final Machines.Result result = Machines.apply(machine, command, actor, ++now);
        assertEquals(0, result.status(), command::toString);
    }

    private Answers.Duties duties() {
        return Answers.decode(
                Machines.read(machine, new SystemQueries.GetDuties(), Actor.SYSTEM, LIMIT)
                        .body(),
                Answers.Duties::read);
    }
}
