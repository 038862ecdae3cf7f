package io.vireo.bootstrap.transfer;

import io.vireo.bootstrap.transfer.TransferCode.Reaction;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.storage.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/**
 * Which chunks are asked of whom: takes chunks that files lack, asks peers for their bytes piece by piece, verifies each chunk in memory and has it
 * written. Whatever a peer does, or does not, another one is asked; what a peer does wrong counts against it alone. A step machine over answers
 * and time; allocates nothing once it has as many chunks as its limits allow.
 */
final class ChunkExchange {
    /** Requests for a chunk in a row that nobody answered, per peer, before it counts as one that nobody has. */
    private static final int SILENCES_MAX = 2;
    /** As many times as many, once bytes of it are here. */
    private static final int BEGUN_PATIENCE = 2;

    private static final int BACKOFF_DOUBLINGS_MAX = 6;
    /** How long a file is left alone, in stalls, that all peers have something else of. */
    private static final int SUSPECT_STALLS = 16;

    private final Storage storage;
    private final SegmentLimits segmentLimits;
    private final TransferLimits limits;
    private final LongSupplier random;
    private final TransferPort port;
    private final TransferCounters counters;
    private final PeerScores peers;
    private final RateLimit rate;
    private final int peerCount;
    /** In use, in the order in which they were begun. */
    private final ArrayList<ChunkFetch> fetches = new ArrayList<>();

    private final ArrayDeque<ChunkFetch> free = new ArrayDeque<>();
    private long nowNs;

    ChunkExchange(
            final Storage storage,
            final SegmentLimits segmentLimits,
            final TransferLimits limits,
            final LongSupplier random,
            final TransferPort port,
            final TransferCounters counters,
            final PeerScores peers,
            final long nowNs) {
        this.storage = storage;
        this.segmentLimits = segmentLimits;
        this.limits = limits;
        this.random = random;
        this.port = port;
        this.counters = counters;
        this.peers = peers;
        this.nowNs = nowNs;
        rate = new RateLimit(limits.bytesPerSecond(), nowNs);
        peerCount = Integer.bitCount(peers.all());
    }

    /** Chunks that are asked for or written. */
    int inFlight() {
        return fetches.size();
    }

    void onTime(final long monotonicNs) {
        nowNs = monotonicNs;
    }

    /** Looks who owes answers for too long. */
    void onTick() {
        for (int left = peers.all(); left != 0; left &= left - 1) {
            final int peer = Integer.numberOfTrailingZeros(left);
            if (peers.isSilent(peer, nowNs)) {
                for (int i = 0; i < fetches.size(); i++) {
                    final ChunkFetch fetch = fetches.get(i);
                    if (fetch.number != 0 && fetch.peer == peer) {
                        lose(fetch);
                    }
                }
                peers.onSilence(peer, nowNs);
                trouble(TransferTrouble.SILENCE, null, peer);
            }
        }
    }

    /** Takes on chunks of a file, as many as there is room for: those that nobody gave come again when their time has come, the others go on. */
    void open(final WantedFile file) {
        if (!file.transfer.stage().isFetching() || !isAnyReachable()) {
            return;
        }
        if (nowNs >= file.retryAtNs) {
            file.transfer.forgive();
        } else if (havers(file) == 0) {
            return;
        }
        while (file.fetches < limits.chunksPerFileMax() && hasRoom()) {
            final int chunk = file.transfer.claim();
            if (chunk < 0) {
                return;
            }
            file.transfer.suspect(false);
            file.isSuspect = false;
            final ChunkFetch fetch = free.isEmpty() ? new ChunkFetch(storage, segmentLimits) : free.pop();
            fetch.begin(file, chunk);
            file.fetches++;
            fetches.add(fetch);
        }
    }

    private boolean hasRoom() {
        final long chunkBytes = segmentLimits.chunkBytes();
        return fetches.isEmpty() || (fetches.size() + 1) * chunkBytes <= limits.bytesInFlightMax();
    }

    /**
     * Asks for what is wanted and not under way, as far as peers and rate allow. While no way leads to anybody nothing fails either: nobody was
     * asked, and what had failed would not be tried for a while when the ways are back.
     */
    void ask() {
        if (!isAnyReachable()) {
            return;
        }
        for (int i = 0; i < fetches.size(); ) {
            final ChunkFetch fetch = fetches.get(i);
            final boolean isIdle = fetch.number == 0 && !fetch.isWriting;
            if (isIdle && isHopeless(fetch)) {
                fail(fetch);
            } else {
                if (isIdle && !ask(fetch)) {
                    return;
                }
                i++;
            }
        }
    }

    /**
     * True if others of the file's chunks, or another checkpoint, had better be tried. While somebody who may have it is only silent, what is
     * here of the chunk stays; not so if no way leads there, since who cannot be asked uses up no patience. Story: there is one peer that
     * has the file, each second of its answers gets lost, and a chunk is a dozen of them; who begins anew after two silences hardly ever
     * sees the end of a chunk.
     */
    private boolean isHopeless(final ChunkFetch fetch) {
        final boolean isBegun = fetch.authors() != 0;
        final int candidates = isBegun ? knownHavers(fetch.file) & ~fetch.refused & reachable() : candidates(fetch);
        return candidates == 0 || fetch.silences > (isBegun ? BEGUN_PATIENCE : 1) * SILENCES_MAX * peerCount;
    }

    /** Those that may have the chunk. */
    private int candidates(final ChunkFetch fetch) {
        return havers(fetch.file) & ~fetch.refused;
    }

    /** True if nobody is asked for anything of the file now: nobody has it, or nobody gives a chunk that it lacks; for a while. */
    boolean isStalled(final WantedFile file) {
        return file.fetches == 0
                && nowNs < file.retryAtNs
                && file.transfer.stage().isFetching()
                && (file.transfer.isBlocked() || isLacking(file));
    }

    /** True if some answer, and none of these has it. Story: all are silent for a moment; whoever tries each file then has them all begun. */
    private boolean isLacking(final WantedFile file) {
        return havers(file) == 0 && away() != peers.all();
    }

    /** Those that may have chunks of the file, and answer. */
    private int havers(final WantedFile file) {
        return knownHavers(file) & ~away();
    }

    /** Bit set of those that do not answer, again and again, and of those to whom no way leads now. */
    private int away() {
        return peers.dead(nowNs) | peers.all() & ~reachable();
    }

    private boolean isAnyReachable() {
        return reachable() != 0;
    }

    /** Bit set of those to whom a way leads now. */
    private int reachable() {
        int reachable = 0;
        for (int left = peers.all(); left != 0; left &= left - 1) {
            final int peer = Integer.numberOfTrailingZeros(left);
            reachable |= port.isReachable(peer) ? 1 << peer : 0;
        }
        return reachable;
    }

    private int knownHavers(final WantedFile file) {
        int havers = peers.all();
        for (int peer = 0; peer < file.lacksUntilNs.length; peer++) {
            if (nowNs < file.lacksUntilNs[peer]) {
                havers &= ~(1 << peer);
            }
        }
        return havers;
    }

    /** False if nothing may be asked for now, by the rate. */
    private boolean ask(final ChunkFetch fetch) {
        final int peer = choose(fetch);
        if (peer < 0) {
            return true;
        }
        if (fetch.isOfOne && fetch.isOfOther(peer)) {
            fetch.forget();
        }
        final int length = peers.pieceLength(peer, fetch.wanted());
        if (!rate.take(length, nowNs)) {
            return false;
        }
        fetch.peer = peer;
        fetch.number = random.getAsLong() | 1;
        fetch.sequence = peers.onAsked(peer, nowNs);
        fetch.sentNs = nowNs;
        fetch.asked = length;
        port.request(peer, fetch.number, fetch.file.transfer.entry(), fetch.position(), length);
        return true;
    }

    private int choose(final ChunkFetch fetch) {
        final int candidates = candidates(fetch);
        if (fetch.isBegunOfOne() && (candidates & fetch.authors()) != 0) {
            // It may have no time now: who goes over to another one begins anew.
            return peers.best(candidates & fetch.authors(), nowNs);
        }
        int asked = 0;
        for (int i = 0; i < fetches.size(); i++) {
            final ChunkFetch other = fetches.get(i);
            asked |= other.file == fetch.file && other.number != 0 ? 1 << other.peer : 0;
        }
        final boolean isFull = Integer.bitCount(asked) >= limits.peersPerFileMax();
        return peers.bestAfter(fetch.peer, isFull ? candidates & asked : candidates, nowNs);
    }

    /** An answer; whatever it is. */
    void onAnswer(
            final int peer,
            final long number,
            final TransferCode code,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        counters.bytesReceived += length;
        final ChunkFetch fetch = find(peer, number);
        if (fetch == null) {
            if (!takeLate(peer, number, code, position, buffer, offset, length)) {
                trouble(TransferTrouble.STALE_ANSWER, null, peer);
                peers.onLate(peer);
            }
            return;
        }
        counters.on(code);
        fetch.number = 0;
        if (code.reaction() == Reaction.NOT_YET) {
            peers.onNotYet(peer, nowNs);
        } else {
            peers.onAnswer(peer, nowNs);
        }
        loseOvertaken(peer, fetch.sequence);
        if (code.reaction() == Reaction.TAKE) {
            take(fetch, position, buffer, offset, length);
        } else {
            rate.giveBack(fetch.asked);
            refused(fetch, code.reaction());
        }
    }

    /**
     * Story: all of them need a little longer than they are waited for. Who throws away what comes then asks for the same for ever.
     *
     * @return false if nobody wants it any more.
     */
    private boolean takeLate(
            final int peer,
            final long number,
            final TransferCode code,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        for (int i = 0; i < fetches.size() && number != 0; i++) {
            final ChunkFetch fetch = fetches.get(i);
            if (fetch.isLate(peer, number)) {
                counters.on(code);
                peers.onLate(peer);
                if (code.reaction() == Reaction.TAKE) {
                    if (fetch.number != 0) {
                        peers.onLost(fetch.peer);
                    }
                    fetch.takeUp();
                    counters.late++;
                    take(fetch, position, buffer, offset, length);
                }
                return true;
            }
        }
        return false;
    }

    private ChunkFetch find(final int peer, final long number) {
        for (int i = 0; i < fetches.size() && number != 0; i++) {
            final ChunkFetch fetch = fetches.get(i);
            if (fetch.number == number && fetch.peer == peer) {
                return fetch;
            }
        }
        return null;
    }

    private void loseOvertaken(final int peer, final long answered) {
        boolean isAny = false;
        for (int i = 0; i < fetches.size(); i++) {
            final ChunkFetch fetch = fetches.get(i);
            if (fetch.number != 0 && fetch.peer == peer && peers.isOvertaken(fetch.sequence, answered)) {
                lose(fetch);
                isAny = true;
            }
        }
        if (isAny) {
            peers.onOvertaken(peer);
        }
    }

    private void lose(final ChunkFetch fetch) {
        fetch.giveUp();
        fetch.silences++;
        peers.onLost(fetch.peer);
    }

    private void take(
            final ChunkFetch fetch,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final ManifestEntry entry = fetch.file.transfer.entry();
        // Who gives a byte at a time would hold the chunk for ever; nobody who serves files does.
        if (position != fetch.position() || length != fetch.asked) {
            peers.strike(fetch.peer);
            fetch.refused |= 1 << fetch.peer;
            trouble(TransferTrouble.WRONG_RANGE, entry, fetch.peer);
            return;
        }
        fetch.take(fetch.peer, buffer, offset, length);
        peers.onBytes(fetch.peer, length, nowNs - fetch.sentNs);
        port.onProgress();
        if (fetch.wanted() > 0) {
            return;
        }
        if (fetch.isRight()) {
            fetch.write();
            return;
        }
        trouble(TransferTrouble.WRONG_CHUNK, entry, fetch.peer);
        if (fetch.isOfOther(fetch.peer)) {
            // Nobody knows whose part of it was wrong.
            fetch.isOfOne = true;
        } else {
            fetch.refused |= 1 << fetch.peer;
            fetch.liars |= 1 << fetch.peer;
            peers.strike(fetch.peer);
            port.accuse(fetch.peer, entry, fetch.chunk);
        }
        fetch.forget();
    }

    private void refused(final ChunkFetch fetch, final Reaction reaction) {
        final int peer = fetch.peer;
        final ManifestEntry entry = fetch.file.transfer.entry();
        switch (reaction) {
            case NEXT_PEER -> fetch.file.lacksUntilNs[peer] = Long.MAX_VALUE;
            case NEXT_PEER_FOR_CHUNK -> fetch.refused |= 1 << peer;
            case LATER -> peers.onBusy(peer, nowNs);
            case NOT_YET -> fetch.silences++;
            case BLOCK_PEER -> {
                fetch.refused |= 1 << peer;
                peers.block(peer, nowNs);
                trouble(TransferTrouble.ALARM, entry, peer);
            }
            case LEAVE_PEER -> {
                fetch.file.lacksUntilNs[peer] = Long.MAX_VALUE;
                trouble(TransferTrouble.ALARM, entry, peer);
            }
            case TAKE -> throw new IllegalStateException("unreachable: bytes are no refusal");
        }
        trouble(TransferTrouble.REFUSED, entry, peer);
    }

    /** Nobody gives this chunk now: all are asked again for it, later and later; meanwhile for the other chunks of the file. */
    private void fail(final ChunkFetch fetch) {
        final WantedFile file = fetch.file;
        counters.failed++;
        trouble(TransferTrouble.NO_PEER, file.transfer.entry(), ChunkFetch.NOBODY);
        // Chunks that fail together count as one time.
        if (nowNs >= file.retryAtNs) {
            final int doublings = Math.min(file.failures++, BACKOFF_DOUBLINGS_MAX);
            file.retryAtNs = nowNs + 1 + peers.jitter(limits.stallNs() << doublings);
        }
        if (isSuspect(fetch) && !file.isSuspect) {
            file.isSuspect = true;
            file.retryAtNs = Math.max(file.retryAtNs, nowNs + SUSPECT_STALLS * limits.stallNs());
            trouble(TransferTrouble.SUSPECT, file.transfer.entry(), ChunkFetch.NOBODY);
            file.transfer.suspect(true);
        }
        for (int i = 0; i < file.lacksUntilNs.length; i++) {
            file.lacksUntilNs[i] = Math.min(file.lacksUntilNs[i], file.retryAtNs);
        }
        file.transfer.fail(fetch.chunk);
        end(fetch);
    }

    /**
     * True if all that answer have other bytes than the table says, and there are two of them or the file has failed before. Story: of two peers one
     * is dead, and a bit falls over on the way from the other; who takes that for a wrong table leaves the file alone for minutes.
     */
    private boolean isSuspect(final ChunkFetch fetch) {
        final boolean isWitnessed = Integer.bitCount(fetch.liars) > 1 || fetch.liars != 0 && fetch.file.failures > 1;
        return isWitnessed && (peers.all() & ~peers.dead(nowNs) & ~fetch.liars) == 0;
    }

    /** The write of a chunk of the file has completed; false if the token is of none. */
    boolean onWritten(final WantedFile file, final long token) {
        for (int i = 0; i < fetches.size(); i++) {
            final ChunkFetch fetch = fetches.get(i);
            if (fetch.file == file && fetch.isWriting && fetch.writeToken == token) {
                counters.bytesPulled += fetch.length();
                file.failures = 0;
                file.transfer.onWritten(fetch.chunk);
                end(fetch);
                return true;
            }
        }
        return false;
    }

    /** Nothing of the file is asked for any more. */
    void drop(final WantedFile file) {
        for (int i = fetches.size() - 1; i >= 0; i--) {
            final ChunkFetch fetch = fetches.get(i);
            if (fetch.file == file && !fetch.isWriting) {
                if (fetch.number != 0) {
                    peers.onLost(fetch.peer);
                }
                file.transfer.release(fetch.chunk);
                end(fetch);
            }
        }
    }

    private void end(final ChunkFetch fetch) {
        fetch.file.fetches--;
        fetch.file = null;
        fetch.isWriting = false;
        fetches.remove(fetch);
        free.push(fetch);
    }

    private void trouble(final TransferTrouble trouble, final ManifestEntry entry, final int peer) {
        counters.on(trouble);
        port.onTrouble(trouble, entry, peer);
    }
}
