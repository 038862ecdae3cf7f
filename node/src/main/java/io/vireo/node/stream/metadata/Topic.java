package io.vireo.node.stream.metadata;

/** A topic of a stream: settings, partitions and consumer groups. Changed by {@link Topics} and {@link ConsumerGroups} alone. */
public final class Topic extends Entity {
    private final TopicPartitions partitions = new TopicPartitions();
    private final NumberedNames<ConsumerGroup> consumerGroups = new NumberedNames<>();
    private TopicSettings settings;

    Topic(final int number, final String name, final long createdAtMicros, final TopicSettings settings) {
        super(number, name, createdAtMicros);
        this.settings = settings;
    }

    public TopicSettings settings() {
        return settings;
    }

    public TopicPartitions partitions() {
        return partitions;
    }

    public NumberedNames<ConsumerGroup> consumerGroups() {
        return consumerGroups;
    }

    void settings(final TopicSettings newSettings) {
        settings = newSettings;
    }
}
