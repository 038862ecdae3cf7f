package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.PARTITION_SPACE_EXHAUSTED;
import static io.vireo.node.stream.StreamStatus.TRANSIENT_NOT_ACCEPTED;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;

/**
 * Begins and ends the lives of partitions: gives incarnations and groups, and puts into the outbox what ends. Knows of no client's request;
 * {@link Streams} and {@link Topics} call it.
 */
final class Partitions {
    private static final int ENTRY_BYTES = 20;

    private final StreamLimits limits;
    private final Namespaces namespaces;
    private final GroupPlacement placement;
    private final DropOutbox outbox;
    private final Incarnations incarnations = new Incarnations();
    private int live;

    Partitions(final StreamLimits limits, final Namespaces namespaces, final int groupCount, final DropOutbox outbox) {
        this.limits = limits;
        this.namespaces = namespaces;
        this.placement = new GroupPlacement(groupCount);
        this.outbox = outbox;
    }

    /** Partitions of all topics. */
    int live() {
        return live;
    }

    Incarnations incarnations() {
        return incarnations;
    }

    /** Status of a request to add {@code count} partitions to a topic that has {@code present}. */
    int refusalToAdd(final int present, final int count) {
        if (count > limits.partitionsMax() - present || count > limits.partitionsTotalMax() - live) {
            return PARTITION_SPACE_EXHAUSTED;
        }
        return outbox.hasRoomFor((long) live + count) ? OK : TRANSIENT_NOT_ACCEPTED;
    }

    boolean isForPartitions(final int group) {
        return placement.isForPartitions(group);
    }

    /** Status of a request to purge so many partitions whose drop does not wait yet. */
    int refusalToRenew(final int count) {
        return outbox.hasRoomFor((long) live + count) ? OK : TRANSIENT_NOT_ACCEPTED;
    }

    /** Partitions of which no drop waits: as many places in the outbox does it take to purge the topic. */
    int withoutDrop(final int stream, final Topic topic) {
        int count = 0;
        for (int partition = 0; partition < topic.partitions().count(); partition++) {
            final long namespace = namespaces.pack(stream, topic.number(), partition);
            count += outbox.isWaiting(namespace, topic.partitions().group(partition)) ? 0 : 1;
        }
        return count;
    }

    void add(final TopicPartitions partitions, final int count, final long timestampMicros) {
        partitions.reserve(count);
        for (int i = 0; i < count; i++) {
            take(partitions, incarnations.next(), timestampMicros, placement.choose());
        }
    }

    /** Ends the lives of the partitions from {@code from} on. */
    void removeFrom(final int from, final int stream, final Topic topic) {
        final TopicPartitions partitions = topic.partitions();
        for (int partition = from; partition < partitions.count(); partition++) {
            drop(namespaces.pack(stream, topic.number(), partition), partitions, partition);
            placement.onRemoved(partitions.group(partition));
            live--;
        }
        partitions.truncate(from);
    }

    /** Gives each partition a new life in its group. */
    void renew(final int stream, final Topic topic) {
        for (int partition = 0; partition < topic.partitions().count(); partition++) {
            renew(topic.partitions(), partition, namespaces.pack(stream, topic.number(), partition));
        }
    }

    /** Gives one partition a new life in its group. @return 1, or 58 if too many drops wait. */
    MetadataResult renew(final long namespace, final TopicPartitions partitions, final int partition) {
        final int refusal = refusalToRenew(outbox.isWaiting(namespace, partitions.group(partition)) ? 0 : 1);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        renew(partitions, partition, namespace);
        return MetadataResult.of(1);
    }

    private void renew(final TopicPartitions partitions, final int partition, final long namespace) {
        drop(namespace, partitions, partition);
        partitions.incarnation(partition, incarnations.next());
    }

    void writeTo(final SnapshotOutput out, final TopicPartitions partitions) {
        out.writeInt(partitions.count());
        for (int partition = 0; partition < partitions.count(); partition++) {
            out.writeLong(partitions.incarnation(partition));
            out.writeLong(partitions.createdAtMicros(partition));
            out.writeInt(partitions.group(partition));
        }
    }

    /** To be called before the topics are read. */
    void clear() {
        live = 0;
        placement.clear();
    }

    void readInto(final TopicPartitions partitions, final SnapshotInput in) {
        final int max = Math.min(limits.partitionsMax(), limits.partitionsTotalMax() - live);
        final int count = in.readLength(max, ENTRY_BYTES, "the number of partitions");
        partitions.reserve(count);
        for (int i = 0; i < count; i++) {
            final long incarnation = incarnations.read(in);
            final long created = in.readLong();
            final int group = in.readInt();
            in.check(placement.isForPartitions(group), "a partition lives in a group for partitions", group);
            take(partitions, incarnation, created, group);
        }
    }

    private void take(final TopicPartitions partitions, final long incarnation, final long created, final int group) {
        partitions.add(incarnation, created, group);
        placement.onAdded(group);
        live++;
    }

    private void drop(final long namespace, final TopicPartitions partitions, final int partition) {
        outbox.put(namespace, partitions.incarnation(partition), partitions.group(partition));
    }
}
