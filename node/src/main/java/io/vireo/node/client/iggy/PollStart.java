package io.vireo.node.client.iggy;

import io.vireo.node.iggy.PollingKind;

/**
 * Where a poll begins.
 *
 * @param value an offset or a time in microseconds since 1970 if the kind has one, else 0.
 */
public record PollStart(PollingKind kind, long value) {
    public static final PollStart FIRST = new PollStart(PollingKind.FIRST, 0);
    public static final PollStart LAST = new PollStart(PollingKind.LAST, 0);
    public static final PollStart NEXT = new PollStart(PollingKind.NEXT, 0);

    public static PollStart offset(final long offset) {
        return new PollStart(PollingKind.OFFSET, offset);
    }

    public static PollStart timestamp(final long timestampUs) {
        return new PollStart(PollingKind.TIMESTAMP, timestampUs);
    }
}
