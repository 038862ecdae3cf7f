package io.vireo.sim.storage;

import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.FileName;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import io.vireo.sim.random.Draws;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The disk of one group of one replica, all in memory: a durable layer, the pages a process reads, and the writes in between. Completions
 * come in virtual time and out of order. {@link #crash} decides what un-synced writes become; {@link #damage} rots what is durable.
 * Survives the processes that use it. A sector's bytes are never changed in place: layers share them.
 */
public final class SimDisk implements Storage {
    /** Told about everything a crash can be aimed at. */
    public interface Watch {
        /** False once the process is dead: nothing it still submits takes place. */
        boolean isAlive();

        void on(DiskEvent event);
    }

    /** Follows reads, writes and syncs, for pictures. What a crash ends has no end here. */
    public interface Listener {
        /**
         * @param number of the call at this disk, from 1.
         * @param file handle.
         * @param sector first sector of a write, -1 for another call.
         * @param sectors of a write.
         */
        default void onCall(
                final long number, final DiskCall call, final int file, final int sector, final int sectors) {}

        default void onDone(final long number) {}
    }

    /** Chooses sectors of a file. */
    @FunctionalInterface
    public interface SectorTest {
        boolean test(int sector, byte[] bytes);
    }

    /** Says what of the un-synced survives the end of a machine. */
    public interface SectorFate {
        /**
         * @param sector of the data file.
         * @param index of the sector in its write of {@code count} sectors.
         * @param bytes that were to be written.
         */
        boolean survives(int sector, int index, int count, byte[] bytes);

        /** True if all sectors of other files survive, and all names. */
        boolean survivesElsewhere();
    }

    private static final byte[] UNREADABLE = new byte[0];
    private static final byte[] ZERO = new byte[SECTOR];

    private static final class Inode {
        final int handle;
        final boolean isData;
        /** In sectors: what is durable, what processes see, and that with the growth of all writes in flight. */
        int durableCount;

        int count;
        int submittedCount;
        boolean isClosed;
        byte[][] durable;
        byte[][] cached;
        /** What the durable sector replaced, for a write that turns out never to have landed. */
        byte[][] former;
        /** What a reader gets in place of the durable sector, null where it is sound. */
        byte[][] rot;
        /** In order of submission; removed once durable. */
        final ArrayList<Write> pending = new ArrayList<>();

        final ArrayList<Sync> syncs = new ArrayList<>();
        long nextSequence;

        Inode(final int handle, final boolean isData, final long size) {
            this.handle = handle;
            this.isData = isData;
            final int sectors = (int) (size / SECTOR);
            durableCount = sectors;
            count = sectors;
            submittedCount = sectors;
            durable = new byte[sectors][];
            cached = new byte[sectors][];
            former = new byte[sectors][];
            rot = new byte[sectors][];
        }

        void reserve(final int sectors) {
            if (sectors > durable.length) {
                final int length = Math.max(sectors, 2 * durable.length);
                durable = Arrays.copyOf(durable, length);
                cached = Arrays.copyOf(cached, length);
                former = Arrays.copyOf(former, length);
                rot = Arrays.copyOf(rot, length);
            }
        }
    }

    private static final class Write {
        final long sequence;
        final int first;
        final int sectors;
        DirectBuffer buffer;
        int offset;
        byte[][] data;
        boolean isCompleted;

        Write(final long sequence, final int first, final int sectors, final DirectBuffer buffer, final int offset) {
            this.sequence = sequence;
            this.first = first;
            this.sectors = sectors;
            this.buffer = buffer;
            this.offset = offset;
        }

        int end() {
            return first + sectors;
        }

        /** Takes the bytes as they are now: they belong to the storage until the completion. */
        void take() {
            if (data == null) {
                data = new byte[sectors][];
                for (int i = 0; i < sectors; i++) {
                    data[i] = new byte[SECTOR];
                    buffer.getBytes(offset + i * SECTOR, data[i]);
                }
                buffer = null;
            }
        }
    }

    private record Sync(long below, long token) {}

    /** A completion that waits to be let through; {@code write} is null where it is none. */
    private record Held(DiskCall call, Inode inode, Write write, EventQueue.Event event) {}

    private record NameChange(String from, String to, Inode inode) {}

    private final EventQueue queue;
    private final Draws latency;
    private final DiskStatistics statistics;
    private final DurableImage image;
    private final List<Inode> inodes = new ArrayList<>();
    private final ArrayDeque<Long> completions = new ArrayDeque<>();
    private final List<NameChange> nameChanges = new ArrayList<>();
    private TreeMap<String, Inode> names = new TreeMap<>();
    private TreeMap<String, Inode> durableNames = new TreeMap<>();
    private List<String> listed = List.of();
    private final EnumSet<DiskCall> heldCalls = EnumSet.noneOf(DiskCall.class);
    private final ArrayList<Held> held = new ArrayList<>();
    private SyncFailure nextSyncFailure;
    private String failure;
    private DiskFaults faults;
    private Watch watch;
    private Listener listener;
    private long calls;
    private int life;
    private int pendingWrites;
    /** Submissions of the present process without a completion. */
    private int inFlight;

    private boolean isResetting;
    private long resetToken;

    public SimDisk(
            final EventQueue queue,
            final DiskFaults faults,
            final Draws latency,
            final DiskStatistics statistics,
            final DurableImage image) {
        this.queue = queue;
        this.faults = faults;
        this.latency = latency;
        this.statistics = statistics;
        this.image = image;
        image.files(new Files());
    }

    /** A process begins to use the disk. */
    public void attach(final Watch newWatch) {
        watch = newWatch;
    }

    /** Follows all calls from now on. */
    public void listener(final Listener newListener) {
        listener = newListener;
    }

    /** Other latencies from now on. */
    public void faults(final DiskFaults newFaults) {
        faults = newFaults;
    }

    /** What is on it for certain. */
    public DurableImage image() {
        return image;
    }

    /** Writes not yet durable. */
    public int pendingWrites() {
        return pendingWrites;
    }

    // Storage

    @Override
    public MutableDirectBuffer allocate(final int length) {
        return new UnsafeBuffer(new byte[length]);
    }

    @Override
    public void open(final String name, final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        final Inode inode = names.get(FileName.check(name));
        if (inode != null) {
            inode.isClosed = false;
        }
        completeLater(latency(faults.readMeanNs()), token, inode == null ? NOT_FOUND : inode.handle);
    }

    @Override
    public void create(final String name, final long size, final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        Invariant.check(size >= 0 && size % SECTOR == 0, "a file has a size of whole sectors", size);
        if (names.containsKey(FileName.check(name))) {
            completeLater(latency(faults.readMeanNs()), token, EXISTS);
            return;
        }
        final Inode inode = new Inode(inodes.size(), isData(name), size);
        inodes.add(inode);
        names.put(name, inode);
        nameChanges.add(new NameChange(null, name, inode));
        completeLater(latency(faults.writeMeanNs()), token, inode.handle);
    }

    @Override
    public long size(final int file) {
        return (long) open(file).count * SECTOR;
    }

    @Override
    public void close(final int file) {
        if (watch.isAlive()) {
            open(file).isClosed = true;
        }
    }

    @Override
    public void read(
            final int file,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        final Inode inode = open(file);
        checkWhole(position, length);
        final int submitted = life;
        later(DiskCall.READ, inode, null, latency(faults.readMeanNs()), () -> {
            if (submitted == life) {
                complete(token, readNow(inode, position, buffer, offset, length));
            }
        });
        watch.on(DiskEvent.READ_ISSUED);
    }

    @Override
    public void write(
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        final Inode inode = open(file);
        checkWhole(position, length);
        final int end = (int) ((position + length) / SECTOR);
        Invariant.check(
                end <= inode.submittedCount || position / SECTOR == inode.submittedCount,
                "a write lies inside the file or starts where it ends",
                position,
                length);
        inode.submittedCount = Math.max(inode.submittedCount, end);
        inode.reserve(end);
        statistics.writes++;
        final Write write = new Write(inode.nextSequence++, (int) (position / SECTOR), length / SECTOR, buffer, offset);
        checkNoneInTheWay(inode, write);
        inode.pending.add(write);
        pendingWrites++;
        final int submitted = life;
        later(DiskCall.WRITE, inode, write, latency(faults.writeMeanNs()), () -> {
            if (submitted == life) {
                apply(inode, write);
                watch.on(DiskEvent.WRITE_APPLIED);
                complete(token, length);
                startSyncs(inode);
            }
        });
        watch.on(DiskEvent.WRITE_ISSUED);
    }

    @Override
    public void sync(final int file, final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        statistics.syncs++;
        final Inode inode = open(file);
        if (nextSyncFailure != null) {
            failSync(inode);
            return;
        }
        inode.syncs.add(new Sync(inode.nextSequence, token));
        startSyncs(inode);
        watch.on(DiskEvent.SYNC_ISSUED);
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        final Inode inode = names.remove(FileName.check(from));
        Invariant.check(inode != null, "a file that is renamed is there");
        names.put(FileName.check(to), inode);
        nameChanges.add(new NameChange(from, to, inode));
        completeLater(latency(faults.writeMeanNs()), token, 0);
    }

    @Override
    public void delete(final String name, final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        Invariant.check(names.remove(FileName.check(name)) != null, "a file that is deleted is there");
        nameChanges.add(new NameChange(name, null, null));
        completeLater(latency(faults.writeMeanNs()), token, 0);
    }

    @Override
    public void syncDirectory(final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        final int covered = nameChanges.size();
        final int submitted = life;
        queue.after(latency(faults.syncMeanNs()), () -> {
            if (submitted == life) {
                for (int i = 0; i < covered && !nameChanges.isEmpty(); i++) {
                    changeName(nameChanges.remove(0));
                }
                complete(token, 0);
            }
        });
    }

    @Override
    public void list(final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        final int submitted = life;
        queue.after(latency(faults.readMeanNs()), () -> {
            if (submitted == life) {
                listed = List.copyOf(names.keySet());
                complete(token, listed.size());
            }
        });
    }

    @Override
    public void reset(final long token) {
        if (!watch.isAlive()) {
            return;
        }
        inFlight++;
        isResetting = true;
        resetToken = token;
        if (inFlight == 1) {
            endReset();
            watch.on(DiskEvent.COMPLETED);
        }
    }

    @Override
    public List<String> listed() {
        return listed;
    }

    @Override
    public int poll(final Completions sink) {
        int count = 0;
        while (watch.isAlive() && completions.size() >= 2) {
            final long token = completions.poll();
            final long result = completions.poll();
            count++;
            sink.onCompletion(token, result);
        }
        if (watch.isAlive() && failure != null) {
            sink.onFailure(failure);
            failure = null;
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        life++;
        completions.clear();
        inFlight = 0;
        isResetting = false;
        heldCalls.clear();
        held.clear();
        nextSyncFailure = null;
        failure = null;
    }

    // Holding back

    /** From now on calls of this kind stay without effect and completion until they are released. */
    public void hold(final DiskCall call) {
        heldCalls.add(call);
    }

    /** Lets everything through again, what was held back first, oldest first. */
    public void release() {
        heldCalls.clear();
        release(call -> true, Integer.MAX_VALUE);
    }

    /** Lets the oldest calls of this kind through, so many at most; later ones are still held. Returns how many there were. */
    public int release(final DiskCall call, final int max) {
        return release(each -> each.call == call, max);
    }

    /** Lets writes through that are held back now and write such a sector of the data file. Returns how many there were. */
    public int releaseWrites(final SectorTest sectors) {
        return release(
                each -> each.write != null && each.inode.isData && touches(each.write, sectors), Integer.MAX_VALUE);
    }

    private int release(final Predicate<Held> which, final int max) {
        final List<Held> chosen = new ArrayList<>();
        for (int i = 0; i < held.size(); ) {
            if (chosen.size() < max && which.test(held.get(i))) {
                chosen.add(held.remove(i));
            } else {
                i++;
            }
        }
        for (final Held each : chosen) {
            queue.after(0, each.event);
        }
        return chosen.size();
    }

    private static boolean touches(final Write write, final SectorTest sectors) {
        write.take();
        for (int s = 0; s < write.sectors; s++) {
            if (sectors.test(write.first + s, write.data[s])) {
                return true;
            }
        }
        return false;
    }

    private void later(
            final DiskCall call,
            final Inode inode,
            final Write write,
            final long delayNs,
            final EventQueue.Event event) {
        final EventQueue.Event followed = listener == null ? event : followed(call, inode, write, event);
        if (heldCalls.contains(call)) {
            held.add(new Held(call, inode, write, followed));
        } else {
            queue.after(delayNs, followed);
        }
    }

    private EventQueue.Event followed(
            final DiskCall call, final Inode inode, final Write write, final EventQueue.Event event) {
        final long number = ++calls;
        final int submitted = life;
        listener.onCall(
                number, call, inode.handle, write == null ? -1 : write.first, write == null ? 0 : write.sectors);
        return () -> {
            if (submitted == life) {
                listener.onDone(number);
            }
            event.run();
        };
    }

    // Faults

    /** The next sync of the process that runs fails, once, and the process hears of it. */
    public void failNextSync(final SyncFailure kind) {
        nextSyncFailure = kind;
    }

    /** Later syncs succeed, and say nothing of what this one has lost: fsync reports an error once (ATC'20, "fsync failures"). */
    private void failSync(final Inode inode) {
        statistics.failedSyncs++;
        if (nextSyncFailure == SyncFailure.DROPPED) {
            for (int i = inode.pending.size() - 1; i >= 0; i--) {
                final Write write = inode.pending.get(i);
                if (write.isCompleted) {
                    statistics.droppedWrites++;
                    pendingWrites--;
                    inode.pending.remove(i);
                }
            }
            for (int sector = 0; sector < inode.count; sector++) {
                inode.cached[sector] = inode.rot[sector] == null ? inode.durable[sector] : inode.rot[sector];
            }
        }
        nextSyncFailure = null;
        failure = "a sync failed";
        watch.on(DiskEvent.COMPLETED);
    }

    /** The machine ends, and this rule says what becomes of all that no completed sync covers. */
    public void crash(final SectorFate fate) {
        close();
        for (final Inode inode : inodes) {
            inode.syncs.clear();
            inode.isClosed = false;
            for (final Write write : inode.pending) {
                write.take();
                for (int s = 0; s < write.sectors; s++) {
                    final boolean survives = inode.isData
                            ? fate.survives(write.first + s, s, write.sectors, write.data[s])
                            : fate.survivesElsewhere();
                    if (survives) {
                        statistics.keptWrites++;
                        keepSize(inode, write);
                        putDurable(inode, write.first + s, write.data[s], true);
                    } else {
                        statistics.lostWrites++;
                    }
                }
            }
            forgetPending(inode);
            inode.count = inode.durableCount;
            inode.submittedCount = inode.count;
        }
        for (final NameChange change : nameChanges) {
            if (fate.survivesElsewhere()) {
                changeName(change);
            }
        }
        nameChanges.clear();
        names = new TreeMap<>(durableNames);
    }

    /** The process that uses the disk ends, and with it what it had submitted. */
    public void crash(final CrashOutcome outcome, final Draws draws) {
        close();
        for (final Inode inode : inodes) {
            inode.syncs.clear();
            inode.isClosed = false;
            if (outcome == CrashOutcome.PROCESS_ONLY) {
                endProcess(inode, draws);
            } else {
                endMachine(inode, outcome, draws);
                inode.count = inode.durableCount;
            }
            inode.submittedCount = inode.count;
        }
        if (outcome != CrashOutcome.PROCESS_ONLY) {
            keepNames(outcome, draws);
            names = new TreeMap<>(durableNames);
        }
    }

    /** A prefix of the changes, as of a file system that keeps their order; of one that does not, any of them. */
    private void keepNames(final CrashOutcome outcome, final Draws draws) {
        final boolean isOrdered = outcome != CrashOutcome.SUBSET || draws.chance(1, 2);
        final int prefix = isOrdered && !nameChanges.isEmpty() ? draws.nextInt(nameChanges.size() + 1) : 0;
        for (int i = 0; i < nameChanges.size(); i++) {
            if (isOrdered ? i < prefix : draws.chance(1, 2)) {
                changeName(nameChanges.get(i));
                statistics.namesKept++;
            } else {
                statistics.namesLost++;
            }
        }
        nameChanges.clear();
    }

    /**
     * Damages a durable sector of a file, as a reader sees it, until it is written again.
     *
     * @return false if a write to it is under way, or it is damaged already.
     */
    public boolean damage(final int file, final int sector, final DamageKind kind, final Draws draws) {
        final Inode inode = inodes.get(file);
        if (inode.rot[sector] != null || isPending(inode, sector)) {
            return false;
        }
        final byte[] sound = content(inode, sector);
        final byte[] rotten = switch (kind) {
            case UNREADABLE -> UNREADABLE;
            case ZEROED -> ZERO;
            case STALE -> inode.former[sector] == null ? ZERO : inode.former[sector];
            case BIT, BYTE, SECTOR -> rotten(kind, sound, draws);
        };
        // An entry that was repaired in place was there before with the same bytes: its former sector is no damage to
        // it.
        final boolean isSame = Arrays.equals(sound, rotten)
                || kind == DamageKind.STALE
                        && inode.isData
                        && sector >= DurableImage.RING_START
                        && DurableImage.isSameSectorOfEntry(sound, rotten);
        if (isSame) {
            return false;
        }
        statistics.staleSectors += kind == DamageKind.STALE ? 1 : 0;
        statistics.zeroedSectors += kind == DamageKind.ZEROED ? 1 : 0;
        rot(inode, sector, rotten);
        return true;
    }

    /**
     * The write whose sector is {@link DamageKind#STALE} went astray: another sector of the file, sound until now, has its bytes.
     *
     * @return false if a write to that one is under way, or it is damaged already.
     */
    public boolean misdirect(final int file, final int sector, final int to) {
        final Inode inode = inodes.get(file);
        if (inode.rot[sector] == null || inode.rot[to] != null || isPending(inode, to)) {
            return false;
        }
        statistics.misdirectedWrites++;
        rot(inode, to, content(inode, sector));
        return true;
    }

    private static byte[] rotten(final DamageKind kind, final byte[] sound, final Draws draws) {
        final byte[] rotten = sound.clone();
        final int place = draws.nextInt(SECTOR);
        switch (kind) {
            case BIT -> rotten[place] = (byte) (rotten[place] ^ 1 << draws.nextInt(8));
            case BYTE -> rotten[place] = (byte) (rotten[place] ^ draws.between(1, 255));
            default -> fillGarbage(rotten, draws);
        }
        return rotten;
    }

    private void rot(final Inode inode, final int sector, final byte[] rotten) {
        inode.rot[sector] = rotten;
        inode.cached[sector] = rotten;
        if (inode.isData) {
            image.onDamaged(sector);
        }
    }

    private static byte[] content(final Inode inode, final int sector) {
        return inode.durable[sector] == null ? ZERO : inode.durable[sector];
    }

    /**
     * A file whose name is durable is not there any more.
     *
     * @return false if it was not there.
     */
    public boolean loseFile(final String name) {
        names.remove(name);
        return durableNames.remove(name) != null;
    }

    /** All files and names are gone, as on a new disk. */
    public void wipe() {
        names.clear();
        durableNames.clear();
        nameChanges.clear();
    }

    /** The newest data file, even while it has its temporary name. */
    public int dataFile() {
        int newest = inodes.size() - 1;
        while (!inodes.get(newest).isData) {
            newest--;
        }
        return newest;
    }

    /** Handle of the file that has this name now, for choosing what to damage; -1 if none has. */
    public int fileNamed(final String name) {
        final Inode inode = names.get(name);
        return inode == null ? -1 : inode.handle;
    }

    private static boolean isData(final String name) {
        return name.equals(DataFileLayout.FILE_NAME) || name.equals(DataFileFormatter.TEMPORARY_NAME);
    }

    private Inode open(final int file) {
        final Inode inode = inodes.get(file);
        Invariant.check(!inode.isClosed, "a handle is used while its file is open", file);
        return inode;
    }

    /** A device lets writes in flight land in any order: which of two that overlap is there in the end, nobody knows. */
    private static void checkNoneInTheWay(final Inode inode, final Write write) {
        for (final Write other : inode.pending) {
            Invariant.check(
                    other.isCompleted || other.end() <= write.first || write.end() <= other.first,
                    "no write is submitted while one in flight overlaps it",
                    write.first,
                    other.first);
        }
    }

    private static boolean isPending(final Inode inode, final int sector) {
        for (final Write write : inode.pending) {
            if (sector >= write.first && sector < write.first + write.sectors) {
                return true;
            }
        }
        return false;
    }

    private void endProcess(final Inode inode, final Draws draws) {
        for (int i = inode.pending.size() - 1; i >= 0; i--) {
            final Write write = inode.pending.get(i);
            if (!write.isCompleted) {
                if (draws.chance(1, 2)) {
                    statistics.keptWrites++;
                    apply(inode, write);
                } else {
                    statistics.lostWrites++;
                    inode.pending.remove(i);
                    pendingWrites--;
                }
            }
        }
    }

    private void endMachine(final Inode inode, final CrashOutcome outcome, final Draws draws) {
        final int count = inode.pending.size();
        final int prefix = count == 0 ? 0 : draws.nextInt(count + 1);
        for (int i = 0; i < count; i++) {
            final Write write = inode.pending.get(i);
            final boolean survives = switch (outcome) {
                case KEEP_ALL -> true;
                case PREFIX -> i < prefix;
                case SUBSET -> draws.chance(1, 2);
                case DROP_ALL, PROCESS_ONLY -> false;
            };
            if (survives) {
                write.take();
                keepSize(inode, write);
                if (draws.chance(faults.tornOf64(), 64)) {
                    tear(inode, write, draws);
                } else {
                    statistics.keptWrites++;
                    for (int s = 0; s < write.sectors; s++) {
                        putDurable(inode, write.first + s, write.data[s], true);
                    }
                }
            } else {
                statistics.lostWrites++;
                if (outcome != CrashOutcome.DROP_ALL && write.end() > inode.durableCount && draws.chance(1, 4)) {
                    keepSizeAlone(inode, write, draws);
                }
            }
        }
        forgetPending(inode);
    }

    private void forgetPending(final Inode inode) {
        for (final Write write : inode.pending) {
            for (int s = write.first; s < write.first + write.sectors; s++) {
                inode.cached[s] = inode.rot[s] == null ? inode.durable[s] : inode.rot[s];
            }
        }
        pendingWrites -= inode.pending.size();
        inode.pending.clear();
    }

    private static void keepSize(final Inode inode, final Write write) {
        inode.durableCount = Math.max(inode.durableCount, write.end());
    }

    /** The growth was recorded, the bytes were not written: the new sectors hold zeros or what their blocks held before. */
    private void keepSizeAlone(final Inode inode, final Write write, final Draws draws) {
        statistics.emptyGrowths++;
        for (int sector = Math.max(write.first, inode.durableCount); sector < write.end(); sector++) {
            if (draws.chance(faults.garbageOf64(), 64)) {
                final byte[] garbage = new byte[SECTOR];
                fillGarbage(garbage, draws);
                statistics.garbageSectors++;
                putDurable(inode, sector, garbage, false);
            }
        }
        keepSize(inode, write);
    }

    private void tear(final Inode inode, final Write write, final Draws draws) {
        statistics.tornWrites++;
        for (int s = 0; s < write.sectors; s++) {
            if (draws.chance(faults.garbageOf64(), 64)) {
                final byte[] garbage = write.data[s].clone();
                fillGarbage(garbage, draws);
                statistics.garbageSectors++;
                putDurable(inode, write.first + s, garbage, false);
            } else if (draws.chance(1, 2)) {
                putDurable(inode, write.first + s, write.data[s], true);
            }
        }
    }

    private static void fillGarbage(final byte[] sector, final Draws draws) {
        final UnsafeBuffer buffer = new UnsafeBuffer(sector);
        for (int i = 0; i < SECTOR; i += Long.BYTES) {
            buffer.putLong(i, draws.nextLong());
        }
    }

    // Layers

    private void apply(final Inode inode, final Write write) {
        write.take();
        write.isCompleted = true;
        System.arraycopy(write.data, 0, inode.cached, write.first, write.sectors);
        inode.count = Math.max(inode.count, write.end());
    }

    private void startSyncs(final Inode inode) {
        for (int i = 0; i < inode.syncs.size(); ) {
            final Sync sync = inode.syncs.get(i);
            if (isReady(inode, sync)) {
                inode.syncs.remove(i);
                final int submitted = life;
                later(DiskCall.SYNC, inode, null, latency(faults.syncMeanNs()), () -> {
                    if (submitted == life) {
                        makeDurable(inode, sync.below);
                        watch.on(DiskEvent.SYNC_DONE);
                        complete(sync.token, 0);
                    }
                });
            } else {
                i++;
            }
        }
    }

    private static boolean isReady(final Inode inode, final Sync sync) {
        for (final Write write : inode.pending) {
            if (write.sequence < sync.below && !write.isCompleted) {
                return false;
            }
        }
        return true;
    }

    private void makeDurable(final Inode inode, final long below) {
        int kept = 0;
        for (int i = 0; i < inode.pending.size(); i++) {
            final Write write = inode.pending.get(i);
            if (write.sequence < below) {
                keepSize(inode, write);
                for (int s = 0; s < write.sectors; s++) {
                    putDurable(inode, write.first + s, write.data[s], true);
                }
                pendingWrites--;
            } else {
                inode.pending.set(kept++, write);
            }
        }
        while (inode.pending.size() > kept) {
            inode.pending.remove(inode.pending.size() - 1);
        }
    }

    private void putDurable(final Inode inode, final int sector, final byte[] bytes, final boolean isAsWritten) {
        inode.former[sector] = inode.durable[sector];
        inode.durable[sector] = bytes;
        inode.rot[sector] = null;
        if (inode.isData) {
            image.onDurable(sector, bytes, isAsWritten);
        }
    }

    private long readNow(
            final Inode inode,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length) {
        final int first = (int) (position / SECTOR);
        if (first + length / SECTOR > inode.count) {
            statistics.failedReads++;
            return READ_FAILED;
        }
        for (int i = 0; i < length / SECTOR; i++) {
            final byte[] bytes = inode.cached[first + i];
            if (bytes == UNREADABLE) {
                statistics.failedReads++;
                return READ_FAILED;
            }
            if (bytes == null) {
                buffer.setMemory(offset + i * SECTOR, SECTOR, (byte) 0);
            } else {
                if (bytes == inode.rot[first + i]) {
                    statistics.rotReads++;
                }
                buffer.putBytes(offset + i * SECTOR, bytes, 0, SECTOR);
            }
        }
        return length;
    }

    private void changeName(final NameChange change) {
        if (change.from != null) {
            durableNames.remove(change.from);
        }
        if (change.to != null) {
            durableNames.put(change.to, change.inode);
        }
    }

    private void completeLater(final long delayNs, final long token, final long result) {
        final int submitted = life;
        queue.after(delayNs, () -> {
            if (submitted == life) {
                complete(token, result);
            }
        });
    }

    private void complete(final long token, final long result) {
        if (watch.isAlive()) {
            inFlight--;
            completions.add(token);
            completions.add(result);
            if (isResetting && inFlight == 1) {
                endReset();
            }
            watch.on(DiskEvent.COMPLETED);
        }
    }

    private void endReset() {
        isResetting = false;
        inFlight--;
        for (final Inode inode : inodes) {
            inode.isClosed = true;
        }
        completions.add(resetToken);
        completions.add(0L);
    }

    private long latency(final long meanNs) {
        final long usual = faults.latencyMinNs() + latency.exponential(meanNs);
        if (faults.stallOf64k() == 0 || !latency.chance(faults.stallOf64k(), 1 << 16)) {
            return usual;
        }
        statistics.stalls++;
        return usual + latency.exponential(faults.stallMeanNs());
    }

    private static void checkWhole(final long position, final int length) {
        Invariant.check(
                position >= 0 && length > 0 && position % SECTOR == 0 && length % SECTOR == 0,
                "reads and writes are of whole sectors",
                position,
                length);
    }

    /** Durable sectors of the data file that hold anything, for choosing what to damage. */
    public void writtenSectors(final IntArrayList out) {
        final Inode inode = inodes.get(dataFile());
        for (int sector = 0; sector < inode.durableCount; sector++) {
            if (inode.durable[sector] != null) {
                out.addInt(sector);
            }
        }
    }

    /** Bytes of a durable sector before any rot, or null if it was never written. */
    public byte[] durableSector(final int sector) {
        return inodes.get(dataFile()).durable[sector];
    }

    /** The durable layer of files, for auditors. */
    private final class Files implements DurableFiles {
        @Override
        public Collection<String> names() {
            return durableNames.keySet();
        }

        @Override
        public long length(final String name) {
            final Inode inode = durableNames.get(name);
            if (inode == null) {
                return NOT_FOUND;
            }
            int sectors = 0;
            while (sectors < inode.durableCount && inode.durable[sectors] != null) {
                sectors++;
            }
            return (long) sectors * SECTOR;
        }

        @Override
        public void read(final String name, final MutableDirectBuffer buffer) {
            final Inode inode = durableNames.get(name);
            for (int sector = 0; sector < buffer.capacity() / SECTOR; sector++) {
                buffer.putBytes(sector * SECTOR, content(inode, sector));
            }
        }
    }
}
