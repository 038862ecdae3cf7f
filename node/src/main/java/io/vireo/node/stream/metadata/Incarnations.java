package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import org.agrona.collections.LongHashSet;

/**
 * The counter of the lives of partitions: one number for each partition that is created or purged, never the op, since one prepare carries
 * many requests. 0 is no life.
 */
final class Incarnations {
    private long last;
    /** Those read from a snapshot so far: no two lives share one. */
    private LongHashSet read = new LongHashSet();

    long last() {
        return last;
    }

    long next() {
        return ++last;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeLong(last);
    }

    void beginReading(final SnapshotInput in) {
        last = in.readLong();
        in.check(last >= 0, "incarnations are counted from 0", last);
        read = new LongHashSet();
    }

    /** An incarnation that was given, and not read before. */
    long read(final SnapshotInput in) {
        final long incarnation = in.readLong();
        in.check(incarnation > 0 && incarnation <= last, "incarnations go from 1 to " + last, incarnation);
        in.check(read.add(incarnation), "an incarnation is of one life of one partition", incarnation);
        return incarnation;
    }

    void endReading() {
        read = new LongHashSet();
    }
}
