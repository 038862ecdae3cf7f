package io.vireo.node.stream.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.StreamStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Streams, topics, partitions and drops as a reader of the protocol would write them down: plain maps and lists, searched from one end to
 * the other, nothing indexed and nothing counted ahead.
 */
final class MetadataModel {
    static final class ModelStream {
        String name;
        long created;
        final SortedMap<Integer, ModelTopic> topics = new TreeMap<>();
    }

    static final class ModelTopic {
        String name;
        long created;
        TopicSettings settings;
        final List<ModelPartition> partitions = new ArrayList<>();
        final SortedMap<Integer, GroupModel> groups = new TreeMap<>();
    }

    record ModelPartition(long incarnation, long created, int group) {}

    final SortedMap<Integer, ModelStream> streams = new TreeMap<>();
    final List<Drop> drops = new ArrayList<>();
    final StreamLimits limits;
    final int groupCount;
    /** By node: its first life that has not ended. */
    final long[] starts = new long[NodeNumber.END];
    /** By node: joins that were not refused. */
    final long[] joins = new long[NodeNumber.END];
    /** Nodes that have begun a life or joined. */
    final SortedSet<Integer> nodes = new TreeSet<>();

    private long lastIncarnation;
    long lastGeneration;

    MetadataModel(final StreamLimits limits, final int groupCount) {
        this.limits = limits;
        this.groupCount = groupCount;
    }

    void joined(final int node) {
        nodes.add(node);
        joins[node]++;
    }

    MetadataResult createStream(final String name, final long now) {
        if (!isName(name)) {
            return refused(StreamStatus.INVALID_STREAM_NAME);
        }
        if (streams.values().stream().anyMatch(stream -> stream.name.equals(name))) {
            return refused(StreamStatus.STREAM_NAME_ALREADY_EXISTS);
        }
        if (streams.size() == limits.streamsMax()) {
            return refused(StreamStatus.TOO_MANY_STREAMS);
        }
        final ModelStream stream = new ModelStream();
        stream.name = name;
        stream.created = now;
        final int number = lowestFree(streams);
        streams.put(number, stream);
        return ok(number);
    }

    MetadataResult updateStream(final Identifier id, final String name) {
        if (!isName(name)) {
            return refused(StreamStatus.INVALID_STREAM_NAME);
        }
        final Integer number = stream(id);
        if (number == null) {
            return refused(StreamStatus.STREAM_NOT_FOUND);
        }
        for (final var other : streams.entrySet()) {
            if (!other.getKey().equals(number) && other.getValue().name.equals(name)) {
                return refused(StreamStatus.STREAM_NAME_ALREADY_EXISTS);
            }
        }
        streams.get(number).name = name;
        return ok(0);
    }

    MetadataResult deleteStream(final Identifier id) {
        final Integer number = stream(id);
        if (number == null) {
            return refused(StreamStatus.STREAM_NOT_FOUND);
        }
        streams.get(number).topics.forEach((topicNumber, topic) -> drop(number, topicNumber, topic, 0));
        streams.remove(number);
        return ok(0);
    }

    MetadataResult purgeStream(final Identifier id) {
        final Integer number = stream(id);
        if (number == null) {
            return refused(StreamStatus.STREAM_NOT_FOUND);
        }
        final SortedMap<Integer, ModelTopic> topics = streams.get(number).topics;
        final int count = topics.entrySet().stream()
                .mapToInt(topic -> withoutDrop(number, topic.getKey(), topic.getValue()))
                .sum();
        if (!hasRoomFor(count)) {
            return refused(StreamStatus.TRANSIENT_NOT_ACCEPTED);
        }
        topics.forEach((topicNumber, topic) -> renew(number, topicNumber, topic));
        return ok(0);
    }

    MetadataResult createTopic(
            final Identifier id, final String name, final int count, final TopicSettings settings, final long now) {
        if (!isName(name)) {
            return refused(StreamStatus.INVALID_TOPIC_NAME);
        }
        if (count < 0 || count > 1000) {
            return refused(StreamStatus.TOO_MANY_PARTITIONS);
        }
        final Integer number = stream(id);
        if (number == null) {
            return refused(StreamStatus.STREAM_NOT_FOUND);
        }
        if (isTooSmall(settings)) {
            return refused(StreamStatus.INVALID_TOPIC_SIZE);
        }
        final SortedMap<Integer, ModelTopic> topics = streams.get(number).topics;
        if (topics.values().stream().anyMatch(topic -> topic.name.equals(name))) {
            return refused(StreamStatus.TOPIC_NAME_ALREADY_EXISTS);
        }
        if (topics.size() == limits.topicsMax()) {
            return refused(StreamStatus.TOO_MANY_TOPICS);
        }
        final ModelTopic topic = new ModelTopic();
        topic.name = name;
        topic.created = now;
        topic.settings = settings;
        final int refusal = refusalToAdd(topic, count);
        if (refusal != 0) {
            return refused(refusal);
        }
        final int topicNumber = lowestFree(topics);
        topics.put(topicNumber, topic);
        for (int i = 0; i < count; i++) {
            topic.partitions.add(new ModelPartition(++lastIncarnation, now, leastLoaded()));
        }
        return ok(topicNumber);
    }

    MetadataResult updateTopic(
            final Identifier streamId, final Identifier id, final String name, final TopicSettings settings) {
        if (!isName(name)) {
            return refused(StreamStatus.INVALID_TOPIC_NAME);
        }
        final Integer number = topic(streamId, id);
        if (number == null) {
            return notFound(streamId);
        }
        if (isTooSmall(settings)) {
            return refused(StreamStatus.INVALID_TOPIC_SIZE);
        }
        final SortedMap<Integer, ModelTopic> topics = streams.get(stream(streamId)).topics;
        for (final var other : topics.entrySet()) {
            if (!other.getKey().equals(number) && other.getValue().name.equals(name)) {
                return refused(StreamStatus.TOPIC_NAME_ALREADY_EXISTS);
            }
        }
        topics.get(number).name = name;
        topics.get(number).settings = settings;
        return ok(0);
    }

    MetadataResult deleteTopic(final Identifier streamId, final Identifier id) {
        final Integer number = topic(streamId, id);
        if (number == null) {
            return notFound(streamId);
        }
        drop(stream(streamId), number, streams.get(stream(streamId)).topics.remove(number), 0);
        return ok(0);
    }

    MetadataResult purgeTopic(final Identifier streamId, final Identifier id) {
        final Integer number = topic(streamId, id);
        if (number == null) {
            return notFound(streamId);
        }
        final ModelTopic topic = streams.get(stream(streamId)).topics.get(number);
        if (!hasRoomFor(withoutDrop(stream(streamId), number, topic))) {
            return refused(StreamStatus.TRANSIENT_NOT_ACCEPTED);
        }
        renew(stream(streamId), number, topic);
        return ok(0);
    }

    MetadataResult createPartitions(final Identifier streamId, final Identifier id, final int count, final long now) {
        if (count < 1 || count > 1000) {
            return refused(StreamStatus.TOO_MANY_PARTITIONS);
        }
        final Integer number = topic(streamId, id);
        if (number == null) {
            return notFound(streamId);
        }
        final ModelTopic topic = streams.get(stream(streamId)).topics.get(number);
        final int refusal = refusalToAdd(topic, count);
        if (refusal != 0) {
            return refused(refusal);
        }
        for (int i = 0; i < count; i++) {
            topic.partitions.add(new ModelPartition(++lastIncarnation, now, leastLoaded()));
        }
        topic.groups.values().forEach(group -> group.deal(this, topic.partitions.size()));
        return ok(topic.partitions.size());
    }

    MetadataResult deletePartitions(final Identifier streamId, final Identifier id, final int count) {
        if (count < 1 || count > 1000) {
            return refused(StreamStatus.TOO_MANY_PARTITIONS);
        }
        final Integer number = topic(streamId, id);
        if (number == null) {
            return notFound(streamId);
        }
        final ModelTopic topic = streams.get(stream(streamId)).topics.get(number);
        final int before = topic.partitions.size();
        drop(stream(streamId), number, topic, Math.max(0, before - count));
        if (topic.partitions.size() != before) {
            topic.groups.values().forEach(group -> group.deal(this, topic.partitions.size()));
        }
        return ok(topic.partitions.size());
    }

    void acknowledge(final long namespace, final long incarnation) {
        drops.removeIf(drop -> drop.namespace() == namespace && drop.last() == incarnation);
    }

    ModelTopic topicAt(final Identifier streamId, final Identifier id) {
        final Integer number = topic(streamId, id);
        return number == null ? null : streams.get(stream(streamId)).topics.get(number);
    }

    MetadataResult notFound(final Identifier streamId) {
        return refused(stream(streamId) == null ? StreamStatus.STREAM_NOT_FOUND : StreamStatus.TOPIC_NOT_FOUND);
    }

    Integer stream(final Identifier id) {
        for (final var stream : streams.entrySet()) {
            if (isMeant(id, stream.getKey(), stream.getValue().name)) {
                return stream.getKey();
            }
        }
        return null;
    }

    Integer topic(final Identifier streamId, final Identifier id) {
        final Integer stream = stream(streamId);
        if (stream != null) {
            for (final var topic : streams.get(stream).topics.entrySet()) {
                if (isMeant(id, topic.getKey(), topic.getValue().name)) {
                    return topic.getKey();
                }
            }
        }
        return null;
    }

    static boolean isMeant(final Identifier id, final int number, final String name) {
        return id.isNumeric() ? id.number() == number : id.name().equals(name);
    }

    static int lowestFree(final SortedMap<Integer, ?> taken) {
        int number = 0;
        while (taken.containsKey(number)) {
            number++;
        }
        return number;
    }

    static boolean isName(final String name) {
        final int bytes = name.getBytes(UTF_8).length;
        return bytes >= 1 && bytes <= 255 && UTF_8.newEncoder().canEncode(name);
    }

    static MetadataResult ok(final int number) {
        return new MetadataResult(0, number);
    }

    static MetadataResult refused(final int status) {
        return new MetadataResult(status, 0);
    }

    int live() {
        int live = 0;
        for (final ModelStream stream : streams.values()) {
            for (final ModelTopic topic : stream.topics.values()) {
                live += topic.partitions.size();
            }
        }
        return live;
    }

    private int refusalToAdd(final ModelTopic topic, final int count) {
        if (topic.partitions.size() + count > limits.partitionsMax() || live() + count > limits.partitionsTotalMax()) {
            return StreamStatus.PARTITION_SPACE_EXHAUSTED;
        }
        return hasRoomFor(count) ? 0 : StreamStatus.TRANSIENT_NOT_ACCEPTED;
    }

    private boolean hasRoomFor(final int count) {
        return live() + drops.size() + count <= 2 * limits.partitionsTotalMax();
    }

    private boolean isTooSmall(final TopicSettings settings) {
        return settings.sizeMaxBytes() != -1 && settings.sizeMaxBytes() < limits.segmentBytes();
    }

    private int leastLoaded() {
        int best = -1;
        int bestCount = Integer.MAX_VALUE;
        for (int group = groupCount == 1 ? 0 : 1; group < groupCount; group++) {
            int count = 0;
            for (final ModelStream stream : streams.values()) {
                for (final ModelTopic topic : stream.topics.values()) {
                    for (final ModelPartition partition : topic.partitions) {
                        count += partition.group() == group ? 1 : 0;
                    }
                }
            }
            if (count < bestCount) {
                best = group;
                bestCount = count;
            }
        }
        return best;
    }

    private void drop(final int stream, final int topicNumber, final ModelTopic topic, final int from) {
        for (int partition = from; partition < topic.partitions.size(); partition++) {
            dropOne(stream, topicNumber, topic, partition);
        }
        topic.partitions.subList(from, topic.partitions.size()).clear();
    }

    private void renew(final int stream, final int topicNumber, final ModelTopic topic) {
        for (int partition = 0; partition < topic.partitions.size(); partition++) {
            dropOne(stream, topicNumber, topic, partition);
            final ModelPartition old = topic.partitions.get(partition);
            topic.partitions.set(partition, new ModelPartition(++lastIncarnation, old.created(), old.group()));
        }
    }

    private void dropOne(final int stream, final int topicNumber, final ModelTopic topic, final int partition) {
        final ModelPartition life = topic.partitions.get(partition);
        final long namespace = new Namespaces(limits).pack(stream, topicNumber, partition);
        for (int i = 0; i < drops.size(); i++) {
            final Drop present = drops.get(i);
            if (present.namespace() == namespace && present.group() == life.group()) {
                drops.set(i, new Drop(namespace, present.first(), life.incarnation(), life.group()));
                return;
            }
        }
        drops.add(new Drop(namespace, life.incarnation(), life.incarnation(), life.group()));
    }

    private int withoutDrop(final int stream, final int topicNumber, final ModelTopic topic) {
        int count = 0;
        for (int partition = 0; partition < topic.partitions.size(); partition++) {
            final long namespace = new Namespaces(limits).pack(stream, topicNumber, partition);
            final int group = topic.partitions.get(partition).group();
            count += drops.stream().anyMatch(drop -> drop.namespace() == namespace && drop.group() == group) ? 0 : 1;
        }
        return count;
    }
}
