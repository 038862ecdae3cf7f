package io.vireo.node.stream.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.stream.StreamLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Partitions that come and go for so long that their group forgets which have ended. The metadata is a list of lives here, of which nothing
 * is forgotten; senders may have slept for as long as they like, and drops come late and twice.
 */
class PartitionForgettingProps {
    private static final StreamLimits LIMITS = new StreamLimits(64, 64, 16, 64, 4, 4, 4, 32 << 10);
    /** Few, so that lives follow each other there; and what else there is, so that most ends are of others. */
    private static final int FAVOURITES = 4;

    private static final int NAMESPACES = 1 << 16;
    private static final int LIVE_MAX = 12;
    private static final int STEPS = 600;
    private static final int FIXED_SEEDS = 12;
    /** Bytes of a snapshot beside those of the ends that are known and of the partitions that are there. */
    private static final int HEAD = 64;

    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[64]);

    private static final int PARTITION_BYTES = 16 + 7 * Long.BYTES + 1;
    private static final Set<String> EVENTS = Set.of(
            "written first",
            "renewed",
            "written late",
            "refused: ended",
            "refused: forgotten",
            "not yet",
            "dropped again",
            "restarted");

    private record Life(long namespace, long incarnation) {}

    private static final class World implements AutoCloseable {
        private final Random random;
        private final int endedMax;
        private final PartitionHost host;
        private final TreeMap<Long, Long> live = new TreeMap<>();
        private final TreeMap<Long, Long> dropped = new TreeMap<>();
        private final Set<Life> written = new HashSet<>();
        private final List<Life> all = new ArrayList<>();
        /** In the outbox, oldest first. */
        private final List<Life> waiting = new ArrayList<>();

        private final Set<String> events = new TreeSet<>();
        private final byte[] batch;
        private long last;

        World(final long seed, final int endedMax, final Path directory) throws IOException {
            this.random = new Random(seed);
            this.endedMax = endedMax;
            host = new PartitionHost(directory, LIMITS, endedMax);
            batch = Message.batch(List.of(Message.random(random, 20)));
        }

        @Override
        public void close() {
            host.close();
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
                assertTrue(host.machine().endedCount() <= endedMax, "ends that are known");
            }
            final byte[] snapshot = SnapshotBytes.of(host.machine());
            assertTrue(
                    snapshot.length <= HEAD + 16 * endedMax + PARTITION_BYTES * (LIVE_MAX + waiting.size()),
                    () -> "a snapshot of " + snapshot.length + " bytes");
            // Nobody waits for ever: whatever was forgotten, each partition takes messages when its drops are done.
            while (!waiting.isEmpty()) {
                drop(waiting.remove(0));
            }
            for (final long namespace : new ArrayList<>(live.keySet())) {
                write(namespace);
                while (!waiting.isEmpty()) {
                    drop(waiting.remove(0));
                }
                assertTrue(written.contains(life(namespace)) || write(namespace), "a partition that nobody can write");
            }
        }

        private void step() {
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4 -> create();
                case 5, 6, 7, 8 -> end();
                case 9, 10, 11, 12, 13 -> {
                    if (!waiting.isEmpty()) {
                        drop(waiting.remove(random.nextInt(waiting.size())));
                    }
                }
                case 14 -> dropAgain();
                case 15, 16, 17 -> {
                    if (!live.isEmpty()) {
                        final List<Long> namespaces = new ArrayList<>(live.keySet());
                        write(namespaces.get(random.nextInt(namespaces.size())));
                    }
                }
                case 18 -> restart();
                default -> writeLate();
            }
        }

        private Life life(final long namespace) {
            return new Life(namespace, live.get(namespace));
        }

        private void create() {
            final long namespace = random.nextInt(random.nextInt(3) == 0 ? FAVOURITES : NAMESPACES);
            if (live.size() < LIVE_MAX && !live.containsKey(namespace)) {
                begin(namespace);
            }
        }

        private void begin(final long namespace) {
            live.put(namespace, ++last);
            all.add(life(namespace));
        }

        private void end() {
            if (!live.isEmpty()) {
                // Most of those that come late go first, so that some stay from the beginning on.
                final List<Long> namespaces = new ArrayList<>(live.keySet());
                namespaces.sort(Comparator.comparing(live::get));
                final int index = Math.max(random.nextInt(namespaces.size()), random.nextInt(namespaces.size()));
                final long namespace = namespaces.get(index);
                waiting.add(life(namespace));
                live.remove(namespace);
            }
        }

        private void drop(final Life life) {
            assertEquals(
                    0,
                    host.apply(1, life.namespace, life.incarnation, PartitionOperation.DROP, new byte[0])
                            .status());
            dropped.merge(life.namespace, life.incarnation, Math::max);
        }

        private void dropAgain() {
            final List<Life> done = all.stream()
                    .filter(each -> each.incarnation <= dropped.getOrDefault(each.namespace, 0L))
                    .toList();
            if (!done.isEmpty()) {
                drop(done.get(random.nextInt(done.size())));
                events.add("dropped again");
            }
        }

        /** As a gateway that asks the primary where the partition is. @return whether it was written. */
        private boolean write(final long namespace) {
            final PartitionHost.Outcome outcome = append(life(namespace));
            switch (outcome.status()) {
                case PartitionStatus.OK -> {
                    final boolean isFirst = written.add(life(namespace));
                    assertTrue(!isFirst || outcome.longAt(0) == 0, "a new life begins with offset 0");
                    if (isFirst) {
                        events.add("written first");
                    }
                    return true;
                }
                case PartitionStatus.INCARNATION_NOT_YET -> {
                    assertTrue(
                            waiting.stream().anyMatch(each -> each.namespace == namespace),
                            "what is to be waited for will come");
                    events.add("not yet");
                }
                default -> {
                    assertEquals(PartitionStatus.INCARNATION_FORGOTTEN, outcome.status());
                    assertTrue(!written.contains(life(namespace)), "what has messages is not forgotten");
                    waiting.add(life(namespace));
                    begin(namespace);
                    events.add("renewed");
                }
            }
            return false;
        }

        /** As a gateway that has slept. */
        private void writeLate() {
            if (all.isEmpty()) {
                return;
            }
            final Life life = all.get(random.nextInt(all.size()));
            if (Long.valueOf(life.incarnation).equals(live.get(life.namespace))) {
                return;
            }
            final boolean isDropped = life.incarnation <= dropped.getOrDefault(life.namespace, 0L);
            final int status = append(life).status();
            switch (status) {
                case PartitionStatus.OK -> {
                    assertTrue(!isDropped, () -> "a life that was dropped is back: " + life);
                    events.add("written late");
                }
                case PartitionStatus.INCARNATION_ENDED -> events.add("refused: ended");
                case PartitionStatus.INCARNATION_FORGOTTEN -> events.add("refused: forgotten");
                default -> {
                    assertEquals(PartitionStatus.INCARNATION_NOT_YET, status);
                    assertTrue(!isDropped, "what was dropped never comes");
                }
            }
        }

        private PartitionHost.Outcome append(final Life life) {
            return host.apply(1_000, life.namespace, life.incarnation, PartitionOperation.APPEND, batch);
        }

        private void restart() {
            host.checkpoint();
            final byte[] before = SnapshotBytes.of(host.machine());
            host.restart();
            assertArrayEquals(before, SnapshotBytes.of(host.machine()));
            events.add("restarted");
        }
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldNeverReviveALifeThatWasForgottenAndTakeMessagesInEveryOtherOne(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 20) final int endedMax) throws IOException {
        play(seed, endedMax);
    }

    /** Of fixed seeds: by chance the rarest one would be missing in one build of some hundred. */
    @Example
    void shouldMeetEveryEvent() throws IOException {
        final Set<String> missed = new TreeSet<>(EVENTS);
        for (int seed = 0; seed < FIXED_SEEDS; seed++) {
            missed.removeAll(play(seed, 1 + seed));
        }
        assertEquals(Set.of(), missed);
    }

    /** As many as a client that makes and deletes topics could use, with the bound of a node. */
    @Example
    void shouldStayAsSmallWhenFourTimesAsManyNamespacesWereUsedAsAreKnown() throws IOException {
        final Path directory = Files.createTempDirectory("vireo-forgetting");
        try (PartitionHost host =
                new PartitionHost(directory, StreamLimits.DEFAULT.withSegmentBytes(32 << 10), 1 << 16)) {
            long lengthMax = 0;
            for (int i = 1; i <= 4 << 16; i++) {
                host.machine().apply(1, 1, i, i, PartitionOperation.DROP, EMPTY, 0, 0, EMPTY, 0);
                if (i % (1 << 14) == 0) {
                    lengthMax = Math.max(lengthMax, SnapshotBytes.of(host.machine()).length);
                }
            }
            assertTrue(lengthMax <= (1 << 20) + HEAD, "a snapshot of " + lengthMax + " bytes");
        } finally {
            delete(directory);
        }
    }

    private static Set<String> play(final long seed, final int endedMax) throws IOException {
        final Path directory = Files.createTempDirectory("vireo-forgetting");
        try (World world = new World(seed, endedMax, directory)) {
            world.run();
            return world.events;
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
}
