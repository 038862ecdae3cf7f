package io.vireo.node.normal;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.SuperblockUpdates;
import io.vireo.node.message.PrepareOkFlyweight;

/**
 * The backup's part of the normal case (VSR Revisited 4.1): takes prepares of its view into the log in op order, writes them, and
 * acknowledges what is durable. Only prepares of the present view reach it; what it finds missing it reports, repair fetches it.
 */
public final class BackupReplication {
    /** What became of a prepare. */
    public enum Outcome {
        /** In the log and on its way to disk. */
        ACCEPTED,
        /** In the log already; the acknowledgement may have been lost. */
        DUPLICATE,
        /** Ops below it are missing: kept in the cache if there was room. */
        GAP,
        /** The journal has no room for it before the next checkpoint. */
        LOG_FULL
    }

    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final PrepareCache cache;
    private final SuperblockUpdates superblock;
    private final Checksum checksum = new Checksum();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final PrepareFlyweight next = new PrepareFlyweight();
    private final long nonce;
    private long acknowledgedOp;

    public BackupReplication(
            final ReplicaState state,
            final PrepareJournal journal,
            final EffectQueue effects,
            final PrepareCache cache,
            final SuperblockUpdates superblock,
            final long nonce) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.cache = cache;
        this.superblock = superblock;
        this.nonce = nonce;
    }

    /** A view has been joined: nothing is acknowledged in it yet. */
    public void onViewJoined() {
        acknowledgedOp = 0;
    }

    /** A prepare authored in the present view, of its primary. */
    public Outcome onPrepare(final PrepareFlyweight prepare) {
        Invariant.check(state.isNormalBackup(), "prepares of the present view are for its backups");
        Invariant.check(prepare.view() == state.view(), "prepare of another view");
        final long op = prepare.op();
        if (op <= journal.head()) {
            return Outcome.DUPLICATE;
        }
        if (op > journal.head() + 1) {
            cache.put(prepare, state.commitMin());
            return Outcome.GAP;
        }
        return accept(prepare) ? Outcome.ACCEPTED : Outcome.LOG_FULL;
    }

    /** Takes prepares out of the cache that a closed gap has made the next ones; true if there were any. */
    public boolean acceptCached() {
        boolean isAny = false;
        while (cache.holdsOp(journal.head() + 1)) {
            next.wrap(cache.prepare(journal.head() + 1), 0);
            if (next.view() != state.view() || !accept(next)) {
                break;
            }
            isAny = true;
        }
        return isAny;
    }

    private boolean accept(final PrepareFlyweight prepare) {
        final long head = journal.head();
        // Both come from the one primary of this view, whose log never branches within it.
        Invariant.check(
                prepare.parentLo() == journal.checksumLo(head) && prepare.parentHi() == journal.checksumHi(head),
                "the hash chain breaks within a view");
        if (!journal.hasSpaceFor((int) prepare.size())) {
            return false;
        }
        journal.append(prepare);
        cache.put(prepare, state.commitMin());
        if (journal.isWritable(prepare.op())) {
            journal.write(prepare.op(), prepare.buffer(), prepare.offset());
        }
        return true;
    }

    /**
     * Acknowledges the highest op up to which everything is durable here, if that is news to the primary, or if {@code isRepeated} says
     * that an earlier acknowledgement may be lost. One that does not count acknowledges nothing.
     */
    public void acknowledge(final boolean isRepeated) {
        if (!state.isVoter()) {
            return;
        }
        final CheckpointState checkpoint = superblock.checkpoint();
        final long op = journal.ackableOp();
        if (op <= acknowledgedOp && !isRepeated) {
            return;
        }
        if (op == 0 || op > journal.checkpointOp() && journal.state(op) != EntryState.CLEAN) {
            return;
        }
        acknowledgedOp = op;
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        prepareOk.wrap(effects.arena(), offset);
        prepareOk.init(
                Command.PREPARE_OK,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.view(),
                state.replica,
                state.group);
        prepareOk
                .prepareChecksum(journal.checksumLo(op), journal.checksumHi(op))
                .op(op)
                .commitMin(state.commitMin())
                .checkpointOp(checkpoint.op())
                .checkpointId(checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi())
                .nonce(nonce)
                .life(state.lives.own())
                .seal(checksum);
        effects.send(state.primary(state.view()), offset, HeaderFlyweight.HEADER_LENGTH);
    }
}
