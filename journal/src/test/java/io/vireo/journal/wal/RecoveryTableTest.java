package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.RecoveryInput.FoundMark;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The table of section 5, total and exclusive: every combination of what is found of two ops, of evidence, of superblock and of R gives
 * exactly the row that the table names, computed here a second time straight from its text.
 */
class RecoveryTableTest {
    /** What is found of one op. */
    private enum Found {
        NOTHING,
        /** Sectors without the one that carries the header. */
        FRAGMENT,
        /** The header is there, the rest is not. */
        HEADER_ONLY,
        INTACT,
        /** Intact, written under the StartView before. */
        INTACT_OLD_TAG,
        /** Another prepare of the same op, intact, written under the StartView before, chaining to the same parent. */
        OTHER_OLD_TAG
    }

    private static final long LOG_VIEW = 3;
    private static final PrepareRing RING = new PrepareRing(16L * SECTOR, 4 * SectorTag.PAYLOAD_LENGTH);

    private final List<TestPrepare> log = new ArrayList<>();
    private final List<TestPrepare> other = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();

    RecoveryTableTest() {
        TestPrepare parent = null;
        long end = 0;
        for (int i = 0; i < 4; i++) {
            final TestPrepare prepare = TestPrepare.after(parent, LOG_VIEW, 2, 0, i);
            other.add(TestPrepare.after(parent, LOG_VIEW - 1, 2, 0, 100 + i));
            log.add(prepare);
            positions.add(RING.positionAfter(end, 2));
            end = positions.get(i) + 2;
            parent = prepare;
        }
    }

    @Test
    void shouldDecideEveryStateByExactlyOneRowOfTheTable() {
        final Map<EntryState, Integer> seen = new EnumMap<>(EntryState.class);
        int combinations = 0;
        for (final Found first : Found.values()) {
            for (final Found second : Found.values()) {
                for (final Found third : Found.values()) {
                    for (int head = 0; head <= 3; head++) {
                        for (long synced = 0; synced <= 3; synced++) {
                            for (int source = 0; source < 3; source++) {
                                for (int replicas = 1; replicas <= 3; replicas++) {
                                    check(List.of(first, second, third), head, synced, source, replicas, seen);
                                    combinations++;
                                }
                            }
                        }
                    }
                }
            }
        }
        assertTrue(combinations == 6 * 6 * 6 * 4 * 4 * 3 * 3, "enumerated " + combinations);
        for (final EntryState state : List.of(EntryState.CLEAN, EntryState.FAULTY, EntryState.MISSING)) {
            assertTrue(seen.getOrDefault(state, 0) > 100, state + " was reached " + seen.get(state) + " times");
        }
    }

    /** @param source of the evidence: superblock, mark, or sectors. */
    private void check(
            final List<Found> found,
            final int suffixHead,
            final long synced,
            final int source,
            final int replicas,
            final Map<EntryState, Integer> seen) {
        final Classification result = RecoveryClassifier.classify(input(found, suffixHead, synced, source, replicas));
        final String context =
                found + " suffixHead=" + suffixHead + " synced=" + synced + " source=" + source + " R=" + replicas;

        long head = suffixHead;
        boolean isCut = false;
        for (int op = 1; op <= 3; op++) {
            final EntryState expected = expected(found, op, suffixHead, synced, source);
            if (expected == null) {
                isCut = true;
            }
            if (!isCut) {
                head = Math.max(head, op);
                assertEquals(expected, result.row(op).state(), context + " op " + op);
                seen.merge(expected, 1, Integer::sum);
            }
        }
        assertEquals(head, result.head(), context);
        assertEquals(synced, result.syncedOp(), context);
        assertEquals(
                synced <= highestIdentified(found, head, suffixHead, synced, source), result.isHeadCertain(), context);
    }

    /** The row of the table; null for torn or never written. */
    private EntryState expected(
            final List<Found> found, final int op, final int suffixHead, final long synced, final int source) {
        final Found of = found.get(op - 1);
        final boolean isIdentified = isIdentified(found, op, suffixHead, synced, source);
        // All sectors valid, same entry, checksum right, chains: live under (a) its own tag, (b, c) the checksum that
        // suffix, superblock,
        // mark or child name. Above the suffix an old tag is never live.
        final boolean isClean = of == Found.INTACT || (of == Found.INTACT_OLD_TAG && op <= suffixHead && isIdentified);
        if (isClean) {
            return EntryState.CLEAN;
        }
        if (op <= synced) {
            return EntryState.FAULTY;
        }
        return op <= suffixHead ? EntryState.MISSING : null;
    }

    /** True if something other than the entry's own old tag names the checksum of the op. */
    private boolean isIdentified(
            final List<Found> found, final int op, final int suffixHead, final long synced, final int source) {
        if (op <= suffixHead || (source < 2 && op == synced)) {
            return true;
        }
        final Found of = found.get(op - 1);
        if (of == Found.INTACT || of == Found.HEADER_ONLY) {
            return true;
        }
        return op < 3 && hasHeader(found, op + 1, suffixHead, synced, source);
    }

    private boolean hasHeader(
            final List<Found> found, final int op, final int suffixHead, final long synced, final int source) {
        final Found of = found.get(op - 1);
        return op <= suffixHead || of == Found.INTACT || of == Found.HEADER_ONLY || (source == 1 && op == synced);
    }

    /** An op that is cut identifies the head, if it is the one above, but is no part of the log itself. */
    private long highestIdentified(
            final List<Found> found, final long head, final int suffixHead, final long synced, final int source) {
        for (int op = (int) head; op > 0; op--) {
            if (isIdentified(found, op, suffixHead, synced, source)) {
                return op;
            }
        }
        return 0;
    }

    private RecoveryInput input(
            final List<Found> found, final int suffixHead, final long synced, final int source, final int replicas) {
        final List<FoundEntry> entries = new ArrayList<>();
        for (int op = 1; op <= 3; op++) {
            final TestPrepare prepare = log.get(op - 1);
            switch (found.get(op - 1)) {
                case FRAGMENT:
                    entries.add(entry(prepare, op, LOG_VIEW, false, false));
                    break;
                case HEADER_ONLY:
                    entries.add(entry(prepare, op, LOG_VIEW, false, true));
                    break;
                case INTACT:
                    entries.add(entry(prepare, op, LOG_VIEW, true, true));
                    break;
                case INTACT_OLD_TAG:
                    entries.add(entry(prepare, op, LOG_VIEW - 1, true, true));
                    break;
                case OTHER_OLD_TAG:
                    entries.add(entry(other.get(op - 1), op, LOG_VIEW - 1, true, true));
                    break;
                default:
                    break;
            }
        }
        final List<FoundMark> marks = new ArrayList<>();
        VsrState.Builder state =
                TestPrepare.emptyState().toBuilder().view(LOG_VIEW).logView(LOG_VIEW);
        state = state.startView(TestPrepare.suffix(log, 1, suffixHead));
        if (source == 0 && synced > 0) {
            state = state.synced(synced, log.get((int) synced - 1).lo, log.get((int) synced - 1).hi);
        }
        if (synced > 0) {
            final TestPrepare newest = log.get((int) synced - 1);
            if (source == 1) {
                marks.add(new FoundMark(0, 8, LOG_VIEW, synced, newest.ref()));
            }
            // A mark of a former logView is no evidence, however new it is.
            marks.add(new FoundMark(1, 9, LOG_VIEW - 1, 4, log.get(3).ref()));
        }
        return new RecoveryInput(RING, replicas, state.build(), marks, entries, source == 2 ? synced : 0);
    }

    private FoundEntry entry(
            final TestPrepare prepare,
            final int op,
            final long tagLogView,
            final boolean isIntact,
            final boolean hasHeader) {
        return new FoundEntry(
                op,
                prepare.view,
                prepare.lo,
                hasHeader ? prepare.hi : 0,
                positions.get(op - 1),
                2,
                tagLogView,
                isIntact,
                hasHeader ? prepare.ref() : null);
    }
}
