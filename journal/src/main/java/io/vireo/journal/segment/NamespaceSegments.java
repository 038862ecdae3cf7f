package io.vireo.journal.segment;

import io.vireo.journal.util.Invariant;
import java.util.Arrays;

/** The segments of one namespace in the order of their offsets; the last one may be active. */
final class NamespaceSegments {
    final long incarnation;
    /** The incarnation has ended: entries need a later one. */
    boolean isEnded;

    private Segment[] segments = new Segment[1];
    private int count;

    NamespaceSegments(final long incarnation) {
        this.incarnation = incarnation;
    }

    int count() {
        return count;
    }

    Segment get(final int index) {
        return segments[index];
    }

    Segment last() {
        return count == 0 ? null : segments[count - 1];
    }

    long nextOffset() {
        return count == 0 ? 0 : last().nextOffset();
    }

    void add(final Segment segment) {
        if (count == segments.length) {
            segments = Arrays.copyOf(segments, 2 * count);
        }
        segments[count++] = segment;
    }

    /** Takes the first ones out; the last one stays. */
    void removeFirst(final int removed) {
        Invariant.check(removed < count, "the last segment of a namespace stays", removed, count);
        System.arraycopy(segments, removed, segments, 0, count - removed);
        Arrays.fill(segments, count - removed, count, null);
        count -= removed;
    }

    /** Index of the segment that holds this offset, which is at least the first and below the next. */
    int indexOf(final long offset) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (segments[middle].key.baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The segment of a key that it {@link #contains}. */
    Segment get(final SegmentKey key) {
        return segments[indexOf(key.baseOffset())];
    }

    boolean contains(final SegmentKey key) {
        return key.incarnation() == incarnation
                && count > 0
                && segments[indexOf(key.baseOffset())].key.baseOffset() == key.baseOffset();
    }
}
