package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.VsrState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One replica's journal living through a legal history drawn from a seed: prepares, view changes with and without gaps, repairs, crashes.
 * After every step it composes the images that a crash could leave now, recovers each with the real code, and hands the outcome to a
 * judge. The history itself is kept here as the truth: one log per logView, from its first op.
 *
 * <p>With checkpoints it also draws own checkpoints, checkpoints of other replicas, what a quorum has, and reads, and every write is
 * checked when it is submitted: over nothing in flight, and over nothing that min(own durable checkpoint, quorum) does not cover.
 */
final class JournalScript {
    static final int RING_SECTORS = 24;
    static final int ENTRY_SECTORS_MAX = 4;
    static final int PREPARE_SIZE_MAX = ENTRY_SECTORS_MAX * SectorTag.PAYLOAD_LENGTH;
    static final int SUFFIX_MAX = 9;

    private static final int NO_CHECKPOINT = 0;
    private static final int OWN_CHECKPOINT = 1;
    private static final int OTHER_CHECKPOINT = 2;

    /** What a read was asked for, and after how many installed StartViews. */
    private record Asked(TestPrepare prepare, long startViews) {}

    /** A recovered journal and what it was recovered under. */
    record Recovered(JournalRecovery recovery, PrepareJournal journal, VsrState superblock, TraceStorage storage) {}

    final SplittableRandom random;
    final int replicaCount;
    final boolean marked;
    final boolean hasCheckpoints;
    final PrepareRing ring;
    /** With checkpoints more than a lap: then a write can be in flight while the ring wraps to its place. */
    final int stagingEntries;

    /** The log of every view that started; the last is the present truth. */
    final TreeMap<Long, List<TestPrepare>> logs = new TreeMap<>();
    /** Prepares acknowledged by this replica and not dropped since by a StartView it installed; and the logView it did so in. */
    final Map<TestPrepare, Long> acked = new TreeMap<>((a, b) -> a.op != b.op
            ? Long.compare(a.op, b.op)
            : a.lo != b.lo ? Long.compare(a.lo, b.lo) : Long.compare(a.hi, b.hi));

    final List<String> trace = new ArrayList<>();
    final int imagesMax;
    /** Ops that a view inherited: its StartView's head is not below. */
    private final TreeMap<Long, Long> inherited = new TreeMap<>();

    long commit;
    long salt;
    long nowNs;
    long images;
    long unconfirmed;
    long gaps;
    long cuts;
    long repairs;
    long checkpoints;
    long installs;
    long reads;
    long emptyReads;
    long servedBelow;
    long laps;

    /** Highest checkpoint that a quorum of the cluster has; what the replica has been told of it. */
    long clusterQuorum;

    private long toldQuorum;
    private long startViews;
    private boolean isSticky;
    private final Map<Long, Asked> asked = new TreeMap<>();
    private long nextRead;

    TraceStorage storage;
    PrepareJournal journal;
    /** Durable superblock. */
    VsrState superblock = TestPrepare.emptyState();
    /** Superblock being written, or null. */
    VsrState pendingSuperblock;

    private int pendingCheckpoint;
    /** The StartView of this view is installed and its superblock write waits for the present one, or null. */
    private Long queuedView;

    private HeaderSuffix queuedSuffix;

    JournalScript(final long seed, final int replicaCount, final boolean marked, final int imagesMax) {
        this(seed, replicaCount, marked, imagesMax, RING_SECTORS, false);
    }

    JournalScript(
            final long seed,
            final int replicaCount,
            final boolean marked,
            final int imagesMax,
            final int ringSectors,
            final boolean hasCheckpoints) {
        random = new SplittableRandom(seed);
        this.replicaCount = replicaCount;
        this.marked = marked;
        this.imagesMax = imagesMax;
        this.hasCheckpoints = hasCheckpoints;
        stagingEntries = hasCheckpoints ? 2 * ringSectors / ENTRY_SECTORS_MAX : JournalContext.STAGING_ENTRIES_MIN;
        ring = new PrepareRing((long) ringSectors * SECTOR, PREPARE_SIZE_MAX);
        logs.put(0L, new ArrayList<>());
        storage = new TraceStorage(new byte[(SyncMark.SLOTS + ringSectors) * SECTOR]);
        take(recover(storage.durable, superblock));
    }

    static JournalContext context(final TraceStorage storage, final int replicaCount, final boolean marked) {
        return context(storage, replicaCount, marked, RING_SECTORS, JournalContext.STAGING_ENTRIES_MIN);
    }

    static JournalContext context(
            final TraceStorage storage,
            final int replicaCount,
            final boolean marked,
            final long ringSectors,
            final int stagingEntries) {
        return new JournalContext(
                storage,
                1,
                0,
                SyncMark.SLOTS * SECTOR,
                ringSectors * SECTOR,
                PREPARE_SIZE_MAX,
                TestPrepare.CLUSTER_LO,
                TestPrepare.CLUSTER_HI,
                0,
                TestPrepare.GROUP,
                11,
                12,
                replicaCount,
                marked,
                stagingEntries);
    }

    private JournalContext context(final TraceStorage over) {
        return context(over, replicaCount, marked, ring.sectors(), stagingEntries);
    }

    Recovered recover(final byte[] image, final VsrState under) {
        final TraceStorage over = new TraceStorage(image);
        final JournalRecovery recovery = new JournalRecovery(context(over), under);
        recovery.start();
        over.completeRecovery(recovery);
        assertTrue(over.writes.isEmpty(), "recovery writes");
        return new Recovered(recovery, recovery.journal(), under, over);
    }

    void take(final Recovered recovered) {
        storage = recovered.storage();
        journal = recovered.journal();
        superblock = recovered.superblock();
        pendingSuperblock = null;
        pendingCheckpoint = NO_CHECKPOINT;
        queuedView = null;
        toldQuorum = superblock.checkpointQuorumOp();
        asked.clear();
        if (hasCheckpoints) {
            storage.heldReads = new ArrayList<>();
            storage.observer = this::checkWrite;
        }
        journal.listener(new PrepareJournal.Listener() {
            @Override
            public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
                acknowledge();
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
                checkRead(token, op, prepare, offset, length);
            }
        });
    }

    /** PrepareOk of this logView leaves for everything the journal lets go. */
    void acknowledge() {
        if (logView() > superblock.logView()) {
            return;
        }
        for (long op = journal.ackableOp(); op > journal.checkpointOp(); op--) {
            acked.put(log().get((int) op - 1), superblock.logView());
        }
    }

    /** The log this replica follows in memory. */
    List<TestPrepare> log() {
        return logs.get(logView());
    }

    long logView() {
        if (queuedView != null) {
            return queuedView;
        }
        return pendingSuperblock != null ? pendingSuperblock.logView() : superblock.logView();
    }

    long view() {
        if (queuedView != null) {
            return queuedView;
        }
        return pendingSuperblock != null ? pendingSuperblock.view() : superblock.view();
    }

    boolean isFrozen() {
        return view() > logView();
    }

    // ---- steps ----

    void step() {
        nowNs += random.nextInt(4) * 3_000_000L;
        journal.tick(nowNs);
        if (hasCheckpoints && random.nextInt(3) == 0) {
            checkpointStep();
            return;
        }
        switch (random.nextInt(20)) {
            case 0:
            case 1:
            case 2:
                append();
                break;
            case 3:
            case 4:
                write(random.nextBoolean());
                break;
            case 5:
            case 6:
                journal.flush();
                trace.add("flush");
                break;
            case 7:
            case 8:
                completeWrite();
                break;
            case 9:
            case 10:
                completeSync();
                break;
            case 11:
                repairHeader();
                break;
            case 12:
                completeSuperblock();
                break;
            case 13:
                if (random.nextInt(3) == 0) {
                    changeView();
                }
                break;
            case 14:
                if (random.nextInt(2) == 0) {
                    startView();
                }
                break;
            case 15:
                commitMore();
                break;
            case 16:
            case 17:
                completeSuperblock();
                break;
            default:
                settle();
        }
    }

    /** A calm moment: what can be written is, and everything submitted completes. */
    private void settle() {
        write(true);
        for (int i = 0; i < 3; i++) {
            journal.flush();
            for (final TraceStorage.Write write : incomplete()) {
                if (!isSlow(write) || random.nextBoolean()) {
                    completeUnlessStuck(write);
                }
            }
            for (final TraceStorage.Sync sync : List.copyOf(storage.syncs)) {
                if (storage.canComplete(sync)) {
                    storage.complete(sync);
                    journal.onCompletion(sync.token(), 0);
                }
            }
            nowNs += 5_000_000L;
            journal.tick(nowNs);
        }
        trace.add("settled ack=" + journal.ackableOp() + " synced=" + journal.syncedOp());
    }

    void append() {
        if (isFrozen() || !journal.hasChecksum(journal.head())) {
            return;
        }
        final List<TestPrepare> log = log();
        final long op = journal.head() + 1;
        if (op > log.size()) {
            final int sectors = 1 + random.nextInt(random.nextInt(4) == 0 ? ENTRY_SECTORS_MAX : 2);
            if (logView() != logs.lastKey() || log.size() - commit >= SUFFIX_MAX - 2 || !fits(log, sectors)) {
                return;
            }
            log.add(TestPrepare.after(last(log), logView(), sectors, commit, salt++));
        }
        if (!journal.hasSpaceFor(log.get((int) op - 1).size)) {
            return;
        }
        journal.append(log.get((int) op - 1).header());
        trace.add("append " + op);
        if (random.nextBoolean()) {
            write(true);
        }
    }

    /** A log that exists fits the ring of a replica that has the checkpoint of the quorum. */
    private boolean fits(final List<TestPrepare> log, final int sectors) {
        final long[] positions = TestPrepare.positions(log, ring);
        final long reuseEnd = end(log, positions, clusterQuorum);
        return ring.positionAfter(end(log, positions, log.size()), sectors) + sectors <= reuseEnd + ring.sectors();
    }

    private static long end(final List<TestPrepare> log, final long[] positions, final long op) {
        return op == 0 ? 0 : positions[(int) op] + log.get((int) op - 1).sectors();
    }

    private static TestPrepare last(final List<TestPrepare> log) {
        return log.isEmpty() ? null : log.get(log.size() - 1);
    }

    void write(final boolean all) {
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            if (journal.isWritable(op)) {
                final TestPrepare prepare = log().get((int) op - 1);
                journal.write(op, prepare.bytes, 0);
                trace.add("write " + op);
                if (!all) {
                    return;
                }
            }
        }
    }

    /** Writes complete in any order; some are slow. */
    void completeWrite() {
        for (final TraceStorage.Write write : incomplete()) {
            if (random.nextInt(isSlow(write) ? 16 : 3) == 0 || (!isSlow(write) && random.nextBoolean())) {
                completeUnlessStuck(write);
            }
        }
    }

    private static boolean isSlow(final TraceStorage.Write write) {
        return write.token % 3 == 0;
    }

    /** Longer than slow: the cluster goes on for a lap meanwhile. */
    private boolean isStuck(final TraceStorage.Write write) {
        return isSticky && write.token % 7 == 0;
    }

    private List<TraceStorage.Write> incomplete() {
        final List<TraceStorage.Write> incomplete = new ArrayList<>();
        for (int i = storage.durableWrites; i < storage.writes.size(); i++) {
            if (!storage.writes.get(i).isCompleted) {
                incomplete.add(random.nextInt(incomplete.size() + 1), storage.writes.get(i));
            }
        }
        return incomplete;
    }

    private void completeUnlessStuck(final TraceStorage.Write write) {
        if (!isStuck(write)) {
            complete(write);
        }
    }

    private void complete(final TraceStorage.Write write) {
        storage.complete(write);
        journal.onCompletion(write.token, write.bytes.length);
        trace.add("written " + write.position / SECTOR + "+" + write.bytes.length / SECTOR);
    }

    void completeSync() {
        for (final TraceStorage.Sync sync : List.copyOf(storage.syncs)) {
            if (storage.canComplete(sync) && random.nextInt(4) != 0) {
                storage.complete(sync);
                journal.onCompletion(sync.token(), 0);
                trace.add("synced ack=" + journal.ackableOp());
                return;
            }
        }
    }

    void repairHeader() {
        for (long op = journal.head(); op > journal.checkpointOp(); op--) {
            if (!journal.hasHeader(op) && journal.hasChecksum(op)) {
                journal.setHeader(log().get((int) op - 1).header());
                repairs++;
                trace.add("header " + op);
                acknowledge();
                return;
            }
        }
    }

    void commitMore() {
        final long durableElsewhere =
                replicaCount <= 2 ? highestAcked() : logs.lastEntry().getValue().size();
        if (durableElsewhere > commit) {
            commit += 1 + random.nextLong(durableElsewhere - commit);
            trace.add("commit " + commit);
        }
    }

    private long highestAcked() {
        long highest = 0;
        final List<TestPrepare> log = logs.lastEntry().getValue();
        for (final TestPrepare prepare : log) {
            if (!acked.containsKey(prepare)) {
                break;
            }
            highest = prepare.op;
        }
        return highest;
    }

    /** This replica leaves its view and promises its log. */
    void changeView() {
        if (pendingSuperblock != null || replicaCount == 1) {
            return;
        }
        long low = journal.head();
        while (low > 0 && low > journal.head() - SUFFIX_MAX + 1 && low - 1 > commit - 1 && journal.hasHeader(low)) {
            low--;
        }
        while (low <= journal.head() && !(low > 0 && journal.hasHeader(low))) {
            low++;
        }
        if (journal.head() > journal.checkpointOp() && low > journal.head()) {
            return;
        }
        final HeaderSuffix promise = TestPrepare.suffix(log(), Math.max(low, 1), journal.head());
        pendingSuperblock =
                nextSuperblock(superblock.view() + 1, superblock.logView(), superblock.startView(), promise);
        trace.add("view change to " + pendingSuperblock.view() + " promising " + low + ".." + journal.head());
    }

    private VsrState nextSuperblock(
            final long view, final long logView, final HeaderSuffix startView, final HeaderSuffix doViewChange) {
        return superblock.toBuilder()
                .view(view)
                .logView(logView)
                .commitMax(Math.max(commit, superblock.commitMax()))
                .checkpointQuorum(journal.checkpointQuorumOp(), journal.checkpointQuorumEnd())
                .synced(journal.syncedOp(), journal.syncedChecksumLo(), journal.syncedChecksumHi())
                .startView(startView)
                .doViewChange(doViewChange)
                .build();
    }

    /** A new view starts somewhere and this replica hears of it, or it hears of the present one. */
    void startView() {
        final boolean isFree = pendingSuperblock == null || (pendingCheckpoint != NO_CHECKPOINT && queuedView == null);
        if (!isFree || replicaCount == 1) {
            return;
        }
        if (random.nextInt(3) != 0 || logs.lastKey() < view() || logs.lastKey() == logView()) {
            newView();
        }
        final long started = logs.lastKey();
        if (started < view() || (started == view() && isFrozen() && started == logView())) {
            return;
        }
        final List<TestPrepare> log = logs.get(started);
        final long head =
                started == logView() ? log.size() : Math.max(inherited.get(started), log.size() - random.nextLong(2));
        if ((started == logView() && head < journal.head()) || head < journal.checkpointOp()) {
            return;
        }
        final long low = Math.max(1, Math.min(commit, head) - random.nextLong(2));
        gaps += low - 1 > journal.head() ? 1 : 0;
        cuts += journal.head() > head
                        || (journal.head() >= 1
                                && !journal.matches(
                                        journal.head(),
                                        log.get((int) journal.head() - 1).lo,
                                        log.get((int) journal.head() - 1).hi))
                ? 1
                : 0;
        final HeaderSuffix suffix = TestPrepare.suffix(log, low, head);
        journal.installStartView(head, suffix.headers(), 0, suffix.count(), commit, started);
        startViews++;
        trace.add("start view " + started + " suffix " + low + ".." + head + " synced=" + journal.syncedOp());
        if (started > superblock.logView()) {
            acked.keySet().removeIf(prepare -> prepare.op > head || log.get((int) prepare.op - 1) != prepare);
            if (pendingSuperblock == null) {
                pendingSuperblock = nextSuperblock(started, started, suffix, null);
            } else {
                queuedView = started;
                queuedSuffix = suffix;
            }
        }
    }

    /** The canonical log of the next view: committed ops of the present one, some more of one or another, and new ones. */
    private void newView() {
        final long next = Math.max(logs.lastKey(), view()) + 1;
        final List<TestPrepare> present = logs.lastEntry().getValue();
        List<TestPrepare> source = present;
        final List<List<TestPrepare>> all = new ArrayList<>(logs.values());
        final List<TestPrepare> other = all.get(random.nextInt(all.size()));
        if (other.size() >= commit && other.subList(0, (int) commit).equals(present.subList(0, (int) commit))) {
            source = other;
        }
        final int keep = (int) commit + random.nextInt(source.size() - (int) commit + 1);
        final List<TestPrepare> log = new ArrayList<>(source.subList(0, keep));
        // Sometimes the cluster goes far ahead of this replica, so that the suffix does not reach its log.
        final int more = random.nextInt(3) == 0 ? 3 + random.nextInt(7) : random.nextInt(3);
        for (int i = 0; i < more; i++) {
            final int sectors = 1 + random.nextInt(random.nextInt(4) == 0 ? ENTRY_SECTORS_MAX : 2);
            // A StartView carries all above the commit, and sometimes one or two below it.
            if (!fits(log, sectors) || log.size() - commit >= HeaderSuffix.COUNT_MAX - 2) {
                break;
            }
            log.add(TestPrepare.after(last(log), next, sectors, commit, salt++));
        }
        logs.put(next, log);
        inherited.put(next, Math.max(keep, commit));
        if (replicaCount > 2 && (more > 3 || log.size() - commit > SUFFIX_MAX - 2)) {
            commit = Math.max(commit, log.size() - random.nextInt(3));
        }
        inherited.merge(next, Math.min(commit, log.size()), Math::max);
        trace.add("view " + next + " begins with " + keep + " kept, head " + log.size() + " commit " + commit);
    }

    void completeSuperblock() {
        if (pendingSuperblock != null) {
            final boolean isNewLog = pendingSuperblock.logView() > superblock.logView();
            superblock = pendingSuperblock;
            pendingSuperblock = null;
            moveCheckpoint();
            if (queuedView != null) {
                pendingSuperblock = nextSuperblock(queuedView, queuedView, queuedSuffix, null);
                queuedView = null;
            }
            trace.add("superblock view=" + superblock.view() + " logView=" + superblock.logView() + " synced="
                    + superblock.syncedOp());
            if (isNewLog) {
                journal.logViewDurable(superblock.logView());
                acknowledge();
            }
        }
    }

    // ---- checkpoints ----

    private void checkpointStep() {
        isSticky = random.nextInt(4) != 0 && isSticky || random.nextInt(12) == 0;
        switch (random.nextInt(9)) {
            case 0:
                takeCheckpoint();
                break;
            case 1:
                goOn();
                break;
            case 8:
                repairHeader();
                write(true);
                break;
            case 2:
                installOtherCheckpoint();
                break;
            case 3:
                raiseClusterQuorum();
                break;
            case 4:
                tell(toldQuorum + random.nextLong(clusterQuorum - toldQuorum + 1));
                break;
            case 5:
                read();
                break;
            case 6:
                completeRead();
                break;
            default:
                completeSuperblock();
        }
    }

    /** A good part of a lap without trouble, up to where it stops by itself. */
    private void goOn() {
        final int rounds = 1 + random.nextInt(8);
        for (int round = 0; round < rounds; round++) {
            append();
            append();
            write(true);
            settle();
            commitMore();
            completeSuperblock();
            takeCheckpoint();
            raiseClusterQuorum();
            if (random.nextInt(3) != 0) {
                completeSuperblock();
                raiseClusterQuorum();
                tell(toldQuorum + random.nextLong(clusterQuorum - toldQuorum + 1));
            }
        }
    }

    /** A snapshot of something applied is complete; what was applied need not be durable in the journal. */
    private void takeCheckpoint() {
        final long applied = Math.min(commit, journal.contiguousHeaders());
        if (pendingSuperblock != null || applied <= journal.checkpointOp()) {
            return;
        }
        final long op = applied - random.nextLong(Math.min(3, applied - journal.checkpointOp()));
        if (op > logs.lastEntry().getValue().size()
                || log().get((int) op - 1) != logs.lastEntry().getValue().get((int) op - 1)) {
            return;
        }
        pendingCheckpoint = OWN_CHECKPOINT;
        pendingSuperblock = withCheckpoint(op);
        checkpoints++;
        trace.add("checkpoint " + op + " synced=" + pendingSuperblock.syncedOp());
    }

    /** State synchronization: another replica's checkpoint, below or above the head. */
    private void installOtherCheckpoint() {
        final long highest = Math.min(commit, log().size());
        if (replicaCount < 3
                || pendingSuperblock != null
                || isFrozen()
                || logView() != logs.lastKey()
                || highest <= journal.checkpointOp()
                || random.nextInt(3) != 0) {
            return;
        }
        long op = journal.checkpointOp() + 1 + random.nextLong(highest - journal.checkpointOp());
        if (random.nextBoolean() && journal.contiguousHeaders() < journal.head()) {
            // Right below what a StartView has brought.
            long low = journal.head();
            while (low > op && journal.hasHeader(low)) {
                low--;
            }
            op = Math.min(low, highest);
        }
        assertTrue(journal.isInstallable(TestPrepare.checkpoint(log(), op, ring)), "op " + op);
        pendingCheckpoint = OTHER_CHECKPOINT;
        pendingSuperblock = withCheckpoint(op);
        installs++;
        trace.add("install " + op + " head=" + journal.head() + " synced=" + pendingSuperblock.syncedOp());
    }

    private VsrState withCheckpoint(final long op) {
        final VsrState.Builder next =
                nextSuperblock(
                        superblock.view(), superblock.logView(), superblock.startView(), superblock.doViewChange())
                        .toBuilder();
        final TestPrepare prepare = log().get((int) op - 1);
        if (op > journal.syncedOp()) {
            next.synced(op, prepare.lo, prepare.hi);
        }
        return next.checkpoint(TestPrepare.checkpoint(log(), op, ring)).build();
    }

    private void moveCheckpoint() {
        final int kind = pendingCheckpoint;
        pendingCheckpoint = NO_CHECKPOINT;
        if (kind == OWN_CHECKPOINT) {
            journal.checkpoint(superblock.checkpoint());
        } else if (kind == OTHER_CHECKPOINT) {
            journal.installCheckpoint(superblock.checkpoint());
        }
        if (kind != NO_CHECKPOINT) {
            acknowledge();
        }
    }

    private void raiseClusterQuorum() {
        // A quorum of one or two includes this replica.
        final long highest = replicaCount <= 2 ? superblock.checkpoint().op() : commit;
        if (highest > clusterQuorum) {
            clusterQuorum += 1 + random.nextLong(highest - clusterQuorum);
            trace.add("quorum has " + clusterQuorum);
        }
    }

    private void tell(final long op) {
        final long before = journal.log().reuseOp();
        toldQuorum = Math.max(toldQuorum, op);
        journal.checkpointQuorum(op);
        trace.add("told quorum " + op + ": reuse " + before + " -> "
                + journal.log().reuseOp());
    }

    private void read() {
        final long lowest = journal.lowestServableOp();
        if (journal.head() < lowest) {
            return;
        }
        final long op = lowest + random.nextLong(journal.head() - lowest + 1);
        if (!journal.isServable(op)) {
            return;
        }
        final TestPrepare prepare = log().get((int) op - 1);
        assertTrue(journal.matches(op, prepare.lo, prepare.hi), "op " + op + " is served but not the log's");
        if (journal.read(op, prepare.lo, prepare.hi, nextRead)) {
            asked.put(nextRead++, new Asked(prepare, startViews));
            servedBelow += op <= journal.checkpointOp() ? 1 : 0;
            trace.add("read " + op);
        }
    }

    private void completeRead() {
        if (!storage.heldReads.isEmpty()) {
            final TraceStorage.Read read = storage.heldReads.get(random.nextInt(storage.heldReads.size()));
            storage.fill(read, random);
            journal.onCompletion(read.token(), read.length());
        }
    }

    /** The very prepare or nothing; nothing only if it is not here any more. */
    private void checkRead(
            final long token, final long op, final DirectBuffer found, final int offset, final int length) {
        final Asked of = asked.remove(token);
        if (of == null) {
            return;
        }
        reads++;
        if (length == 0) {
            emptyReads++;
            // Of the checkpoint's op the header is kept, and so it stays servable, when its bytes may be written over.
            final boolean isStillHere = op >= journal.lowestServableOp()
                    && journal.isServable(op)
                    && journal.matches(op, of.prepare.lo, of.prepare.hi)
                    && of.startViews == startViews;
            assertTrue(!isStillHere, "a read of op " + op + " found damage where there is none");
            return;
        }
        assertTrue(length == of.prepare.size && op == of.prepare.op, "another prepare than asked for: op " + op);
        for (int i = 0; i < length; i++) {
            assertTrue(
                    found.getByte(offset + i) == of.prepare.bytes.getByte(i), "other bytes than asked for: op " + op);
        }
    }

    /** The rules of what may be written over, checked on what is submitted and on what lies there. */
    private void checkWrite(final long position, final byte[] bytes) {
        for (int i = storage.durableWrites; i < storage.writes.size(); i++) {
            final TraceStorage.Write other = storage.writes.get(i);
            assertTrue(
                    other.isCompleted
                            || other.position >= position + bytes.length
                            || position >= other.position + other.bytes.length,
                    "a write over one in flight");
        }
        final long covered = Math.min(superblock.checkpoint().op(), toldQuorum);
        final SectorTag tag = new SectorTag(context(storage).seed());
        for (int at = 0; at < bytes.length; at += SECTOR) {
            final long sector = (position + at) / SECTOR;
            final long place = sector - SyncMark.SLOTS;
            if (place < 0) {
                continue;
            }
            tag.wrap(new UnsafeBuffer(bytes), at);
            assertTrue(tag.isValid(place), "a sector that is not valid where it is written");
            final long op = tag.op();
            laps = Math.max(laps, tag.position() / ring.sectors());
            assertTrue(log().get((int) op - 1).lo == tag.entry(), "op " + op + " is not the log's");
            assertTrue(tag.position() == TestPrepare.positions(log(), ring)[(int) op], "position of op " + op);
            for (final byte[] version : storage.versions((int) sector)) {
                tag.wrap(new UnsafeBuffer(version), 0);
                if (!tag.isValid(place) || tag.op() > log().size()) {
                    continue;
                }
                final boolean isOfLog = log().get((int) tag.op() - 1).lo == tag.entry();
                assertTrue(
                        !isOfLog || tag.op() == op || tag.op() <= covered,
                        "op " + op + " is written over op " + tag.op() + ", covered is " + covered);
            }
        }
    }

    /** Peace: told everything, with every header and prepare at hand. What the ring has space for becomes clean. */
    void heal() {
        isSticky = false;
        while (pendingSuperblock != null) {
            completeSuperblock();
        }
        if (isFrozen()) {
            return;
        }
        tell(clusterQuorum);
        for (long op = journal.head(); op > journal.checkpointOp(); op--) {
            repairHeader();
        }
        for (int i = 0; i < 60; i++) {
            settle();
        }
        for (final TraceStorage.Read read : List.copyOf(storage.heldReads)) {
            storage.fill(read, random);
            journal.onCompletion(read.token(), read.length());
        }
        boolean isComplete = true;
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            assertTrue(journal.endPosition(op) >= 0, "no position of op " + op);
            final boolean fits = journal.endPosition(op) <= journal.log().reuseEnd() + ring.sectors();
            assertTrue(
                    journal.state(op) == EntryState.CLEAN || !fits,
                    "op " + op + " is not healed: " + describe(journal));
            isComplete &= fits;
        }
        assertTrue(!isComplete || journal.ackableOp() == journal.head(), "not acknowledged: " + describe(journal));
        assertTrue(journal.contiguousHeaders() == journal.head(), "headers are missing");
    }

    // ---- crashes ----

    /** Hands every image a crash could leave now (all of them, or {@code imagesMax} drawn ones) to the judge, recovered. */
    void judge(final Consumer<Recovered> judge) {
        forEachImage((image, under) -> {
            images++;
            judge.accept(recover(image, under));
        });
    }

    interface ImageVisitor {
        void visit(byte[] image, VsrState under);
    }

    void forEachImage(final ImageVisitor visitor) {
        final List<VsrState> superblocks =
                pendingSuperblock == null ? List.of(superblock) : List.of(superblock, pendingSuperblock);
        final List<Integer> sectors = new ArrayList<>();
        final List<List<byte[]>> versions = new ArrayList<>();
        long combinations = 1;
        for (int sector = 0; sector < SyncMark.SLOTS + ring.sectors(); sector++) {
            final List<byte[]> of = storage.versions(sector);
            if (of.size() > 1) {
                sectors.add(sector);
                versions.add(of);
                combinations = Math.min(combinations * of.size(), 1L << 40);
            }
        }
        for (final VsrState under : superblocks) {
            final boolean all = combinations <= imagesMax;
            final long count = all ? combinations : imagesMax;
            for (long number = 0; number < count; number++) {
                final byte[] image = storage.durable.clone();
                long rest = number;
                for (int i = 0; i < sectors.size(); i++) {
                    final List<byte[]> of = versions.get(i);
                    final int pick;
                    if (all) {
                        pick = (int) (rest % of.size());
                        rest /= of.size();
                    } else {
                        pick = number == 0 ? 0 : number == 1 ? of.size() - 1 : random.nextInt(of.size());
                    }
                    System.arraycopy(of.get(pick), 0, image, sectors.get(i) * SECTOR, SECTOR);
                }
                visitor.visit(image, under);
            }
        }
    }

    /** Dies and comes back with one of the images, damaged as the caller likes. */
    void crash(final Consumer<byte[]> damage) {
        final List<byte[]> images = new ArrayList<>();
        final List<VsrState> superblocks = new ArrayList<>();
        forEachImage((image, under) -> {
            images.add(image);
            superblocks.add(under);
        });
        final int pick = random.nextInt(images.size());
        damage.accept(images.get(pick));
        final Recovered recovered = recover(images.get(pick), superblocks.get(pick));
        take(recovered);
        trace.add("crash: " + recovered.recovery().report());
        acknowledge();
    }

    /** Log, head and states as one line. */
    static String describe(final PrepareJournal journal) {
        final StringBuilder text = new StringBuilder(
                "checkpoint=" + journal.checkpointOp() + " head=" + journal.head() + " synced=" + journal.syncedOp());
        final PrepareFlyweight header = new PrepareFlyweight();
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            text.append(' ').append(op).append(':').append(journal.state(op));
            if (journal.hasHeader(op)) {
                text.append("/v").append(journal.header(op, header).view());
            }
        }
        return text.toString();
    }

    /** Ops this replica has acknowledged, for messages. */
    Set<Long> ackedOps() {
        final Set<Long> ops = new HashSet<>();
        acked.keySet().forEach(prepare -> ops.add(prepare.op));
        return Collections.unmodifiableSet(ops);
    }
}
