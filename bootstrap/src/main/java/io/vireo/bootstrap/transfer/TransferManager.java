package io.vireo.bootstrap.transfer;

import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.StagingName;
import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/**
 * Brings the files of a checkpoint to this disk. What is wanted is the manifest without what is verified here, found anew whenever either changes:
 * nothing is given up, a newer manifest keeps what both list, and what an earlier attempt or another process has left is found by its content.
 * Some files at a time, each a {@link FileTransfer}; their chunks come from several peers by a {@link ChunkExchange}. A file counts only when its
 * name is durable.
 *
 * <p>A step machine over answers, completions and time, driven by the group's thread. Without space it takes on no further file and blames
 * nobody; files that have theirs go on. Source: bootstrap and transfer, section 5.
 */
public final class TransferManager {
    /** Times in a row that nobody had a chunk of a file before {@link #isStuck}. */
    private static final int FAILURES_MAX = 4;

    private static final int SLOT_SHIFT = 40;
    private static final int SLOT_MASK = 0xff;
    /** Of the tokens of the manager's own I/O. */
    private static final int OWN_SLOT = SLOT_MASK;

    private static final int LIST = 1;
    private static final int DIRECTORY = 2;
    private static final int DELETE = 3;

    private final Storage storage;
    private final SegmentLimits segmentLimits;
    private final TransferLimits limits;
    private final int replicaCount;
    private final long tokens;
    private final TransferPort port;
    private final TransferCounters counters;
    private final PeerScores peers;
    private final ChunkExchange exchange;
    private final StagingFiles staging;
    /** Files at work, obsolete ones until their last I/O has ended; null where there is none. */
    private final WantedFile[] slots;

    /** By place; each has the memory of a chunk, from its first file on. */
    private final ChunkScan[] scans;

    private final SlotTokens[] slotTokens;
    /** Those whose names the directory sync under way makes durable. */
    private final ArrayList<WantedFile> naming = new ArrayList<>();

    private Manifest manifest = Manifest.EMPTY;
    /** By place in the manifest: what is verified under its final name, durably. */
    private BitSet verified = new BitSet();

    private long verifiedBytes;
    /** These, and those at work. */
    private BitSet begun = new BitSet();
    /** By place in the manifest: until when a file that made room for others is left alone, and its failures until then. */
    private long[] parkedUntilNs = {};

    private int[] parkedFailures = {};
    /** By place in the manifest: has made room for others, once or more often. */
    private BitSet parked = new BitSet();

    private boolean isListing;
    private boolean isSweepDue;
    private boolean isSuspended = true;
    private long nowNs;
    private long resumeAtNs;
    private int pauses;

    /**
     * @param storage files of the group, which nobody else uses meanwhile.
     * @param replica index of this one among {@code replicaCount}.
     * @param pieceLengthMax bytes that one answer can have; a multiple of the sector.
     * @param firstToken lowest of the storage tokens that are the manager's; it and the next 2^48 - 1 are.
     * @param random draws for requests and back-offs.
     * @param counters that go on where an attempt before has left them.
     */
    public TransferManager(
            final Storage storage,
            final SegmentLimits segmentLimits,
            final TransferLimits limits,
            final int replica,
            final int replicaCount,
            final int pieceLengthMax,
            final long firstToken,
            final LongSupplier random,
            final TransferPort port,
            final TransferCounters counters,
            final long nowNs) {
        this.counters = counters;
        this.storage = storage;
        this.segmentLimits = segmentLimits;
        this.limits = limits;
        this.replicaCount = replicaCount;
        this.port = port;
        this.nowNs = nowNs;
        tokens = firstToken;
        peers = new PeerScores(replicaCount, replica, pieceLengthMax, limits.stallNs(), random, nowNs);
        exchange = new ChunkExchange(storage, segmentLimits, limits, random, port, counters, peers, nowNs);
        staging = new StagingFiles(storage);
        slots = new WantedFile[limits.filesMax()];
        scans = new ChunkScan[limits.filesMax()];
        slotTokens = new SlotTokens[limits.filesMax()];
        for (int slot = 0; slot < slots.length; slot++) {
            slotTokens[slot] = new SlotTokens(tokens | (long) slot << SLOT_SHIFT);
        }
    }

    public TransferCounters counters() {
        return counters;
    }

    /** Files of the manifest that are verified here, durably. */
    public int verifiedFiles() {
        return verified.cardinality();
    }

    /** Bytes of them. */
    public long verifiedBytes() {
        return verifiedBytes;
    }

    /** Bytes of them, and of what is verified in the staging files of those at work, which a crash may take. */
    public long hereBytes() {
        long bytes = verifiedBytes;
        for (final WantedFile file : slots) {
            if (file != null && file.transfer.stage() != TransferStage.OBSOLETE) {
                final long inStaging = (long) file.transfer.verifiedChunks() * segmentLimits.chunkBytes();
                bytes += Math.min(inStaging, file.transfer.entry().size());
            }
        }
        return bytes;
    }

    /** Files that are looked at or fetched. */
    public int filesInFlight() {
        int files = 0;
        for (final WantedFile file : slots) {
            files += file == null ? 0 : 1;
        }
        return files;
    }

    /** Chunks that are asked for or written. */
    public int chunksInFlight() {
        return exchange.inFlight();
    }

    /** True once every file of the manifest is verified under its name, durably, and nothing is left in staging. */
    public boolean isComplete() {
        return staging.isListed()
                && verified.cardinality() == manifest.count()
                && filesInFlight() == 0
                && staging.isEmpty();
    }

    /** True if nobody gives a file, for long: another checkpoint may help. It is asked for all the same. */
    public boolean isStuck() {
        for (final WantedFile file : slots) {
            if (file != null && file.failures > FAILURES_MAX) {
                return true;
            }
        }
        return false;
    }

    /** These files are wanted from now on, whatever was before; the same ones again if others may have them by now. */
    public void target(final Manifest wanted, final long monotonicNs) {
        onTime(monotonicNs);
        counters.targets++;
        isSuspended = false;
        final BitSet stillVerified = new BitSet(wanted.count());
        for (int i = 0; i < wanted.count(); i++) {
            final int former = manifest.indexOf(wanted.entry(i).key());
            stillVerified.set(
                    i,
                    former >= 0
                            && verified.get(former)
                            && manifest.entry(former).isSameAs(wanted.entry(i)));
        }
        verified = stillVerified;
        verifiedBytes = 0;
        for (int i = verified.nextSetBit(0); i >= 0; i = verified.nextSetBit(i + 1)) {
            verifiedBytes += wanted.entry(i).size();
        }
        begun = (BitSet) verified.clone();
        parkedUntilNs = new long[wanted.count()];
        Arrays.fill(parkedUntilNs, nowNs);
        parkedFailures = new int[wanted.count()];
        final BitSet stillParked = new BitSet(wanted.count());
        for (int i = 0; i < wanted.count(); i++) {
            final int former = manifest.indexOf(wanted.entry(i).key());
            stillParked.set(
                    i,
                    former >= 0 && parked.get(former) && manifest.entry(former).isSameAs(wanted.entry(i)));
        }
        parked = stillParked;
        manifest = wanted;
        counters.enqueued += manifest.count() - verified.cardinality();
        for (final WantedFile file : slots) {
            if (file != null && file.transfer.stage() != TransferStage.OBSOLETE) {
                retarget(file);
            }
        }
        isSweepDue = true;
        if (!isListing) {
            isListing = true;
            storage.list(ownToken(LIST));
        }
        pump();
    }

    private void retarget(final WantedFile file) {
        final ManifestEntry entry = file.transfer.entry();
        final int index = manifest.indexOf(entry.key());
        if (index >= 0 && manifest.entry(index).isSameAs(entry)) {
            file.index = index;
            file.failures = 0;
            file.askAgain(nowNs);
            begun.set(index);
        } else {
            counters.obsolete++;
            exchange.drop(file);
            file.transfer.obsolete();
        }
    }

    /** Nobody is asked for anything until the next {@link #target}. */
    public void suspend() {
        isSuspended = true;
    }

    /** Time has passed. */
    public void onTick(final long monotonicNs) {
        onTime(monotonicNs);
        exchange.onTick();
        if (nowNs >= resumeAtNs && !staging.isDeleting()) {
            for (final WantedFile file : slots) {
                if (file != null && file.transfer.stage() == TransferStage.PAUSED) {
                    file.transfer.resume();
                }
            }
        }
        pump();
    }

    /**
     * An answer of a peer, of whatever bytes; late and repeated ones too.
     *
     * @param number as in the request.
     * @param position of the first byte in the file; the {@code length} bytes are at {@code offset} of the buffer.
     */
    public void onAnswer(
            final long monotonicNs,
            final int peer,
            final long number,
            final TransferCode code,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        onTime(monotonicNs);
        exchange.onAnswer(peer, number, code, position, buffer, offset, length);
        pump();
    }

    /** A completion of the storage with a token of the manager. */
    public void onCompletion(final long token, final long result) {
        final int slot = (int) (token >>> SLOT_SHIFT) & SLOT_MASK;
        if (slot == OWN_SLOT) {
            onOwnCompletion((int) token & 0xff);
        } else {
            final WantedFile file = slot < slots.length ? slots[slot] : null;
            final boolean isAwaited =
                    file != null && (file.transfer.onCompletion(token, result) || exchange.onWritten(file, token));
            if (!isAwaited) {
                trouble(TransferTrouble.STALE_COMPLETION, null);
            } else {
                onStep(file);
            }
        }
        pump();
    }

    private void onOwnCompletion(final int kind) {
        switch (kind) {
            case LIST -> staging.onListed();
            case DELETE -> staging.onDeleted();
            default -> {
                for (final WantedFile file : naming) {
                    if (file.transfer.stage() == TransferStage.NAMED) {
                        file.transfer.onNamesDurable();
                        onDone(file);
                    }
                }
                naming.clear();
            }
        }
    }

    private void onStep(final WantedFile file) {
        if (file.transfer.stage() == TransferStage.PAUSED) {
            trouble(TransferTrouble.NO_SPACE, file.transfer.entry());
            // Story: an older content of the segment has the space that the newer one needs, and would go when that is
            // here.
            final boolean isTriedAtOnce = staging.deleteOne(this::isNeededWithoutSpace, ownToken(DELETE));
            resumeAtNs = isTriedAtOnce
                    ? nowNs
                    : nowNs + limits.stallNs() + peers.jitter(limits.stallNs() << Math.min(pauses++, 6));
        } else if (!file.isCopied && file.transfer.hasCopied()) {
            file.isCopied = true;
            isSweepDue = true;
        } else if (file.transfer.badReadBacks() > file.badReadBacks) {
            file.badReadBacks = file.transfer.badReadBacks();
            file.retryAtNs = nowNs + peers.jitter(limits.stallNs() << Math.min(file.badReadBacks, 6));
            trouble(TransferTrouble.READ_BACK, file.transfer.entry());
        }
    }

    private void onDone(final WantedFile file) {
        verified.set(file.index);
        verifiedBytes += file.transfer.entry().size();
        counters.walked++;
        if (file.transfer.isKept()) {
            counters.kept++;
        } else {
            counters.pulled++;
            counters.resumed += file.transfer.foundBytes() > 0 ? 1 : 0;
            counters.bytesSaved += file.transfer.foundBytes();
        }
        pauses = 0;
        peers.onFile();
        vacate(file);
    }

    private void vacate(final WantedFile file) {
        slots[file.slot] = null;
        staging.onEnded(file.transfer.part(), file.transfer.partName());
        isSweepDue = true;
    }

    // What can be done now

    private void pump() {
        if (!staging.isListed()) {
            return;
        }
        for (final WantedFile file : slots) {
            if (file != null && file.transfer.stage() == TransferStage.OBSOLETE && file.transfer.isIdle()) {
                vacate(file);
            }
        }
        if (isSweepDue) {
            isSweepDue = false;
            staging.sweep(this::isNeeded, ownToken(DELETE));
        }
        park();
        beginFiles();
        if (!isSuspended) {
            for (final WantedFile file : slots) {
                if (file != null) {
                    exchange.open(file);
                }
            }
            exchange.ask();
        }
        syncNames();
    }

    /** True if a staging file may still be of use. */
    private boolean isNeeded(final String name) {
        final SegmentKey key = StagingName.keyOf(name);
        final WantedFile file = atWork(key);
        if (file != null) {
            return name.equals(file.transfer.part()) || !file.transfer.hasCopied();
        }
        final int index = manifest.indexOf(key);
        return index >= 0 && !verified.get(index);
    }

    /** True if a staging file is of use although there is no space: it has the content that is wanted, or is in use now. */
    private boolean isNeededWithoutSpace(final String name) {
        final SegmentKey key = StagingName.keyOf(name);
        final WantedFile file = atWork(key);
        final int index = manifest.indexOf(key);
        return file != null && file.transfer.stage() != TransferStage.PAUSED
                || index >= 0 && name.equals(StagingName.of(manifest.entry(index)));
    }

    /** The file of this segment that has a place, wanted or not; null if none has. */
    private WantedFile atWork(final SegmentKey key) {
        for (final WantedFile file : slots) {
            if (file != null && file.transfer.entry().key().equals(key)) {
                return file;
            }
        }
        return null;
    }

    /** Story: as many files as there are places, or a chunk of each, nobody has now, and all the others wait behind them. */
    private void park() {
        int next = -1;
        for (final WantedFile file : slots) {
            if (file != null && exchange.isStalled(file)) {
                next = nextAfter(next);
                if (next < 0) {
                    return;
                }
                // This one gets its place.
                counters.parked++;
                parked.set(file.index);
                begun.clear(file.index);
                parkedUntilNs[file.index] = file.retryAtNs;
                parkedFailures[file.index] = file.failures;
                file.transfer.obsolete();
                vacate(file);
            }
        }
    }

    private void beginFiles() {
        // Story: a staging file is being deleted, a newer manifest lists its content after all, and its transfer finds
        // a name that goes.
        if (staging.isDeleting()) {
            return;
        }
        int index = -1;
        for (int slot = 0; slot < slots.length && !isPaused(); slot++) {
            if (slots[slot] == null) {
                index = nextAfter(index);
                if (index < 0) {
                    return;
                }
                begin(index, slot);
            }
        }
    }

    /**
     * The file that gets a place after the one with this index did, -1 for the first: in the order of the manifest those that never had a place, then
     * those that gave theirs away. Story: nobody has many files at the head of the manifest; who tries them again as soon as they are due never
     * comes to the files behind them.
     *
     * @return negative if there is none.
     */
    private int nextAfter(final int former) {
        int from = former + 1;
        if (former < 0 || !parked.get(former)) {
            final int fresh = nextClear(from, false);
            if (fresh >= 0) {
                return fresh;
            }
            from = 0;
        }
        return nextClear(from, true);
    }

    private int nextClear(final int from, final boolean isParked) {
        for (int i = begun.nextClearBit(from); i < manifest.count(); i = begun.nextClearBit(i + 1)) {
            if (parked.get(i) == isParked && canBegin(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean canBegin(final int index) {
        // Of one that became obsolete its staging file is in use until its last I/O has ended.
        return nowNs >= parkedUntilNs[index] && atWork(manifest.entry(index).key()) == null;
    }

    private boolean isPaused() {
        for (final WantedFile file : slots) {
            if (file != null && file.transfer.stage() == TransferStage.PAUSED) {
                return true;
            }
        }
        return false;
    }

    private void begin(final int index, final int slot) {
        final ManifestEntry entry = manifest.entry(index);
        begun.set(index);
        if (scans[slot] == null) {
            scans[slot] = new ChunkScan(storage, segmentLimits);
        }
        final FileTransfer transfer = new FileTransfer(
                storage, scans[slot], entry, staging.of(entry.key(), StagingName.of(entry)), slotTokens[slot]);
        slots[slot] = new WantedFile(transfer, index, slot, replicaCount, nowNs);
        slots[slot].failures = parkedFailures[index];
        transfer.start();
    }

    /** One directory sync for all that have got their names. */
    private void syncNames() {
        if (!naming.isEmpty()) {
            return;
        }
        for (final WantedFile file : slots) {
            if (file != null && file.transfer.stage() == TransferStage.NAMED) {
                naming.add(file);
            }
        }
        if (!naming.isEmpty()) {
            storage.syncDirectory(ownToken(DIRECTORY));
        }
    }

    private void onTime(final long monotonicNs) {
        nowNs = monotonicNs;
        exchange.onTime(monotonicNs);
    }

    private long ownToken(final int kind) {
        return tokens | (long) OWN_SLOT << SLOT_SHIFT | kind;
    }

    private void trouble(final TransferTrouble trouble, final ManifestEntry entry) {
        counters.on(trouble);
        port.onTrouble(trouble, entry, ChunkFetch.NOBODY);
    }
}
