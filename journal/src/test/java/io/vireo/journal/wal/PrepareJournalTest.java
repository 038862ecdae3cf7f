package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.util.InvariantException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The rules of writing, acknowledging, marking and replacing, one by one, on the record of what is submitted. */
class PrepareJournalTest implements PrepareJournal.Listener {
    private static final long MS = 1_000_000;

    private final List<Long> written = new ArrayList<>();
    private final List<Integer> reads = new ArrayList<>();
    private TraceStorage storage;
    private PrepareJournal journal;

    PrepareJournalTest() {
        open(false);
    }

    private void open(final boolean marked) {
        storage = new TraceStorage(new byte[(SyncMark.SLOTS + JournalScript.RING_SECTORS) * SECTOR]);
        final JournalContext context = JournalScript.context(storage, 3, marked);
        journal = new PrepareJournal(
                context,
                new LiveLog(new PrepareRing(context.walBytes(), context.prepareSizeMax()), TestPrepare.emptyState()));
        journal.listener(this);
        journal.tick(1_000 * MS);
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

    // ---- section 2 ----

    @Test
    void shouldNotBeWritableBeforeTheOpBelowIsInTheJournal() {
        final List<TestPrepare> log = log(0, 3, 1);
        log.forEach(prepare -> journal.append(prepare.header()));
        assertFalse(journal.isWritable(2), "op 1 is missing");
        assertThrows(InvariantException.class, () -> journal.write(2, log.get(1).bytes, 0));
        journal.write(1, log.get(0).bytes, 0);
        assertTrue(journal.isWritable(2), "op 1 is staged and goes first");
        assertFalse(journal.isWritable(1), "what is in flight is not written again");
        complete();
        assertFalse(journal.isWritable(1), "what is clean is not written again");
    }

    @Test
    void shouldRefuseBytesThatAreNotTheLogs() {
        final List<TestPrepare> log = log(0, 1, 1);
        journal.append(log.get(0).header());
        final TestPrepare other = TestPrepare.after(null, 0, 1, 0, 99);
        assertThrows(InvariantException.class, () -> journal.write(1, other.bytes, 0));
        assertThrows(
                InvariantException.class,
                () -> journal.append(TestPrepare.after(other, 0, 1, 0, 5).header()));
    }

    @Test
    void shouldMergeNeighboursIntoOneWriteAndOneSync() {
        append(log(0, 5, 2));
        journal.flush();
        assertEquals(1, storage.writes.size());
        assertEquals(10 * SECTOR, storage.writes.get(0).bytes.length);
        assertEquals(1, storage.syncs.size());
        journal.flush();
        assertEquals(1, storage.syncs.size(), "nothing new, nothing synced");
    }

    @Test
    void shouldAcknowledgeOnlyWhatACompletedSyncCovers() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log.subList(0, 1));
        journal.flush();
        append(log.subList(1, 2));
        journal.flush();
        completeWrites();
        assertEquals(0, journal.ackableOp(), "written is not durable");
        final TraceStorage.Sync first = storage.syncs.get(0);
        storage.complete(first);
        journal.onCompletion(first.token(), 0);
        assertEquals(List.of(1L), written);
        assertEquals(1, journal.ackableOp());
        assertEquals(EntryState.WRITING, journal.state(2));
    }

    @Test
    void shouldAcknowledgeAllWhenTheLaterSyncIsReportedFirst() {
        append(log(0, 1, 1));
        journal.flush();
        append(after(1, 1));
        journal.flush();
        completeWrites();
        final List<TraceStorage.Sync> syncs = List.copyOf(storage.syncs);
        storage.complete(syncs.get(1));
        journal.onCompletion(syncs.get(1).token(), 0);
        assertEquals(2, journal.ackableOp());
        journal.onCompletion(syncs.get(0).token(), 0);
        assertEquals(List.of(1L, 2L), written);
    }

    @Test
    void shouldStopAcknowledgingAboveDamageAndGoOnAfterItsRepair() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log);
        complete();
        assertEquals(3, journal.ackableOp());
        damage(log.get(1));
        assertEquals(EntryState.FAULTY, journal.state(2));
        assertEquals(1, journal.ackableOp());
        assertEquals(3, journal.syncedOp(), "the high-water mark does not fall with damage");
        final TestPrepare next = TestPrepare.after(log.get(2), 0, 1, 0, 7);
        append(List.of(next));
        complete();
        assertEquals(EntryState.CLEAN, journal.state(4), "a damaged op below does not stop the log");
        assertEquals(1, journal.ackableOp());
        assertTrue(journal.isWritable(2));
        journal.write(2, log.get(1).bytes, 0);
        complete();
        assertEquals(4, journal.ackableOp());
    }

    @Test
    void shouldHoldBackAWriteWhileADeadOneIsInFlightOverItsPlace() {
        final List<TestPrepare> log = log(0, 2, 1);
        append(log);
        journal.flush();
        final TestPrepare bigger = TestPrepare.after(log.get(0), 1, 3, 0, 50);
        install(List.of(log.get(0), bigger), 1, 2, 1);
        journal.logViewDurable(1);
        journal.write(2, bigger.bytes, 0);
        journal.flush();
        assertEquals(
                1, storage.writes.size(), "the late write of op 2 of view 0 could land in the middle of the new one");
        final TraceStorage.Write late = storage.writes.get(0);
        storage.complete(late);
        journal.onCompletion(late.token, late.bytes.length);
        journal.flush();
        assertEquals(2, storage.writes.size());
        complete();
        assertEquals(2, journal.ackableOp());
        assertEquals(List.of(1L, 2L), written, "the dead op 2 is not reported");
    }

    @Test
    void shouldSubmitNothingBeforeTheLogViewIsDurable() {
        final List<TestPrepare> log = log(0, 1, 1);
        append(log);
        install(log, 1, 1, 1);
        journal.flush();
        journal.tick(2_000 * MS);
        journal.flush();
        assertTrue(storage.writes.isEmpty());
        journal.logViewDurable(1);
        journal.flush();
        final SectorTag tag =
                new SectorTag(JournalScript.context(storage, 3, false).seed());
        tag.wrap(new UnsafeBuffer(storage.writes.get(0).bytes), 0);
        assertTrue(tag.isValid(0));
        assertEquals(1, tag.logView(), "the tag carries the logView of its submission");
    }

    @Test
    void shouldCancelQueuedWritesWhenTheirOpsAreCut() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log);
        install(log.subList(0, 1), 1, 1, 1);
        journal.logViewDurable(1);
        complete();
        assertEquals(List.of(1L), written);
        assertEquals(1, journal.head());
        assertEquals(SECTOR, storage.writes.get(0).bytes.length);
    }

    @Test
    void shouldKeepAFaultyOpFaultyWhenAStartViewDropsTheOpAbove() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log);
        complete();
        damage(log.get(1));
        install(log.subList(0, 2), 1, 2, 1);
        assertEquals(2, journal.syncedOp(), "min(old value, last local op that the chain confirms)");
        assertEquals(EntryState.FAULTY, journal.state(2));
    }

    @Test
    void shouldForgetWhatWasDurableWhenAStartViewReplacesIt() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log);
        complete();
        final TestPrepare other = TestPrepare.after(log.get(0), 1, 1, 0, 50);
        install(List.of(log.get(0), other), 1, 2, 1);
        assertEquals(1, journal.syncedOp());
        assertEquals(1, journal.ackableOp());
        assertEquals(EntryState.MISSING, journal.state(2));
        assertEquals(2, journal.head());
    }

    @Test
    void shouldRefuseAStartViewOfTheSameLogViewThatCuts() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log);
        assertThrows(InvariantException.class, () -> install(log.subList(0, 2), 1, 2, 0));
    }

    // ---- section 4: unconfirmed ----

    @Test
    void shouldKeepWhatItAcknowledgedWhenTheSuffixIsFarAboveItsLog() {
        final List<TestPrepare> log = log(0, 10, 1);
        append(log.subList(0, 3));
        complete();
        install(log, 8, 10, 1);
        journal.logViewDurable(1);
        assertEquals(EntryState.UNCONFIRMED, journal.state(3));
        assertEquals(EntryState.UNKNOWN, journal.state(4));
        assertEquals(EntryState.MISSING, journal.state(8));
        assertFalse(journal.hasHeader(3));
        assertFalse(journal.isWritable(8), "its position is not known");
        assertEquals(0, journal.ackableOp());
        assertEquals(0, journal.syncedOp());
        for (int op = 7; op >= 4; op--) {
            assertTrue(journal.hasChecksum(op));
            journal.setHeader(log.get(op - 1).header());
        }
        assertEquals(EntryState.CLEAN, journal.state(3), "connected");
        assertEquals(EntryState.CLEAN, journal.state(1));
        assertEquals(3, journal.ackableOp());
        assertEquals(10, journal.contiguousHeaders());
        assertTrue(journal.isWritable(4));
    }

    @Test
    void shouldDropUnconfirmedEntriesWhenHeaderRepairContradictsThem() {
        final List<TestPrepare> mine = log(0, 4, 1);
        append(mine);
        complete();
        final List<TestPrepare> canonical = new ArrayList<>(mine.subList(0, 2));
        for (int i = 0; i < 8; i++) {
            canonical.add(TestPrepare.after(canonical.get(canonical.size() - 1), 1, 1, 0, 70 + i));
        }
        install(canonical, 9, 10, 1);
        journal.logViewDurable(1);
        for (int op = 8; op >= 5; op--) {
            journal.setHeader(canonical.get(op - 1).header());
        }
        assertEquals(EntryState.UNKNOWN, journal.state(4), "contradicted by its child");
        assertEquals(EntryState.UNCONFIRMED, journal.state(3));
        journal.setHeader(canonical.get(3).header());
        assertEquals(EntryState.UNKNOWN, journal.state(3), "contradicted");
        journal.setHeader(canonical.get(2).header());
        assertEquals(EntryState.CLEAN, journal.state(2), "connected");
        assertEquals(2, journal.ackableOp());
        assertTrue(journal.isWritable(3));
    }

    @Test
    void shouldTakeAWriteInFlightForDeadWhenHeaderRepairContradictsIt() {
        final List<TestPrepare> mine = log(0, 2, 1);
        append(mine);
        journal.flush();
        final List<TestPrepare> canonical = new ArrayList<>(mine.subList(0, 1));
        for (int i = 0; i < 5; i++) {
            canonical.add(TestPrepare.after(canonical.get(canonical.size() - 1), 1, 1, 0, 70 + i));
        }
        install(canonical, 5, 6, 1);
        journal.logViewDurable(1);
        assertEquals(EntryState.UNCONFIRMED, journal.state(2));
        for (int op = 4; op >= 2; op--) {
            journal.setHeader(canonical.get(op - 1).header());
        }
        assertEquals(EntryState.WRITING, journal.state(1), "connected while still in flight");
        journal.write(2, canonical.get(1).bytes, 0);
        journal.flush();
        assertEquals(1, storage.writes.size(), "not over the place of the dead op 2");
        completeWrites();
        storageCompleteAll();
        assertEquals(List.of(1L), written);
        complete();
        assertEquals(List.of(1L, 2L), written);
        assertEquals(2, journal.ackableOp());
    }

    // ---- section 1: marks ----

    @Test
    void shouldMarkWhenTheLogHasBeenIdle() {
        append(log(0, 2, 1));
        complete();
        final int before = storage.writes.size();
        journal.flush();
        assertEquals(before, storage.writes.size(), "not idle yet");
        journal.tick(1_010 * MS);
        journal.flush();
        assertEquals(before + 1, storage.writes.size());
        assertEquals(2, mark(storage.writes.get(before), 0).syncedOp());
        journal.tick(1_100 * MS);
        journal.flush();
        assertEquals(before + 1, storage.writes.size(), "one statement is enough");
        complete();
        append(after(2, 1));
        complete();
        journal.tick(1_200 * MS);
        journal.flush();
        final SyncMark second = mark(storage.writes.get(storage.writes.size() - 1), 1);
        assertEquals(3, second.syncedOp(), "over the place that is not the newest mark");
        assertEquals(2, second.generation());
    }

    @Test
    void shouldMarkAlongWithTheEighthGroupAndStateOnlyWhatIsSynced() {
        append(log(0, 1, 1));
        journal.flush();
        storageCompleteAll();
        for (int group = 2; group <= SyncMarkWriter.MARK_GROUPS; group++) {
            append(after(group - 1, 1));
            final int writes = storage.writes.size();
            final int syncs = storage.syncs.size();
            journal.flush();
            final boolean isMarked = storage.writes.size() - writes == 2;
            assertEquals(group == SyncMarkWriter.MARK_GROUPS, isMarked, "group " + group);
            assertEquals(syncs + 1, storage.syncs.size(), "no extra sync");
            if (isMarked) {
                assertEquals(
                        group - 1,
                        mark(storage.writes.get(storage.writes.size() - 1), 0).syncedOp());
            }
            storageCompleteAll();
        }
    }

    @Test
    void shouldMarkAtOnceWhenDamageIsFound() {
        final List<TestPrepare> log = log(0, 3, 1);
        append(log);
        complete();
        damage(log.get(2));
        final int before = storage.writes.size();
        journal.flush();
        assertEquals(3, mark(storage.writes.get(before), 0).syncedOp());
    }

    @Test
    void shouldAcknowledgeOnlyWhatAMarkStatesWhenDurabilityIsMarked() {
        open(true);
        append(log(0, 1, 1));
        journal.flush();
        storageCompleteAll();
        assertEquals(EntryState.CLEAN, journal.state(1));
        assertEquals(0, journal.ackableOp());
        journal.flush();
        assertEquals(1, mark(storage.writes.get(1), 0).syncedOp(), "at once");
        storageCompleteAll();
        assertEquals(1, journal.ackableOp());
        assertEquals(List.of(1L, 1L), written, "reported again when it may be acknowledged");
        append(after(1, 1));
        journal.flush();
        storageCompleteAll();
        append(after(2, 1));
        journal.flush();
        storageCompleteAll();
        assertEquals(2, journal.ackableOp(), "the tags of op 3 state op 2");
    }

    @Test
    void shouldNotCountAMarkOfTheFormerLogViewWhenDurabilityIsMarked() {
        open(true);
        final List<TestPrepare> log = log(0, 2, 1);
        append(log);
        journal.flush();
        storageCompleteAll();
        journal.flush();
        install(log, 1, 2, 1);
        storageCompleteAll();
        assertEquals(0, journal.ackableOp());
        journal.logViewDurable(1);
        assertEquals(2, journal.ackableOp(), "the superblock of the new logView states it");
    }

    @Test
    void shouldNotCountASectorOfTheFormerLogViewWhenDurabilityIsMarked() {
        open(true);
        append(log(0, 1, 1));
        complete();
        append(after(1, 1));
        journal.flush();
        install(log(0, 2, 1), 1, 2, 1);
        completeWrites();
        storageCompleteAll();
        assertEquals(
                EntryState.CLEAN, journal.state(2), "op 2, submitted under logView 0 and stating op 1, is durable");
        assertEquals(0, journal.ackableOp(), "but what it states counts no more");
    }

    // ---- reads, limits ----

    @Test
    void shouldReadBackEveryPrepareAndNothingThatIsNotClean() {
        final List<TestPrepare> log = log(0, 3, 3);
        append(log);
        assertFalse(journal.read(1, log.get(0).lo, log.get(0).hi, 5), "not durable yet");
        complete();
        assertFalse(journal.read(1, log.get(1).lo, log.get(0).hi, 5), "another checksum");
        for (final TestPrepare prepare : log) {
            assertTrue(journal.read(prepare.op, prepare.lo, prepare.hi, 5));
            storage.completeReads(journal);
            assertEquals(prepare.size, reads.get(reads.size() - 1));
        }
    }

    @Test
    void shouldRefuseReadsAboveTheLimitAndServeTheRest() {
        final List<TestPrepare> log = log(0, 1, 1);
        append(log);
        complete();
        int accepted = 0;
        while (journal.read(1, log.get(0).lo, log.get(0).hi, accepted)) {
            accepted++;
        }
        assertEquals(JournalReader.READS_MAX, accepted);
        storage.completeReads(journal);
        assertEquals(accepted, reads.size());
        assertTrue(journal.read(1, log.get(0).lo, log.get(0).hi, 0));
    }

    @Test
    void shouldReadAgainInRunsOnceItsMemoryWasFull() {
        final int memory = JournalReader.READ_ENTRIES * JournalScript.ENTRY_SECTORS_MAX;
        final List<TestPrepare> log = log(0, 1, 1);
        append(log);
        complete();
        storage.heldReads = new ArrayList<>();
        for (int i = 0; i < 2 * memory; i++) {
            assertTrue(journal.read(1, log.get(0).lo, log.get(0).hi, i));
        }
        assertEquals(memory, storage.heldReads.size(), "one sector each");
        for (int free = 1; free < memory / 2; free++) {
            completeHeldRead();
            assertEquals(memory - free, storage.heldReads.size(), "less than half of it is free");
        }
        completeHeldRead();
        assertEquals(memory, storage.heldReads.size(), "half of it is free, and filled");
        while (!storage.heldReads.isEmpty()) {
            completeHeldRead();
        }
        assertEquals(2 * memory, reads.size());
    }

    private void completeHeldRead() {
        final TraceStorage.Read read = storage.heldReads.remove(0);
        read.buffer().putBytes(read.offset(), storage.durable, (int) read.position(), read.length());
        journal.onCompletion(read.token(), read.length());
    }

    @Test
    void shouldNotBeWritableWhileTheStagingMemoryIsFull() {
        final List<TestPrepare> log = log(0, 5, 4);
        for (final TestPrepare prepare : log) {
            journal.append(prepare.header());
        }
        int staged = 0;
        while (journal.isWritable(staged + 1)) {
            journal.write(staged + 1, log.get(staged).bytes, 0);
            staged++;
        }
        assertEquals(3, staged);
        complete();
        assertTrue(journal.isWritable(4));
    }

    @Test
    void shouldHaveNoSpaceWhenTheRingIsFull() {
        final List<TestPrepare> log = log(0, 6, 4);
        for (final TestPrepare prepare : log) {
            assertTrue(journal.hasSpaceFor(prepare.size));
            journal.append(prepare.header());
            journal.write(prepare.op, prepare.bytes, 0);
            complete();
        }
        assertFalse(journal.hasSpaceFor(TestPrepare.after(log.get(5), 0, 1, 0, 1).size));
        final TestPrepare more = TestPrepare.after(log.get(5), 0, 1, 0, 1);
        journal.append(more.header());
        assertFalse(journal.isWritable(7), "it would overwrite op 1");
    }

    // ---- helpers ----

    private static List<TestPrepare> log(final long view, final int ops, final int sectors) {
        final List<TestPrepare> log = new ArrayList<>();
        for (int i = 0; i < ops; i++) {
            log.add(TestPrepare.after(i == 0 ? null : log.get(i - 1), view, sectors, 0, i));
        }
        return log;
    }

    /** The op after {@code op} of the log that {@link #log} gives. */
    private static List<TestPrepare> after(final int op, final int sectors) {
        return log(0, op + 1, sectors).subList(op, op + 1);
    }

    private void append(final List<TestPrepare> prepares) {
        for (final TestPrepare prepare : prepares) {
            journal.append(prepare.header());
            journal.write(prepare.op, prepare.bytes, 0);
        }
    }

    private void install(final List<TestPrepare> log, final long low, final long head, final long logView) {
        final HeaderSuffix suffix = TestPrepare.suffix(log, low, head);
        journal.installStartView(head, suffix.headers(), 0, suffix.count(), low, logView);
    }

    private void completeWrites() {
        for (final TraceStorage.Write write : List.copyOf(storage.writes)) {
            if (!write.isCompleted) {
                storage.complete(write);
                journal.onCompletion(write.token, write.bytes.length);
            }
        }
    }

    private void storageCompleteAll() {
        completeWrites();
        for (final TraceStorage.Sync sync : List.copyOf(storage.syncs)) {
            storage.complete(sync);
            journal.onCompletion(sync.token(), 0);
        }
    }

    private void complete() {
        journal.flush();
        storageCompleteAll();
    }

    /** Rots the first sector of the entry and lets a read find it. */
    private void damage(final TestPrepare prepare) {
        storage.durable[(int) (SyncMark.SLOTS + journal.log().position(prepare.op)) * SECTOR + 200] ^= 1;
        assertTrue(journal.read(prepare.op, prepare.lo, prepare.hi, 9));
        storage.completeReads(journal);
        assertEquals(0, reads.get(reads.size() - 1));
    }

    private SyncMark mark(final TraceStorage.Write write, final int slot) {
        assertEquals((long) slot * SECTOR, write.position);
        final SyncMark mark =
                new SyncMark(JournalScript.context(storage, 3, false).seed()).wrap(new UnsafeBuffer(write.bytes), 0);
        assertTrue(mark.isValid(slot, new Checksum()));
        return mark;
    }
}
