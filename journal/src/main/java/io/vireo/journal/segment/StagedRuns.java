package io.vireo.journal.segment;

import java.util.Arrays;

/** The runs of one segment, one behind the other in the file; a queue with access by index. */
final class StagedRuns {
    private static final StagedRun[] NONE = {};

    private StagedRun[] ring = NONE;
    private int first;
    private int count;

    int count() {
        return count;
    }

    StagedRun get(final int index) {
        return ring[(first + index) & (ring.length - 1)];
    }

    StagedRun last() {
        return count == 0 ? null : get(count - 1);
    }

    void add(final StagedRun run) {
        if (count == ring.length) {
            final StagedRun[] larger = Arrays.copyOf(ring, Math.max(4, 2 * count));
            for (int i = 0; i < count; i++) {
                larger[i] = get(i);
            }
            ring = larger;
            first = 0;
        }
        ring[(first + count++) & (ring.length - 1)] = run;
    }

    StagedRun removeFirst() {
        final StagedRun run = ring[first];
        ring[first] = null;
        first = (first + 1) & (ring.length - 1);
        count--;
        return run;
    }

    StagedRun removeLast() {
        final StagedRun run = last();
        ring[(first + --count) & (ring.length - 1)] = null;
        return run;
    }

    /** Index of the run that holds this position, which is in one of them. */
    int indexOf(final int position) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (get(middle).position <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
