package io.vireo.node.gateway;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.client.Outcome;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.StreamStateMachine;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.partition.PartitionOperation;
import io.vireo.node.stream.partition.PartitionQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The real state machines of group 0 and two groups of partitions, applied as soon as something is submitted; outcomes are handed over at
 * once, or in any order when the test says so.
 */
final class Groups implements GroupRequests, Figures, AutoCloseable {
    static final StreamLimits LIMITS = new StreamLimits(4, 4, 8, 40, 4, 3, 6, 32 << 10);
    static final int ANSWER_MAX = 16 << 10;
    private static final int GROUPS = 3;

    final MetadataMachine metadata = new MetadataMachine(LIMITS, GROUPS);
    /** The replica at hand, which answers committed reads; behind by what {@link #isLagging} holds back. */
    private final MetadataMachine local = new MetadataMachine(LIMITS, GROUPS);

    private final StateMachine metadataGroup = new StreamStateMachine(metadata, null);
    private final StateMachine localGroup = new StreamStateMachine(local, null);
    private final PartitionGroup[] partitions = new PartitionGroup[GROUPS];
    private final TreeMap<Long, Long> incarnations = new TreeMap<>(Long::compareUnsigned);
    private final List<Runnable> held = new ArrayList<>();
    private final List<Runnable> behind = new ArrayList<>();
    private long op;
    private long timeNs = 1_000_000_000;
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[ANSWER_MAX]);
    boolean isHolding;
    /** Of what is held back, if anything is. */
    boolean isHoldingReads = true;

    /** Bytes of an answer of the metadata. */
    int metadataAnswerMax = ANSWER_MAX;

    boolean isLagging;
    boolean isCarrying = true;
    /** Outcome of the next request instead of its own, which is not even applied. */
    Outcome failure;
    /** Operations that were applied, by their codes. */
    final List<Integer> applied = new ArrayList<>();
    /** What was appended, in that order. */
    final List<Appended> appended = new ArrayList<>();
    /** Of all requests and reads. */
    final TreeSet<Long> deadlines = new TreeSet<>();

    /** One batch. @param bytes with its messages. */
    record Appended(long namespace, long incarnation, String bytes) {}

    Groups(final Path directory) {
        for (int group = 1; group < GROUPS; group++) {
            partitions[group] = new PartitionGroup(directory.resolve("group-" + group), LIMITS);
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
        deadlines.add(deadlineNs);
        if (failure != null) {
            final Outcome outcome = failure;
            failure = null;
            complete(() -> callback.onOutcome(outcome, ReplyStatus.OK, answer, 0, 0), isHolding);
            return;
        }
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[64]);
        final long result = apply(group, namespace, incarnation, operation, body, offset, length, reply);
        if (isCarrying) {
            carry();
        }
        finish(result, reply, callback, isHolding);
    }

    /** As the system, without a gateway. */
    void command(final MetadataCommand command, final Actor actor) {
        final byte[] body = command.encode(actor);
        final long result = apply(
                0,
                0,
                0,
                command.operation().code(),
                new UnsafeBuffer(body),
                0,
                body.length,
                new UnsafeBuffer(new byte[64]));
        if ((int) (result >>> 32) != ReplyStatus.OK) {
            throw new AssertionError(command + ": " + (int) (result >>> 32));
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
        deadlines.add(deadlineNs);
        final StateMachine machine = group > 0
                ? partitions[group].machine()
                : consistency == Consistency.COMMITTED ? localGroup : metadataGroup;
        final int answerMax = group > 0 ? ANSWER_MAX : metadataAnswerMax;
        long result;
        while ((result = machine.read(namespace, query, offset, length, answer, 0, answerMax))
                == StateMachine.PENDING) {
            partitions[group].await();
        }
        finish(result, answer, callback, isHolding && isHoldingReads);
    }

    @Override
    public void gather(final Consumer<Round> onGathered) {
        final TreeMap<Long, Contents> contents = new TreeMap<>();
        final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.STATE_LENGTH]);
        incarnations.forEach((namespace, incarnation) -> {
            PartitionQuery.putState(query, 0, incarnation);
            for (int group = 1; group < GROUPS; group++) {
                final long result =
                        partitions[group].machine().read(namespace, query, 0, query.capacity(), answer, 0, ANSWER_MAX);
                if (result >>> 32 == 0 && answer.getLong(PartitionQuery.STATE_END_OFFSET, LITTLE_ENDIAN) > 0) {
                    contents.put(
                            namespace,
                            new Contents(
                                    answer.getInt(PartitionQuery.STATE_SEGMENTS_OFFSET, LITTLE_ENDIAN),
                                    answer.getLong(0, LITTLE_ENDIAN),
                                    answer.getLong(PartitionQuery.STATE_BYTES_OFFSET, LITTLE_ENDIAN),
                                    answer.getLong(PartitionQuery.STATE_END_OFFSET, LITTLE_ENDIAN)
                                            - answer.getLong(PartitionQuery.STATE_BEGIN_OFFSET, LITTLE_ENDIAN)));
                }
            }
        });
        onGathered.accept(new Gathered(contents));
    }

    private record Gathered(TreeMap<Long, Contents> contents) implements Round {
        private static final Namespaces NAMESPACES = new Namespaces(LIMITS);

        @Override
        public Contents partition(final int stream, final int topic, final int partition) {
            return contents.getOrDefault(NAMESPACES.pack(stream, topic, partition), Contents.NONE);
        }

        @Override
        public Contents topic(final int stream, final int topic) {
            return sum(NAMESPACES.pack(stream, topic, 0), NAMESPACES.pack(stream, topic, LIMITS.partitionsMax() - 1));
        }

        @Override
        public Contents stream(final int stream) {
            return sum(
                    NAMESPACES.pack(stream, 0, 0),
                    NAMESPACES.pack(stream, LIMITS.topicsMax() - 1, LIMITS.partitionsMax() - 1));
        }

        @Override
        public Contents all() {
            return sum(0, Long.MAX_VALUE);
        }

        private Contents sum(final long first, final long last) {
            return contents.subMap(first, true, last, true).values().stream().reduce(Contents.NONE, Contents::plus);
        }
    }

    /** Hands over one of the outcomes that are held back; false if there is none. */
    boolean release(final Random random) {
        if (held.isEmpty()) {
            return false;
        }
        held.remove(random.nextInt(held.size())).run();
        return true;
    }

    /** Hands over one of the outcomes that are held back. @param index 0 is the oldest. */
    void releaseAt(final int index) {
        held.remove(index).run();
    }

    int heldCount() {
        return held.size();
    }

    /** The local replica has applied all. */
    void catchUp() {
        behind.forEach(Runnable::run);
        behind.clear();
    }

    /** What waits in the outbox is dropped and acknowledged, as the carrier does it. */
    void carry() {
        for (final Drop drop : new ArrayList<>(metadata.state().drops().pending())) {
            apply(
                    drop.group(),
                    drop.namespace(),
                    drop.last(),
                    PartitionOperation.DROP,
                    answer,
                    0,
                    0,
                    new UnsafeBuffer(new byte[64]));
            command(
                    new SystemCommands.AcknowledgeDrops(
                            List.of(new SystemCommands.AcknowledgeDrops.Acknowledged(drop.namespace(), drop.last()))),
                    Actor.SYSTEM);
        }
    }

    /** Bytes of the state of a group in a snapshot. */
    long snapshotLength(final int group) {
        final SnapshotAnchor anchor = new SnapshotAnchor(
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0), 1);
        try (SnapshotWriter writer = new SnapshotWriter(anchor)) {
            (group == 0 ? metadataGroup : partitions[group].machine()).snapshot(writer.begin(SnapshotSection.STATE));
            try (Snapshot snapshot = writer.finish()) {
                return snapshot.section(SnapshotSection.STATE).remaining();
            }
        }
    }

    int pendingDrops() {
        return metadata.state().drops().size();
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
        applied.add(operation);
        op++;
        timeNs += 1_000_000;
        if (group > 0) {
            final long result = partitions[group]
                    .machine()
                    .apply(op, timeNs, namespace, incarnation, operation, body, offset, length, reply, 0);
            partitions[group].poll();
            incarnations.merge(namespace, incarnation, Math::max);
            if (operation == PartitionOperation.APPEND && (int) (result >>> 32) == ReplyStatus.OK) {
                final byte[] batch = new byte[length];
                body.getBytes(offset, batch);
                appended.add(new Appended(namespace, incarnation, new String(batch, ISO_8859_1)));
            }
            return result;
        }
        final byte[] copy = new byte[length];
        body.getBytes(offset, copy);
        final long appliedOp = op;
        final long appliedNs = timeNs;
        behind.add(() -> localGroup.apply(
                appliedOp,
                appliedNs,
                namespace,
                incarnation,
                operation,
                new UnsafeBuffer(copy),
                0,
                length,
                new UnsafeBuffer(new byte[64]),
                0));
        if (!isLagging) {
            catchUp();
        }
        return metadataGroup.apply(op, timeNs, namespace, incarnation, operation, body, offset, length, reply, 0);
    }

    private void finish(final long result, final UnsafeBuffer bytes, final Callback callback, final boolean isHeld) {
        final int status = (int) (result >>> 32);
        final byte[] reply = new byte[(int) result];
        bytes.getBytes(0, reply);
        final Outcome outcome = status == ReplyStatus.OK ? Outcome.OK : Outcome.NOT_APPLIED;
        complete(() -> callback.onOutcome(outcome, status, new UnsafeBuffer(reply), 0, reply.length), isHeld);
    }

    private void complete(final Runnable outcome, final boolean isHeld) {
        if (isHeld) {
            held.add(outcome);
        } else {
            outcome.run();
        }
    }
}
