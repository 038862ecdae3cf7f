package io.vireo.journal.wal;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.RecoveryInput.FoundMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Decides what every op of a reopened log is: sections 4 and 5 of the storage rules as one pure, total function. Two passes: downwards
 * from what is certain (suffix, marks, superblock, entries of this logView) along the parent links, to tell the log's entries from
 * others; upwards from the checkpoint, to check places and to find the head. Used once per opening; allocates freely.
 *
 * <p>An entry of a former logView counts only if a parent link from above reaches it. That it chains from below is not enough. Story: M
 * is followed by N (small, view 1, dropped) right behind it, and by N' (large, view 2, committed) at the start of the next lap, so both
 * stay intact for a lap. N' and the op above it rot. From below N is a flawless child of M, and it is not the committed op.
 */
final class RecoveryClassifier {
    private final RecoveryInput in;
    private final VsrState state;
    private final CheckpointState checkpoint;
    private final long checkpointOp;
    private final long syncedOp;
    private final long baseHead;
    private final boolean isFrozen;
    private final PrepareFlyweight header = new PrepareFlyweight();
    private final List<FoundEntry> entries;

    private final HeaderRef[] headers;
    private final boolean[] hasChecksum;
    private final long[] los;
    private final long[] his;
    private final FoundEntry[] chosen;
    private final RecoveredRow[] rows;

    private int cursor;
    private long confirmedHeadOp;

    private RecoveryClassifier(final RecoveryInput in) {
        this.in = in;
        state = in.state();
        checkpoint = state.checkpoint();
        checkpointOp = checkpoint.op();
        entries = new ArrayList<>(in.entries());
        entries.sort(Comparator.comparingLong(FoundEntry::op).thenComparingLong(FoundEntry::position));
        // While view > logView the log is the one the stored DoViewChange states: it has been promised, and nothing was
        // added since.
        isFrozen = state.doViewChange() != null;
        baseHead = Math.max(
                checkpointOp,
                isFrozen ? state.doViewChange().headOp() : state.startView().headOp());
        syncedOp = evidence();
        Invariant.check(
                syncedOp <= Math.max(baseHead, checkpointOp + in.ring().sectors()),
                "more ops durable than the ring holds",
                syncedOp);
        long top = Math.max(baseHead, syncedOp);
        for (final FoundEntry entry : entries) {
            if (isOfThisView(entry) && entry.header() != null) {
                top = Math.max(top, entry.op());
            }
        }
        final int size = Math.toIntExact(top - checkpointOp) + 1;
        headers = new HeaderRef[size];
        hasChecksum = new boolean[size];
        los = new long[size];
        his = new long[size];
        chosen = new FoundEntry[size];
        rows = new RecoveredRow[size];
        hasChecksum[0] = true;
        los[0] = checkpoint.checksumLo();
        his[0] = checkpoint.checksumHi();
    }

    static Classification classify(final RecoveryInput in) {
        final RecoveryClassifier classifier = new RecoveryClassifier(in);
        classifier.descend();
        return classifier.ascend();
    }

    /** Highest op of which something that counts states that it was durable here. */
    private long evidence() {
        long highest = Math.max(checkpointOp, Math.max(state.syncedOp(), in.sectorSyncedOp()));
        for (final FoundMark mark : in.marks()) {
            if (mark.logView() == state.logView()) {
                highest = Math.max(highest, mark.syncedOp());
            }
        }
        return in.replicaCount() <= 2 ? Math.max(highest, knownCommit()) : highest;
    }

    /** For R &lt;= 2 every replication quorum includes this replica, so what is committed was durable here. */
    private long knownCommit() {
        long commit = state.commitMax();
        commit = Math.max(commit, highestCommit(state.startView()));
        if (isFrozen) {
            commit = Math.max(commit, highestCommit(state.doViewChange()));
        }
        for (final FoundMark mark : in.marks()) {
            if (mark.logView() == state.logView()) {
                commit = Math.max(commit, at(mark.header()).commit());
            }
        }
        for (final FoundEntry entry : entries) {
            if (isOfThisView(entry) && entry.header() != null) {
                commit = Math.max(commit, at(entry.header()).commit());
            }
        }
        return commit;
    }

    private long highestCommit(final HeaderSuffix suffix) {
        long commit = 0;
        for (long op = suffix.lowOp(); op <= suffix.headOp(); op++) {
            final HeaderRef known = headerOf(suffix, op);
            commit = known == null ? commit : Math.max(commit, at(known).commit());
        }
        return commit;
    }

    // ---- downwards: which entry is the log's ----

    private void descend() {
        cursor = entries.size();
        for (int row = headers.length - 1; row > 0; row--) {
            final long op = checkpointOp + row;
            while (cursor > 0 && entries.get(cursor - 1).op() > op) {
                cursor--;
            }
            int first = cursor;
            while (first > 0 && entries.get(first - 1).op() == op) {
                first--;
            }
            final List<FoundEntry> found = entries.subList(first, cursor);
            cursor = first;
            identify(row, op, found);
            if (hasChecksum[row]) {
                choose(row, op, found);
            } else if (op <= Math.min(baseHead, state.startView().headOp())) {
                final List<FoundEntry> claims = intact(found);
                if (!claims.isEmpty()) {
                    rows[row] = RecoveredRow.unconfirmed(claims);
                }
            }
        }
    }

    private void identify(final int row, final long op, final List<FoundEntry> found) {
        HeaderRef known = op <= baseHead ? headerOf(state.startView(), op) : null;
        if (known == null && isFrozen) {
            known = headerOf(state.doViewChange(), op);
        }
        if (known != null) {
            know(row, known);
            return;
        }
        if (row + 1 < headers.length && headers[row + 1] != null) {
            know(row, at(headers[row + 1]).parentLo(), header.parentHi());
            return;
        }
        for (final FoundMark mark : in.marks()) {
            if (mark.logView() == state.logView() && mark.syncedOp() == op) {
                know(row, mark.header());
                return;
            }
        }
        if (op == state.syncedOp() && (state.syncedChecksumLo() | state.syncedChecksumHi()) != 0) {
            know(row, state.syncedChecksumLo(), state.syncedChecksumHi());
            return;
        }
        final FoundEntry only = onlyOfThisView(found, op);
        if (only != null) {
            know(row, only.header());
        }
    }

    /** The entry of this logView that claims the op, if exactly one prepare does; an intact one before a mere header. */
    private FoundEntry onlyOfThisView(final List<FoundEntry> found, final long op) {
        FoundEntry only = null;
        for (final FoundEntry entry : found) {
            if (entry.header() == null || !isOfThisView(entry) || (op > baseHead && entry.view() != state.logView())) {
                continue;
            }
            if (only != null && (only.checksumLo() != entry.checksumLo() || only.checksumHi() != entry.checksumHi())) {
                return null;
            }
            only = only != null && only.isIntact() ? only : entry;
        }
        return only;
    }

    private void know(final int row, final HeaderRef known) {
        headers[row] = known;
        know(row, at(known).checksumLo(), header.checksumHi());
    }

    private void know(final int row, final long lo, final long hi) {
        hasChecksum[row] = true;
        los[row] = lo;
        his[row] = hi;
    }

    /** Finds the bytes, or at least the header, of the prepare whose checksum is known. */
    private void choose(final int row, final long op, final List<FoundEntry> found) {
        for (final FoundEntry entry : found) {
            if (entry.header() == null || entry.checksumLo() != los[row] || entry.checksumHi() != his[row]) {
                continue;
            }
            // Above the StartView's head only what was written under it can be part of the log.
            if (op > baseHead && (isFrozen || !isOfThisView(entry) || entry.view() != state.logView())) {
                continue;
            }
            if (headers[row] == null) {
                headers[row] = entry.header();
            }
            if (entry.isIntact() && chosen[row] == null) {
                chosen[row] = entry;
            }
        }
        for (final FoundMark mark : in.marks()) {
            if (headers[row] == null
                    && mark.logView() == state.logView()
                    && at(mark.header()).checksumLo() == los[row]
                    && header.checksumHi() == his[row]) {
                headers[row] = mark.header();
            }
        }
    }

    private boolean isOfThisView(final FoundEntry entry) {
        return entry.tagLogView() == state.logView();
    }

    private static List<FoundEntry> intact(final List<FoundEntry> found) {
        final List<FoundEntry> intact = new ArrayList<>();
        for (final FoundEntry entry : found) {
            if (entry.isIntact()) {
                intact.add(entry);
            }
        }
        return intact;
    }

    // ---- upwards: places, states, head ----

    private Classification ascend() {
        long end = checkpoint.endPosition();
        long head = checkpointOp;
        confirmedHeadOp = checkpointOp;
        int row = 1;
        for (; row < rows.length; row++) {
            final long op = checkpointOp + row;
            FoundEntry entry = chosen[row];
            if (entry != null && end >= 0 && in.ring().positionAfter(end, entry.count()) != entry.position()) {
                entry = null;
            }
            if (op > baseHead && headers[row] != null && !chainsTo(row)) {
                entry = null;
                headers[row] = null;
                hasChecksum[row] = false;
            }
            final RecoveredRow claimed = rows[row];
            rows[row] = decide(op, entry, headers[row], claimed);
            if (rows[row] == null) {
                break;
            }
            head = op;
            end = endOf(row, entry, end);
        }
        for (int i = row - 1; i > 0; i--) {
            if (hasChecksum[i]) {
                confirmedHeadOp = checkpointOp + i;
                break;
            }
        }
        final int headRow = row - 1;
        return new Classification(
                checkpointOp,
                head,
                baseHead,
                syncedOp,
                syncedOp <= confirmedHeadOp,
                hasChecksum[headRow],
                los[headRow],
                his[headRow],
                Arrays.copyOf(rows, row));
    }

    /** The table of section 5, its rows in their order; null cuts the op and everything above. */
    private RecoveredRow decide(
            final long op, final FoundEntry entry, final HeaderRef known, final RecoveredRow claimed) {
        if (entry != null) {
            return RecoveredRow.clean(entry);
        }
        if (claimed != null) {
            // Intact, below the suffix, and nothing says yet whether it is the log's: header repair will.
            return claimed;
        }
        if (op <= syncedOp) {
            return RecoveredRow.faulty(known);
        }
        if (op <= baseHead) {
            return RecoveredRow.missing(known);
        }
        return null;
    }

    private boolean chainsTo(final int row) {
        return !hasChecksum[row - 1]
                || (at(headers[row]).parentLo() == los[row - 1] && header.parentHi() == his[row - 1]);
    }

    private long endOf(final int row, final FoundEntry entry, final long end) {
        if (entry != null) {
            return entry.position() + entry.count();
        }
        if (end < 0 || headers[row] == null) {
            return -1;
        }
        final int count = PrepareRing.entrySectors(at(headers[row]).size());
        return in.ring().positionAfter(end, count) + count;
    }

    /** The header of {@code op}, or null outside of the suffix and where it is blank. */
    private static HeaderRef headerOf(final HeaderSuffix suffix, final long op) {
        final boolean isThere = op <= suffix.headOp() && op >= suffix.lowOp() && !suffix.isBlank(op);
        return isThere ? new HeaderRef(suffix.headers(), suffix.offset(op)) : null;
    }

    private PrepareFlyweight at(final HeaderRef ref) {
        return header.wrap(ref.buffer(), ref.offset());
    }
}
