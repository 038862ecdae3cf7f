package io.vireo.journal.wal;

import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The log of this replica in memory: which prepares belong to it, at which positions they lie, what of each is on disk, how far it was
 * ever durable. Keeps the rules about live, unconfirmed and dead entries; does no I/O and knows no views beyond the logView it is given.
 * {@link PrepareJournal} drives it, on the thread of its group.
 *
 * <p>What is called faulty is derived, not stored: an op up to {@code syncedOp} that is neither intact nor in flight was durable here
 * once, so it is faulty; above {@code syncedOp} it was never acknowledged, so it is missing.
 *
 * <p>Three bounds move up and never down (section 6): the <b>checkpoint</b>, from which the log counts; the <b>reuse bound</b>, up to
 * which bytes may be overwritten; the <b>floor</b>, up to which rows are forgotten. floor &gt;= reuse bound &lt;= checkpoint: what lies
 * above the floor and up to the checkpoint is no longer part of this log's states, but is still served to others.
 */
final class LiveLog {
    /** The header is not known. */
    static final byte UNKNOWN = 0;
    /** An entry is on disk that may or may not belong to the log. */
    static final byte UNCONFIRMED = 1;
    /** The header belongs to the log. */
    static final byte KNOWN = 2;

    /** Nothing usable on disk. */
    static final byte NONE = 0;
    /** Staged, not yet handed to the storage. */
    static final byte QUEUED = 1;

    static final byte SUBMITTED = 2;
    static final byte DURABLE = 3;

    /** A further intact entry that claims an op which another unconfirmed entry claims too; found by recovery only. */
    static final class Claim {
        final HeaderRef header;
        final long position;
        final long tagLogView;

        Claim(final HeaderRef header, final long position, final long tagLogView) {
            this.header = header;
            this.position = position;
            this.tagLogView = tagLogView;
        }
    }

    private final PrepareRing ring;
    private final HeaderWindow window;
    private final PrepareFlyweight header = new PrepareFlyweight();
    private final PrepareFlyweight other = new PrepareFlyweight();
    private final Long2ObjectHashMap<List<Claim>> furtherClaims = new Long2ObjectHashMap<>();

    private long checkpointOp;
    private long checkpointLo;
    private long checkpointHi;
    private long checkpointEnd;
    /** Header of the checkpoint's prepare: a log that ends at its checkpoint has no other to show. */
    private final UnsafeBuffer checkpointHeader = new UnsafeBuffer(new byte[HEADER_LENGTH]);

    private boolean hasCheckpointHeader;
    /** Highest checkpoint known to be durable on a quorum; may be above or below our own. */
    private long quorumOp;
    /** Bytes of ops up to this one may be overwritten: min(checkpoint, quorum), as far as its end is known. */
    private long reuseOp;
    /** Logical end of the op {@link #reuseOp}, or a position below it. */
    private long reuseEnd;
    /** Rows of ops up to this one are gone. */
    private long floorOp;

    private long logView;
    private long head;
    /** The identity of the head while its header is not known: recovery may know it from an entry that it cut. */
    private boolean hasBareHead;

    private long bareHeadLo;
    private long bareHeadHi;
    /** Headers of (checkpoint, contiguousOp] are known. */
    private long contiguousOp;
    /** Entries of (checkpoint, durableOp] are intact and durable now; falls with damage. */
    private long durableOp;
    /** High-water mark of durableOp on this branch; falls only by {@link #installStartView}. */
    private long syncedOp;
    /** What a tag may state as syncedOp: see {@link #statedSyncedOp}. */
    private long anchoredOp;
    /** How often a StartView has been installed: entries may have been replaced since an older number was read. */
    private long cuts;
    /** An entry on its way to the disk has left the log. */
    private boolean hasDroppedInFlight;

    /** An empty log on the checkpoint of the superblock; recovery loads what it found. */
    LiveLog(final PrepareRing ring, final VsrState state) {
        this.ring = ring;
        anchorAt(state.checkpoint());
        quorumOp = state.checkpointQuorumOp();
        reuseOp = Math.min(checkpointOp, quorumOp);
        reuseEnd = quorumOp >= checkpointOp ? checkpointEnd : Math.min(checkpointEnd, state.checkpointQuorumEnd());
        if (state.membership().standing() != Standing.VOTER) {
            // Nobody relies on the ring of a replica that has lost its disk. Story: two replicas; the one that is
            // left has op 72 at the end of its ring, and waits for the other one before it can commit more; that one
            // has fetched checkpoint 70, and neither of them can know it to be on a quorum before both count.
            reuseOp = checkpointOp;
            reuseEnd = checkpointEnd;
        }
        floorOp = checkpointOp;
        window = new HeaderWindow(floorOp);
        logView = state.logView();
        head = checkpointOp;
        contiguousOp = checkpointOp;
        durableOp = checkpointOp;
        syncedOp = checkpointOp;
        anchoredOp = checkpointOp;
    }

    private void anchorAt(final CheckpointState checkpoint) {
        checkpointOp = checkpoint.op();
        checkpointLo = checkpoint.checksumLo();
        checkpointHi = checkpoint.checksumHi();
        checkpointEnd = checkpoint.endPosition();
    }

    PrepareRing ring() {
        return ring;
    }

    long checkpointOp() {
        return checkpointOp;
    }

    long checkpointQuorumOp() {
        return quorumOp;
    }

    long reuseOp() {
        return reuseOp;
    }

    long reuseEnd() {
        return reuseEnd;
    }

    long floorOp() {
        return floorOp;
    }

    long logView() {
        return logView;
    }

    long head() {
        return head;
    }

    long contiguousOp() {
        return contiguousOp;
    }

    long durableOp() {
        return durableOp;
    }

    long syncedOp() {
        return syncedOp;
    }

    /**
     * The syncedOp that the tags of a sector submitted now state. Recovery may believe a stated op only if it can tell which entry it
     * is, so an op counts here only once its own tag carries the present logView, or the superblock states it with its checksum.
     *
     * <p>Story: a StartView far above the log leaves ops 1..10 (tags of view 1) unconfirmed and syncedOp at the checkpoint. Header repair
     * connects them. Op 11 is submitted stating syncedOp 10 and only its second sector survives the crash: evidence that 10 is durable,
     * and nothing on disk that says which of two intact entries is op 10. A crash alone must not lead there.
     */
    long statedSyncedOp() {
        return anchoredOp;
    }

    long cuts() {
        return cuts;
    }

    /** True if the bytes of this very prepare are staged or submitted, and it still belongs to the log or may do so. */
    boolean isOnItsWay(final long op, final long lo, final long hi) {
        if (op > head || window.knowledge(op) == UNKNOWN || !sameChecksum(op, lo, hi)) {
            return false;
        }
        final byte body = window.body(op);
        return body == QUEUED || body == SUBMITTED;
    }

    boolean isKnown(final long op) {
        return window.knowledge(op) == KNOWN;
    }

    byte body(final long op) {
        return window.body(op);
    }

    long position(final long op) {
        return window.position(op);
    }

    long tagLogView(final long op) {
        return window.tagLogView(op);
    }

    EntryState state(final long op) {
        Invariant.check(op > checkpointOp && op <= head, "state of an op outside of the log", op, head);
        final byte knowledge = window.knowledge(op);
        if (knowledge == UNCONFIRMED) {
            return EntryState.UNCONFIRMED;
        }
        if (knowledge == UNKNOWN) {
            return op <= syncedOp ? EntryState.FAULTY : EntryState.UNKNOWN;
        }
        switch (window.body(op)) {
            case DURABLE:
                return EntryState.CLEAN;
            case NONE:
                return op <= syncedOp ? EntryState.FAULTY : EntryState.MISSING;
            default:
                return EntryState.WRITING;
        }
    }

    /** True if the identity of {@code op} is known: its own header, or the parent link of the op above it. */
    boolean hasChecksum(final long op) {
        if (op == checkpointOp || op > head) {
            return op == checkpointOp;
        }
        return isKnown(op) || (op < head ? isKnown(op + 1) : hasBareHead);
    }

    long checksumLo(final long op) {
        if (op == checkpointOp) {
            return checkpointLo;
        }
        Invariant.check(hasChecksum(op), "checksum of an op that is not known", op, head);
        if (isKnown(op)) {
            return at(header, op).checksumLo();
        }
        return op == head ? bareHeadLo : at(header, op + 1).parentLo();
    }

    long checksumHi(final long op) {
        if (op == checkpointOp) {
            return checkpointHi;
        }
        Invariant.check(hasChecksum(op), "checksum of an op that is not known", op, head);
        if (isKnown(op)) {
            return at(header, op).checksumHi();
        }
        return op == head ? bareHeadHi : at(header, op + 1).parentHi();
    }

    boolean matches(final long op, final long lo, final long hi) {
        if (op == checkpointOp) {
            return lo == checkpointLo && hi == checkpointHi;
        }
        return op <= head && isKnown(op) && sameChecksum(op, lo, hi);
    }

    /** True if the header of {@code op} is known, be it that of the checkpoint or one that is kept for others. */
    boolean hasHeader(final long op) {
        return op == checkpointOp ? hasCheckpointHeader : op <= head && isKnown(op);
    }

    PrepareFlyweight header(final long op, final PrepareFlyweight wrap) {
        if (op == checkpointOp) {
            Invariant.check(hasCheckpointHeader, "header of a checkpoint that is not known", op);
            wrap.wrap(checkpointHeader, 0);
            return wrap;
        }
        Invariant.check(op <= head && isKnown(op), "header of an op that is not known", op, head);
        return at(wrap, op);
    }

    int sectorCount(final long op) {
        return PrepareRing.entrySectors(at(header, op).size());
    }

    boolean hasSpaceFor(final int prepareSize) {
        final long end = endOf(head);
        final int count = PrepareRing.entrySectors(prepareSize);
        return end >= 0 && count <= ring.entrySectorsMax() && fits(ring.positionAfter(end, count), count);
    }

    /** Section 2 rule 1, and the reuse bound: the bytes of this op may be submitted now. */
    boolean isWritable(final long op) {
        if (op <= checkpointOp || op > head || !isKnown(op) || window.body(op) != NONE) {
            return false;
        }
        final long position = window.position(op);
        if (position < 0 || !fits(position, sectorCount(op))) {
            return false;
        }
        final long below = op - 1;
        return below == checkpointOp || (isKnown(below) && (window.body(below) != NONE || below <= syncedOp));
    }

    private boolean fits(final long position, final int count) {
        return position + count <= reuseEnd + ring.sectors();
    }

    // ---- inputs: headers ----

    void append(final MutableDirectBuffer source, final int offset) {
        final PrepareFlyweight incoming = read(source, offset);
        final long op = incoming.op();
        Invariant.check(op == head + 1, "append does not follow the head", op, head);
        final long parentLo = incoming.parentLo();
        final long parentHi = incoming.parentHi();
        Invariant.check(
                hasChecksum(head) && checksumLo(head) == parentLo && checksumHi(head) == parentHi,
                "append does not chain to the head: op",
                op);
        head = op;
        hasBareHead = false;
        adopt(op, source, offset);
    }

    /** Returns true if an entry on its way to the disk has left the log by this: a claim that was contradicted. */
    boolean setHeader(final MutableDirectBuffer source, final int offset) {
        final PrepareFlyweight incoming = read(source, offset);
        final long op = incoming.op();
        Invariant.check(op > checkpointOp && op <= head, "header repair outside of the log", op, head);
        final long lo = incoming.checksumLo();
        final long hi = incoming.checksumHi();
        Invariant.check(
                hasChecksum(op) && checksumLo(op) == lo && checksumHi(op) == hi,
                "header repair against the chain: op",
                op);
        if (isKnown(op)) {
            return false;
        }
        hasDroppedInFlight = false;
        adopt(op, source, offset);
        connectBelow(op);
        advanceDurable();
        return hasDroppedInFlight;
    }

    /**
     * Adopts the log of a StartView (or of this replica's own decision as the new primary): {@code count} headers from {@code headOp}
     * downwards, 256 bytes each, newest first.
     */
    void installStartView(
            final long headOp,
            final MutableDirectBuffer headers,
            final int offset,
            final int count,
            final long newLogView) {
        Invariant.check(newLogView >= logView, "logView never falls", newLogView, logView);
        Invariant.check(headOp >= checkpointOp, "a StartView below the checkpoint", headOp, checkpointOp);
        Invariant.check(count > 0 || headOp == checkpointOp, "a StartView without headers: head", headOp);
        checkSuffix(headOp, headers, offset, count);
        if (headOp == checkpointOp && count > 0) {
            final PrepareFlyweight newest = read(headers, offset);
            Invariant.check(
                    newest.checksumLo() == checkpointLo && newest.checksumHi() == checkpointHi,
                    "a StartView on another checkpoint",
                    headOp);
        }
        final boolean sameView = newLogView == logView;
        Invariant.check(!sameView || headOp >= head, "a StartView of this logView that cuts", headOp, head);

        final long low = Math.max(headOp - count + 1, checkpointOp + 1);
        final long firstReplaced = firstReplaced(low, headOp, headers, offset);
        final long cut = Math.min(firstReplaced, headOp + 1);
        Invariant.check(
                !sameView || firstReplaced > headOp,
                "two prepares of one op in one logView",
                firstReplaced,
                newLogView);
        final boolean confirmed = sameView
                || low - 1 <= checkpointOp
                || isConfirmed(low, Math.min(headOp, cut - 1), headers, offset, headOp);

        // Everything above the first replaced op is dead with it (section 5), and so is what lies above the new head.
        for (long op = cut; op <= head; op++) {
            forget(op);
        }
        contiguousOp = Math.min(contiguousOp, cut - 1);
        durableOp = Math.min(durableOp, cut - 1);

        // Rule 6. A faulty op of unknown identity inside the suffix is not contradicted: it stays faulty, because a
        // replica that says "missing" of an op it may have acknowledged could help to nack it. Below an unconnected
        // suffix everything is committed and never nacked; there the mark has to fall to the checkpoint, since
        // nothing says yet which branch it counted.
        syncedOp = Math.min(syncedOp, cut - 1);
        if (!confirmed) {
            if (syncedOp < low - 1) {
                syncedOp = checkpointOp;
            }
            leaveUnconfirmed(low);
        }
        cuts++;
        hasBareHead = false;
        head = headOp;
        logView = newLogView;
        for (long op = low; op <= headOp; op++) {
            adopt(op, headers, offset + (int) (headOp - op) * HEADER_LENGTH);
        }
        if (low <= headOp) {
            connectBelow(low);
        }
        advanceDurable();
        anchoredOp = syncedOp;
    }

    private void checkSuffix(final long headOp, final MutableDirectBuffer headers, final int offset, final int count) {
        for (int i = 0; i < count; i++) {
            final PrepareFlyweight newer = read(headers, offset + i * HEADER_LENGTH);
            Invariant.check(newer.op() == headOp - i, "StartView headers are not consecutive", newer.op(), headOp - i);
            if (i + 1 < count) {
                final long parentLo = newer.parentLo();
                final long parentHi = newer.parentHi();
                final PrepareFlyweight older = read(headers, offset + (i + 1) * HEADER_LENGTH);
                Invariant.check(
                        older.checksumLo() == parentLo && older.checksumHi() == parentHi,
                        "StartView headers do not chain: op",
                        headOp - i);
            }
        }
    }

    /** The lowest op of the local log that the StartView replaces; above both heads if there is none. Mere claims are no log. */
    private long firstReplaced(final long low, final long headOp, final MutableDirectBuffer headers, final int offset) {
        final long end = Math.min(head, headOp);
        for (long op = Math.max(low - 1, checkpointOp); op <= end; op++) {
            if (op == checkpointOp || isKnown(op)) {
                if (!isCanonical(op, low, headOp, headers, offset)) {
                    Invariant.check(op > checkpointOp, "a StartView on another checkpoint", op);
                    return op;
                }
            }
        }
        return Math.max(headOp, head) + 1;
    }

    /**
     * True if one op of the local log is confirmed by the suffix or by the parent link of its lowest header: by the hash chain the whole
     * local log below it then belongs to the new log.
     */
    private boolean isConfirmed(
            final long low, final long end, final MutableDirectBuffer headers, final int offset, final long headOp) {
        for (long op = Math.min(end, head); op >= low - 1; op--) {
            if (isKnown(op) && isCanonical(op, low, headOp, headers, offset)) {
                return true;
            }
        }
        return false;
    }

    private boolean isCanonical(
            final long op, final long low, final long headOp, final MutableDirectBuffer headers, final int offset) {
        if (op >= low) {
            final PrepareFlyweight canonical = read(headers, offset + (int) (headOp - op) * HEADER_LENGTH);
            return matches(op, canonical.checksumLo(), canonical.checksumHi());
        }
        if (low > headOp) {
            return true;
        }
        final PrepareFlyweight lowest = read(headers, offset + (int) (headOp - low) * HEADER_LENGTH);
        return matches(op, lowest.parentLo(), lowest.parentHi());
    }

    private void leaveUnconfirmed(final long low) {
        final long end = Math.min(low - 1, head);
        for (long op = checkpointOp + 1; op <= end; op++) {
            if (window.knowledge(op) == KNOWN) {
                final byte body = window.body(op);
                if (body == SUBMITTED || body == DURABLE) {
                    window.knowledge(op, UNCONFIRMED);
                } else {
                    window.clear(op);
                }
            }
        }
        contiguousOp = checkpointOp;
        durableOp = checkpointOp;
    }

    /** Walks down from a known op and confirms what is there and fits, until something is missing or contradicted. */
    private void connectBelow(final long op) {
        for (long child = op; child - 1 > checkpointOp; child--) {
            final long below = child - 1;
            final byte knowledge = window.knowledge(below);
            at(header, child);
            final long lo = header.parentLo();
            final long hi = header.parentHi();
            if (knowledge == KNOWN) {
                Invariant.check(sameChecksum(below, lo, hi), "the log does not chain: op", child);
                return;
            }
            if (knowledge == UNKNOWN) {
                return;
            }
            if (!claims(below, lo, hi)) {
                forget(below);
                return;
            }
            if (sameChecksum(below, lo, hi)) {
                adopt(below, window.buffer(below), window.offset(below));
            } else {
                final Claim claim = furtherClaim(below, lo, hi);
                adopt(below, claim.header.buffer(), claim.header.offset());
            }
        }
        if (op > checkpointOp) {
            final long lowest = checkpointOp + 1;
            if (isKnown(lowest)) {
                at(header, lowest);
                Invariant.check(
                        header.parentLo() == checkpointLo && header.parentHi() == checkpointHi,
                        "the log does not chain to its checkpoint",
                        checkpointOp);
            }
        }
    }

    /** The header becomes part of the log; bytes on disk that are this very prepare are taken over. */
    private void adopt(final long op, final MutableDirectBuffer source, final int offset) {
        final PrepareFlyweight incoming = read(source, offset);
        final long lo = incoming.checksumLo();
        final long hi = incoming.checksumHi();
        if (window.knowledge(op) == UNKNOWN || !sameChecksum(op, lo, hi)) {
            final Claim claim = furtherClaim(op, lo, hi);
            clear(op);
            window.putHeader(op, source, offset);
            if (claim != null) {
                window.position(op, claim.position);
                window.tagLogView(op, claim.tagLogView);
                window.body(op, DURABLE);
            }
        }
        window.knowledge(op, KNOWN);
        furtherClaims.remove(op);
        place(op);
        while (contiguousOp < head && isKnown(contiguousOp + 1)) {
            contiguousOp++;
        }
    }

    /** Gives positions to {@code op} and the known ops above it; where one is known already (from a tag) both must agree. */
    private void place(final long op) {
        for (long next = op; next <= head && isKnown(next); next++) {
            final long end = endOf(next - 1);
            if (end < 0) {
                if (next > op || window.position(next) < 0) {
                    return;
                }
                continue;
            }
            final long position = ring.positionAfter(end, sectorCount(next));
            final long noted = window.position(next);
            if (noted >= 0) {
                Invariant.check(
                        noted == position, "the repaired chain does not meet the intact entry: op", next, noted);
                if (next > op) {
                    return;
                }
            } else {
                window.position(next, position);
            }
        }
    }

    /** Logical end of {@code op}, -1 if not known. */
    long endOf(final long op) {
        if (op == checkpointOp) {
            return checkpointEnd;
        }
        if (!isKnown(op)) {
            return -1;
        }
        final long position = window.position(op);
        return position < 0 ? -1 : position + sectorCount(op);
    }

    // ---- inputs: what happened to the bytes ----

    void onQueued(final long op) {
        Invariant.check(window.body(op) == NONE, "an entry that is on disk or on its way is not written again: op", op);
        window.body(op, QUEUED);
    }

    void onSubmitted(final long op) {
        Invariant.check(window.body(op) == QUEUED, "submitted without being staged: op", op);
        window.body(op, SUBMITTED);
        window.tagLogView(op, logView);
    }

    void onDurable(final long op) {
        Invariant.check(window.body(op) == SUBMITTED, "durable without being submitted: op", op);
        window.body(op, DURABLE);
        advanceDurable();
    }

    /** The bytes of an intact entry turned out to be damaged. */
    void onDamaged(final long op) {
        Invariant.check(window.body(op) == DURABLE, "damage of an entry that is not on disk: op", op);
        window.body(op, NONE);
        if (op > checkpointOp) {
            durableOp = Math.min(durableOp, op - 1);
        }
    }

    private void advanceDurable() {
        while (durableOp < head && isKnown(durableOp + 1) && window.body(durableOp + 1) == DURABLE) {
            durableOp++;
            if (durableOp > anchoredOp && window.tagLogView(durableOp) == logView) {
                anchoredOp = durableOp;
            }
        }
        syncedOp = Math.max(syncedOp, durableOp);
    }

    // ---- inputs: checkpoints ----

    /**
     * True if nothing in this log contradicts that {@code op} has this identity. Unconfirmed entries contradict nothing: they are only
     * claims.
     */
    boolean isOnChain(final long op, final long lo, final long hi) {
        return op > head || !hasChecksum(op) || (checksumLo(op) == lo && checksumHi(op) == hi);
    }

    /**
     * The log counts from here on; this checkpoint is durable in the superblock. What lies above it stays as it is, known or not, because
     * it may have been acknowledged. If it is above the head, nothing of the log stays.
     */
    void moveCheckpoint(final CheckpointState to) {
        final long op = to.op();
        Invariant.check(op > checkpointOp, "the checkpoint never falls", op, checkpointOp);
        Invariant.check(
                isOnChain(op, to.checksumLo(), to.checksumHi()), "a checkpoint against the chain of the log: op", op);
        final long end = op <= head ? endOf(op) : -1;
        Invariant.check(
                end < 0 || end == to.endPosition(),
                "a checkpoint that ends elsewhere than its op",
                end,
                to.endPosition());
        if (!furtherClaims.isEmpty()) {
            furtherClaims.keySet().removeIf(claimed -> claimed <= op);
        }
        hasCheckpointHeader = op <= head && isKnown(op);
        if (hasCheckpointHeader) {
            at(header, op);
            checkpointHeader.putBytes(0, header.buffer(), header.offset(), HEADER_LENGTH);
        }
        if (op > head) {
            floorOp = op;
            window.forgetThrough(op);
        }
        if (op >= head) {
            head = op;
            hasBareHead = false;
        }
        anchorAt(to);
        contiguousOp = Math.max(contiguousOp, op);
        if (op < head && isKnown(op + 1)) {
            at(header, op + 1);
            Invariant.check(
                    header.parentLo() == checkpointLo && header.parentHi() == checkpointHi,
                    "the log does not chain to its checkpoint",
                    op);
            place(op + 1);
        }
        while (contiguousOp < head && isKnown(contiguousOp + 1)) {
            contiguousOp++;
        }
        // The superblock that names the checkpoint also states it as synced: its op and all below are in the snapshot,
        // whatever became of their entries. So tags may state it too. syncedOp follows durableOp.
        durableOp = Math.max(durableOp, op);
        anchoredOp = Math.max(anchoredOp, op);
        advanceDurable();
        raiseReuse();
    }

    /** The header of the checkpoint's prepare, from the snapshot that was opened or installed. */
    void checkpointHeader(final DirectBuffer source, final int offset) {
        checkpointHeader.putBytes(0, source, offset, HEADER_LENGTH);
        header.wrap(checkpointHeader, 0);
        Invariant.check(
                header.op() == checkpointOp
                        && header.checksumLo() == checkpointLo
                        && header.checksumHi() == checkpointHi,
                "the header of another checkpoint",
                header.op(),
                checkpointOp);
        hasCheckpointHeader = true;
    }

    /** This checkpoint is durable on a quorum. Returns true if the reuse bound has risen. */
    boolean checkpointQuorum(final long op) {
        final long before = reuseOp;
        if (op > quorumOp) {
            quorumOp = op;
            raiseReuse();
        }
        return reuseOp > before;
    }

    /** Reuse bound = min(own, quorum). If the quorum's lies below ours and its end is not known (any more), the bound stays. */
    private void raiseReuse() {
        if (quorumOp >= checkpointOp) {
            reuseOp = checkpointOp;
            reuseEnd = checkpointEnd;
        } else if (quorumOp > reuseOp && endOf(quorumOp) >= 0) {
            reuseOp = quorumOp;
            reuseEnd = endOf(quorumOp);
        }
        if (reuseOp > floorOp) {
            floorOp = reuseOp;
            window.forgetThrough(floorOp);
        }
    }

    // ---- inputs: what recovery found ----

    /** Loads what recovery decided, once, into an empty log. */
    void recover(final Classification found) {
        Invariant.check(head == checkpointOp, "a log is recovered once", head);
        head = found.head();
        syncedOp = found.syncedOp();
        anchoredOp = found.syncedOp();
        for (long op = checkpointOp + 1; op <= head; op++) {
            recoverRow(op, found.row(op));
        }
        hasBareHead = head > checkpointOp && !isKnown(head) && found.hasHeadChecksum();
        bareHeadLo = found.headLo();
        bareHeadHi = found.headHi();
        while (contiguousOp < head && isKnown(contiguousOp + 1)) {
            contiguousOp++;
        }
        for (long op = checkpointOp + 1; op <= head; op++) {
            if (isKnown(op) && (window.position(op) < 0 || op == checkpointOp + 1)) {
                place(op);
            }
        }
        advanceDurable();
        countIntactAboveEvidence();
    }

    /**
     * An entry that recovery has read is durable, and what lies below the evidence was, at some time: so syncedOp covers both.
     *
     * <p>Story: ops up to 13 are acknowledged. The mark that states it cannot be read, and ops 7 to 11 neither; the older mark states 11. A
     * StartView comes before they are repaired, and the superblock states what this log does. If that were 11, the mark would count no more,
     * and when op 13 is damaged next it would be taken for a torn write, be nacked, and be cut everywhere.
     */
    private void countIntactAboveEvidence() {
        while (syncedOp < head && isKnown(syncedOp + 1) && window.body(syncedOp + 1) == DURABLE) {
            syncedOp++;
        }
    }

    private void recoverRow(final long op, final RecoveredRow row) {
        if (row.header() != null) {
            window.putHeader(op, row.header().buffer(), row.header().offset());
            window.knowledge(op, KNOWN);
        }
        for (final FoundEntry entry : row.entries()) {
            if (row.header() == null && window.knowledge(op) == UNCONFIRMED) {
                furtherClaims
                        .computeIfAbsent(op, key -> new ArrayList<>())
                        .add(new Claim(entry.header(), entry.position(), entry.tagLogView()));
                continue;
            }
            if (row.header() == null) {
                window.putHeader(op, entry.header().buffer(), entry.header().offset());
                window.knowledge(op, UNCONFIRMED);
            }
            window.body(op, DURABLE);
            window.position(op, entry.position());
            window.tagLogView(op, entry.tagLogView());
        }
    }

    // ---- helpers ----

    private void forget(final long op) {
        clear(op);
        furtherClaims.remove(op);
    }

    private void clear(final long op) {
        final byte body = window.body(op);
        hasDroppedInFlight |= body == QUEUED || body == SUBMITTED;
        window.clear(op);
    }

    private boolean claims(final long op, final long lo, final long hi) {
        return window.knowledge(op) != UNKNOWN && (sameChecksum(op, lo, hi) || furtherClaim(op, lo, hi) != null);
    }

    private Claim furtherClaim(final long op, final long lo, final long hi) {
        final List<Claim> claims = furtherClaims.isEmpty() ? null : furtherClaims.get(op);
        if (claims != null) {
            for (final Claim claim : claims) {
                other.wrap(claim.header.buffer(), claim.header.offset());
                if (other.checksumLo() == lo && other.checksumHi() == hi) {
                    return claim;
                }
            }
        }
        return null;
    }

    private boolean sameChecksum(final long op, final long lo, final long hi) {
        at(other, op);
        return other.checksumLo() == lo && other.checksumHi() == hi;
    }

    private PrepareFlyweight at(final PrepareFlyweight flyweight, final long op) {
        return flyweight.wrap(window.buffer(op), window.offset(op));
    }

    private PrepareFlyweight read(final MutableDirectBuffer source, final int offset) {
        return header.wrap(source, offset);
    }
}
