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
 * The table of section 5, total and exclusive: every combination of what is found of three ops, of evidence, of superblock and of R gives
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

    private static final int OPS = 3;
    private static final int SUPERBLOCK = 0;
    private static final int MARK = 1;
    private static final int SECTORS = 2;
    private static final long LOG_VIEW = 3;
    private static final PrepareRing RING = new PrepareRing(16L * SECTOR, 4 * SectorTag.PAYLOAD_LENGTH);

    /** The whole log, from op 1; the ops of the table are those above {@link #base}. */
    private final List<TestPrepare> log = new ArrayList<>();

    private final List<TestPrepare> other = new ArrayList<>();
    private int base;
    private long[] positions;
    private VsrState superblock = TestPrepare.emptyState();

    /** Starts the log with a checkpoint behind entries of these sizes. */
    private void start(final List<Integer> below) {
        for (final int sectors : below) {
            log.add(TestPrepare.after(last(), LOG_VIEW - 1, sectors, 0, 200));
        }
        base = below.size();
        for (int i = 0; i <= OPS; i++) {
            other.add(TestPrepare.after(last(), LOG_VIEW - 1, 2, 0, 100 + i));
            log.add(TestPrepare.after(last(), LOG_VIEW, 2, 0, i));
        }
        positions = TestPrepare.positions(log, RING);
        if (base > 0) {
            superblock = superblock.toBuilder()
                    .commitMax(base)
                    .checkpoint(TestPrepare.checkpoint(log, base, RING))
                    .synced(base, log.get(base - 1).lo, log.get(base - 1).hi)
                    .build();
        }
    }

    private TestPrepare last() {
        return log.isEmpty() ? null : log.get(log.size() - 1);
    }

    /** What the superblock says about the log. */
    private enum Stated {
        /** The StartView's suffix reaches down to op 1. */
        WHOLE_SUFFIX,
        /** The suffix is the head alone, which is committed. */
        HEAD_ONLY,
        /** View > logView: the DoViewChange's head is one above the StartView's. */
        PROMISED
    }

    /** One point of the enumeration, and the table read from its text. */
    private record Case(List<Found> found, Stated stated, int startViewHead, long synced, int source, int replicas) {
        int baseHead() {
            return stated == Stated.PROMISED ? Math.min(startViewHead + 1, OPS) : startViewHead;
        }

        boolean isInSuffix(final int op) {
            return op <= baseHead() && (stated != Stated.HEAD_ONLY || op == startViewHead);
        }

        /** For R <= 2 a known commit is evidence. */
        long evidence() {
            return replicas <= 2 && stated == Stated.HEAD_ONLY ? Math.max(synced, startViewHead) : synced;
        }

        Found at(final int op) {
            return found.get(op - 1);
        }

        /** Something that counts names the checksum of the op. */
        boolean isNamed(final int op) {
            return isInSuffix(op)
                    || (source != SECTORS && op == synced)
                    || at(op) == Found.INTACT
                    || at(op) == Found.HEADER_ONLY
                    || (op < OPS && hasHeader(op + 1));
        }

        boolean hasHeader(final int op) {
            return isInSuffix(op)
                    || (source == MARK && op == synced)
                    || at(op) == Found.INTACT
                    || at(op) == Found.HEADER_ONLY
                    || (at(op) == Found.INTACT_OLD_TAG && op <= baseHead() && isNamed(op));
        }

        /** All sectors valid, same entry, checksum right, chains, and live; above the base head only in the present view. */
        boolean isClean(final int op) {
            return op <= baseHead()
                    ? at(op) == Found.INTACT || (at(op) == Found.INTACT_OLD_TAG && isNamed(op))
                    : at(op) == Found.INTACT && stated != Stated.PROMISED;
        }

        /** The row of the table; null for torn or never written. */
        EntryState expected(final int op) {
            if (isClean(op)) {
                return EntryState.CLEAN;
            }
            final boolean isOld = at(op) == Found.INTACT_OLD_TAG || at(op) == Found.OTHER_OLD_TAG;
            if (isOld && !isNamed(op) && op <= Math.min(startViewHead, baseHead())) {
                return EntryState.UNCONFIRMED;
            }
            if (op <= evidence()) {
                return EntryState.FAULTY;
            }
            if (op <= baseHead()) {
                return hasHeader(op) ? EntryState.MISSING : EntryState.UNKNOWN;
            }
            return null;
        }
    }

    @Test
    void shouldDecideEveryStateByExactlyOneRowOfTheTable() {
        start(List.of());
        enumerate();
    }

    /** The checkpoint ends one sector before the end of the ring; suffixes that reach below it start there. */
    @Test
    void shouldDecideEveryStateAboveACheckpointByExactlyOneRowOfTheTable() {
        start(List.of(4, 4, 3, 2, 2));
        assertEquals(16, positions[base + 1], "the op above the checkpoint skips to the next lap");
        enumerate();
    }

    private void enumerate() {
        final Map<EntryState, Integer> seen = new EnumMap<>(EntryState.class);
        int combinations = 0;
        for (final Found first : Found.values()) {
            for (final Found second : Found.values()) {
                for (final Found third : Found.values()) {
                    for (final Stated stated : Stated.values()) {
                        for (int head = 0; head <= OPS; head++) {
                            for (int replicas = 1; replicas <= 3; replicas++) {
                                for (int source = SUPERBLOCK; source <= SECTORS; source++) {
                                    for (long synced = 0; synced <= OPS; synced++) {
                                        check(
                                                new Case(
                                                        List.of(first, second, third),
                                                        stated,
                                                        head,
                                                        synced,
                                                        source,
                                                        replicas),
                                                seen);
                                        combinations++;
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        assertEquals(6 * 6 * 6 * 3 * 4 * 3 * 3 * 4, combinations);
        for (final EntryState state : EntryState.values()) {
            assertTrue(
                    state == EntryState.WRITING || seen.getOrDefault(state, 0) > 100,
                    state + " was reached " + seen.get(state));
        }
    }

    private void check(final Case one, final Map<EntryState, Integer> seen) {
        final Classification result = RecoveryClassifier.classify(input(one));
        int head = one.baseHead();
        for (int op = 1; op <= OPS; op++) {
            final EntryState expected = one.expected(op);
            if (expected == null) {
                break;
            }
            head = Math.max(head, op);
            assertEquals(expected, result.row(base + op).state(), () -> one.toString());
            seen.merge(expected, 1, Integer::sum);
        }
        assertEquals(base + head, result.head(), () -> one.toString());
        assertEquals(base + one.evidence(), result.syncedOp(), () -> one.toString());
        // An op that is cut names the head, if it is the one above, but is no part of the log itself.
        int named = head;
        while (named > 0 && !one.isNamed(named)) {
            named--;
        }
        assertEquals(one.evidence() <= named, result.isHeadCertain(), () -> one.toString());
    }

    private RecoveryInput input(final Case one) {
        final List<FoundEntry> entries = new ArrayList<>();
        for (int op = 1; op <= OPS; op++) {
            final TestPrepare prepare = log.get(base + op - 1);
            switch (one.at(op)) {
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
        final int head = one.startViewHead();
        final boolean isHeadOnly = one.stated() == Stated.HEAD_ONLY && head > 0;
        final int low = Math.max(1, base - 1);
        final VsrState.Builder state = superblock.toBuilder()
                .view(one.stated() == Stated.PROMISED ? LOG_VIEW + 2 : LOG_VIEW)
                .logView(LOG_VIEW)
                .commitMax(isHeadOnly ? base + head : base)
                .startView(TestPrepare.suffix(log, isHeadOnly ? base + head : low, base + head))
                .doViewChange(
                        one.stated() == Stated.PROMISED ? TestPrepare.suffix(log, low, base + one.baseHead()) : null);
        final List<FoundMark> marks = new ArrayList<>();
        if (one.synced() > 0) {
            final TestPrepare newest = log.get(base + (int) one.synced() - 1);
            if (one.source() == SUPERBLOCK) {
                state.synced(newest.op, newest.lo, newest.hi);
            } else if (one.source() == MARK) {
                marks.add(new FoundMark(0, 8, LOG_VIEW, newest.op, newest.ref()));
            }
            // A mark of a former logView is no evidence, however new it is.
            marks.add(new FoundMark(
                    1, 9, LOG_VIEW - 1, base + OPS + 1, log.get(base + OPS).ref()));
        }
        return new RecoveryInput(
                RING,
                one.replicas(),
                state.build(),
                marks,
                entries,
                base + (one.source() == SECTORS ? one.synced() : 0));
    }

    private FoundEntry entry(
            final TestPrepare prepare,
            final int op,
            final long tagLogView,
            final boolean isIntact,
            final boolean hasHeader) {
        return new FoundEntry(
                base + op,
                prepare.view,
                prepare.lo,
                hasHeader ? prepare.hi : 0,
                positions[base + op],
                2,
                tagLogView,
                isIntact,
                hasHeader ? prepare.ref() : null);
    }
}
