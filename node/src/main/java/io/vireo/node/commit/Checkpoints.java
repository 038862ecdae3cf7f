package io.vireo.node.commit;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;

/**
 * The checkpoints of one replica, from the op that triggers one to the superblock that names it. Where they fall is a pure function of the
 * log ({@link CheckpointPolicy}), so that all replicas take the same. One is under way at a time; applying goes on meanwhile, up to the op
 * that triggers the next: there it waits, because the state as of that op is what has to be saved.
 */
public final class Checkpoints {
    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final CheckpointPolicy policy;
    private final PrepareFlyweight header = new PrepareFlyweight();

    /** End position of the newest op that triggered a checkpoint; the next one is counted from there. */
    private long triggerEnd;
    /** The op that was applied last and triggers a checkpoint, as the log had it then; null if none waits for the one before it. */
    private SnapshotAnchor due;
    /** Being saved. */
    private boolean isSaving;
    /** Snapshot and files are durable; the superblock does not name it yet. */
    private CheckpointState saved;

    public Checkpoints(
            final ReplicaState state,
            final PrepareJournal journal,
            final EffectQueue effects,
            final CheckpointPolicy policy,
            final CheckpointState durable) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.policy = policy;
        triggerEnd = durable.endPosition();
    }

    /** True while the next op must not be applied: what is applied now has to be saved first. */
    public boolean mustWait() {
        return due != null;
    }

    /** An op was applied, or is what a replica starts with. */
    public void onApplied(final long op) {
        if (op <= journal.checkpointOp()) {
            return;
        }
        final long end = journal.endPosition(op);
        if (policy.isTrigger(triggerEnd, end)) {
            triggerEnd = end;
            // Kept, because a later StartView may leave the log below its headers unconfirmed until it is repaired.
            due = new SnapshotAnchor(journal.header(op, header), end);
            saveIfDue();
        }
    }

    private void saveIfDue() {
        if (due != null && !isSaving) {
            Invariant.check(
                    due.op() == state.commitMin(), "a snapshot is of what is applied", due.op(), state.commitMin());
            isSaving = true;
            effects.saveSnapshot(due);
            due = null;
        }
    }

    /** The snapshot of the op last asked for, and every file it names, is durable. */
    public void onSaved(final CheckpointState checkpoint) {
        Invariant.check(isSaving, "a snapshot that was asked for", checkpoint.op());
        saved = checkpoint;
    }

    /** The checkpoint that waits for its superblock, or null. */
    public CheckpointState saved() {
        return saved;
    }

    /** The superblock that names the saved checkpoint is durable: its journal space may be used again once a quorum has it too. */
    public void onDurable() {
        journal.checkpoint(saved);
        saved = null;
        isSaving = false;
        saveIfDue();
    }
}
