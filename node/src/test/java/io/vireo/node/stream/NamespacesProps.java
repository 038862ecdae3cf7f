package io.vireo.node.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ConfigException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.junit.jupiter.api.function.Executable;

/** Namespaces over all widths. */
class NamespacesProps {
    @Tag("I13")
    @Property(tries = 5000)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void shouldGiveBackWhatWasPackedOrRefuseTheWidths(
            @ForAll @IntRange(min = 1, max = 31) final int streamBits,
            @ForAll @IntRange(min = 1, max = 31) final int topicBits,
            @ForAll @IntRange(min = 1, max = 31) final int partitionBits,
            @ForAll final long seed) {
        final Random random = new Random(seed);
        final int streams = maxOf(streamBits, random);
        final int topics = maxOf(topicBits, random);
        final int partitions = maxOf(partitionBits, random);
        final int bits = streamBits + topicBits + partitionBits;
        Statistics.label("bits").collect(bits > 64 ? "over" : bits == 64 ? "all" : "under");
        Statistics.label("bits").coverage(coverage -> {
            coverage.check("over").count(count -> count > 0);
            coverage.check("all").count(count -> count > 0);
            coverage.check("under").count(count -> count > 0);
        });
        if (bits > 64) {
            final String message = assertThrows(ConfigException.class, () -> limits(streams, topics, partitions))
                    .getMessage();
            assertTrue(message.contains(" " + bits + " bits") && message.endsWith(" 64"), message);
            return;
        }
        final Namespaces namespaces = new Namespaces(limits(streams, topics, partitions));
        assertEquals(bits, namespaces.width());
        checkRoundTrip(namespaces, streams - 1, topics - 1, partitions - 1);
        checkRoundTrip(namespaces, 0, 0, 0);
        for (int i = 0; i < 20; i++) {
            checkRoundTrip(namespaces, random.nextInt(streams), random.nextInt(topics), random.nextInt(partitions));
        }
        checkRefused("stream", streams, () -> namespaces.pack(streams, 0, 0));
        checkRefused("topic", topics, () -> namespaces.pack(0, topics, 0));
        checkRefused("partition", partitions, () -> namespaces.pack(0, 0, partitions));
        checkRefused("stream", streams, () -> namespaces.pack(-1 - random.nextInt(9), 0, 0));
        for (int i = 0; i < 20; i++) {
            checkContains(namespaces, random.nextLong() >>> random.nextInt(64), streams, topics, partitions);
        }
    }

    @Tag("I13")
    @Property
    void shouldKeepApartWhateverDiffers(
            @ForAll @IntRange(max = 3) final int stream,
            @ForAll @IntRange(max = 4) final int topic,
            @ForAll @IntRange(max = 6) final int partition) {
        final Namespaces namespaces = new Namespaces(limits(4, 5, 7));
        final long own = namespaces.pack(stream, topic, partition);
        int equal = 0;
        for (int i = 0; i < 4 * 5 * 7; i++) {
            equal += namespaces.pack(i / 35, i / 7 % 5, i % 7) == own ? 1 : 0;
        }
        assertEquals(1, equal);
    }

    @Tag("I13")
    @Property
    void shouldNameTheSettingWhenALimitIsNotPositive(@ForAll @IntRange(min = -5, max = 0) final int value) {
        assertEquals(
                "streams_max",
                assertThrows(ConfigException.class, () -> limits(value, 1, 1)).setting());
        assertEquals(
                "partitions_max",
                assertThrows(ConfigException.class, () -> limits(1, 1, value)).setting());
    }

    private static void checkRoundTrip(
            final Namespaces namespaces, final int stream, final int topic, final int partition) {
        final long namespace = namespaces.pack(stream, topic, partition);
        assertTrue(namespaces.contains(namespace));
        assertEquals(stream, namespaces.stream(namespace));
        assertEquals(topic, namespaces.topic(namespace));
        assertEquals(partition, namespaces.partition(namespace));
    }

    /** Whatever the bits are: a namespace is contained exactly if its parts, packed again, give it. */
    private static void checkContains(
            final Namespaces namespaces,
            final long namespace,
            final int streams,
            final int topics,
            final int partitions) {
        final int stream = namespaces.stream(namespace);
        final int topic = namespaces.topic(namespace);
        final int partition = namespaces.partition(namespace);
        if (stream < 0 || stream >= streams || topic >= topics || partition >= partitions) {
            assertFalse(namespaces.contains(namespace));
        } else {
            assertEquals(namespaces.pack(stream, topic, partition) == namespace, namespaces.contains(namespace));
        }
    }

    private static void checkRefused(final String part, final int max, final Executable pack) {
        final NamespaceException reason = assertThrows(NamespaceException.class, pack);
        assertEquals(part, reason.part());
        assertEquals(max, reason.max());
        assertTrue(reason.number() >= max, reason.getMessage());
    }

    /** Some maximum that takes exactly this many bits. */
    private static int maxOf(final int bits, final Random random) {
        if (bits == 1) {
            return 1 + random.nextInt(2);
        }
        final int most = bits == 31 ? Integer.MAX_VALUE : 1 << bits;
        return random.nextBoolean()
                ? most
                : (1 << (bits - 1)) + 1 + random.nextInt(most - (1 << (bits - 1)) - 1 + (bits == 31 ? 0 : 1));
    }

    private static StreamLimits limits(final int streams, final int topics, final int partitions) {
        return new StreamLimits(streams, topics, partitions, 10, 10, 10, 10, 10);
    }
}
