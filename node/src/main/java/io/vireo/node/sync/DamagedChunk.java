package io.vireo.node.sync;

import io.vireo.journal.segment.SegmentDamage;

/** A chunk that is known to be damaged and is not right yet. */
final class DamagedChunk {
    final SegmentDamage damage;
    /** Peers that did not help, since the last bytes that came. */
    int refusals;
    /** Whole chunks that came and were others, since the last time that nobody could help. */
    int mismatches;
    /** Times at which nobody could. */
    int failures;
    /** When it is tried again; {@link Long#MAX_VALUE} if nobody can help while this process runs. */
    long retryAtNs;

    DamagedChunk(final SegmentDamage damage) {
        this.damage = damage;
    }
}
