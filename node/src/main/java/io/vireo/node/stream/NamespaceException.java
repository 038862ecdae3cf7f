package io.vireo.node.stream;

/** A number that no namespace can carry under the configured maxima. The message names part, number and maximum. */
public final class NamespaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String part;
    private final long number;
    private final long max;

    NamespaceException(final String part, final long number, final long max) {
        super(part + " " + number + " is not below the configured maximum of " + max);
        this.part = part;
        this.number = number;
        this.max = max;
    }

    /** "stream", "topic" or "partition". */
    public String part() {
        return part;
    }

    /** The number that is too large. */
    public long number() {
        return number;
    }

    /** How many there can be: the largest number is one less. */
    public long max() {
        return max;
    }
}
