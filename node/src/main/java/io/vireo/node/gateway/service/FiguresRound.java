package io.vireo.node.gateway.service;

import io.vireo.node.gateway.Figures.Contents;
import io.vireo.node.gateway.Figures.Round;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.partition.PartitionContents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Figures of partitions in the order of their namespaces, with sums up to each, so that those of a topic or stream are two look-ups. */
final class FiguresRound implements Round {
    /** A life hides those before it, whose group has not dropped them yet. */
    private static final Comparator<PartitionContents> ORDER = Comparator.comparing(
                    PartitionContents::namespace, Long::compareUnsigned)
            .thenComparing(PartitionContents::incarnation, Comparator.reverseOrder());

    private final StreamLimits limits;
    private final Namespaces namespaces;
    private final List<PartitionContents> partitions = new ArrayList<>();
    private final int[] segments;
    private final long[] bytes;
    private final long[] messages;

    /** @param found lists of any groups, in any order. */
    FiguresRound(final StreamLimits limits, final List<List<PartitionContents>> found) {
        this.limits = limits;
        this.namespaces = new Namespaces(limits);
        final List<PartitionContents> all = new ArrayList<>();
        found.forEach(all::addAll);
        all.sort(ORDER);
        for (final PartitionContents each : all) {
            if (partitions.isEmpty() || partitions.get(partitions.size() - 1).namespace() != each.namespace()) {
                partitions.add(each);
            }
        }
        segments = new int[partitions.size() + 1];
        bytes = new long[partitions.size() + 1];
        messages = new long[partitions.size() + 1];
        for (int i = 0; i < partitions.size(); i++) {
            segments[i + 1] = segments[i] + partitions.get(i).segments();
            bytes[i + 1] = bytes[i] + partitions.get(i).bytes();
            messages[i + 1] = messages[i] + partitions.get(i).messages();
        }
    }

    @Override
    public Contents partition(final int stream, final int topic, final int partition) {
        final long namespace = namespaces.pack(stream, topic, partition);
        final int at = countBelow(namespace);
        if (at == partitions.size() || partitions.get(at).namespace() != namespace) {
            return Contents.NONE;
        }
        final PartitionContents found = partitions.get(at);
        return new Contents(found.segments(), found.endOffset() - 1, found.bytes(), found.messages());
    }

    @Override
    public Contents topic(final int stream, final int topic) {
        return between(
                countBelow(namespaces.pack(stream, topic, 0)),
                countUpTo(namespaces.pack(stream, topic, limits.partitionsMax() - 1)));
    }

    @Override
    public Contents stream(final int stream) {
        return between(
                countBelow(namespaces.pack(stream, 0, 0)),
                countUpTo(namespaces.pack(stream, limits.topicsMax() - 1, limits.partitionsMax() - 1)));
    }

    @Override
    public Contents all() {
        return between(0, partitions.size());
    }

    private Contents between(final int first, final int end) {
        return new Contents(
                segments[end] - segments[first], 0, bytes[end] - bytes[first], messages[end] - messages[first]);
    }

    private int countUpTo(final long namespace) {
        final int below = countBelow(namespace);
        return below < partitions.size() && partitions.get(below).namespace() == namespace ? below + 1 : below;
    }

    private int countBelow(final long namespace) {
        int low = 0;
        int high = partitions.size();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(partitions.get(middle).namespace(), namespace) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
