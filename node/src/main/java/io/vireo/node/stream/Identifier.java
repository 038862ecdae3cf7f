package io.vireo.node.stream;

import java.util.Objects;

/** How a client names a stream, topic, consumer group or user: by number or by name. Numbers are unsigned and 0 is one. Immutable. */
public final class Identifier {
    private final boolean isNumeric;
    private final int number;
    private final String name;

    private Identifier(final boolean isNumeric, final int number, final String name) {
        this.isNumeric = isNumeric;
        this.number = number;
        this.name = name;
    }

    public static Identifier of(final int number) {
        return new Identifier(true, number, "");
    }

    /** @param name 1 to 255 bytes in UTF-8. */
    public static Identifier of(final String name) {
        return new Identifier(false, 0, Objects.requireNonNull(name));
    }

    public boolean isNumeric() {
        return isNumeric;
    }

    /** 0 if it is a name. */
    public int number() {
        return number;
    }

    /** Empty if it is a number. */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Identifier that
                && isNumeric == that.isNumeric
                && number == that.number
                && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return isNumeric ? number : name.hashCode();
    }

    @Override
    public String toString() {
        return isNumeric ? Integer.toUnsignedString(number) : name;
    }
}
