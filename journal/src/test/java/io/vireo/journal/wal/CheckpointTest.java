package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.InvariantException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 6: what a checkpoint frees, what it keeps, what it leaves untouched, one rule at a time, in a ring of 8 sectors. */
class CheckpointTest implements PrepareJournal.Listener {
    private static final int RING_SECTORS = 8;
    private static final PrepareRing RING =
            new PrepareRing((long) RING_SECTORS * SECTOR, JournalScript.PREPARE_SIZE_MAX);
    private static final long MS = 1_000_000;

    private final List<Long> written = new ArrayList<>();
    private final List<Integer> reads = new ArrayList<>();
    private TraceStorage storage = new TraceStorage(new byte[(SyncMark.SLOTS + RING_SECTORS) * SECTOR]);
    private PrepareJournal journal;
    private long nowNs = 1_000 * MS;

    CheckpointTest() {
        open(false, TestPrepare.emptyState());
    }

    private void open(final boolean marked, final VsrState state) {
        storage = new TraceStorage(storage.durable);
        final JournalRecovery recovery =
                new JournalRecovery(JournalScript.context(storage, 3, marked, RING_SECTORS, 5), state);
        recovery.start();
        storage.completeRecovery(recovery);
        journal = recovery.journal();
        journal.listener(this);
        journal.tick(nowNs);
    }

    @Override
    public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
        written.add(op);
    }

    @Override
    public void onPrepareRead(
            final long token,
            final long op,
            final long checksumLo,
            final long checksumHi,
            final DirectBuffer prepare,
            final int offset,
            final int length) {
        reads.add(length);
    }

    // ---- the reuse bound ----

    @Test
    @Tag("I2")
    void shouldHaveTheWholeRingAboveItsOwnCheckpointWhenNobodyReliesOnIt() {
        final List<TestPrepare> log = log(0, 20);
        final VsrState voter = state(log, 5, 0, 0);
        open(false, voter);
        append(log, 6, 8);
        assertFalse(journal.hasSpaceFor(log.get(8).size), "no quorum has the checkpoint: others may need op 1");
        open(
                false,
                voter.toBuilder()
                        .membership(Membership.wiped(0, 7).with(Standing.LEARNING, 3))
                        .build());
        append(log, 6, 13);
        assertFalse(journal.hasSpaceFor(log.get(13).size), "the ring is full");
        complete();
        assertEquals(13, journal.ackableOp());
    }

    @Test
    @Tag("I2")
    void shouldReuseOnlyWhatOwnAndQuorumCheckpointCover() {
        final List<TestPrepare> log = log(0, 20);
        append(log, 1, 8);
        complete();
        assertFalse(journal.hasSpaceFor(log.get(8).size), "the ring is full");
        checkpoint(log, 5);
        assertFalse(journal.hasSpaceFor(log.get(8).size), "no quorum has a checkpoint: others may need op 1");
        journal.checkpointQuorum(3);
        append(log, 9, 11);
        complete();
        assertFalse(journal.hasSpaceFor(log.get(11).size), "op 12 would lie over op 4");
        journal.checkpointQuorum(2);
        journal.checkpointQuorum(7);
        append(log, 12, 13);
        complete();
        assertFalse(journal.hasSpaceFor(log.get(13).size), "op 14 would lie over op 6, which is not in our checkpoint");
        assertEquals(13, journal.ackableOp());
        assertEquals(7, journal.checkpointQuorumOp());
        assertEquals(5, journal.checkpointQuorumEnd(), "a position at or below the end of op 7");
        checkpoint(log, 6);
        assertTrue(journal.hasSpaceFor(log.get(13).size), "the quorum is ahead already");
    }

    @Test
    void shouldNotWriteWhatDoesNotFitAndWriteItLater() {
        final List<TestPrepare> log = log(0, 9);
        append(log, 1, 8);
        journal.append(log.get(8).header());
        complete();
        assertFalse(journal.isWritable(9));
        assertEquals(EntryState.MISSING, journal.state(9));
        assertEquals(9, journal.endPosition(9));
        checkpoint(log, 1);
        assertFalse(journal.isWritable(9));
        journal.checkpointQuorum(1);
        assertTrue(journal.isWritable(9));
        journal.write(9, log.get(8).bytes, 0);
        complete();
        assertEquals(9, journal.ackableOp());
    }

    @Test
    void shouldKeepTheBoundWhenTheEndOfTheQuorumIsNotKnownAfterARestart() {
        final List<TestPrepare> log = log(0, 12);
        append(log, 1, 8);
        complete();
        checkpoint(log, 6);
        open(false, state(log, 6, 2, 2));
        assertEquals(8, journal.head());
        journal.checkpointQuorum(4);
        append(log, 9, 10);
        complete();
        assertFalse(journal.hasSpaceFor(log.get(10).size), "where op 4 ends is not known, only that op 2 ends at 2");
        journal.checkpointQuorum(6);
        assertTrue(journal.hasSpaceFor(log.get(10).size));
    }

    @Test
    void shouldTakeTheOwnEndWhenTheQuorumWasAboveItBeforeTheRestart() {
        final List<TestPrepare> log = log(0, 12);
        append(log, 1, 8);
        complete();
        open(false, state(log, 6, 100, 3));
        append(log, 9, 12);
        complete();
        assertEquals(12, journal.ackableOp());
        assertEquals(7, journal.lowestServableOp());
    }

    // ---- what is still served ----

    @Test
    void shouldServeWhatTheQuorumDoesNotCover() {
        final List<TestPrepare> log = log(0, 8);
        append(log, 1, 8);
        complete();
        checkpoint(log, 5);
        assertEquals(1, journal.lowestServableOp());
        assertFalse(journal.hasHeader(3), "no part of the log any more");
        assertTrue(journal.isServable(3));
        assertTrue(journal.read(3, log.get(2).lo, log.get(2).hi, 1));
        storage.completeReads(journal);
        assertEquals(List.of(log.get(2).size), reads);
        journal.checkpointQuorum(3);
        assertEquals(4, journal.lowestServableOp());
        assertFalse(journal.isServable(3));
        assertFalse(journal.read(3, log.get(2).lo, log.get(2).hi, 1));
        assertTrue(journal.isServable(4) && journal.isServable(5) && journal.isServable(6));
        assertTrue(journal.matches(5, log.get(4).lo, log.get(4).hi));
        assertFalse(journal.matches(3, log.get(2).lo, log.get(2).hi));
    }

    @Test
    void shouldReportAReadAsAbsentWhenItsSpaceIsReusedMeanwhile() {
        final List<TestPrepare> log = log(0, 12);
        append(log, 1, 8);
        complete();
        storage.heldReads = new ArrayList<>();
        assertTrue(journal.read(1, log.get(0).lo, log.get(0).hi, 1));
        assertTrue(journal.read(6, log.get(5).lo, log.get(5).hi, 1));
        checkpoint(log, 4);
        journal.checkpointQuorum(4);
        append(log, 9, 10);
        complete();
        for (final TraceStorage.Read read : List.copyOf(storage.heldReads)) {
            read.buffer().putBytes(read.offset(), storage.durable, (int) read.position(), read.length());
            journal.onCompletion(read.token(), read.length());
        }
        assertEquals(List.of(0, log.get(5).size), reads);
        assertEquals(10, journal.ackableOp());
        final int before = storage.writes.size();
        journal.flush();
        assertEquals(before, storage.writes.size(), "no damage, so no mark");
    }

    @Test
    void shouldNotTakeDamageBelowTheCheckpointForDamageOfTheLog() {
        final List<TestPrepare> log = log(0, 8);
        append(log, 1, 8);
        complete();
        checkpoint(log, 5);
        storage.durable[(SyncMark.SLOTS + 2) * SECTOR + 99] ^= 1;
        assertTrue(journal.read(3, log.get(2).lo, log.get(2).hi, 1));
        storage.completeReads(journal);
        assertEquals(List.of(0), reads);
        assertEquals(8, journal.ackableOp());
        assertFalse(journal.read(3, log.get(2).lo, log.get(2).hi, 1), "not here any more");
        assertFalse(journal.isWritable(3), "nor fetched");
        final int before = storage.writes.size();
        journal.flush();
        assertEquals(before, storage.writes.size());
    }

    // ---- writes under way ----

    @Test
    void shouldKeepTheNextLapAwayFromAWriteInFlight() {
        final List<TestPrepare> log = log(0, 10);
        append(log, 1, 1);
        journal.flush();
        append(log, 2, 8);
        journal.flush();
        final List<TraceStorage.Write> first = List.copyOf(storage.writes);
        checkpoint(log, 3);
        assertEquals(EntryState.WRITING, journal.state(4));
        journal.checkpointQuorum(3);
        append(log, 9, 9);
        journal.flush();
        assertEquals(first.size(), storage.writes.size(), "op 1 is in flight over the place of op 9");
        complete(first.get(0));
        journal.flush();
        assertEquals(first.size() + 1, storage.writes.size());
        complete();
        assertEquals(List.of(4L, 5L, 6L, 7L, 8L, 9L), written, "what the checkpoint covers is not reported");
        assertEquals(9, journal.ackableOp());
    }

    @Test
    void shouldWriteOnWhenQueuedEntriesAreCovered() {
        final List<TestPrepare> log = log(0, 10);
        append(log, 1, 5);
        checkpoint(log, 3);
        journal.checkpointQuorum(3);
        complete();
        assertEquals(List.of(4L, 5L), written);
        assertEquals(2 * SECTOR, storage.writes.get(0).bytes.length, "ops 1 to 3 are cancelled");
        append(log, 6, 10);
        complete();
        assertEquals(10, journal.ackableOp());
    }

    @Test
    void shouldAcknowledgeOverHolesThatTheCheckpointCovers() {
        final List<TestPrepare> log = log(0, 4);
        append(log, 1, 4);
        complete();
        storage.durable[(SyncMark.SLOTS + 1) * SECTOR + 99] ^= 1;
        assertTrue(journal.read(2, log.get(1).lo, log.get(1).hi, 1));
        storage.completeReads(journal);
        assertEquals(1, journal.ackableOp());
        checkpoint(log, 2);
        assertEquals(4, journal.ackableOp());
        assertEquals(4, journal.syncedOp());
    }

    // ---- StartViews ----

    @Test
    void shouldAcceptAStartViewWhoseSuffixStartsBelowTheCheckpoint() {
        final List<TestPrepare> log = log(0, 6);
        append(log, 1, 6);
        complete();
        checkpoint(log, 4);
        install(log, 2, 5, 1);
        assertEquals(5, journal.head());
        assertEquals(EntryState.CLEAN, journal.state(5));
        assertTrue(journal.isServable(3));
        install(log, 2, 4, 2);
        assertEquals(4, journal.head());
        assertEquals(4, journal.ackableOp());
        assertEquals(4, journal.syncedOp());
        final TestPrepare other = TestPrepare.after(log.get(2), 3, 1, 0, 90);
        assertThrows(InvariantException.class, () -> install(with(log, 3, other), 3, 4, 3));
        assertThrows(
                InvariantException.class,
                () -> install(with(log, 3, other, TestPrepare.after(other, 3, 1, 0, 91)), 3, 5, 3));
    }

    // ---- checkpoints of others ----

    @Test
    void shouldStartAnewAtACheckpointAboveTheLog() {
        final List<TestPrepare> log = log(0, 40);
        append(log, 1, 3);
        journal.flush();
        final CheckpointState other = TestPrepare.checkpoint(log, 33, RING);
        assertTrue(journal.isInstallable(other));
        journal.checkpointQuorum(30);
        journal.installCheckpoint(other);
        assertEquals(33, journal.head());
        assertEquals(33, journal.ackableOp());
        assertEquals(33, journal.syncedOp());
        assertEquals(34, journal.lowestServableOp());
        assertFalse(journal.hasSpaceFor(log.get(33).size), "where the quorum's checkpoint ends is not known");
        journal.checkpointQuorum(33);
        append(log, 34, 38);
        journal.flush();
        complete(storage.writes.get(0));
        complete();
        assertEquals(List.of(34L, 35L, 36L, 37L, 38L), written);
    }

    @Test
    void shouldKeepWhatItHasAboveAnInstalledCheckpoint() {
        final List<TestPrepare> log = log(0, 8);
        append(log, 1, 2);
        complete();
        install(log, 6, 8, 1);
        journal.logViewDurable(1);
        assertFalse(journal.isWritable(6));
        assertTrue(journal.isInstallable(TestPrepare.checkpoint(log, 5, RING)));
        journal.installCheckpoint(TestPrepare.checkpoint(log, 5, RING));
        journal.checkpointQuorum(5);
        assertEquals(8, journal.contiguousHeaders());
        assertEquals(8, journal.head());
        assertEquals(5, journal.ackableOp());
        for (int op = 6; op <= 8; op++) {
            assertTrue(journal.isWritable(op));
            journal.write(op, log.get(op - 1).bytes, 0);
        }
        complete();
        assertEquals(8, journal.ackableOp());
    }

    @Test
    void shouldKeepUnconfirmedEntriesAboveAnInstalledCheckpoint() {
        final List<TestPrepare> log = log(0, 8);
        append(log, 1, 4);
        complete();
        install(log, 7, 8, 1);
        journal.logViewDurable(1);
        journal.installCheckpoint(TestPrepare.checkpoint(log, 2, RING));
        assertEquals(EntryState.UNCONFIRMED, journal.state(4), "it may be acknowledged, and nothing names it yet");
        assertEquals(2, journal.contiguousHeaders());
        journal.setHeader(log.get(5).header());
        journal.setHeader(log.get(4).header());
        assertEquals(EntryState.CLEAN, journal.state(3));
        assertEquals(4, journal.ackableOp());
    }

    @Test
    void shouldNotInstallWhatTheLogContradicts() {
        final List<TestPrepare> log = log(0, 8);
        append(log, 1, 4);
        complete();
        final TestPrepare other = TestPrepare.after(log.get(1), 1, 1, 0, 90);
        final List<TestPrepare> committed = with(log, 2, other, TestPrepare.after(other, 1, 1, 0, 91));
        assertFalse(
                journal.isInstallable(TestPrepare.checkpoint(committed, 3, RING)), "the StartView has to come first");
        assertTrue(journal.isInstallable(TestPrepare.checkpoint(committed, 2, RING)));
        install(committed, 3, 4, 1);
        assertTrue(journal.isInstallable(TestPrepare.checkpoint(committed, 3, RING)));
        journal.installCheckpoint(TestPrepare.checkpoint(committed, 3, RING));
        assertEquals(EntryState.MISSING, journal.state(4));
    }

    // ---- marks ----

    @Test
    void shouldNotCountTheTagsOfARepairedOpForOpsAboveIt() {
        open(true, TestPrepare.emptyState());
        final List<TestPrepare> log = log(0, 5);
        append(log, 1, 3);
        complete();
        journal.tick(nowNs += 20 * MS);
        complete();
        assertEquals(3, journal.ackableOp(), "by a mark");
        append(log, 4, 5);
        complete();
        storage.durable[(SyncMark.SLOTS + 1) * SECTOR + 99] ^= 1;
        assertTrue(journal.read(2, log.get(1).lo, log.get(1).hi, 1));
        storage.completeReads(journal);
        journal.write(2, log.get(1).bytes, 0);
        complete();
        assertEquals(5, journal.syncedOp());
        assertEquals(3, journal.ackableOp(), "a checkpoint of op 2 would take the tags that state op 5 with it");
        complete();
        assertEquals(5, journal.ackableOp(), "by a mark");
    }

    // ---- helpers ----

    private static List<TestPrepare> log(final long view, final int ops) {
        final List<TestPrepare> log = new ArrayList<>();
        for (int i = 0; i < ops; i++) {
            log.add(TestPrepare.after(i == 0 ? null : log.get(i - 1), view, 1, 0, i));
        }
        return log;
    }

    /** The first ops of a log and others behind them. */
    private static List<TestPrepare> with(final List<TestPrepare> log, final int keep, final TestPrepare... others) {
        final List<TestPrepare> with = new ArrayList<>(log.subList(0, keep));
        with.addAll(List.of(others));
        return with;
    }

    private static VsrState state(
            final List<TestPrepare> log, final long checkpointOp, final long quorumOp, final long quorumEnd) {
        final TestPrepare prepare = log.get((int) checkpointOp - 1);
        return TestPrepare.emptyState().toBuilder()
                .commitMax(checkpointOp)
                .checkpoint(TestPrepare.checkpoint(log, checkpointOp, RING))
                .checkpointQuorum(quorumOp, quorumEnd)
                .synced(checkpointOp, prepare.lo, prepare.hi)
                .build();
    }

    private void append(final List<TestPrepare> log, final int first, final int last) {
        for (int op = first; op <= last; op++) {
            final TestPrepare prepare = log.get(op - 1);
            assertTrue(journal.hasSpaceFor(prepare.size), "op " + op);
            journal.append(prepare.header());
            journal.write(op, prepare.bytes, 0);
        }
    }

    private void checkpoint(final List<TestPrepare> log, final long op) {
        journal.checkpoint(TestPrepare.checkpoint(log, op, RING));
    }

    private void install(final List<TestPrepare> log, final long low, final long head, final long logView) {
        final HeaderSuffix suffix = TestPrepare.suffix(log, low, head);
        journal.installStartView(head, suffix.headers(), 0, suffix.count(), low, logView);
    }

    private void complete(final TraceStorage.Write write) {
        storage.complete(write);
        journal.onCompletion(write.token, write.bytes.length);
    }

    private void complete() {
        journal.flush();
        for (final TraceStorage.Write write : List.copyOf(storage.writes)) {
            if (!write.isCompleted) {
                complete(write);
            }
        }
        for (final TraceStorage.Sync sync : List.copyOf(storage.syncs)) {
            storage.complete(sync);
            journal.onCompletion(sync.token(), 0);
        }
    }
}
