package io.vireo.node.stream.metadata;

/** A stream: a name for a set of topics. Changed by {@link Streams} and {@link Topics} alone. */
public final class Stream extends Entity {
    private final NumberedNames<Topic> topics = new NumberedNames<>();

    Stream(final int number, final String name, final long createdAtMicros) {
        super(number, name, createdAtMicros);
    }

    public NumberedNames<Topic> topics() {
        return topics;
    }
}
