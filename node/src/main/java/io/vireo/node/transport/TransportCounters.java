package io.vireo.node.transport;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers of one transport since its start. Written and read by the thread that polls the transport only. Reasons of invalid frames are
 * counted by their text, which the validators keep constant.
 */
public final class TransportCounters {
    /** More distinct texts than the validators have; what comes beyond is counted as {@link #OTHER}. */
    private static final int TEXTS_MAX = 128;

    private static final String OTHER = "other";

    private final long[] counters = new long[TransportCounter.values().length];
    private final long[] closed = new long[CloseReason.values().length];
    private final Map<String, Long> invalid = new LinkedHashMap<>();

    void add(final TransportCounter counter, final long amount) {
        counters[counter.ordinal()] += amount;
    }

    void closed(final CloseReason reason) {
        closed[reason.ordinal()]++;
    }

    void invalid(final String text) {
        invalid.merge(invalid.size() < TEXTS_MAX || invalid.containsKey(text) ? text : OTHER, 1L, Long::sum);
    }

    public long get(final TransportCounter counter) {
        return counters[counter.ordinal()];
    }

    /** Connections that ended for this reason. */
    public long closedFor(final CloseReason reason) {
        return closed[reason.ordinal()];
    }

    /** Invalid frames with exactly this reason. */
    public long invalidFor(final String text) {
        return invalid.getOrDefault(text, 0L);
    }

    /** All reasons of invalid frames so far with their numbers, in the order of their first appearance. */
    public Map<String, Long> invalidFrames() {
        return Collections.unmodifiableMap(invalid);
    }
}
