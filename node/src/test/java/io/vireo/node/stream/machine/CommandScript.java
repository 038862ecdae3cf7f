package io.vireo.node.stream.machine;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops.Acknowledged;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.metadata.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Draws commands in the names of users, and says of each what has to come of it: by a state of its own, on which it does the same directly,
 * and by an {@link AccessOracle} of who may do what.
 */
final class CommandScript {
    /** A command with what is expected of it. */
    record Step(MetadataCommand command, Actor actor, long now, MetadataResult expected) {}

    private static final int PREPARATIONS = 5;

    final MetadataState state;
    private final Random random;
    private final Draws draws;
    private final AccessOracle oracle;

    private long now = 1_000;
    private int preparations;

    CommandScript(final Random random, final int groupCount) {
        this.random = random;
        this.state = new MetadataState(Machines.LIMITS, groupCount);
        this.draws = new Draws(random, state);
        this.oracle = new AccessOracle(state);
    }

    Step step() {
        // It often stands still, as that of the log does behind a wall clock that was set back.
        now += random.nextInt(8) == 0 ? random.nextInt(5) : 0;
        if (preparations < PREPARATIONS) {
            return prepare(preparations++);
        }
        return switch (random.nextInt(8)) {
            case 0, 1 -> streamStep();
            case 2, 7 -> topicStep();
            case 3, 4 -> groupStep();
            case 5 -> userStep();
            default -> systemStep();
        };
    }

    /** A root, two users of whom one may be inactive, and something they can want: without these most of what is drawn is refused. */
    private Step prepare(final int index) {
        final Permissions permissions = draws.permissions();
        final int status = 1 + random.nextInt(2);
        final TopicSettings settings = draws.settings();
        return switch (index) {
            case 0 ->
                bySystem(
                        new UserCommands.CreateRoot("root", "h0"),
                        s -> s.users().createRoot("root", "h0", now));
            case 1 ->
                bySystem(
                        new UserCommands.CreateUser("amy", "h1", 1, permissions),
                        s -> s.users().create("amy", "h1", 1, permissions, now));
            case 2 ->
                bySystem(
                        new UserCommands.CreateUser("bob", "h2", status, permissions),
                        s -> s.users().create("bob", "h2", status, permissions, now));
            case 3 ->
                bySystem(new StreamCommands.CreateStream("a"), s -> s.streams().create("a", now));
            default ->
                bySystem(
                        new StreamCommands.CreateTopic(Identifier.of(0), "a", 4, settings),
                        s -> s.topics().create(Identifier.of(0), "a", 4, settings, now));
        };
    }

    /** Somebody: mostly root or the system, so that something comes about, else any user there was. */
    Actor actor() {
        final int kind = random.nextInt(12);
        final User root = state.users().all().at(User.ROOT);
        if (kind < 3) {
            return Actor.SYSTEM;
        }
        if (kind < 5 && root != null) {
            return Actor.of(root);
        }
        final List<Actor> seen = oracle.logins();
        return seen.isEmpty() || kind == 11
                ? new Actor(random.nextInt(5) - 1, random.nextInt(3))
                : seen.get(random.nextInt(seen.size()));
    }

    private Step streamStep() {
        final Identifier id = draws.stream();
        final String name = draws.name();
        return switch (random.nextInt(8)) {
            case 0, 1, 2 ->
                step(
                        new StreamCommands.CreateStream(name),
                        AccessRules.CREATE_STREAM,
                        s -> s.streams().create(name, now));
            case 3 ->
                onStream(
                        new StreamCommands.UpdateStream(id, name),
                        id,
                        s -> s.streams().update(id, name));
            case 4 -> {
                // Rarely: all that is below a stream goes with it.
                final Identifier deleted = random.nextInt(3) > 0 ? Identifier.of(2) : id;
                yield onStream(
                        new StreamCommands.DeleteStream(deleted),
                        deleted,
                        s -> s.streams().delete(deleted));
            }
            case 5 ->
                onStream(
                        new StreamCommands.PurgeStream(id), id, s -> s.streams().purge(id));
            default -> {
                final int partitions = random.nextInt(12) == 0 ? -1 : random.nextInt(6);
                final TopicSettings settings = draws.settings();
                yield step(
                        new StreamCommands.CreateTopic(id, name, partitions, settings),
                        actor(),
                        caller -> oracle.onStream(caller, AccessRules.CREATE_TOPIC, id),
                        s -> s.topics().create(id, name, partitions, settings, now));
            }
        };
    }

    private Step topicStep() {
        final Identifier id = draws.stream();
        final Identifier topic = draws.topic(id);
        final String name = draws.name();
        final int count = random.nextInt(6);
        final TopicSettings settings = draws.settings();
        return switch (random.nextInt(5)) {
            case 0 ->
                onTopic(
                        new StreamCommands.UpdateTopic(id, topic, name, settings),
                        AccessRules.CHANGE_TOPIC,
                        id,
                        topic,
                        s -> s.topics().update(id, topic, name, settings));
            case 1 ->
                onTopic(
                        new StreamCommands.DeleteTopic(id, topic),
                        AccessRules.CHANGE_TOPIC,
                        id,
                        topic,
                        s -> s.topics().delete(id, topic));
            case 2 ->
                onTopic(
                        new StreamCommands.PurgeTopic(id, topic),
                        AccessRules.CHANGE_TOPIC,
                        id,
                        topic,
                        s -> s.topics().purge(id, topic));
            case 3 ->
                onTopic(
                        new StreamCommands.CreatePartitions(id, topic, count),
                        AccessRules.CHANGE_TOPIC,
                        id,
                        topic,
                        s -> s.topics().createPartitions(id, topic, count, now));
            default ->
                onTopic(
                        new StreamCommands.DeletePartitions(id, topic, count),
                        AccessRules.CHANGE_TOPIC,
                        id,
                        topic,
                        s -> s.topics().deletePartitions(id, topic, count));
        };
    }

    private Step groupStep() {
        final Identifier id = draws.stream();
        final Identifier topic = draws.topic(id);
        final Identifier group = draws.group(id, topic);
        final String name = draws.name();
        final Connection connection = connection();
        return switch (random.nextInt(9)) {
            case 0, 1 ->
                onTopic(
                        new GroupCommands.CreateGroup(id, topic, name),
                        AccessRules.READ_TOPIC,
                        id,
                        topic,
                        s -> s.consumerGroups().create(id, topic, name, now));
            case 2 ->
                onTopic(
                        new GroupCommands.DeleteGroup(id, topic, group),
                        AccessRules.READ_TOPIC,
                        id,
                        topic,
                        s -> s.consumerGroups().delete(id, topic, group));
            case 3, 4 ->
                onTopic(
                        new GroupCommands.LeaveGroup(id, topic, group, connection),
                        AccessRules.READ_TOPIC,
                        id,
                        topic,
                        s -> s.consumerGroups().leave(id, topic, group, connection));
            default ->
                onTopic(
                        new GroupCommands.JoinGroup(id, topic, group, connection),
                        AccessRules.READ_TOPIC,
                        id,
                        topic,
                        s -> s.consumerGroups().join(id, topic, group, connection, now));
        };
    }

    private Step userStep() {
        final Identifier id = random.nextBoolean() ? Identifier.of(random.nextInt(4)) : Identifier.of(draws.username());
        final String name = draws.username();
        final String hash = "h" + random.nextInt(4);
        final Permissions permissions = draws.permissions();
        final int status = random.nextInt(8) == 0 ? 3 : random.nextInt(3);
        final AccessRules rule = AccessRules.MANAGE_OTHER_USERS;
        return switch (random.nextInt(11)) {
            case 0, 1, 2 -> {
                final int given = status == 0 ? User.STATUS_ACTIVE : status;
                yield step(
                        new UserCommands.CreateUser(name, hash, given, permissions),
                        rule,
                        s -> s.users().create(name, hash, given, permissions, now));
            }
            case 3 -> step(new UserCommands.DeleteUser(id), rule, s -> s.users().delete(id));
            case 4 -> {
                final String given = random.nextBoolean() ? null : name;
                yield step(
                        new UserCommands.UpdateUser(id, given, status),
                        rule,
                        s -> s.users().update(id, given, status));
            }
            case 5 ->
                step(
                        new UserCommands.UpdatePermissions(id, permissions),
                        rule,
                        s -> s.users().updatePermissions(id, permissions));
            case 6, 7 -> {
                final Actor actor = actor();
                final String current = "h" + random.nextInt(4);
                yield step(
                        new UserCommands.ChangePassword(id, current, hash),
                        actor,
                        caller -> caller != null && state.users().find(id) == caller
                                ? StreamStatus.OK
                                : oracle.anywhere(caller, rule),
                        s -> s.users().changePassword(id, current, hash));
            }
            case 8, 9 -> {
                final Actor actor = actor();
                final long expiry = random.nextInt(3) == 0 ? random.nextInt(2) - 1 : random.nextInt(9);
                final long expiresAt = expiry <= 0 ? 0 : now + expiry;
                yield step(
                        new UserCommands.CreateToken(name, hash, expiry),
                        actor,
                        caller -> StreamStatus.OK,
                        s -> s.users().tokens().create(actor.user(), name, hash, expiresAt));
            }
            default -> {
                final Actor actor = actor();
                yield step(
                        new UserCommands.DeleteToken(name),
                        actor,
                        caller -> StreamStatus.OK,
                        s -> s.users().tokens().delete(actor.user(), name));
            }
        };
    }

    private Step systemStep() {
        final Connection connection = connection();
        final int node = connection.node();
        final long start = 1 + now / 16;
        final String name = draws.username();
        return switch (random.nextInt(10)) {
            case 9 -> {
                final long namespace = random.nextInt(64);
                final long incarnation = Math.max(1, state.incarnationOf(namespace) - random.nextInt(2));
                yield ofSystem(
                        new SystemCommands.RenewPartition(namespace, incarnation),
                        s -> s.renew(namespace, incarnation));
            }
            case 8 -> {
                final long joins = random.nextInt(8);
                final long notAfter = Math.max(0, now + random.nextInt(4) - 1);
                yield ofSystem(
                        new SystemCommands.ExpelNode(node, joins, notAfter),
                        s -> s.consumerGroups().expelNode(node, joins, notAfter, now));
            }
            case 0 ->
                ofSystem(new UserCommands.CreateRoot(name, "h0"), s -> s.users().createRoot(name, "h0", now));
            case 1 ->
                ofSystem(
                        new SystemCommands.LeaveAll(connection),
                        s -> s.consumerGroups().leaveAll(connection));
            case 2 ->
                ofSystem(
                        new SystemCommands.LeaveNode(node, start, 1 + node / 7),
                        s -> s.consumerGroups().leaveNode(node, start, 1 + node / 7));
            case 3 -> {
                final GroupKey key = new GroupKey(random.nextInt(3), random.nextInt(3), random.nextInt(2));
                final int partition = random.nextInt(6);
                final long generation = random.nextInt(60);
                yield ofSystem(
                        new SystemCommands.CompleteRevocation(key, partition, generation),
                        s -> s.consumerGroups().completeRevocation(key, partition, generation));
            }
            case 4 -> {
                final long age = random.nextInt(6);
                yield ofSystem(
                        new SystemCommands.ExpireRevocations(age),
                        s -> s.consumerGroups().completeRevocationsSince(now - age));
            }
            case 5 ->
                ofSystem(
                        new SystemCommands.ExpireTokens(),
                        s -> s.users().tokens().deleteExpired(now));
            default -> {
                final List<Acknowledged> drops = new ArrayList<>();
                for (final Drop drop : state.drops().pending()) {
                    if (random.nextBoolean()) {
                        drops.add(Acknowledged.of(drop));
                    }
                }
                drops.add(new Acknowledged(random.nextInt(9), random.nextInt(9)));
                yield ofSystem(new SystemCommands.AcknowledgeDrops(drops), s -> {
                    final int before = s.drops().size();
                    drops.forEach(drop -> s.drops().acknowledge(drop.namespace(), drop.incarnation()));
                    return MetadataResult.of(before - s.drops().size());
                });
            }
        };
    }

    /** Of a life of its node that may have ended, but mostly of the present one. */
    private Connection connection() {
        return new Connection(random.nextInt(2), now / 16 + 1 - random.nextInt(6) / 5, random.nextInt(2));
    }

    private Step onStream(
            final MetadataCommand command, final Identifier id, final Function<MetadataState, MetadataResult> effect) {
        return step(command, actor(), caller -> oracle.onStream(caller, AccessRules.CHANGE_STREAM, id), effect);
    }

    private Step onTopic(
            final MetadataCommand command,
            final AccessRules rule,
            final Identifier id,
            final Identifier topic,
            final Function<MetadataState, MetadataResult> effect) {
        return step(command, actor(), caller -> oracle.onTopic(caller, rule, id, topic), effect);
    }

    private Step bySystem(final MetadataCommand command, final Function<MetadataState, MetadataResult> effect) {
        return step(command, Actor.SYSTEM, caller -> StreamStatus.OK, effect);
    }

    private Step ofSystem(final MetadataCommand command, final Function<MetadataState, MetadataResult> effect) {
        return step(command, actor(), caller -> caller == null ? StreamStatus.OK : StreamStatus.UNAUTHORIZED, effect);
    }

    private Step step(
            final MetadataCommand command,
            final AccessRules rule,
            final Function<MetadataState, MetadataResult> effect) {
        return step(command, actor(), caller -> oracle.anywhere(caller, rule), effect);
    }

    /** @param refusal by the user, null for the system. */
    private Step step(
            final MetadataCommand command,
            final Actor actor,
            final Function<User, Integer> refusal,
            final Function<MetadataState, MetadataResult> effect) {
        final int status = oracle.refusal(actor, refusal);
        final MetadataResult expected =
                status == StreamStatus.OK ? effect.apply(state) : MetadataResult.refused(status);
        oracle.look();
        return new Step(command, actor, now, expected);
    }
}
