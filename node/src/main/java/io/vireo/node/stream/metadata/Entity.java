package io.vireo.node.stream.metadata;

/** What streams, topics, consumer groups and users have in common: a number for life, a name that may change, a time of creation. */
public abstract class Entity {
    private final int number;
    private final long createdAtMicros;
    private String name;

    Entity(final int number, final String name, final long createdAtMicros) {
        this.number = number;
        this.name = name;
        this.createdAtMicros = createdAtMicros;
    }

    public final int number() {
        return number;
    }

    public final String name() {
        return name;
    }

    /** Time of the prepare that created it, in microseconds since the epoch. */
    public final long createdAtMicros() {
        return createdAtMicros;
    }

    /** For {@link NumberedNames} alone, which keeps an index of the names. */
    final void name(final String newName) {
        name = newName;
    }
}
