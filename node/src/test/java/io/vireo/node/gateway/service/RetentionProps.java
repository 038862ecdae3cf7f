package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.stream.machine.Answers.PartitionInfo;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.PartitionContents;
import io.vireo.node.stream.partition.PartitionOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What is kept depends on what there is and on the settings, not on the order in which it is found out. */
class RetentionProps {
    private static final long SECOND = ServiceWorld.SECOND;

    @Property(tries = 500)
    void shouldFindTheHighestLevelThatKeepsTheSumWithinTheMaximum(
            @ForAll @Size(max = 8) final List<@LongRange(max = 1_000) Long> sizes,
            @ForAll @LongRange(max = 5_000) final long sizeMax) {
        final long[] each = sizes.stream().mapToLong(Long::longValue).toArray();
        final long level = RetentionPlan.level(each, sizeMax);
        if (Arrays.stream(each).sum() <= sizeMax) {
            assertEquals(TopicSettings.UNLIMITED, level);
        } else {
            assertTrue(sumUpTo(each, level) <= sizeMax);
            assertTrue(sumUpTo(each, level + 1) > sizeMax);
        }
    }

    @Example
    void shouldTakeTheLargestMaximumForNoBound() {
        assertEquals(TopicSettings.UNLIMITED, RetentionPlan.level(new long[] {1L << 62, 1L << 62}, -1));
        assertEquals(TopicSettings.UNLIMITED, RetentionPlan.level(new long[0], 0));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldDecideTheSameInAnyOrderAndOnLivingPartitionsAlone(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<PartitionContents> contents = new ArrayList<>();
        final Map<Long, PartitionInfo> partitions = new HashMap<>();
        for (int number = 0; number < 6; number++) {
            final long incarnation = 1L + random.nextInt(3);
            final long namespace = ServiceWorld.NAMESPACES.pack(1, 2, number);
            final long sealed = random.nextInt(3) * 100L;
            final long bytes = random.nextInt(1_000);
            contents.add(new PartitionContents(
                    namespace, incarnation, 2, 0, 5, bytes, bytes + random.nextInt(3) * 400L, sealed, 0));
            if (random.nextInt(4) > 0) {
                partitions.put(namespace, new PartitionInfo(number, 1, 1 + random.nextInt(3), 1));
            }
        }
        final TopicSettings settings = new TopicSettings(1, 1 + random.nextInt(300), random.nextInt(3_000), 1);
        final List<RetentionPlan.Retain> byAge = RetentionPlan.byAge(settings, partitions, contents, 300);
        final List<RetentionPlan.Retain> bySize = RetentionPlan.bySize(settings, partitions, contents);
        for (final RetentionPlan.Retain retain : byAge) {
            assertEquals(settings.messageExpiryMicros(), retain.age());
            assertEquals(300 - settings.messageExpiryMicros() - 1, retain.notAfter());
            assertEquals(PartitionOperation.NO_BYTES_BELOW, retain.bytesBelow());
            assertEquals(partitions.get(retain.namespace()).incarnation(), retain.incarnation());
        }
        for (final RetentionPlan.Retain retain : bySize) {
            assertEquals(PartitionOperation.NO_AGE, retain.age());
            final PartitionContents of = contents.stream()
                    .filter(each -> each.namespace() == retain.namespace())
                    .findAny()
                    .orElseThrow();
            final long beginBytes = of.endBytes() - of.bytes();
            assertTrue(retain.bytesBelow() > beginBytes && retain.bytesBelow() <= of.endBytes(), retain::toString);
            assertEquals(partitions.get(retain.namespace()).incarnation(), retain.incarnation());
        }
        final List<PartitionContents> shuffled = new ArrayList<>(contents);
        Collections.shuffle(shuffled, random);
        assertEquals(new HashSet<>(byAge), new HashSet<>(RetentionPlan.byAge(settings, partitions, shuffled, 300)));
        assertEquals(new HashSet<>(bySize), new HashSet<>(RetentionPlan.bySize(settings, partitions, shuffled)));
    }

    @Example
    void shouldNeverExpireWhatIsToStay() {
        final long namespace = ServiceWorld.NAMESPACES.pack(0, 0, 0);
        final Map<Long, PartitionInfo> partitions = Map.of(namespace, new PartitionInfo(0, 1, 1, 1));
        final List<PartitionContents> contents = List.of(new PartitionContents(namespace, 1, 2, 0, 5, 10, 10, 1, 0));
        assertEquals(List.of(), RetentionPlan.byAge(ServiceWorld.KEEPING, partitions, contents, Long.MAX_VALUE));
        assertEquals(
                List.of(),
                RetentionPlan.byAge(new TopicSettings(1, Long.MAX_VALUE, -1, 1), partitions, contents, 9_000));
        assertEquals(
                1,
                RetentionPlan.byAge(new TopicSettings(1, 8_998, -1, 1), partitions, contents, 9_000)
                        .size());
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldKeepTheSameWhateverTheOrderOfAnswers(@ForAll final long seed) throws IOException {
        final Path directory = Files.createTempDirectory("vireo-retention");
        try (ServiceWorld inOrder = filled(directory.resolve("a"), new Random(seed));
                ServiceWorld inAnyOrder = filled(directory.resolve("b"), new Random(seed))) {
            inAnyOrder.isHolding = true;
            final Random random = new Random(seed);
            retain(inOrder, random);
            retain(inAnyOrder, random);
            assertEquals(inOrder.contents(), inAnyOrder.contents());
            assertEquals(
                    inOrder.countApplied(PartitionOperation.RETAIN),
                    inAnyOrder.countApplied(PartitionOperation.RETAIN));
            assertTrue(inOrder.countApplied(PartitionOperation.RETAIN) > 0, "there was nothing to decide");
        } finally {
            delete(directory);
        }
    }

    /** A pass by age and one by size. */
    private static void retain(final ServiceWorld world, final Random random) {
        final RetentionDuty duty = new RetentionDuty(
                new MetadataLink(world), ServiceWorld.GROUPS, ServiceWorld.LIMITS, ServiceSettings.DEFAULT);
        duty.stop(world.nowNs);
        for (int seconds = 0; seconds < 70; seconds++) {
            // The same time for both: what is held is carried out within it.
            world.pass(SECOND);
            do {
                duty.poll(world.nowNs, world.wallNs / 1_000);
                world.release(random);
            } while (world.heldCount() > 0 || duty.delayNs(world.nowNs) == 0);
            duty.poll(world.nowNs, world.wallNs / 1_000);
        }
    }

    private static ServiceWorld filled(final Path directory, final Random random) {
        final ServiceWorld world = new ServiceWorld(directory);
        world.createStream("s");
        for (int topic = 0; topic < 3; topic++) {
            world.createTopic(
                    0,
                    "t" + topic,
                    3,
                    new TopicSettings(1, (30 + 40L * topic) * 1_000_000, (64L + 32L * topic) << 10, 1));
        }
        for (int i = 0; i < 90; i++) {
            world.append(0, random.nextInt(3), random.nextInt(3), 6_000 + random.nextInt(1_000));
            world.pass(SECOND / 4);
        }
        return world;
    }

    private static long sumUpTo(final long[] sizes, final long level) {
        return Arrays.stream(sizes).map(size -> Math.min(size, level)).sum();
    }

    private static void delete(final Path directory) throws IOException {
        try (java.util.stream.Stream<Path> found = Files.walk(directory)) {
            for (final Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
