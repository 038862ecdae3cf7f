package io.vireo.node.viewchange;

import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;

/**
 * What of the view change has to survive: view, logView, and the headers of the DoViewChange or StartView that stand for them. One
 * superblock is written at a time; until it is durable, nothing that it promises is said and nothing else is begun.
 */
public final class ViewDurability {
    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private VsrState durable;
    private VsrState writing;

    public ViewDurability(
            final ReplicaState state, final PrepareJournal journal, final EffectQueue effects, final VsrState durable) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.durable = durable;
    }

    public boolean isWriting() {
        return writing != null;
    }

    /** The present view, later than the log's, and the headers of its DoViewChange. */
    public void writeDoViewChange(final HeaderSuffix suffix) {
        write(base().doViewChange(suffix).build());
    }

    /** The present view and its StartView: the log is based on it from now on. */
    public void writeStartView(final HeaderSuffix suffix) {
        write(base().logView(state.view()).startView(suffix).doViewChange(null).build());
    }

    /** The superblock last asked for is durable. */
    public void onWritten() {
        Invariant.check(writing != null, "no superblock was being written");
        durable = writing;
        writing = null;
    }

    private VsrState.Builder base() {
        return durable.toBuilder()
                .view(state.view())
                .commitMax(state.commitMax())
                .synced(journal.syncedOp(), journal.syncedChecksumLo(), journal.syncedChecksumHi());
    }

    private void write(final VsrState next) {
        Invariant.check(writing == null, "one superblock is written at a time");
        writing = next;
        effects.writeSuperblock(next);
    }
}
