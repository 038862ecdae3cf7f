package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.Member;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.TopicSettings;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Edges of single commands that random scripts seldom meet, and the stories of the documentation. */
class MetadataMachineTest {
    private static final Identifier FIRST = Identifier.of(0);
    private static final TopicSettings SETTINGS = new TopicSettings(1, 1, TopicSettings.UNLIMITED, 1);

    private final MetadataMachine machine = new MetadataMachine(Machines.LIMITS, 1);

    /** Also if no time went by: that of the log stands still, to the microsecond, behind a wall clock that was set back. */
    @Tag("U1")
    @Test
    void shouldNotTakeALoginOfADeletedUserForTheOneThatGotItsNumber() {
        done(new UserCommands.CreateRoot("root", "h"), Actor.SYSTEM, 5);
        done(new UserCommands.CreateUser("amy", "h", 1, null), Actor.SYSTEM, 5);
        final Actor amy = user("amy");
        done(new UserCommands.DeleteUser(Identifier.of("amy")), Actor.SYSTEM, 5);
        done(new UserCommands.CreateUser("bob", "h", 1, Permissions.ALL), Actor.SYSTEM, 5);
        assertEquals(amy.user(), user("bob").user());
        refused(StreamStatus.UNAUTHENTICATED, new UserCommands.CreateToken("mine", "t", 0), amy);
        Machines.restore(Machines.snapshot(machine), machine);
        refused(StreamStatus.UNAUTHENTICATED, new UserCommands.CreateToken("mine", "t", 0), amy);
        done(new UserCommands.DeleteUser(Identifier.of("bob")), Actor.SYSTEM, 5);
        Machines.restore(Machines.snapshot(machine), machine);
        done(new UserCommands.CreateUser("cyd", "h", 1, Permissions.ALL), Actor.SYSTEM, 5);
        refused(StreamStatus.UNAUTHENTICATED, new UserCommands.CreateToken("mine", "t", 0), amy);
        done(new UserCommands.CreateToken("mine", "t", 0), user("cyd"), 5);
    }

    @Tag("U1")
    @Test
    void shouldChangeThePasswordOnceWhenTwoWantTo() {
        done(new UserCommands.CreateRoot("root", "old"), Actor.SYSTEM, 1);
        final Actor root = user("root");
        done(new UserCommands.ChangePassword(FIRST, "old", "new"), root, 2);
        refused(StreamStatus.INVALID_CREDENTIALS, new UserCommands.ChangePassword(FIRST, "old", "newer"), root);
    }

    @Test
    void shouldExpireByTheTimeOfTheOp() {
        done(new StreamCommands.CreateStream("a"), Actor.SYSTEM, 1);
        done(new StreamCommands.CreateTopic(FIRST, "t", 4, SETTINGS), Actor.SYSTEM, 1);
        done(new GroupCommands.CreateGroup(FIRST, FIRST, "g"), Actor.SYSTEM, 1);
        done(new GroupCommands.JoinGroup(FIRST, FIRST, FIRST, new Connection(0, 0, 1)), Actor.SYSTEM, 1);
        done(new GroupCommands.JoinGroup(FIRST, FIRST, FIRST, new Connection(0, 0, 2)), Actor.SYSTEM, 100);
        assertEquals(
                0,
                done(new SystemCommands.ExpireRevocations(30), Actor.SYSTEM, 129)
                        .number());
        assertEquals(
                2,
                done(new SystemCommands.ExpireRevocations(30), Actor.SYSTEM, 130)
                        .number());

        done(new UserCommands.CreateRoot("root", "h"), Actor.SYSTEM, 200);
        final Actor root = user("root");
        done(new UserCommands.CreateToken("short", "1", 50), root, 300);
        done(new UserCommands.CreateToken("never", "2", 0), root, 300);
        done(new UserCommands.CreateToken("largest", "3", -1), root, 300);
        done(new UserCommands.CreateToken("beyond", "4", -200), root, 300);
        assertEquals(
                0, done(new SystemCommands.ExpireTokens(), Actor.SYSTEM, 349).number());
        assertEquals(
                1, done(new SystemCommands.ExpireTokens(), Actor.SYSTEM, 350).number());
        assertEquals(
                0,
                done(new SystemCommands.ExpireTokens(), Actor.SYSTEM, Long.MAX_VALUE / 1_000)
                        .number());
        final byte[] negative = new SystemCommands.ExpireRevocations(-1).encode(Actor.SYSTEM);
        assertEquals(
                ReplyStatus.MALFORMED,
                Machines.apply(machine, MetadataOperation.EXPIRE_REVOCATIONS.code(), negative, 0, 400)
                        .status());
    }

    @Test
    void shouldCompleteARevocationOnce() {
        done(new StreamCommands.CreateStream("a"), Actor.SYSTEM, 1);
        done(new StreamCommands.CreateTopic(FIRST, "t", 2, SETTINGS), Actor.SYSTEM, 1);
        done(new GroupCommands.CreateGroup(FIRST, FIRST, "g"), Actor.SYSTEM, 1);
        done(new GroupCommands.JoinGroup(FIRST, FIRST, FIRST, new Connection(0, 0, 1)), Actor.SYSTEM, 1);
        done(new GroupCommands.JoinGroup(FIRST, FIRST, FIRST, new Connection(0, 0, 2)), Actor.SYSTEM, 1);
        final GroupKey key = new GroupKey(0, 0, 0);
        for (final int expected : new int[] {1, 0}) {
            assertEquals(
                    expected,
                    done(new SystemCommands.CompleteRevocation(key, 1, 3), Actor.SYSTEM, 2)
                            .number());
        }
    }

    /** It counts its connections anew, and says that it has started after the first of them have joined. */
    @Test
    void shouldThrowOutWhatANodeHadAndNotWhatItHasWhenItHasStartedAnew() {
        done(new StreamCommands.CreateStream("a"), Actor.SYSTEM, 1);
        done(new StreamCommands.CreateTopic(FIRST, "t", 2, SETTINGS), Actor.SYSTEM, 1);
        done(new GroupCommands.CreateGroup(FIRST, FIRST, "g"), Actor.SYSTEM, 1);
        final Connection before = new Connection(1, 4, 1);
        final Connection other = new Connection(2, 3, 1);
        final Connection after = new Connection(1, 5, 1);
        int slot = 0;
        for (final Connection connection : List.of(before, other, after)) {
            assertEquals(
                    slot++,
                    done(new GroupCommands.JoinGroup(FIRST, FIRST, FIRST, connection), Actor.SYSTEM, 1)
                            .number());
        }
        for (final int left : new int[] {1, 0}) {
            assertEquals(
                    left,
                    done(new SystemCommands.LeaveNode(1, 5, 1), Actor.SYSTEM, 1).number());
            assertEquals(
                    List.of(new Member(1, other), new Member(2, after)),
                    machine.state().consumerGroups().find(FIRST, FIRST, FIRST).members());
        }
        // The bytes of builds whose replicas were one process each say it of the node alone.
        final byte[] body = new SystemCommands.LeaveNode(1, 5, 1).encode(Actor.SYSTEM);
        assertEquals(
                ReplyStatus.OK,
                Machines.apply(
                                machine,
                                MetadataOperation.LEAVE_NODE.code(),
                                Arrays.copyOf(body, body.length - Integer.BYTES),
                                MetadataMachine.NAMESPACE,
                                1)
                        .status());
        assertEquals(
                List.of(new Member(1, other), new Member(2, after)),
                machine.state().consumerGroups().find(FIRST, FIRST, FIRST).members());
        Machines.restore(Machines.snapshot(machine), machine);
        refused(
                StreamStatus.TRANSIENT_NOT_ACCEPTED,
                new GroupCommands.JoinGroup(FIRST, FIRST, FIRST, before),
                Actor.SYSTEM);
    }

    /** A list is not reserved by the number of entries that somebody wrote before it. */
    @Test
    void shouldRefuseCountsThatTheBodyCannotHold() {
        final byte[] body = new SystemCommands.AcknowledgeDrops(List.of()).encode(Actor.SYSTEM);
        for (final int last : new int[] {0x7f, 0xff}) {
            body[body.length - 1] = (byte) last;
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Machines.apply(machine, MetadataOperation.ACKNOWLEDGE_DROPS.code(), body, 0, 1)
                            .status());
        }
    }

    /** Of two entries for one stream one would be lost without a word. */
    @Test
    void shouldRefusePermissionsThatDoNotAscend() {
        final int stream = MetadataCommand.PREFIX_LENGTH + 5 + 1 + 4 + 4;
        final int topic = stream + 4 + 4 + 4;
        final TreeMap<Integer, Integer> topics = new TreeMap<>();
        topics.put(3, 0);
        topics.put(5, 0);
        final TreeMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        streams.put(7, new Permissions.OfStream(0, topics));
        streams.put(9, new Permissions.OfStream(0, new TreeMap<>()));
        final MetadataCommand command = new UserCommands.UpdatePermissions(FIRST, new Permissions(0, streams));
        final int second = stream + 12 + 2 * 8;
        for (final int[] change : new int[][] {{stream, 7, 9}, {stream, 7, 10}, {topic, 3, 5}, {second, 9, 7}}) {
            final byte[] body = command.encode(Actor.SYSTEM);
            assertEquals(change[1], body[change[0]]);
            body[change[0]] = (byte) change[2];
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Machines.apply(machine, command.operation().code(), body, 0, 1)
                            .status());
        }
    }

    /** Every number there is comes back as itself, and none is taken for an outcome of the replication. */
    @Test
    void shouldKeepNumbersOfTheProtocolApartFromThoseOfTheReplication() throws IllegalAccessException {
        final List<Integer> replies = new ArrayList<>();
        for (final Field field : StreamStatus.class.getFields()) {
            final int status = field.getInt(null);
            final int reply = MachineStatus.ofStream(status);
            assertTrue(ReplyStatus.isOfStateMachine(reply), field.getName());
            assertTrue(reply == ReplyStatus.OK || reply >= ReplyStatus.STATE_MACHINE, field.getName());
            assertEquals(status, MachineStatus.toStream(reply), field.getName());
            replies.add(reply);
        }
        assertEquals(replies.size(), replies.stream().distinct().count());
        assertTrue(MachineStatus.toStream(ReplyStatus.MALFORMED) < 0);
        assertTrue(MachineStatus.toStream(ReplyStatus.STATE_MACHINE) < 0);
    }

    /** What waits to be dropped leaves no room for more lives than can be dropped later; the same succeeds when it has gone. */
    @Test
    void shouldAskForPatienceWhenTooManyDropsWait() {
        done(new StreamCommands.CreateStream("a"), Actor.SYSTEM, 1);
        done(new StreamCommands.CreateStream("b"), Actor.SYSTEM, 1);
        done(new StreamCommands.CreateTopic(FIRST, "t", 8, SETTINGS), Actor.SYSTEM, 1);
        done(new StreamCommands.CreateTopic(FIRST, "u", 8, SETTINGS), Actor.SYSTEM, 1);
        // However often: what a partition has waiting covers its later lives.
        for (int i = 0; i < 5; i++) {
            done(new StreamCommands.PurgeStream(FIRST), Actor.SYSTEM, 1);
        }
        final MetadataState state = machine.state();
        assertEquals(16, state.drops().size());
        done(new StreamCommands.DeleteTopic(FIRST, FIRST), Actor.SYSTEM, 1);
        assertEquals(16, state.drops().size());
        done(new StreamCommands.CreateTopic(Identifier.of("b"), "v", 8, SETTINGS), Actor.SYSTEM, 1);
        final StreamCommands.PurgeTopic purge = new StreamCommands.PurgeTopic(Identifier.of("b"), FIRST);
        refused(StreamStatus.TRANSIENT_NOT_ACCEPTED, purge, Actor.SYSTEM);
        final List<SystemCommands.AcknowledgeDrops.Acknowledged> some = state.drops().pending().stream()
                .limit(8)
                .map(SystemCommands.AcknowledgeDrops.Acknowledged::of)
                .toList();
        for (final int acknowledged : new int[] {8, 0}) {
            assertEquals(
                    acknowledged,
                    done(new SystemCommands.AcknowledgeDrops(some), Actor.SYSTEM, 1)
                            .number());
        }
        done(purge, Actor.SYSTEM, 1);
    }

    /** As somebody who has just logged in. */
    private Actor user(final String name) {
        return Actor.of(machine.state().users().find(Identifier.of(name)));
    }

    private MetadataReply done(final MetadataCommand command, final Actor actor, final long now) {
        final Machines.Result result = Machines.apply(machine, command, actor, now);
        assertEquals(ReplyStatus.OK, result.status(), command::toString);
        return result.reply();
    }

    private void refused(final int status, final MetadataCommand command, final Actor actor) {
        assertEquals(
                MachineStatus.ofStream(status),
                Machines.apply(machine, command, actor, 9).status(),
                command::toString);
    }
}
