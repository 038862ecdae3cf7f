package io.vireo.node.iggy;

/** Where a poll begins, in the order of the numbers 1 to 5 on the wire. */
public enum PollingKind {
    /** At the offset of the value. */
    OFFSET,
    /** At the first message whose timestamp is not below the value, in microseconds. */
    TIMESTAMP,
    /** At the first message that is kept. */
    FIRST,
    /** So that it ends with the last message. */
    LAST,
    /** Behind the stored offset of the consumer. */
    NEXT;

    private static final PollingKind[] ALL = values();

    static PollingKind ofCode(final int code) throws WireException {
        if (code < 1 || code > ALL.length) {
            throw WireReader.invalid("polling strategy of kind " + code);
        }
        return ALL[code - 1];
    }
}
