package io.vireo.sim.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import java.util.List;
import java.util.Map;

/**
 * What must hold for a replica that was opened after a crash, whatever the crash has left: no promise is lost, nothing durable has gone
 * back, and the state is the fold of a committed prefix.
 */
final class RecoveryJudge {
    private final ReplicaScript script;

    /** What the superblock stated for certain before the crash. */
    private final long view;

    private final long logView;
    private final long commitMax;
    private final long checkpointOp;
    private final boolean isDamaged;
    private long damagedOp;

    /**
     * @param script that has just ended, its disk not yet crashed.
     * @param isDamaged a sector will be damaged as well.
     */
    RecoveryJudge(final ReplicaScript script, final boolean isDamaged) {
        this.script = script;
        this.isDamaged = isDamaged;
        // One damaged copy may be the second that the newest superblock needs: then what was promised counts, not what
        // was written.
        final var durable = script.disk.image().superblock();
        view = Math.max(script.promisedView, isDamaged ? 0 : durable.view());
        logView = Math.max(script.promisedLogView, isDamaged ? 0 : durable.logView());
        commitMax = isDamaged ? 0 : durable.commitMax();
        checkpointOp = Math.max(script.promisedCheckpoint, isDamaged ? 0 : durable.checkpointOp());
    }

    /** The sector that was damaged belongs to the entry of this op. */
    void damaged(final long op) {
        damagedOp = op;
    }

    void check(final Opening opening) {
        assertNull(opening.failure(), () -> "refused: " + opening.failure().getMessage());
        final RecoveredState state = opening.recovered();
        checkSuperblock(state.superblock().state(), state.commitMax());
        checkJournal(state);
        script.acknowledged.forEach((inView, op) -> checkAcknowledged(state, inView, op));
        checkState(opening);
    }

    private void checkSuperblock(final VsrState now, final long knownCommit) {
        assertTrue(now.view() >= view, () -> "view " + now.view() + " after " + view);
        assertTrue(now.logView() >= logView, () -> "logView " + now.logView() + " after " + logView);
        assertTrue(now.commitMax() >= commitMax, () -> "commitMax " + now.commitMax() + " after " + commitMax);
        assertTrue(now.checkpoint().op() >= checkpointOp, () -> now.checkpoint() + " after " + checkpointOp);
        assertTrue(knownCommit >= now.commitMax(), "what is known to be committed");
        assertTrue(knownCommit <= script.peers.commit(), () -> "op " + knownCommit + " is not committed");
    }

    private void checkJournal(final RecoveredState state) {
        final PrepareJournal journal = state.journal();
        final VsrState superblock = state.superblock().state();
        final List<ScriptedPeers.Entry> log = script.peers.logs.get(superblock.logView());
        // Damage below the newest op that was ever durable here leaves that op's name, and with it the head.
        assertTrue(
                state.isHeadCertain() || isDamaged && damagedOp == journal.syncedOp(),
                () -> "the head is uncertain, and the damage is at op " + damagedOp + " of " + journal.syncedOp());
        if (superblock.doViewChange() != null && state.isHeadCertain()) {
            assertEquals(
                    Math.max(
                            superblock.doViewChange().headOp(),
                            superblock.checkpoint().op()),
                    journal.head(),
                    "the head of the DoViewChange");
        }
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            final long each = op;
            final EntryState entry = journal.state(op);
            assertTrue(isDamaged || entry != EntryState.FAULTY, () -> "op " + each + " is faulty after a crash alone");
            if (journal.hasHeader(op)) {
                assertTrue(
                        op <= log.size()
                                && journal.matches(
                                        op,
                                        log.get((int) op - 1).lo(),
                                        log.get((int) op - 1).hi()),
                        () -> "op " + each + " is not the log's");
            }
        }
    }

    /** In the present log it is intact, or known to be damaged; never cut and never to be refused. */
    private void checkAcknowledged(final RecoveredState state, final long inView, final long acknowledgedOp) {
        final PrepareJournal journal = state.journal();
        final VsrState superblock = state.superblock().state();
        final List<ScriptedPeers.Entry> then = script.peers.logs.get(inView);
        final List<ScriptedPeers.Entry> now = script.peers.logs.get(superblock.logView());
        for (long op = journal.checkpointOp() + 1; op <= acknowledgedOp; op++) {
            final long each = op;
            final boolean isSame = op <= now.size() && now.get((int) op - 1).isSame(then.get((int) op - 1));
            if (!isSame || inView != superblock.logView() && op > journal.head() || !state.isHeadCertain()) {
                assertTrue(isSame || inView != superblock.logView(), "the log of a view only grows");
                continue;
            }
            assertTrue(op <= journal.head(), () -> "acknowledged op " + each + " is cut");
            final EntryState entry = journal.state(op);
            // Below the suffix everything is committed: what is not certain there is fetched, and never refused.
            final boolean isBelow = op < superblock.startView().lowOp();
            final boolean isKept = entry == EntryState.CLEAN
                    || entry == EntryState.UNCONFIRMED && (isBelow || inView != superblock.logView())
                    || isDamaged && (isBelow || entry == EntryState.FAULTY);
            assertTrue(isKept, () -> "acknowledged op " + each + " is " + entry);
        }
    }

    private void checkState(final Opening opening) {
        final RecoveredState state = opening.recovered();
        final long applied = state.commitMin();
        final PrepareJournal journal = state.journal();
        assertTrue(applied >= state.superblock().state().checkpoint().op() && applied <= state.commitMax(), "applied");
        final List<ScriptedPeers.Entry> prefix = script.peers.committed().subList(0, (int) applied);
        final long entries = opening.entries(prefix);
        if (entries == Opening.DAMAGED) {
            assertTrue(isDamaged, "damage where there is none");
            return;
        }
        assertEquals(
                Fold.of(prefix, script.config.sessionsMax(), script.config.sessionWindow()),
                opening.describeSessions() + " entries=" + entries);
        // It stops where something is missing, or where a checkpoint has to be taken first.
        final boolean isStopped = applied == state.commitMax()
                || journal.head() <= applied
                || journal.state(applied + 1) != EntryState.CLEAN
                || journal.contiguousHeaders() <= applied
                || new CheckpointPolicy(script.config.walBytes(), script.config.prepareSizeMax())
                        .isTrigger(state.superblock().state().checkpoint().endPosition(), journal.endPosition(applied));
        assertTrue(isStopped, () -> "stopped at " + applied + " without a reason");
    }

    /** For messages: what was promised. */
    String promises() {
        final StringBuilder text = new StringBuilder("view=" + view + " logView=" + logView + " commitMax=" + commitMax
                + " checkpoint=" + checkpointOp + " acknowledged");
        for (final Map.Entry<Long, Long> each : script.acknowledged.entrySet()) {
            text.append(" v").append(each.getKey()).append(':').append(each.getValue());
        }
        return text.toString();
    }
}
