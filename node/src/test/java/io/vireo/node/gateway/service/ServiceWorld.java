package io.vireo.node.gateway.service;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.PartitionGroup;
import io.vireo.node.port.Clock;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.MetadataReply;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.machine.StreamStateMachine;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.BatchBuilder;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.node.stream.partition.ContentsQuery;
import io.vireo.node.stream.partition.PartitionContents;
import io.vireo.node.stream.partition.PartitionOperation;
import io.vireo.node.stream.partition.PartitionQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The real state machines of a metadata group and two groups of partitions behind requests that are carried out at once, or when a test
 * says so: then in any order, some never, some without an outcome.
 */
final class ServiceWorld implements GroupRequests, Clock, AutoCloseable {
    static final StreamLimits LIMITS = new StreamLimits(4, 4, 8, 40, 4, 3, 6, 32 << 10);
    static final Namespaces NAMESPACES = new Namespaces(LIMITS);
    static final int GROUPS = 3;
    static final int NODES = 3;
    static final long SECOND = 1_000_000_000L;
    static final TopicSettings KEEPING =
            new TopicSettings(TopicSettings.COMPRESSION_NONE, TopicSettings.NEVER, TopicSettings.UNLIMITED, 1);

    /** What was applied. */
    record Applied(int group, long namespace, long incarnation, int operation, int status) {}

    final MetadataMachine metadata = new MetadataMachine(LIMITS, GROUPS);
    final List<Applied> applied = new ArrayList<>();
    /** Bytes of an answer. */
    int answerMax = 16 << 10;

    boolean isHolding;
    /** Requests of this operation are held, also while no other is. */
    int heldOperation = -1;

    /** Group whose requests are never carried out while they are held. */
    int downGroup = -1;

    /** While it is there, one of {@link #lossEvery} outcomes does not come. */
    Random losses;

    int lossEvery = 4;

    long nowNs = 7;
    long wallNs = 1_000 * SECOND;

    private final StateMachine[] machines = new StateMachine[GROUPS];
    private final PartitionGroup[] partitions = new PartitionGroup[GROUPS];
    private final List<Held> held = new ArrayList<>();
    private long op;

    private record Held(int group, Runnable request) {}

    ServiceWorld(final Path directory) {
        machines[0] = new StreamStateMachine(metadata, null);
        for (int group = 1; group < GROUPS; group++) {
            partitions[group] = new PartitionGroup(directory.resolve("group-" + group), LIMITS);
            machines[group] = partitions[group].machine();
        }
    }

    @Override
    public void submit(
            final int lane,
            final int group,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final long deadlineNs,
            final Callback callback) {
        if (isHolding && losses != null && losses.nextInt(lossEvery) == 0) {
            // The outcome is given up before the log has decided: it may be applied long after.
            held.add(new Held(
                    group, () -> apply(group, namespace, incarnation, operation, body, offset, length, scratch())));
            held.add(new Held(group, () -> callback.onOutcome(Outcome.UNKNOWN, ReplyStatus.OK, scratch(), 0, 0)));
            return;
        }
        final Runnable request = () -> {
            final UnsafeBuffer reply = scratch();
            final long result = apply(group, namespace, incarnation, operation, body, offset, length, reply);
            hand(group, result, reply, callback);
        };
        if (operation == heldOperation) {
            held.add(new Held(group, request));
        } else {
            carryOut(group, request);
        }
    }

    @Override
    public void read(
            final int group,
            final long namespace,
            final Consistency consistency,
            final DirectBuffer query,
            final int offset,
            final int length,
            final long deadlineNs,
            final Callback callback) {
        carryOut(group, () -> {
            final UnsafeBuffer answer = new UnsafeBuffer(new byte[answerMax]);
            hand(group, machines[group].read(namespace, query, offset, length, answer, 0, answerMax), answer, callback);
        });
    }

    /** Carries out one of what is held, or hands over one of the outcomes; false if there is none. */
    boolean release(final Random random) {
        final List<Held> able =
                held.stream().filter(each -> each.group() != downGroup).toList();
        if (able.isEmpty()) {
            return false;
        }
        final Held chosen = able.get(random.nextInt(able.size()));
        held.remove(chosen);
        chosen.request().run();
        return true;
    }

    void releaseAll(final Random random) {
        while (release(random)) {
            // Until nothing is held.
        }
    }

    int heldCount() {
        return held.size();
    }

    /** As the system, at once. */
    MetadataReply command(final MetadataCommand command) {
        final UnsafeBuffer reply = scratch();
        final UnsafeBuffer body = new UnsafeBuffer(command.encode(Actor.SYSTEM));
        final long result = apply(0, 0, 0, command.operation().code(), body, 0, body.capacity(), reply);
        if ((int) (result >>> 32) != ReplyStatus.OK) {
            throw new AssertionError(command + ": " + (int) (result >>> 32));
        }
        return MetadataReply.read(reply, 0);
    }

    int createStream(final String name) {
        return command(new StreamCommands.CreateStream(name)).number();
    }

    int createTopic(final int stream, final String name, final int count, final TopicSettings settings) {
        return command(new StreamCommands.CreateTopic(Identifier.of(stream), name, count, settings))
                .number();
    }

    /** Appends one message to the life that the partition has; the timestamp is that of the wall clock. */
    void append(final int stream, final int topic, final int partition, final int payloadLength) {
        final int status = tryAppend(NAMESPACES.pack(stream, topic, partition), payloadLength);
        if (status != ReplyStatus.OK) {
            throw new AssertionError("append: " + status);
        }
    }

    /** As {@link #append}, but it may be refused. */
    int tryAppend(final long namespace, final int payloadLength) {
        final ExpandableArrayBuffer body = new ExpandableArrayBuffer();
        final BatchBuilder batch = new BatchBuilder();
        batch.begin(body, 0, payloadLength + 1_000);
        if (!batch.add(1, 2, 3, new UnsafeBuffer(new byte[payloadLength]), 0, payloadLength, 0)) {
            throw new AssertionError("a batch has room for " + payloadLength);
        }
        final long result = apply(
                metadata.state().groupOf(namespace),
                namespace,
                metadata.state().incarnationOf(namespace),
                PartitionOperation.APPEND,
                body,
                0,
                batch.end(),
                scratch());
        return (int) (result >>> 32);
    }

    /** As a group of consumers, by its number there. */
    void storeOffset(final long namespace, final long consumer) {
        final UnsafeBuffer body = scratch();
        final long result = apply(
                metadata.state().groupOf(namespace),
                namespace,
                metadata.state().incarnationOf(namespace),
                PartitionOperation.STORE_OFFSET,
                body,
                0,
                PartitionOperation.putStoreOffset(body, 0, ConsumerKind.GROUP, consumer, 0),
                scratch());
        if (result >>> 32 != ReplyStatus.OK) {
            throw new AssertionError("store offset: " + (result >>> 32));
        }
    }

    /** Whether a group of consumers has an offset. */
    boolean hasOffset(final long namespace, final long consumer) {
        final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.OFFSET_LENGTH]);
        final long incarnation = metadata.state().incarnationOf(namespace);
        final int length = PartitionQuery.putOffset(query, 0, incarnation, ConsumerKind.GROUP, consumer);
        return machines[metadata.state().groupOf(namespace)].read(namespace, query, 0, length, scratch(), 0, 64) >>> 32
                == ReplyStatus.OK;
    }

    /** What all groups hold, by namespace; of one that is in two groups the later life. */
    TreeMap<Long, PartitionContents> contents() {
        final TreeMap<Long, PartitionContents> contents = new TreeMap<>();
        for (int group = 1; group < GROUPS; group++) {
            final UnsafeBuffer query = new UnsafeBuffer(new byte[ContentsQuery.LENGTH]);
            ContentsQuery.put(query, 0, 0);
            final UnsafeBuffer answer = new UnsafeBuffer(new byte[64 << 10]);
            machines[group].read(0, query, 0, query.capacity(), answer, 0, answer.capacity());
            ContentsQuery.read(answer, 0)
                    .partitions()
                    .forEach(each -> contents.merge(
                            each.namespace(), each, (a, b) -> a.incarnation() > b.incarnation() ? a : b));
        }
        return contents;
    }

    long countApplied(final int operation) {
        return applied.stream().filter(each -> each.operation() == operation).count();
    }

    @Override
    public long monotonicNs() {
        return nowNs;
    }

    @Override
    public long wallNs() {
        return wallNs;
    }

    /** Both clocks go on. */
    void pass(final long durationNs) {
        nowNs += durationNs;
        wallNs += durationNs;
    }

    @Override
    public void close() {
        for (int group = 1; group < GROUPS; group++) {
            partitions[group].close();
        }
    }

    private long apply(
            final int group,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final UnsafeBuffer reply) {
        final long result = machines[group].apply(
                ++op, wallNs + op, namespace, incarnation, operation, body, offset, length, reply, 0);
        if (group > 0) {
            partitions[group].poll();
        }
        applied.add(new Applied(group, namespace, incarnation, operation, (int) (result >>> 32)));
        return result;
    }

    private void carryOut(final int group, final Runnable request) {
        if (isHolding) {
            held.add(new Held(group, request));
        } else {
            request.run();
        }
    }

    private void hand(final int group, final long result, final UnsafeBuffer bytes, final Callback callback) {
        final int status = (int) (result >>> 32);
        final Outcome outcome = status == ReplyStatus.OK ? Outcome.OK : Outcome.NOT_APPLIED;
        carryOut(group, () -> {
            if (losses != null && losses.nextInt(lossEvery) == 0) {
                callback.onOutcome(Outcome.UNKNOWN, ReplyStatus.OK, bytes, 0, 0);
            } else {
                callback.onOutcome(outcome, status, bytes, 0, (int) result);
            }
        });
    }

    private static UnsafeBuffer scratch() {
        return new UnsafeBuffer(new byte[StreamStateMachine.REPLY_SIZE_MAX]);
    }
}
