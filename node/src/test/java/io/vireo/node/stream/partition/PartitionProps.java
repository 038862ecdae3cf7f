package io.vireo.node.stream.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Machines on real segments against {@link PartitionModel} over random logs. One never stops; the others go on from their last checkpoint
 * now and then and apply what followed once more, as a replica does: snapshots and manifests are equal byte by byte.
 */
class PartitionProps {
    private static final int STEPS = 300;
    private static final int LIMIT_MAX = 64 << 10;

    @Tag("I7")
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldBeAsTheModelAndTheSameOnAllReplicasWhenTheyRestart(@ForAll final long seed) throws IOException {
        final Random random = new Random(seed);
        final List<PartitionScript.Step> steps = PartitionScript.steps(random, STEPS);
        final Map<Integer, List<byte[]>> checkpoints = new TreeMap<>();
        final Path directory = Files.createTempDirectory("vireo-partitions");
        try {
            new Run(directory.resolve("a"), steps, checkpoints, new Random(random.nextLong()), 0).run();
            new Run(directory.resolve("b"), steps, checkpoints, new Random(random.nextLong()), 40).run();
        } finally {
            delete(directory);
        }
    }

    private static void delete(final Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (final Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** One machine that goes through the log. */
    private static final class Run {
        private final List<PartitionScript.Step> steps;
        private final Map<Integer, List<byte[]>> checkpoints;
        private final Random random;
        private final int restartEvery;
        private final PartitionHost host;
        private PartitionModel model = new PartitionModel();
        private int next;
        private int durableNext;

        Run(
                final Path directory,
                final List<PartitionScript.Step> steps,
                final Map<Integer, List<byte[]>> checkpoints,
                final Random random,
                final int restartEvery)
                throws IOException {
            this.steps = steps;
            this.checkpoints = checkpoints;
            this.random = random;
            this.restartEvery = restartEvery;
            host = new PartitionHost(directory);
        }

        void run() throws IOException {
            try (host) {
                int restarts = restartEvery == 0 ? 0 : STEPS / restartEvery;
                while (next < steps.size()) {
                    if (restarts > 0 && random.nextInt(restartEvery) == 0) {
                        restarts--;
                        restart();
                    }
                    step(steps.get(next));
                    next++;
                    pollSomething();
                    readOffsetAndState();
                }
                assertEquals(host.manifest().count(), host.fileCount(), "files of what is gone are deleted");
                restart();
                for (long namespace = 0; namespace < PartitionScript.NAMESPACES; namespace++) {
                    pollAll(namespace);
                }
            }
        }

        private void restart() {
            host.restart();
            model = new PartitionModel();
            for (next = 0; next < durableNext; next++) {
                applyToModel(steps.get(next));
            }
        }

        private void step(final PartitionScript.Step step) {
            if (step.operation() == PartitionScript.CHECKPOINT) {
                model.checkpoint();
                final List<byte[]> bytes = host.checkpoint();
                final int segments = model.lives.values().stream()
                        .mapToInt(life -> life.segments.size())
                        .sum();
                assertEquals(segments, host.manifest().count(), "what is gone is in no checkpoint");
                durableNext = next + 1;
                final List<byte[]> others = checkpoints.putIfAbsent(next, bytes);
                for (int i = 0; others != null && i < bytes.size(); i++) {
                    assertArrayEquals(others.get(i), bytes.get(i), "checkpoints are the same on all replicas");
                }
                return;
            }
            final PartitionHost.Outcome outcome =
                    host.apply(step.timestampNs(), step.namespace(), step.incarnation(), step.operation(), step.body());
            final List<Long> expected = applyToModel(step);
            assertEquals(expected.get(0), outcome.status(), () -> step.operation() + " at step " + next);
            if (expected.size() == 1) {
                assertEquals(0, outcome.bytes().length);
            } else {
                assertEquals(PartitionOperation.REPLY_LENGTH_MAX, outcome.bytes().length);
                assertEquals(expected.get(1), outcome.longAt(0));
                assertEquals(expected.get(2), outcome.intAt(8));
            }
        }

        /** Status, and what the reply says. */
        private List<Long> applyToModel(final PartitionScript.Step step) {
            if (step.operation() == PartitionScript.CHECKPOINT) {
                model.checkpoint();
                return List.of();
            }
            final long namespace = step.namespace();
            final long incarnation = step.incarnation();
            final UnsafeBuffer body = new UnsafeBuffer(step.body());
            switch (step.operation()) {
                case PartitionOperation.APPEND -> {
                    final int status = model.append(
                            namespace, incarnation, step.timestampNs(), step.body().length, step.messages());
                    final int count = step.messages().size();
                    return status != 0
                            ? List.of((long) status)
                            : List.of(0L, model.lives.get(namespace).messages.size() - (long) count, (long) count);
                }
                case PartitionOperation.STORE_OFFSET -> {
                    return List.of((long) model.storeOffset(
                            namespace, incarnation, body.getByte(0), body.getLong(1), body.getLong(9)));
                }
                case PartitionOperation.DELETE_OFFSET -> {
                    return List.of((long) model.deleteOffset(namespace, incarnation, body.getByte(0), body.getLong(1)));
                }
                case PartitionOperation.DROP -> {
                    model.drop(namespace, incarnation);
                    return List.of(0L);
                }
                default -> {
                    final int status = model.status(namespace, incarnation);
                    if (status != 0) {
                        return List.of((long) status);
                    }
                    final PartitionModel.Life life = model.lives.get(namespace);
                    final long deleted = step.operation() == PartitionOperation.DELETE_SEGMENTS
                            ? model.deleteSegments(life, body.getInt(0))
                            : model.retain(
                                    life,
                                    step.timestampNs() / 1000,
                                    body.getLong(0),
                                    body.getLong(8),
                                    body.getLong(16));
                    return List.of(0L, life == null ? 0L : life.begin, deleted);
                }
            }
        }

        /** A poll of any kind, with any bounds; checks that it is a beginning of what the model has. */
        private void pollSomething() {
            final long namespace = random.nextInt(PartitionScript.NAMESPACES);
            final PartitionModel.Life present = model.lives.get(namespace);
            final long incarnation = Math.max(
                    1,
                    (present == null ? 2 : present.incarnation) + (random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0));
            final int strategy = 1 + random.nextInt(5);
            final int kind = 1 + random.nextInt(2);
            final long consumer = random.nextInt(PartitionScript.CONSUMERS);
            final int size = present == null ? 3 : present.messages.size();
            final long value = random.nextInt(20) == 0
                    ? -1 - random.nextInt(2)
                    : strategy == PartitionQuery.STRATEGY_TIMESTAMP && present != null
                            ? present.messages.get(random.nextInt(size)).timestamp() + random.nextInt(3) - 1
                            : random.nextInt(size + 2);
            final long count = switch (random.nextInt(4)) {
                case 0 -> 0xffff_ffffL;
                case 1 -> random.nextInt(3);
                default -> random.nextInt(100);
            };
            final int limit = random.nextInt(3) == 0 ? random.nextInt(3_000) : LIMIT_MAX;
            poll(namespace, incarnation, strategy, value, count, kind, consumer, limit);
        }

        private List<Message> poll(
                final long namespace,
                final long incarnation,
                final int strategy,
                final long value,
                final long count,
                final int kind,
                final long consumer,
                final int limit) {
            final byte[] query = new byte[PartitionQuery.POLL_LENGTH];
            PartitionQuery.putPoll(
                    new UnsafeBuffer(query), 0, incarnation, kind, consumer, strategy, value, (int) count);
            final PartitionHost.Outcome answer = host.read(namespace, query, limit);
            if (model.status(namespace, incarnation) == PartitionStatus.INCARNATION_ENDED) {
                assertEquals(PartitionStatus.INCARNATION_ENDED, answer.status());
                return List.of();
            }
            final PartitionModel.Life life = model.seen(namespace, incarnation);
            final List<Message> wanted = model.wanted(life, strategy, value, count, kind, consumer);
            if (answer.status() == ReplyStatus.TOO_LARGE) {
                final int needed = PartitionQuery.POLL_PREFIX_LENGTH
                        + (wanted.isEmpty()
                                ? 0
                                : 4 + BatchFlyweight.LENGTH_MIN + wanted.get(0).length());
                assertTrue(limit < needed, "there is no room for one");
                return List.of();
            }
            assertEquals(0, answer.status());
            assertEquals(life == null ? 0 : life.messages.size() - 1, answer.longAt(0));
            assertEquals(life == null ? 0 : life.begin, answer.longAt(PartitionQuery.POLL_BEGIN_OFFSET));
            final List<Message> found = PartitionHost.messages(answer);
            assertTrue(found.size() <= wanted.size() && found.isEmpty() == wanted.isEmpty(), "as many as there are");
            assertEquals(wanted.subList(0, found.size()), found);
            return found;
        }

        private void pollAll(final long namespace) {
            final PartitionModel.Life life = model.lives.get(namespace);
            final long incarnation = life == null ? Long.MAX_VALUE : life.incarnation;
            int offset = life == null ? 0 : life.begin;
            final int end = life == null ? 0 : life.messages.size();
            while (offset < end) {
                offset += poll(namespace, incarnation, 1, offset, 40, 1, 1, LIMIT_MAX)
                        .size();
            }
            assertEquals(List.of(), poll(namespace, incarnation, 1, offset, 40, 1, 1, LIMIT_MAX));
        }

        private void readOffsetAndState() {
            final long namespace = random.nextInt(PartitionScript.NAMESPACES);
            final PartitionModel.Life life = model.lives.get(namespace);
            final long incarnation = life == null ? Long.MAX_VALUE : life.incarnation;
            final int kind = 1 + random.nextInt(2);
            final long consumer = random.nextInt(PartitionScript.CONSUMERS);
            final byte[] query = new byte[PartitionQuery.OFFSET_LENGTH];
            PartitionQuery.putOffset(new UnsafeBuffer(query), 0, incarnation, kind, consumer);
            final PartitionHost.Outcome offset = host.read(namespace, query, 16);
            final Long stored = life == null ? null : life.offsets(kind).get(consumer);
            assertEquals(stored == null ? 3021 : 0, offset.status());
            if (stored != null) {
                assertEquals(life.messages.size() - 1, offset.longAt(0));
                assertEquals(stored, offset.longAt(8));
            }
            final byte[] stateQuery = new byte[PartitionQuery.STATE_LENGTH];
            PartitionQuery.putState(new UnsafeBuffer(stateQuery), 0, incarnation);
            final PartitionHost.Outcome state = host.read(namespace, stateQuery, 44);
            assertEquals(life == null ? 0 : life.messages.size() - 1, state.longAt(0));
            assertEquals(life == null ? 0 : life.begin, state.longAt(PartitionQuery.STATE_BEGIN_OFFSET));
            assertEquals(life == null ? 0 : life.messages.size(), state.longAt(PartitionQuery.STATE_END_OFFSET));
            assertEquals(life == null ? 0 : life.bytes(), state.longAt(PartitionQuery.STATE_BYTES_OFFSET));
            assertEquals(life == null ? 0 : life.lastTimestamp(), state.longAt(PartitionQuery.STATE_TIMESTAMP_OFFSET));
            assertEquals(life == null ? 0 : life.segments.size(), state.intAt(PartitionQuery.STATE_SEGMENTS_OFFSET));
        }
    }
}
