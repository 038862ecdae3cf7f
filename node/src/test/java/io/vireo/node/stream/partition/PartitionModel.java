package io.vireo.node.stream.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What partitions are, in lists and maps: everything is kept, bounds say what counts. */
final class PartitionModel {
    static final int LIVE_MAX = 4;
    private static final int SECTOR = 4096;

    /** Of the life of a partition. */
    static final class Life {
        final long incarnation;
        final List<Message> messages = new ArrayList<>();
        /** Of the batches in segments that were deleted. */
        long bytesGone;
        /** Per segment: first message, bytes of the batches, bytes in the file, and whether it is sealed. */
        final List<Segment> segments = new ArrayList<>();

        final Map<Long, Long> consumers = new TreeMap<>();
        final Map<Long, Long> groups = new TreeMap<>();
        int begin;

        Life(final long incarnation) {
            this.incarnation = incarnation;
        }

        long lastTimestamp() {
            return messages.isEmpty() ? 0 : messages.get(messages.size() - 1).timestamp();
        }

        long bytes() {
            return segments.stream().mapToLong(each -> each.batchBytes).sum();
        }

        Map<Long, Long> offsets(final int kind) {
            return kind == ConsumerKind.GROUP ? groups : consumers;
        }
    }

    static final class Segment {
        final int firstMessage;
        long batchBytes;
        int fileBytes;
        boolean isSealed;

        Segment(final int firstMessage) {
            this.firstMessage = firstMessage;
        }
    }

    final Map<Long, Life> lives = new TreeMap<>();
    final Map<Long, Long> ended = new TreeMap<>();

    int status(final long namespace, final long incarnation) {
        final Life life = lives.get(namespace);
        final long lowest = life == null ? ended.getOrDefault(namespace, 0L) + 1 : life.incarnation;
        if (incarnation < lowest) {
            return PartitionStatus.INCARNATION_ENDED;
        }
        return life != null && incarnation > life.incarnation ? PartitionStatus.INCARNATION_NOT_YET : 0;
    }

    /** The life that reads of an incarnation see, if any. */
    Life seen(final long namespace, final long incarnation) {
        final Life life = lives.get(namespace);
        return life != null && life.incarnation == incarnation ? life : null;
    }

    int append(
            final long namespace,
            final long incarnation,
            final long timestampNs,
            final int length,
            final List<Message> batch) {
        final int status = status(namespace, incarnation);
        if (status != 0) {
            return status;
        }
        Life life = lives.get(namespace);
        if (life == null) {
            if (lives.size() == LIVE_MAX) {
                return PartitionStatus.TOO_MANY_PARTITIONS;
            }
            life = new Life(incarnation);
            lives.put(namespace, life);
        }
        final long timestamp = Math.max(timestampNs / 1000, life.lastTimestamp() + 1);
        Segment last = life.segments.isEmpty() ? null : life.segments.get(life.segments.size() - 1);
        if (last == null || last.isSealed || last.fileBytes + 4 + length > PartitionHost.SEGMENTS.segmentBytes()) {
            last = new Segment(life.messages.size());
            life.segments.add(last);
        }
        last.fileBytes += 4 + length;
        last.batchBytes += length;
        for (final Message each : batch) {
            life.messages.add(each.at(life.messages.size(), timestamp));
        }
        return 0;
    }

    int storeOffset(
            final long namespace, final long incarnation, final int kind, final long consumer, final long offset) {
        final int status = status(namespace, incarnation);
        if (status != 0) {
            return status;
        }
        final Life life = lives.get(namespace);
        if (life == null || Long.compareUnsigned(offset, life.messages.size()) >= 0) {
            return 4100;
        }
        life.offsets(kind).put(consumer, offset);
        return 0;
    }

    int deleteOffset(final long namespace, final long incarnation, final int kind, final long consumer) {
        final int status = status(namespace, incarnation);
        if (status != 0) {
            return status;
        }
        final Life life = lives.get(namespace);
        return life == null || life.offsets(kind).remove(consumer) == null ? 3021 : 0;
    }

    void drop(final long namespace, final long incarnation) {
        final Life life = lives.get(namespace);
        if (life == null || life.incarnation <= incarnation) {
            lives.remove(namespace);
            ended.merge(namespace, incarnation, Math::max);
        } else {
            ended.put(namespace, Math.max(ended.getOrDefault(namespace, 0L), incarnation));
        }
    }

    /** Segments deleted. */
    int deleteSegments(final Life life, final long count) {
        int deleted = 0;
        while (life != null && deleted < count && life.segments.size() > 1) {
            life.bytesGone += life.segments.remove(0).batchBytes;
            life.begin = life.segments.get(0).firstMessage;
            deleted++;
        }
        return deleted;
    }

    /** Segments deleted. */
    int retain(final Life life, final long now, final long age, final long bytesBelow, final long notAfter) {
        int deleted = 0;
        while (life != null && life.segments.size() > 1) {
            final Message newest = life.messages.get(life.segments.get(1).firstMessage - 1);
            final boolean isYoung = age < 0 || newest.timestamp() + age >= now || newest.timestamp() > notAfter;
            if (isYoung && life.bytesGone >= bytesBelow) {
                break;
            }
            deleted += deleteSegments(life, 1);
        }
        return deleted;
    }

    /** Active segments go on at a sector. */
    void checkpoint() {
        for (final Life life : lives.values()) {
            final Segment last = life.segments.get(life.segments.size() - 1);
            if (!last.isSealed && last.fileBytes % SECTOR != 0) {
                final int padded = (last.fileBytes + 4 + SECTOR - 1) / SECTOR * SECTOR;
                last.isSealed = padded > PartitionHost.SEGMENTS.segmentBytes();
                last.fileBytes = last.isSealed ? last.fileBytes : padded;
            }
        }
    }

    /** The messages a poll is after, before count and room cut them. */
    List<Message> wanted(
            final Life life,
            final int strategy,
            final long value,
            final long count,
            final int kind,
            final long consumer) {
        if (life == null) {
            return List.of();
        }
        final int end = life.messages.size();
        int from = life.begin;
        switch (strategy) {
            case PartitionQuery.STRATEGY_OFFSET ->
                from = Long.compareUnsigned(value, end) >= 0 ? end : Math.max(from, (int) value);
            case PartitionQuery.STRATEGY_TIMESTAMP -> {
                while (from < end
                        && Long.compareUnsigned(life.messages.get(from).timestamp(), value) < 0) {
                    from++;
                }
            }
            case PartitionQuery.STRATEGY_LAST -> from = (int) Math.max(from, end - count);
            case PartitionQuery.STRATEGY_NEXT -> {
                final Long stored = life.offsets(kind).get(consumer);
                from = stored == null ? from : Math.max(from, (int) (stored + 1));
            }
            default -> {}
        }
        return life.messages.subList(from, (int) Math.min(end, from + count));
    }
}
