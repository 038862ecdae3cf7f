package io.vireo.node.stream.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.replay.ReplyStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.agrona.concurrent.UnsafeBuffer;

/** Bytes that nobody checked: of requests, of queries and of snapshots. */
class PartitionFuzzProps {
    private static Path directory;
    private static PartitionHost host;
    /** A state in which everything is there. */
    private static byte[] sample;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("vireo-partitions");
        host = new PartitionHost(directory.resolve("host"));
        sample = sample();
    }

    @AfterContainer
    static void close() throws IOException {
        host.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (final Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldAnswerAndKeepItsStateWhenARequestIsRefused(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] before = SnapshotBytes.of(host.machine());
        final byte[] body = bytes(random, Message.batch(List.of(Message.random(random, 90))));
        final PartitionHost.Outcome outcome = host.apply(
                random.nextInt(100_000),
                random.nextInt(10) - 1,
                random.nextInt(4),
                PartitionOperation.APPEND + random.nextInt(8) - 1,
                body);
        assertTrue(ReplyStatus.isOfStateMachine(outcome.status()));
        if (outcome.status() != 0) {
            assertArrayEquals(before, SnapshotBytes.of(host.machine()));
        }
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldAnswerAndKeepItsStateWhenAQueryIsAnyBytes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] query = new byte[PartitionQuery.POLL_LENGTH];
        PartitionQuery.putPoll(
                new UnsafeBuffer(query),
                0,
                1 + random.nextInt(3),
                1,
                1,
                1 + random.nextInt(5),
                random.nextInt(100),
                random.nextInt(20));
        final byte[] before = SnapshotBytes.of(host.machine());
        final PartitionHost.Outcome outcome =
                host.read(random.nextInt(10) - 1, bytes(random, query), random.nextInt(400));
        assertTrue(ReplyStatus.isOfStateMachine(outcome.status()));
        assertArrayEquals(before, SnapshotBytes.of(host.machine()));
    }

    /** What is taken over is the state that the bytes say and no other. */
    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldRefuseASnapshotOrBeWhatItSays(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] bytes = bytes(random, sample);
        final PartitionMachine machine =
                new PartitionMachine(PartitionHost.LIMITS, PartitionHost.SEGMENTS, host.store());
        try {
            SnapshotBytes.restore(bytes, machine);
        } catch (final SnapshotException refused) {
            assertEquals(SnapshotException.Code.INVALID_CONTENT, refused.code());
            return;
        }
        assertArrayEquals(bytes, SnapshotBytes.of(machine));
    }

    private static byte[] sample() throws IOException {
        try (PartitionHost full = new PartitionHost(directory.resolve("sample"))) {
            final Random random = new Random(7);
            for (final PartitionScript.Step step : PartitionScript.steps(random, 250)) {
                if (step.operation() != PartitionScript.CHECKPOINT) {
                    full.apply(step.timestampNs(), step.namespace(), step.incarnation(), step.operation(), step.body());
                }
            }
            return SnapshotBytes.of(full.machine());
        }
    }

    /** These bytes, a few of them changed, cut or longer; or any others. */
    private static byte[] bytes(final Random random, final byte[] valid) {
        if (random.nextInt(4) == 0) {
            final byte[] any = new byte[random.nextInt(120)];
            random.nextBytes(any);
            return any;
        }
        final byte[] bytes = random.nextInt(4) == 0
                ? Arrays.copyOf(valid, Math.max(0, valid.length + random.nextInt(7) - 3))
                : valid.clone();
        for (int left = random.nextInt(4); left > 0 && bytes.length > 0; left--) {
            final int at = random.nextInt(bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] + random.nextInt(3) - 1);
        }
        return bytes;
    }
}
