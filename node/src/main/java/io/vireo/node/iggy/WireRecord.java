package io.vireo.node.iggy;

/**
 * A record of a reply. A reply is records one after the other and nothing between them: a stream and its topics, a topic and its
 * partitions, or all streams. Numbers are unsigned, times are microseconds since 1970, sizes are bytes.
 */
public interface WireRecord {
    void writeTo(WireWriter out);

    /** Writes all, in the order of the list. */
    static void writeAll(final WireWriter out, final Iterable<? extends WireRecord> records) {
        for (final WireRecord each : records) {
            each.writeTo(out);
        }
    }
}
