package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.CONSUMER_GROUP_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.STREAM_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.TOPIC_NOT_FOUND;

import io.vireo.node.stream.Identifier;

/**
 * What the identifiers of a request lead to, as far as they lead.
 *
 * @param stream null if there is none.
 * @param topic null if there is none, or no stream.
 * @param group null if there is none, or no topic, or if none was asked for.
 */
record Place(Stream stream, Topic topic, ConsumerGroup group) {
    static Place of(final Stream stream, final Identifier topic) {
        return new Place(stream, stream == null ? null : stream.topics().find(topic), null);
    }

    static Place of(final Stream stream, final Identifier topic, final Identifier group) {
        final Topic found = of(stream, topic).topic();
        return new Place(
                stream, found, found == null ? null : found.consumerGroups().find(group));
    }

    /** Only of a group that was found. */
    GroupKey key() {
        return new GroupKey(stream.number(), topic.number(), group.number());
    }

    /** Refuses with the number of the first thing that is missing. */
    MetadataResult notFound() {
        if (stream == null) {
            return MetadataResult.refused(STREAM_NOT_FOUND);
        }
        return MetadataResult.refused(topic == null ? TOPIC_NOT_FOUND : CONSUMER_GROUP_NOT_FOUND);
    }
}
