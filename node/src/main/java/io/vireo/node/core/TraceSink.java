package io.vireo.node.core;

import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentDamage;

/**
 * Where the core reports what it does; hosts print it, count it and audit it. Called on the replica's thread in the order of events;
 * must not call back, and what it is handed is valid during the call only.
 */
public interface TraceSink {
    /** A status or view changed; {@code reason} is a constant for logs. */
    void transition(int group, Status from, Status to, long view, long logView, String reason);

    /** An op was applied to the state machine here. */
    void applied(int group, PrepareFlyweight prepare);

    /** The opening of the group's data directory has come to this stage; {@code found} is what the one before it found, key=value. */
    default void opening(final int group, final RecoveryStage stage, final String found) {}

    /** Something countable happened. */
    void event(int group, TraceEvent event, long view, long op);

    /** The state of this replica is not that of a quorum: it is taken out of use, and that of the others fetched. */
    default void diverged(final int group, final Quarantined checkpoint) {}

    /** Two replicas differ, of which it is not known which is right; once per op and view. */
    default void checkpointsDiffer(final int group, final DifferingCheckpoints differing) {}

    /** The scrubber has compared a chunk of a file with its hash. */
    default void chunkScrubbed(final int group) {}

    /** It is damaged; said once as long as it stays so. */
    default void damageFound(final int group, final SegmentDamage damage) {}

    /** It is right again: {@code peer} gave its bytes, or this replica itself, where the damage was of one reading only. */
    default void damageHealed(final int group, final SegmentDamage damage, final int peer) {}

    /** It cannot be healed now; said once as long as that is so. {@code reason} is a constant for logs. */
    default void damageRemains(final int group, final SegmentDamage damage, final String reason) {}
}
