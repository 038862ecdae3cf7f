package io.vireo.node.stream.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.StreamStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Draws operations and applies each to the model and to all subjects, which must answer alike. Limits are so small that a script meets
 * every one of them. Says what it did as "operation:status", so that a property can tell whether everything was reached.
 */
final class MetadataScript {
    static final StreamLimits LIMITS = new StreamLimits(3, 3, 9, 16, 2, 3, 4, 100);

    private static final String[] NAMES = {"a", "b", "c", "d", "\u017c\u00f3\u0142w"};
    private static final String[] BAD_NAMES = {"", "x".repeat(256), "\u017c".repeat(128), "\ud800"};

    private final Random random;
    final MetadataModel model;
    private final List<MetadataState> subjects = new ArrayList<>();
    private long now = 1;

    MetadataScript(final Random random, final int groupCount, final MetadataState subject) {
        this.random = random;
        this.model = new MetadataModel(LIMITS, groupCount);
        subjects.add(subject);
    }

    List<MetadataState> subjects() {
        return subjects;
    }

    /** The last subject is replaced by, or followed by, this one. */
    void twin(final MetadataState twin) {
        if (subjects.size() > 1) {
            subjects.remove(1);
        }
        subjects.add(twin);
    }

    String step() {
        now += random.nextInt(3);
        final int kind = random.nextInt(100);
        // Most operations are about something that is there: draws of names alone would rarely meet a group.
        final boolean isAimed = random.nextInt(3) > 0;
        final Identifier stream = isAimed ? one(model.streams) : identifier();
        final MetadataModel.ModelStream there = model.streams.get(stream.number());
        final Identifier topic = isAimed && there != null ? one(there.topics) : identifier();
        final MetadataModel.ModelTopic topicThere = isAimed ? model.topicAt(stream, topic) : null;
        if (kind < 8) {
            final String name = name();
            return done(
                    "createStream",
                    model.createStream(name, now),
                    state -> state.streams().create(name, now));
        } else if (kind < 12) {
            final String name = name();
            return done(
                    "updateStream",
                    model.updateStream(stream, name),
                    state -> state.streams().update(stream, name));
        } else if (kind < 13) {
            return done(
                    "deleteStream",
                    model.deleteStream(stream),
                    state -> state.streams().delete(stream));
        } else if (kind < 15) {
            return done(
                    "purgeStream",
                    model.purgeStream(stream),
                    state -> state.streams().purge(stream));
        } else if (kind < 31) {
            final String name = name();
            final int count = count(0);
            final TopicSettings settings = settings();
            return done(
                    "createTopic",
                    model.createTopic(stream, name, count, settings, now),
                    state -> state.topics().create(stream, name, count, settings, now));
        } else if (kind < 35) {
            final String name = name();
            final TopicSettings settings = settings();
            return done(
                    "updateTopic",
                    model.updateTopic(stream, topic, name, settings),
                    state -> state.topics().update(stream, topic, name, settings));
        } else if (kind < 37) {
            return done(
                    "deleteTopic",
                    model.deleteTopic(stream, topic),
                    state -> state.topics().delete(stream, topic));
        } else if (kind < 40) {
            return done(
                    "purgeTopic",
                    model.purgeTopic(stream, topic),
                    state -> state.topics().purge(stream, topic));
        } else if (kind < 44) {
            final int count = count(1);
            return done(
                    "createPartitions",
                    model.createPartitions(stream, topic, count, now),
                    state -> state.topics().createPartitions(stream, topic, count, now));
        } else if (kind < 47) {
            final int count = count(1);
            return done(
                    "deletePartitions",
                    model.deletePartitions(stream, topic, count),
                    state -> state.topics().deletePartitions(stream, topic, count));
        } else if (kind < 53) {
            return acknowledge();
        }
        return groupStep(kind, stream, topic, topicThere == null ? identifier() : one(topicThere.groups));
    }

    private String groupStep(final int kind, final Identifier stream, final Identifier topic, final Identifier group) {
        final Connection connection = connection();
        if (kind < 60) {
            final String name = name();
            return done(
                    "createGroup",
                    modelCreate(stream, topic, name),
                    state -> state.consumerGroups().create(stream, topic, name, now));
        } else if (kind < 61) {
            return done(
                    "deleteGroup",
                    modelDelete(stream, topic, group),
                    state -> state.consumerGroups().delete(stream, topic, group));
        } else if (kind < 84) {
            return join(stream, topic, group, connection);
        } else if (kind < 90) {
            return done(
                    "leave",
                    modelLeave(stream, topic, group, connection),
                    state -> state.consumerGroups().leave(stream, topic, group, connection));
        } else if (kind < 92) {
            final int left = modelLeave(connection::equals);
            return done(
                    left > 0 ? "leaveAll" : "leaveAllOfNone",
                    MetadataModel.ok(left),
                    state -> state.consumerGroups().leaveAll(connection));
        } else if (kind < 93 && random.nextInt(3) == 0) {
            final int node = connection.node();
            final long joins = model.joins[node] - (random.nextInt(4) == 0 ? 1 : 0);
            final long notAfter = now + random.nextInt(4) - 1;
            final boolean isMeant = joins == model.joins[node] && now <= notAfter;
            final int left = isMeant ? modelLeave(seat -> seat.node() == node) : 0;
            return done(
                    left > 0 ? "expelNode" : "expelNodeOfNone",
                    MetadataModel.ok(left),
                    state -> state.consumerGroups().expelNode(node, joins, notAfter, now));
        } else if (kind < 93) {
            final int node = connection.node();
            final long start = random.nextInt(4);
            final int processes = 1 + NodeNumber.process(node) + random.nextInt(2);
            model.nodes.add(node);
            int left = 0;
            for (final int each : model.nodes) {
                final boolean isGone =
                        NodeNumber.replica(each) == NodeNumber.replica(node) && NodeNumber.process(each) >= processes;
                if (each == node || isGone) {
                    model.starts[each] = Math.max(model.starts[each], start);
                    left += modelLeave(seat -> seat.node() == each && seat.start() < start);
                }
            }
            return done(
                    left > 0 ? "leaveNode" : "leaveNodeOfNone",
                    MetadataModel.ok(left),
                    state -> state.consumerGroups().leaveNode(node, start, processes));
        } else if (kind < 98) {
            return complete();
        }
        final long since = now - random.nextInt(8);
        int completed = 0;
        for (final GroupModel found : groups()) {
            completed += found.completeSince(model, since);
        }
        return done(
                completed > 0 ? "completeSince" : "completeSinceNone",
                MetadataModel.ok(completed),
                state -> state.consumerGroups().completeRevocationsSince(since));
    }

    /** Mostly one that waits, at times one that never was or has the wrong namespace; and always twice. */
    private String acknowledge() {
        final boolean isKnown = !model.drops.isEmpty() && random.nextInt(4) > 0;
        final Drop drop =
                isKnown ? model.drops.get(random.nextInt(model.drops.size())) : new Drop(1, 1, random.nextInt(40), 0);
        for (int i = 0; i < 2; i++) {
            model.acknowledge(drop.namespace(), drop.last());
            subjects.forEach(state -> state.drops().acknowledge(drop.namespace(), drop.last()));
        }
        subjects.forEach(state -> assertTrue(!state.drops().isPending(drop.namespace(), drop.last())));
        return isKnown ? "acknowledge" : "acknowledgeUnknown";
    }

    private String join(
            final Identifier stream, final Identifier topic, final Identifier group, final Connection connection) {
        final MetadataModel.ModelTopic found = model.topicAt(stream, topic);
        final GroupModel joined = group(found, group);
        if (joined == null) {
            return done(
                    "join",
                    groupNotFound(stream, found),
                    state -> state.consumerGroups().join(stream, topic, group, connection, now));
        }
        if (joined.slot(connection) != null) {
            model.joined(connection.node());
            return done(
                    "joinAgain",
                    MetadataModel.ok(joined.slot(connection)),
                    state -> state.consumerGroups().join(stream, topic, group, connection, now));
        }
        if (joined.seats.size() == LIMITS.membersMax()) {
            return done(
                    "join",
                    MetadataModel.refused(StreamStatus.TRANSIENT_NOT_ACCEPTED),
                    state -> state.consumerGroups().join(stream, topic, group, connection, now));
        }
        if (connection.start() < model.starts[connection.node()]) {
            return done(
                    "joinOfAnEndedLife",
                    MetadataModel.refused(StreamStatus.TRANSIENT_NOT_ACCEPTED),
                    state -> state.consumerGroups().join(stream, topic, group, connection, now));
        }
        joined.join(model, connection, found.partitions.size());
        model.joined(connection.node());
        final String did = done(
                "join",
                MetadataModel.ok(joined.slot(connection)),
                state -> state.consumerGroups().join(stream, topic, group, connection, now));
        final boolean wasMoving = !joined.revocations.isEmpty();
        final int moves = joined.takeOver(
                subjects.get(0).consumerGroups().find(stream, topic, group), found.partitions.size(), now);
        return moves == 0 ? did : wasMoving ? "joinMovesWhileMoving" : "joinMoves";
    }

    private String complete() {
        final List<GroupKey> moving = subjects.get(0).consumerGroups().moving();
        final GroupKey key = moving.isEmpty()
                ? new GroupKey(random.nextInt(3), random.nextInt(3), random.nextInt(2))
                : moving.get(random.nextInt(moving.size()));
        final MetadataModel.ModelStream stream = model.streams.get(key.stream());
        final MetadataModel.ModelTopic topic = stream == null ? null : stream.topics.get(key.topic());
        final GroupModel group = topic == null ? null : topic.groups.get(key.group());
        final int partition = group == null || group.revocations.isEmpty()
                ? random.nextInt(LIMITS.partitionsMax())
                : group.revocations.lastKey();
        final Revocation revocation = group == null ? null : group.revocations.get(partition);
        final long generation = (revocation == null ? 1 : revocation.generation()) - random.nextInt(2);
        final boolean isGoingOn = group != null && group.complete(model, partition, generation);
        return done(
                isGoingOn ? "complete" : "completeLate",
                MetadataModel.ok(isGoingOn ? 1 : 0),
                state -> state.consumerGroups().completeRevocation(key, partition, generation));
    }

    private MetadataResult modelCreate(final Identifier stream, final Identifier topic, final String name) {
        if (!MetadataModel.isName(name)) {
            return MetadataModel.refused(StreamStatus.INVALID_CONSUMER_GROUP_NAME);
        }
        final MetadataModel.ModelTopic found = model.topicAt(stream, topic);
        if (found == null) {
            return model.notFound(stream);
        }
        if (found.groups.values().stream().anyMatch(group -> group.name.equals(name))) {
            return MetadataModel.refused(StreamStatus.CONSUMER_GROUP_NAME_ALREADY_EXISTS);
        }
        if (found.groups.size() == LIMITS.consumerGroupsMax()) {
            return MetadataModel.refused(StreamStatus.CANNOT_CREATE_CONSUMER_GROUP);
        }
        final GroupModel group = new GroupModel();
        group.name = name;
        group.created = now;
        group.generation = ++model.lastGeneration;
        final int number = MetadataModel.lowestFree(found.groups);
        found.groups.put(number, group);
        return MetadataModel.ok(number);
    }

    private MetadataResult modelDelete(final Identifier stream, final Identifier topic, final Identifier group) {
        final MetadataModel.ModelTopic found = model.topicAt(stream, topic);
        final GroupModel deleted = group(found, group);
        if (deleted == null) {
            return groupNotFound(stream, found);
        }
        found.groups.values().remove(deleted);
        return MetadataModel.ok(0);
    }

    private MetadataResult modelLeave(
            final Identifier stream, final Identifier topic, final Identifier group, final Connection connection) {
        final MetadataModel.ModelTopic found = model.topicAt(stream, topic);
        final GroupModel left = group(found, group);
        if (left == null) {
            return groupNotFound(stream, found);
        }
        if (left.slot(connection) == null) {
            return MetadataModel.refused(StreamStatus.CONSUMER_GROUP_MEMBER_NOT_FOUND);
        }
        left.seats.remove(left.slot(connection));
        left.dealAfterLeave(model, found.partitions.size());
        return MetadataModel.ok(0);
    }

    private int modelLeave(final Predicate<Connection> isLeaving) {
        int left = 0;
        for (final MetadataModel.ModelStream stream : model.streams.values()) {
            for (final MetadataModel.ModelTopic topic : stream.topics.values()) {
                for (final GroupModel group : topic.groups.values()) {
                    if (group.seats.values().removeIf(isLeaving)) {
                        group.dealAfterLeave(model, topic.partitions.size());
                        left++;
                    }
                }
            }
        }
        return left;
    }

    private List<GroupModel> groups() {
        final List<GroupModel> groups = new ArrayList<>();
        model.streams
                .values()
                .forEach(stream -> stream.topics.values().forEach(topic -> groups.addAll(topic.groups.values())));
        return groups;
    }

    private MetadataResult groupNotFound(final Identifier stream, final MetadataModel.ModelTopic topic) {
        return topic == null ? model.notFound(stream) : MetadataModel.refused(StreamStatus.CONSUMER_GROUP_NOT_FOUND);
    }

    private static GroupModel group(final MetadataModel.ModelTopic topic, final Identifier id) {
        if (topic != null) {
            for (final var group : topic.groups.entrySet()) {
                if (MetadataModel.isMeant(id, group.getKey(), group.getValue().name)) {
                    return group.getValue();
                }
            }
        }
        return null;
    }

    private String done(
            final String operation,
            final MetadataResult expected,
            final Function<MetadataState, MetadataResult> subject) {
        for (final MetadataState state : subjects) {
            assertEquals(expected, subject.apply(state), operation);
        }
        return operation + ":" + expected.status();
    }

    /** Few, so that they come again; of starts that mostly have not ended. */
    private Connection connection() {
        final long start = random.nextInt(6) == 0 ? 0 : 2 + random.nextInt(2);
        final int node = NodeNumber.of(random.nextInt(3), random.nextInt(4) / 3);
        return new Connection(node, start, random.nextInt(3) - 1);
    }

    private Identifier identifier() {
        return switch (random.nextInt(8)) {
            case 0 -> Identifier.of(random.nextInt());
            case 1, 2 -> Identifier.of(NAMES[random.nextInt(3)]);
            default -> Identifier.of(random.nextInt(5) / 4);
        };
    }

    private Identifier one(final SortedMap<Integer, ?> taken) {
        return taken.isEmpty()
                ? identifier()
                : Identifier.of(List.copyOf(taken.keySet()).get(random.nextInt(taken.size())));
    }

    private String name() {
        return random.nextInt(12) == 0
                ? BAD_NAMES[random.nextInt(BAD_NAMES.length)]
                : NAMES[random.nextInt(NAMES.length)];
    }

    private int count(final int least) {
        return switch (random.nextInt(12)) {
            case 0 -> least - 1;
            case 1 -> 1001;
            case 2 -> 1000;
            default -> least + random.nextInt(7);
        };
    }

    private TopicSettings settings() {
        final long size = random.nextInt(8) == 0 ? 99 : random.nextBoolean() ? 100 : TopicSettings.UNLIMITED;
        return new TopicSettings(1 + random.nextInt(2), 1 + random.nextInt(9), size, 1 + random.nextInt(3));
    }
}
