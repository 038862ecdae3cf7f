package io.vireo.node.core;

import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareJournal;

/**
 * What has to survive apart from the log: view, logView, the headers of the DoViewChange or StartView that stand for them, and the
 * checkpoint. One superblock is written at a time; until it is durable, nothing that it promises is said and no other is begun.
 */
public final class SuperblockUpdates {
    /** Why a superblock was written. */
    public enum Purpose {
        DO_VIEW_CHANGE,
        START_VIEW,
        CHECKPOINT,
        MEMBERSHIP
    }

    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private VsrState durable;
    private VsrState writing;
    private Purpose purpose;

    public SuperblockUpdates(
            final ReplicaState state, final PrepareJournal journal, final EffectQueue effects, final VsrState durable) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.durable = durable;
    }

    public boolean isWriting() {
        return writing != null;
    }

    /** True while a view is on its way to disk: a replica in between has nothing to say about views. */
    public boolean isChangingView() {
        return writing != null && (purpose == Purpose.DO_VIEW_CHANGE || purpose == Purpose.START_VIEW);
    }

    /** True while a StartView is on its way to disk: the view's log is decided. */
    public boolean isInstalling() {
        return writing != null && purpose == Purpose.START_VIEW;
    }

    /** The checkpoint this replica would open with. */
    public CheckpointState checkpoint() {
        return durable.checkpoint();
    }

    /** The present view, later than the log's, and the headers of its DoViewChange. */
    public void writeDoViewChange(final HeaderSuffix suffix) {
        write(Purpose.DO_VIEW_CHANGE, base().doViewChange(suffix).build());
    }

    /** The present view and its StartView: the log is based on it from now on. */
    public void writeStartView(final HeaderSuffix suffix) {
        write(
                Purpose.START_VIEW,
                base().logView(state.view())
                        .startView(suffix)
                        .doViewChange(null)
                        .membership(withKnownLives(durable.membership().inLaterView()))
                        .build());
    }

    /** A checkpoint whose snapshot and files are durable: from now on a restart begins with it. */
    public void writeCheckpoint(final CheckpointState checkpoint) {
        Invariant.check(checkpoint.op() > durable.checkpoint().op(), "checkpoints rise", checkpoint.op());
        Invariant.check(state.view() == durable.view(), "a view becomes durable on its own");
        final VsrState.Builder next = base().checkpoint(checkpoint);
        if (journal.syncedOp() < checkpoint.op()) {
            // Applied from memory while its entry here was damaged: the checkpoint stands for it now.
            next.synced(checkpoint.op(), checkpoint.checksumLo(), checkpoint.checksumHi());
        }
        write(Purpose.CHECKPOINT, next.build());
    }

    /** Who counts in this group, as this replica is to remember it; the present view is durable already. */
    public void writeMembership(final Membership membership) {
        Invariant.check(state.view() == durable.view(), "a view becomes durable on its own");
        write(Purpose.MEMBERSHIP, base().membership(withKnownLives(membership)).build());
    }

    /** The durable membership. */
    public Membership membership() {
        return durable.membership();
    }

    /** The superblock last asked for is durable; returns what it was for. */
    public Purpose onWritten() {
        Invariant.check(writing != null, "no superblock was being written");
        durable = writing;
        writing = null;
        return purpose;
    }

    private VsrState.Builder base() {
        return durable.toBuilder()
                .view(state.view())
                .membership(withKnownLives(durable.membership()))
                .commitMax(Math.max(state.commitMax(), durable.commitMax()))
                .checkpointQuorum(journal.checkpointQuorumOp(), journal.checkpointQuorumEnd())
                .synced(journal.syncedOp(), journal.syncedChecksumLo(), journal.syncedChecksumHi());
    }

    private Membership withKnownLives(final Membership membership) {
        Membership next = membership;
        for (int r = 0; r < state.replicas(); r++) {
            next = next.withLife(r, state.lives.of(r));
        }
        return next.withPartner(state.lives.partnerLife());
    }

    private void write(final Purpose reason, final VsrState next) {
        Invariant.check(writing == null, "one superblock is written at a time");
        writing = next;
        purpose = reason;
        effects.writeSuperblock(next);
    }
}
