package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamLimits.PARTITIONS_PER_REQUEST_MAX;
import static io.vireo.node.stream.StreamStatus.INVALID_TOPIC_NAME;
import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.STREAM_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.TOO_MANY_PARTITIONS;
import static io.vireo.node.stream.StreamStatus.TOO_MANY_TOPICS;
import static io.vireo.node.stream.StreamStatus.TOPIC_NAME_ALREADY_EXISTS;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.StreamLimits;

/** The operations on topics and on the number of their partitions. An operation that is refused changes nothing. */
public final class Topics {
    private static final int ENTRY_BYTES = 46;

    private final StreamLimits limits;
    private final Streams streams;
    private final Partitions partitions;
    private final ConsumerGroups consumerGroups;
    private final Memberships memberships;

    Topics(
            final StreamLimits limits,
            final Streams streams,
            final Partitions partitions,
            final ConsumerGroups consumerGroups,
            final Memberships memberships) {
        this.limits = limits;
        this.streams = streams;
        this.partitions = partitions;
        this.consumerGroups = consumerGroups;
        this.memberships = memberships;
    }

    /** Null if there is no such topic or no such stream. */
    public Topic find(final Identifier stream, final Identifier topic) {
        return Place.of(streams.find(stream), topic).topic();
    }

    /**
     * @param partitionCount 0 to {@link StreamLimits#PARTITIONS_PER_REQUEST_MAX}.
     * @return number of the topic; or 1009, 1019, 2013, 2014, 2015, 2018, 2021, 3013, 3, or 58 if too many drops wait.
     */
    public MetadataResult create(
            final Identifier streamIdentifier,
            final String name,
            final int partitionCount,
            final TopicSettings settings,
            final long timestampMicros) {
        if (!Names.isValid(name, 1, StreamLimits.NAME_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_TOPIC_NAME);
        }
        if (partitionCount < 0 || partitionCount > PARTITIONS_PER_REQUEST_MAX) {
            return MetadataResult.refused(TOO_MANY_PARTITIONS);
        }
        final Stream stream = streams.find(streamIdentifier);
        if (stream == null) {
            return MetadataResult.refused(STREAM_NOT_FOUND);
        }
        final int refusal = refusalToCreate(stream, name, partitionCount, settings);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        final Topic topic = new Topic(stream.topics().lowestFree(), name, timestampMicros, settings);
        stream.topics().add(topic);
        partitions.add(topic.partitions(), partitionCount, timestampMicros);
        return MetadataResult.of(topic.number());
    }

    /** Renames and sets anew. @return 1009, 1019, 2010, 2013, 2014, 2018 or 3 if refused. */
    public MetadataResult update(
            final Identifier streamIdentifier,
            final Identifier topicIdentifier,
            final String name,
            final TopicSettings settings) {
        if (!Names.isValid(name, 1, StreamLimits.NAME_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_TOPIC_NAME);
        }
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier);
        final Topic topic = place.topic();
        if (topic == null) {
            return place.notFound();
        }
        final int refusal = settings.refusal(limits);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        final Topic namesake = place.stream().topics().named(name);
        if (namesake != null && namesake != topic) {
            return MetadataResult.refused(TOPIC_NAME_ALREADY_EXISTS);
        }
        place.stream().topics().rename(topic, name);
        topic.settings(settings);
        return MetadataResult.OK;
    }

    /** With its partitions and consumer groups. @return 1009 or 2010 if refused. */
    public MetadataResult delete(final Identifier streamIdentifier, final Identifier topicIdentifier) {
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier);
        final Topic topic = place.topic();
        if (topic == null) {
            return place.notFound();
        }
        memberships.onTopicDeleted(place.stream().number(), topic);
        partitions.removeFrom(0, place.stream().number(), topic);
        place.stream().topics().remove(topic);
        return MetadataResult.OK;
    }

    /** Gives every partition a new life. @return 1009, 2010, or 58 if too many drops wait. */
    public MetadataResult purge(final Identifier streamIdentifier, final Identifier topicIdentifier) {
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier);
        final Topic topic = place.topic();
        if (topic == null) {
            return place.notFound();
        }
        final int refusal =
                partitions.refusalToRenew(partitions.withoutDrop(place.stream().number(), topic));
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        partitions.renew(place.stream().number(), topic);
        return MetadataResult.OK;
    }

    /** @return partitions the topic has then; or 1009, 2010, 2015, 3013, or 58 if too many drops wait. */
    public MetadataResult createPartitions(
            final Identifier streamIdentifier,
            final Identifier topicIdentifier,
            final int count,
            final long timestampMicros) {
        if (count < 1 || count > PARTITIONS_PER_REQUEST_MAX) {
            return MetadataResult.refused(TOO_MANY_PARTITIONS);
        }
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier);
        final Topic topic = place.topic();
        if (topic == null) {
            return place.notFound();
        }
        final int refusal = partitions.refusalToAdd(topic.partitions().count(), count);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        partitions.add(topic.partitions(), count, timestampMicros);
        consumerGroups.onPartitionCountChanged(place.stream().number(), topic);
        return MetadataResult.of(topic.partitions().count());
    }

    /** Deletes those with the highest numbers, at most all. @return partitions the topic has then; or 1009, 2010, 2015. */
    public MetadataResult deletePartitions(
            final Identifier streamIdentifier, final Identifier topicIdentifier, final int count) {
        if (count < 1 || count > PARTITIONS_PER_REQUEST_MAX) {
            return MetadataResult.refused(TOO_MANY_PARTITIONS);
        }
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier);
        final Topic topic = place.topic();
        if (topic == null) {
            return place.notFound();
        }
        final int left = Math.max(0, topic.partitions().count() - count);
        if (left < topic.partitions().count()) {
            partitions.removeFrom(left, place.stream().number(), topic);
            consumerGroups.onPartitionCountChanged(place.stream().number(), topic);
        }
        return MetadataResult.of(left);
    }

    void writeTo(final SnapshotOutput out, final Stream stream) {
        out.writeInt(stream.topics().size());
        for (final Topic topic : stream.topics()) {
            out.writeInt(topic.number());
            out.writeLong(topic.createdAtMicros());
            Names.write(out, topic.name());
            out.writeByte(topic.settings().compression());
            out.writeLong(topic.settings().messageExpiryMicros());
            out.writeLong(topic.settings().sizeMaxBytes());
            out.writeInt(topic.settings().replicationFactor());
            partitions.writeTo(out, topic.partitions());
            consumerGroups.writeTo(out, topic);
        }
    }

    void readInto(final Stream stream, final SnapshotInput in) {
        int last = -1;
        for (int left = in.readLength(limits.topicsMax(), ENTRY_BYTES, "the number of topics"); left > 0; left--) {
            final int number = in.readInt();
            in.check(number > last && number < limits.topicsMax(), "numbers of topics ascend", number);
            final long created = in.readLong();
            final String name = Names.read(in, 1, StreamLimits.NAME_BYTES_MAX, "the name of a topic");
            in.check(stream.topics().named(name) == null, "a name is given to one topic of a stream", number);
            final TopicSettings settings = new TopicSettings(in.readByte(), in.readLong(), in.readLong(), in.readInt());
            in.check(settings.refusal(limits) == OK, "settings of a topic are valid", settings.refusal(limits));
            final Topic topic = new Topic(number, name, created, settings);
            stream.topics().add(topic);
            partitions.readInto(topic.partitions(), in);
            consumerGroups.readInto(stream.number(), topic, in);
            last = number;
        }
    }

    private int refusalToCreate(
            final Stream stream, final String name, final int partitionCount, final TopicSettings settings) {
        final int refusal = settings.refusal(limits);
        if (refusal != OK) {
            return refusal;
        }
        if (stream.topics().named(name) != null) {
            return TOPIC_NAME_ALREADY_EXISTS;
        }
        if (stream.topics().size() == limits.topicsMax()) {
            return TOO_MANY_TOPICS;
        }
        return partitions.refusalToAdd(0, partitionCount);
    }
}
