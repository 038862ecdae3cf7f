package io.vireo.node.stream.metadata;

/** Where a consumer group is, by numbers; in the order of stream, topic, group. */
public record GroupKey(int stream, int topic, int group) implements Comparable<GroupKey> {
    /** Before all groups there are. */
    public static final GroupKey BEGINNING = new GroupKey(-1, -1, -1);

    @Override
    public int compareTo(final GroupKey other) {
        if (stream != other.stream) {
            return Integer.compare(stream, other.stream);
        }
        return topic != other.topic ? Integer.compare(topic, other.topic) : Integer.compare(group, other.group);
    }
}
