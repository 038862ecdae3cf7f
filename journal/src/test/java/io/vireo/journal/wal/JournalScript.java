package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

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

/**
 * One replica's journal living through a legal history drawn from a seed: prepares, view changes with and without gaps, repairs, crashes.
 * After every step it composes the images that a crash could leave now, recovers each with the real code, and hands the outcome to a
 * judge. The history itself is kept here as the truth: one log per logView.
 */
final class JournalScript {
    static final int RING_SECTORS = 24;
    static final int ENTRY_SECTORS_MAX = 4;
    static final int PREPARE_SIZE_MAX = ENTRY_SECTORS_MAX * SectorTag.PAYLOAD_LENGTH;
    static final int SUFFIX_MAX = 9;

    /** A recovered journal and what it was recovered under. */
    record Recovered(JournalRecovery recovery, PrepareJournal journal, VsrState superblock, TraceStorage storage) {}

    final SplittableRandom random;
    final int replicaCount;
    final boolean marked;

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

    TraceStorage storage;
    PrepareJournal journal;
    /** Durable superblock. */
    VsrState superblock = TestPrepare.emptyState();
    /** Superblock being written, or null. */
    VsrState pendingSuperblock;

    JournalScript(final long seed, final int replicaCount, final boolean marked, final int imagesMax) {
        random = new SplittableRandom(seed);
        this.replicaCount = replicaCount;
        this.marked = marked;
        this.imagesMax = imagesMax;
        logs.put(0L, new ArrayList<>());
        storage = new TraceStorage(new byte[(SyncMark.SLOTS + RING_SECTORS) * SECTOR]);
        take(recover(storage.durable, superblock));
    }

    static JournalContext context(final TraceStorage storage, final int replicaCount, final boolean marked) {
        return new JournalContext(
                storage,
                1,
                0,
                SyncMark.SLOTS * SECTOR,
                (long) RING_SECTORS * SECTOR,
                PREPARE_SIZE_MAX,
                TestPrepare.CLUSTER_LO,
                TestPrepare.CLUSTER_HI,
                0,
                TestPrepare.GROUP,
                11,
                12,
                replicaCount,
                marked,
                3);
    }

    Recovered recover(final byte[] image, final VsrState under) {
        final TraceStorage over = new TraceStorage(image);
        final JournalRecovery recovery = new JournalRecovery(context(over, replicaCount, marked), under);
        recovery.start();
        over.completeRecovery(recovery);
        return new Recovered(recovery, recovery.journal(), under, over);
    }

    void take(final Recovered recovered) {
        storage = recovered.storage();
        journal = recovered.journal();
        superblock = recovered.superblock();
        pendingSuperblock = null;
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
                    final int length) {}
        });
    }

    /** PrepareOk of this logView leaves for everything the journal lets go. */
    void acknowledge() {
        if (pendingSuperblock != null && pendingSuperblock.logView() > superblock.logView()) {
            return;
        }
        for (long op = journal.ackableOp(); op > 0; op--) {
            acked.put(log().get((int) op - 1), superblock.logView());
        }
    }

    /** The log this replica follows in memory. */
    List<TestPrepare> log() {
        return logs.get(logView());
    }

    long logView() {
        return pendingSuperblock != null ? pendingSuperblock.logView() : superblock.logView();
    }

    long view() {
        return pendingSuperblock != null ? pendingSuperblock.view() : superblock.view();
    }

    boolean isFrozen() {
        return view() > logView();
    }

    // ---- steps ----

    void step() {
        nowNs += random.nextInt(4) * 3_000_000L;
        journal.tick(nowNs);
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
                    complete(write);
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
        journal.append(log.get((int) op - 1).header());
        trace.add("append " + op);
        if (random.nextBoolean()) {
            write(true);
        }
    }

    /** Until there are checkpoints a log that exists fits the ring. */
    private static boolean fits(final List<TestPrepare> log, final int sectors) {
        final PrepareRing ring = new PrepareRing((long) RING_SECTORS * SECTOR, PREPARE_SIZE_MAX);
        long end = 0;
        for (final TestPrepare prepare : log) {
            end = ring.positionAfter(end, prepare.sectors()) + prepare.sectors();
        }
        return ring.positionAfter(end, sectors) + sectors <= RING_SECTORS;
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
                complete(write);
            }
        }
    }

    private static boolean isSlow(final TraceStorage.Write write) {
        return write.token % 3 == 0;
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
        for (long op = journal.head(); op > 0; op--) {
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
        if (journal.head() > 0 && low > journal.head()) {
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
                .synced(journal.syncedOp(), journal.syncedChecksumLo(), journal.syncedChecksumHi())
                .startView(startView)
                .doViewChange(doViewChange)
                .build();
    }

    /** A new view starts somewhere and this replica hears of it, or it hears of the present one. */
    void startView() {
        if (pendingSuperblock != null || replicaCount == 1) {
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
        if (started == logView() && head < journal.head()) {
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
        trace.add("start view " + started + " suffix " + low + ".." + head + " synced=" + journal.syncedOp());
        if (started > superblock.logView()) {
            acked.keySet().removeIf(prepare -> prepare.op > head || log.get((int) prepare.op - 1) != prepare);
            pendingSuperblock = nextSuperblock(started, started, suffix, null);
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
            if (!fits(log, sectors)) {
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
            trace.add("superblock view=" + superblock.view() + " logView=" + superblock.logView() + " synced="
                    + superblock.syncedOp());
            if (isNewLog) {
                journal.logViewDurable(superblock.logView());
                acknowledge();
            }
        }
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
        for (int sector = 0; sector < SyncMark.SLOTS + RING_SECTORS; sector++) {
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
        final StringBuilder text = new StringBuilder("head=" + journal.head() + " synced=" + journal.syncedOp());
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
