package io.vireo.node.sync;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.transfer.PieceLength;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.SegmentScrub;
import io.vireo.journal.segment.SegmentScrub.State;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.RandomSource;
import java.util.ArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds damage in the files of a running replica and has it healed by the others: passes over all chunks of the durable manifest, one at a
 * time and slowly, from a random one on, so that a process that is often restarted checks all of them too; what a read or a peer's request
 * has met is checked at once. A damaged chunk is asked of the peers, by chance which first and never one again before the others; its
 * bytes are verified as a whole before any of them is written. Source: bootstrap and transfer, section 4.
 *
 * <p>A step machine over frames and time; {@link #poll} is called whenever completions may have come. Allocates only when it begins a
 * chunk.
 */
public final class Scrubber {
    private static final long RETRY_HEARTBEATS = 4;
    /** Times that each peer is asked in a row for a chunk. */
    private static final int ROUNDS = 2;

    private static final int BACKOFF_DOUBLINGS_MAX = 7;
    /** How often it is looked whether there are files by now. */
    private static final long EMPTY_NS = 1_000_000_000L;
    /** Damaged chunks that are remembered; the next pass finds the others again. */
    static final int DAMAGED_MAX = 1_024;

    /** Peers name a checkpoint with each request; the prefix of a segment is the same in all. */
    private static final long ANY_CHECKPOINT = 1;

    private final ClusterConfig config;
    private final int group;
    private final int replica;
    private final SegmentStore segments;
    private final SegmentScrub scrub;
    private final MessageBus bus;
    private final RandomSource random;
    private final ScrubPace pace;
    private final TraceSink trace;
    private final ScrubCounters counters;
    private final long retryNs;
    private final PieceLength pieces;
    private final Checksum checksum = new Checksum();
    private final ChunkFlyweight request = new ChunkFlyweight();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
    private final ArrayList<DamagedChunk> damaged = new ArrayList<>();
    /** Earliest of their retries. */
    private long damagedAtNs = Long.MAX_VALUE;

    private long nowNs;

    // The pass: its manifest, and where in it.

    private Manifest manifest = Manifest.EMPTY;
    private long passChunks;
    private long passDone;
    private int entry;
    private int chunk;
    /** When the next chunk is due, and before when none may be read. */
    private long dueNs;

    private long notBeforeNs;

    /** Somebody wants a pass now, which goes as fast as the rate allows; true until it is complete. */
    private boolean isAsked;
    /** That pass has not begun. */
    private boolean isAskedDue;
    /** All its chunks were checked; what is known to be damaged may still be due. */
    private boolean isAskedPassed;
    /** It was asked for again while one was under way, which may have passed already what has gone bad since. */
    private boolean isAskedAgain;
    /** Damaged chunks of the pass that there is no place to remember. */
    private int unlisted;

    /** Chunks of the pass and retries take turns. Story: so many are beyond help that one of them is always due, and the pass stands still. */
    private boolean isTurnOfPass;

    /** The last one that was no chunk of the pass was one that a peer had spoken of: these and retries take turns as well. */
    private boolean wasSuspected;

    // The chunk in hand.

    private boolean isOfPass;
    private SegmentKey key;
    /** Its position in the file. */
    private long place;

    private int checkedLength;
    /** What is being put right; null while it is only checked. */
    private DamagedChunk mended;

    private int peer;
    /** Of the request that is under way; 0 if none is. */
    private long number;

    private int asked;

    private long retryAtNs;

    /** @param counters of the process, which go on where a former life of the replica has left them. */
    public Scrubber(
            final ClusterConfig config,
            final int group,
            final int replica,
            final SegmentStore segments,
            final MessageBus bus,
            final RandomSource random,
            final ScrubPace pace,
            final TraceSink trace,
            final ScrubCounters counters) {
        this.config = config;
        this.group = group;
        this.replica = replica;
        this.segments = segments;
        this.bus = bus;
        this.random = random;
        this.pace = pace;
        this.trace = trace;
        this.counters = counters;
        scrub = segments.scrub();
        retryNs = RETRY_HEARTBEATS * config.heartbeatNs();
        pieces = new PieceLength(Math.min(SegmentScrub.SLICE_MAX, SyncServer.pieceLength(config)));
    }

    /** Chunks of the pass under way, 0 between passes. */
    public long passChunks() {
        return passChunks;
    }

    /** Of these, those that were checked. */
    public long passDone() {
        return passDone;
    }

    /** Chunks known to be damaged that are not right yet. */
    public int damagedNow() {
        return damaged.size() + unlisted;
    }

    /**
     * Begins a pass over all files at once, in place of a regular one that is under way, and however seldom there is one otherwise: also where
     * there is none at all. What is known to be damaged is tried again. If such a pass is under way another one follows it.
     */
    public void checkNow() {
        isAskedAgain = isAsked && !isAskedDue;
        isAskedDue |= !isAsked;
        isAsked = true;
    }

    /** How many {@link ScrubCounters#askedPasses} there are when all that was asked for by now is complete. */
    public long askedAt() {
        return counters.askedPasses() + (isAskedAgain ? 2 : isAsked ? 1 : 0);
    }

    /** True from {@link #checkNow} until that pass is complete. */
    public boolean isAsked() {
        return isAsked;
    }

    private void finishAsked() {
        isAskedPassed = false;
        counters.onAskedPass();
        isAsked = isAskedAgain;
        isAskedDue = isAskedAgain;
        isAskedAgain = false;
    }

    public void start(final long monotonicNs) {
        nowNs = monotonicNs;
        dueNs = monotonicNs;
        notBeforeNs = monotonicNs;
    }

    /**
     * A turn: completions may have come, time may have passed.
     *
     * @return 1 if something was done, 0 if not.
     */
    public int poll(final long monotonicNs) {
        if (pace.isOff() && !isAsked) {
            return 0;
        }
        nowNs = monotonicNs;
        switch (scrub.state()) {
            case IDLE -> {
                return begin();
            }
            case READING, MENDING -> {
                return 0;
            }
            case WANTING -> {
                return awaitBytes();
            }
            case GOOD, GONE, MENDED -> onRight(scrub.state());
            case DAMAGED -> onDamaged();
        }
        return 1;
    }

    /**
     * CHUNK: bytes, or that they are not there.
     *
     * @return false if it answers no request of this scrubber.
     */
    public boolean onChunk(final ChunkFlyweight found) {
        if (number == 0 || found.number() != number) {
            return false;
        }
        number = 0;
        final int length = (int) found.length();
        if (found.code() != TransferCode.OK || found.position() != scrub.position() || length != asked) {
            refused();
        } else if (!scrub.take(found.buffer(), found.offset() + HeaderFlyweight.HEADER_LENGTH, length)) {
            // The whole chunk came, and is another one.
            mended.mismatches++;
            refused();
        } else if (scrub.state() == State.WANTING) {
            mended.refusals = 0;
            ask();
        }
        return true;
    }

    // Which chunk is next

    private int begin() {
        final SegmentDamage accused = scrub.nextAccused();
        if (accused != null) {
            check(accused.key(), scrub.chunkOf(accused), accused.length(), accused.expected(), false);
            return 1;
        }
        if (isAskedPassed && nowNs < damagedAtNs) {
            finishAsked();
            return 1;
        }
        if (nowNs < notBeforeNs) {
            return 0;
        }
        if (isAskedDue) {
            dueNs = nowNs;
        }
        final boolean isPassFirst = isTurnOfPass && nowNs >= dueNs && !isAskedPassed;
        if (!isPassFirst && !(wasSuspected && nowNs >= damagedAtNs)) {
            // Within the rate: a peer may say so of sound chunks too, as often as it likes.
            final SegmentDamage suspected = scrub.nextSuspected();
            if (suspected != null) {
                isTurnOfPass = true;
                wasSuspected = true;
                check(suspected.key(), scrub.chunkOf(suspected), suspected.length(), suspected.expected(), false);
                return 1;
            }
        }
        if (nowNs >= damagedAtNs && !isPassFirst) {
            isTurnOfPass = true;
            wasSuspected = false;
            return checkDamaged();
        }
        if (nowNs < dueNs) {
            return 0;
        }
        isTurnOfPass = false;
        if (isAskedDue || passDone == passChunks) {
            beginPass();
        }
        if (passChunks == 0) {
            dueNs = nowNs + Math.min(EMPTY_NS, pace.intervalNs());
            return 0;
        }
        final ManifestEntry file = manifest.entry(entry);
        final int length = scrub.length(file, chunk);
        // A pass that has fallen behind catches up, but no faster than the rate.
        dueNs += isAsked ? 0 : pace.intervalNs() / passChunks;
        check(file.key(), chunk, length, file.chunkHash(chunk), true);
        return 1;
    }

    private void beginPass() {
        if (isAskedDue) {
            isAskedDue = false;
            retryAll();
        }
        unlisted = 0;
        manifest = segments.durable();
        passDone = 0;
        passChunks = 0;
        for (int i = 0; i < manifest.count(); i++) {
            passChunks += manifest.entry(i).chunkCount();
        }
        dueNs = nowNs;
        isAskedPassed = isAsked && passChunks == 0;
        if (passChunks > 0) {
            int skipped = random.nextInt((int) Math.min(passChunks, Integer.MAX_VALUE));
            entry = 0;
            while (skipped >= manifest.entry(entry).chunkCount()) {
                skipped -= manifest.entry(entry++).chunkCount();
            }
            chunk = skipped;
        }
    }

    /** Also what is beyond help: its file may have gone meanwhile. The log says again why what remains is not healed. */
    private void retryAll() {
        for (final DamagedChunk each : damaged) {
            each.retryAtNs = nowNs;
            each.failures = 0;
            damagedAtNs = nowNs;
        }
    }

    private void advance() {
        passDone++;
        chunk++;
        while (chunk >= manifest.entry(entry).chunkCount()) {
            chunk = 0;
            entry = (entry + 1) % manifest.count();
        }
        if (passDone == passChunks) {
            counters.onPass();
            isAskedPassed = isAsked && !isAskedDue;
            // A group may have millions of files, of which many go in the time of a pass.
            manifest = Manifest.EMPTY;
            passDone = 0;
            passChunks = 0;
        }
    }

    private int checkDamaged() {
        damagedAtNs = Long.MAX_VALUE;
        DamagedChunk due = null;
        for (int i = 0; i < damaged.size(); i++) {
            final DamagedChunk each = damaged.get(i);
            if (nowNs < each.retryAtNs) {
                damagedAtNs = Math.min(damagedAtNs, each.retryAtNs);
            } else if (due == null || each.retryAtNs < due.retryAtNs) {
                damagedAtNs = due == null ? damagedAtNs : Math.min(damagedAtNs, due.retryAtNs);
                due = each;
            } else {
                damagedAtNs = Math.min(damagedAtNs, each.retryAtNs);
            }
        }
        if (due == null) {
            return 0;
        }
        final SegmentDamage damage = due.damage;
        check(damage.key(), scrub.chunkOf(damage), damage.length(), damage.expected(), false);
        return 1;
    }

    private void check(
            final SegmentKey ofKey,
            final int ofChunk,
            final int length,
            final byte[] leaf,
            final boolean isNextOfPass) {
        key = ofKey;
        place = (long) ofChunk * config.segmentLimits().chunkBytes();
        checkedLength = length;
        isOfPass = isNextOfPass;
        mended = null;
        notBeforeNs = nowNs + pace.spacingNs(length);
        scrub.check(ofKey, ofChunk, length, leaf);
    }

    // What has become of it

    private void onRight(final State state) {
        number = 0;
        if (state == State.MENDED) {
            pieces.onFile();
        }
        if (state == State.GOOD) {
            counters.onChecked();
            trace.chunkScrubbed(group);
        }
        final DamagedChunk known = mended != null ? mended : find();
        // A pass may know less of a chunk than who met its damage: the list is as old as the pass.
        // Nor is more of it right than was mended.
        if (known != null && (state == State.GONE || checkedLength >= known.damage.length())) {
            if (!damaged.remove(known)) {
                unlisted--;
            }
            if (state != State.GONE) {
                counters.onHealed();
                trace.damageHealed(group, known.damage, state == State.MENDED ? peer : replica);
            }
        }
        end();
    }

    private void onDamaged() {
        final SegmentDamage damage = scrub.damage();
        DamagedChunk known = mended != null ? mended : find();
        if (mended == null) {
            counters.onChecked();
            trace.chunkScrubbed(group);
        }
        if (known == null) {
            known = new DamagedChunk(damage);
            counters.onDamaged();
            trace.damageFound(group, damage);
            if (damaged.size() < DAMAGED_MAX) {
                damaged.add(known);
            } else {
                unlisted++;
            }
        }
        if (config.replicaCount() == 1 || !scrub.isMendable()) {
            remains(
                    known,
                    Long.MAX_VALUE,
                    config.replicaCount() == 1 ? "there is no other replica" : "the file is fetched at the next start");
        } else if (mended != null) {
            // Written and read back, and still not right: the device does not hold it.
            backOff(known, "the device does not keep what is written");
        } else {
            mended = known;
            mended.refusals = 0;
            mended.mismatches = 0;
            scrub.mend();
            peer = replica;
            nextPeer(1 + random.nextInt(config.replicaCount() - 1));
            ask();
        }
    }

    private void end() {
        number = 0;
        mended = null;
        scrub.end();
        if (isOfPass) {
            isOfPass = false;
            advance();
        }
    }

    private DamagedChunk find() {
        for (int i = 0; i < damaged.size(); i++) {
            final SegmentDamage each = damaged.get(i).damage;
            if (each.position() == place && each.key().equals(key)) {
                return damaged.get(i);
            }
        }
        return null;
    }

    private void remains(final DamagedChunk known, final long nextNs, final String reason) {
        if (known.failures++ == 0) {
            trace.damageRemains(group, known.damage, reason);
        }
        known.retryAtNs = nextNs;
        if (damaged.contains(known)) {
            damagedAtNs = Math.min(damagedAtNs, nextNs);
        }
        end();
    }

    /** Nobody can help now: full jitter, so that replicas that lack the same do not ask each other in step. */
    private void backOff(final DamagedChunk known, final String reason) {
        final long most = retryNs << Math.min(1 + known.failures, BACKOFF_DOUBLINGS_MAX);
        remains(known, nowNs + retryNs + Math.floorMod(random.nextLong(), most), reason);
    }

    // Peers

    private int awaitBytes() {
        if (nowNs < retryAtNs) {
            return 0;
        }
        number = 0;
        pieces.onSilence();
        refused();
        return 1;
    }

    private void refused() {
        final int most = ROUNDS * (config.replicaCount() - 1);
        if (++mended.refusals >= most || mended.mismatches >= most) {
            backOff(mended, "no other replica has given its bytes");
        } else {
            nextPeer(1);
            ask();
        }
    }

    private void nextPeer(final int steps) {
        for (int i = 0; i < steps; i++) {
            do {
                peer = (peer + 1) % config.replicaCount();
            } while (peer == replica);
        }
    }

    private void ask() {
        for (int i = 2; i < config.replicaCount() && !bus.carriesFiles(peer, group); i++) {
            nextPeer(1);
        }
        number = random.nextLong() | 1;
        asked = pieces.of(scrub.wanted());
        request.wrap(frame, 0);
        request.init(
                Command.REQUEST_CHUNK,
                config.clusterLo(),
                config.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                replica,
                group);
        request.checkpoint(ANY_CHECKPOINT, 0, 0)
                .kind(ChunkFlyweight.SEGMENT)
                .status(0)
                .length(asked)
                .segment(key.namespace(), key.incarnation(), key.baseOffset())
                .position(scrub.position())
                .fileLength(0)
                .number(number)
                .seal(checksum);
        bus.send(peer, frame, 0, HeaderFlyweight.HEADER_LENGTH);
        retryAtNs = nowNs + retryNs;
    }
}
