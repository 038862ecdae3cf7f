package io.vireo.node.stream.machine;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.Permission;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops.Acknowledged;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.TopicSettings;
import java.util.List;
import java.util.TreeMap;

/** One command and one query of each kind, and a small cluster in which all of them take effect, the former one after the other. */
final class Samples {
    private static final TopicSettings SETTINGS = new TopicSettings(1, 5, TopicSettings.UNLIMITED, 1);
    private static final Identifier S = Identifier.of("s");
    private static final Identifier T = Identifier.of(0);
    private static final Identifier G = Identifier.of("g");

    private Samples() {}

    static MetadataMachine emptyMachine() {
        return new MetadataMachine(Machines.LIMITS, 2);
    }

    /** With a stream, a topic, a group of two members between whom partitions move, a user with a token, and drops. */
    static MetadataMachine machine() {
        final MetadataMachine machine = emptyMachine();
        long now = 10;
        for (final MetadataCommand command : List.of(
                new UserCommands.CreateRoot("root", "h0"),
                new UserCommands.CreateUser("amy", "h1", 1, permissions()),
                new StreamCommands.CreateStream("s"),
                new StreamCommands.CreateTopic(S, "t", 4, SETTINGS),
                new StreamCommands.PurgeTopic(S, T),
                new GroupCommands.CreateGroup(S, T, "g"),
                new GroupCommands.JoinGroup(S, T, G, new Connection(1, 2, 7)),
                new GroupCommands.JoinGroup(S, T, G, new Connection(2, 0, 7)))) {
            Machines.apply(machine, command, Actor.SYSTEM, now++);
        }
        Machines.apply(machine, new UserCommands.CreateToken("token", "hash", 9), amy(machine), now);
        return machine;
    }

    static Actor amy(final MetadataMachine machine) {
        return Actor.of(machine.state().users().find(Identifier.of("amy")));
    }

    static Actor root(final MetadataMachine machine) {
        return Actor.of(machine.state().users().find(Identifier.of("root")));
    }

    static List<MetadataCommand> commands() {
        return List.of(
                new StreamCommands.CreateStream("u"),
                new StreamCommands.UpdateStream(S, "v"),
                new StreamCommands.DeleteStream(S),
                new StreamCommands.PurgeStream(S),
                new StreamCommands.CreateTopic(S, "x", 2, SETTINGS),
                new StreamCommands.UpdateTopic(S, T, "y", SETTINGS),
                new StreamCommands.DeleteTopic(S, T),
                new StreamCommands.PurgeTopic(S, T),
                new StreamCommands.CreatePartitions(S, T, 2),
                new StreamCommands.DeletePartitions(S, T, 1),
                new GroupCommands.CreateGroup(S, T, "h"),
                new GroupCommands.DeleteGroup(S, T, G),
                new GroupCommands.JoinGroup(S, T, G, new Connection(1, 2, 8)),
                new GroupCommands.LeaveGroup(S, T, G, new Connection(1, 2, 7)),
                new UserCommands.CreateUser("bob", "h2", 1, permissions()),
                new UserCommands.DeleteUser(Identifier.of("amy")),
                new UserCommands.UpdateUser(Identifier.of("amy"), "ann", 2),
                new UserCommands.UpdatePermissions(Identifier.of("amy"), permissions()),
                new UserCommands.ChangePassword(Identifier.of("amy"), "h1", "h3"),
                new UserCommands.CreateToken("other", "hash-2", 9),
                new UserCommands.DeleteToken("token"),
                new UserCommands.CreateRoot("root", "h0"),
                new SystemCommands.LeaveAll(new Connection(1, 2, 7)),
                new SystemCommands.LeaveNode(1, 1, 1),
                new SystemCommands.CompleteRevocation(new GroupKey(0, 0, 0), 3, 3),
                new SystemCommands.ExpireRevocations(5),
                new SystemCommands.ExpireTokens(),
                new SystemCommands.AcknowledgeDrops(List.of(new Acknowledged(0, 1), new Acknowledged(1, 2))),
                new SystemCommands.ExpelNode(1, 3, 17),
                new SystemCommands.RenewPartition(0, 2));
    }

    /** All commands that name a node. */
    static List<MetadataCommand> ofNode(final int node) {
        return List.of(
                new GroupCommands.JoinGroup(S, T, G, new Connection(node, 0, 8)),
                new GroupCommands.LeaveGroup(S, T, G, new Connection(node, 0, 8)),
                new SystemCommands.LeaveAll(new Connection(node, 0, 8)),
                new SystemCommands.LeaveNode(node, 1, NodeNumber.PROCESSES_MAX),
                new SystemCommands.ExpelNode(node, 1, 2));
    }

    static List<MetadataQuery> queries() {
        return List.of(
                new TopicQueries.GetStreams(0),
                new TopicQueries.GetStream(S, 0),
                new TopicQueries.GetTopics(S, 0),
                new TopicQueries.GetTopic(S, T, 0),
                new TopicQueries.GetGroups(S, T, 0),
                new TopicQueries.GetGroup(S, T, G),
                new TopicQueries.Locate(TopicQueries.Purpose.POLL, S, T, 1),
                new TopicQueries.GetAssignment(S, T, G, new Connection(1, 2, 7)),
                new UserQueries.GetUsers(0),
                new UserQueries.GetUser(Identifier.of("amy")),
                new UserQueries.GetTokens(""),
                new UserQueries.GetCredentials("amy"),
                new UserQueries.AuthenticateToken("hash", 12),
                new SystemQueries.GetCounts(),
                new SystemQueries.GetMemberships(new Connection(1, 2, 7)),
                new SystemQueries.GetRevocations(new GroupKey(0, 0, 0), 0),
                new SystemQueries.GetDrops(1),
                new SystemQueries.AreDropped(0, 9, 9),
                new SystemQueries.GetDuties());
    }

    private static Permissions permissions() {
        final TreeMap<Integer, Integer> topics = new TreeMap<>();
        topics.put(0, Permission.POLL_MESSAGES.bit());
        final TreeMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        streams.put(0, new Permissions.OfStream(Permission.READ_STREAMS.bit(), topics));
        return new Permissions(Permission.READ_USERS.bit(), streams);
    }
}
