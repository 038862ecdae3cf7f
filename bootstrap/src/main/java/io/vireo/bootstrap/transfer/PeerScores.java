package io.vireo.bootstrap.transfer;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The other replicas as one that fetches files knows them: who sends wrong bytes, how fast each is, how many requests it bears at a time, and who
 * is left alone for how long. The number of requests grows with answers and halves with silence, so that a slow path is not buried under what
 * has timed out. Pure; allocates nothing after its construction.
 */
final class PeerScores {
    /** Most that is waited for an answer, unless a stall is longer. */
    static final long WAIT_MAX_NS = 5_000_000_000L;
    /** An answer may take so many times as long as the one before. */
    private static final int SLOWER_MAX = 4;

    /** How long a peer is left alone that does not believe this replica. */
    static final long BLOCKED_NS = 30_000_000_000L;

    private static final int WINDOW_FIRST = 4;
    private static final int WINDOW_MAX = 32;
    private static final int BACKOFF_DOUBLINGS_MAX = 3;
    /** Peers of which none is so many times as fast as the other share the work. */
    private static final int ALIKE = 2;
    /** Silences in a row after which nobody waits for it. */
    private static final int SILENCES_MAX = 2;
    /** An answer to a request so many behind this one says that this one got lost. */
    private static final int REORDERED_MAX = 16;

    private static final class Peer {
        int strikes;
        /** Bytes a second, averaged; 0 if not known. */
        long throughput;

        int window = WINDOW_FIRST;
        int answersOfWindow;
        int outstanding;
        /** Since when it could have answered something. */
        long waitingSinceNs;

        long sequence;
        /** How long it may give no answer: a stall, or longer where answers have come late. */
        long waitNs;

        int backOffs;
        int silences;
        long retryAtNs;
        PieceLength pieces;

        /** True if it did not answer, again and again. */
        boolean isQuiet() {
            return silences >= SILENCES_MAX;
        }
    }

    private final int self;
    private final long stallNs;
    private final LongSupplier random;
    private final Peer[] peers;
    private int first;

    PeerScores(
            final int replicaCount,
            final int self,
            final int pieceLengthMax,
            final long stallNs,
            final LongSupplier random,
            final long nowNs) {
        this.self = self;
        this.stallNs = stallNs;
        this.random = random;
        peers = new Peer[replicaCount];
        Arrays.setAll(peers, peer -> new Peer());
        for (final Peer peer : peers) {
            peer.retryAtNs = nowNs;
            peer.waitNs = stallNs;
            peer.pieces = new PieceLength(pieceLengthMax);
        }
        first = (int) Math.floorMod(random.getAsLong(), (long) replicaCount);
    }

    /** Bit set of all that there are. */
    int all() {
        return (1 << peers.length) - 1 & ~(1 << self);
    }

    /**
     * Whom to ask: of those who may be asked now the one with the fewest strikes, then the fastest, and among those that are about as fast the
     * one that has the least to answer. One that was never measured is as fast as any. Those who did not answer again and again come last, and so
     * are asked again when the others have enough to do. Story: two of three peers are dead; who tries one of them whenever it is not left alone
     * never asks the third.
     *
     * @param allowed bit set.
     * @return negative if none of them may be asked now.
     */
    int best(final int allowed, final long nowNs) {
        int best = -1;
        for (int i = 0; i < peers.length; i++) {
            final int next = (first + i) % peers.length;
            final Peer peer = peers[next];
            final boolean isFree =
                    (allowed & 1 << next) != 0 && nowNs >= peer.retryAtNs && peer.outstanding < peer.window;
            if (isFree && (best < 0 || isBetter(peer, peers[best]))) {
                best = next;
            }
        }
        return best;
    }

    /**
     * As {@link #best}, but the one that was asked for the bytes before, if it may be asked now and no other is clearly better. Story: a peer gives
     * what it is asked for, slowly; who keeps to it waits for it although others are idle.
     *
     * @param former negative if none was.
     */
    int bestAfter(final int former, final int allowed, final long nowNs) {
        final int best = best(allowed, nowNs);
        final int same = former < 0 ? -1 : best(allowed & 1 << former, nowNs);
        return same < 0 || isClearlyBetter(peers[best], peers[same]) ? best : same;
    }

    private static boolean isClearlyBetter(final Peer one, final Peer other) {
        if (one.isQuiet() != other.isQuiet()) {
            return other.isQuiet();
        }
        if (one.strikes != other.strikes) {
            return one.strikes < other.strikes;
        }
        final boolean isUntried = one.throughput == 0 && one.silences == 0 && one.outstanding == 0;
        return other.throughput != 0 && (isUntried || one.throughput / ALIKE > other.throughput);
    }

    private static boolean isBetter(final Peer one, final Peer other) {
        if (one.isQuiet() != other.isQuiet()) {
            return other.isQuiet();
        }
        if (one.strikes != other.strikes) {
            return one.strikes < other.strikes;
        }
        final boolean isMeasured = one.throughput != 0 && other.throughput != 0;
        if (isMeasured && one.throughput / ALIKE > other.throughput) {
            return true;
        }
        if (isMeasured && other.throughput / ALIKE > one.throughput) {
            return false;
        }
        if (one.outstanding != other.outstanding) {
            return one.outstanding < other.outstanding;
        }
        return other.throughput != 0 && (one.throughput == 0 || one.throughput > other.throughput);
    }

    /**
     * True if it does not answer, again and again, and is left alone now. Story: one peer is dead and the other has the file no more; who waits
     * for the dead one hears late that there is a newer checkpoint.
     */
    boolean isDead(final int peer, final long nowNs) {
        return peers[peer].isQuiet() && nowNs < peers[peer].retryAtNs;
    }

    /** Bit set of those of whom {@link #isDead} holds. */
    int dead(final long nowNs) {
        int dead = 0;
        for (int peer = 0; peer < peers.length; peer++) {
            dead |= isDead(peer, nowNs) ? 1 << peer : 0;
        }
        return dead;
    }

    /** Bytes to ask this one for where so many are wanted. */
    int pieceLength(final int peer, final int wanted) {
        return peers[peer].pieces.of(wanted);
    }

    /** A request goes out; gives its number among those to this peer. */
    long onAsked(final int peer, final long nowNs) {
        final Peer asked = peers[peer];
        if (asked.outstanding++ == 0) {
            asked.waitingSinceNs = nowNs;
        }
        return ++asked.sequence;
    }

    /** The answer to a request that was under way. */
    void onAnswer(final int peer, final long nowNs) {
        final Peer from = peers[peer];
        from.outstanding--;
        from.waitingSinceNs = nowNs;
        from.silences = 0;
    }

    /** The answer to a request that was under way is that it has nothing yet: as if it had given none. */
    void onNotYet(final int peer, final long nowNs) {
        final Peer from = peers[peer];
        from.outstanding--;
        from.waitingSinceNs = nowNs;
        from.silences++;
        backOff(peer, nowNs);
    }

    /** The answer had bytes. */
    void onBytes(final int peer, final int bytes, final long elapsedNs) {
        final Peer from = peers[peer];
        from.backOffs = 0;
        from.waitNs = Math.max(stallNs, Math.min(from.waitNs, SLOWER_MAX * elapsedNs));
        final long measured = bytes * 1_000_000_000L / Math.max(1, elapsedNs);
        from.throughput = Math.max(1, from.throughput == 0 ? measured : (7 * from.throughput + measured) / 8);
        if (++from.answersOfWindow >= from.window) {
            from.answersOfWindow = 0;
            from.window = Math.min(WINDOW_MAX, from.window + 1);
        }
    }

    /**
     * The answer to a request that was given up: it lives, and needs more time. Of who never answers more time is not what it lacks. Story: one peer
     * is dead, and one request may be under way at a time; who waits ever longer for the dead one hardly asks the other.
     */
    void onLate(final int peer) {
        final Peer late = peers[peer];
        if (late.silences > 0) {
            late.waitNs = Math.max(stallNs, Math.min(2 * late.waitNs, WAIT_MAX_NS));
        }
        late.silences = 0;
    }

    /** A request that was under way is given up. */
    void onLost(final int peer) {
        peers[peer].outstanding--;
    }

    /** True if the request with this number got lost, by the answer to a later one. */
    boolean isOvertaken(final long sequence, final long answered) {
        return answered - sequence > REORDERED_MAX;
    }

    /** True if it owes answers and has given none for the time of a stall, or for as long as it needs. */
    boolean isSilent(final int peer, final long nowNs) {
        return peers[peer].outstanding > 0 && nowNs - peers[peer].waitingSinceNs >= peers[peer].waitNs;
    }

    /** It did not answer: smaller pieces, fewer at a time, and it is left alone for a moment. */
    void onSilence(final int peer, final long nowNs) {
        peers[peer].pieces.onSilence();
        peers[peer].silences++;
        backOff(peer, nowNs);
    }

    /**
     * It has as much to do as it takes on. While it still owes answers it gets fewer requests at a time and is asked on: what it takes on goes to
     * this replica. Story: two requests come at once, the bytes of the first fill the connection for 10 ms, and who leaves such a peer alone for
     * longer gets a piece per back-off.
     */
    void onBusy(final int peer, final long nowNs) {
        if (peers[peer].outstanding > 0) {
            halve(peer);
        } else {
            backOff(peer, nowNs);
        }
    }

    /** It is left alone for a moment, if it is not already: what it says to several requests at once counts once. */
    void backOff(final int peer, final long nowNs) {
        final Peer one = peers[peer];
        if (nowNs < one.retryAtNs) {
            return;
        }
        halve(peer);
        one.retryAtNs = nowNs + jitter(stallNs << Math.min(one.backOffs++, BACKOFF_DOUBLINGS_MAX));
    }

    /** Requests to it got lost among others: maybe for their length. */
    void onOvertaken(final int peer) {
        peers[peer].pieces.onSilence();
        halve(peer);
    }

    private void halve(final int peer) {
        peers[peer].window = Math.max(1, peers[peer].window / 2);
        peers[peer].answersOfWindow = 0;
    }

    void block(final int peer, final long nowNs) {
        peers[peer].retryAtNs = nowNs + BLOCKED_NS;
    }

    /** It has sent wrong bytes. */
    void strike(final int peer) {
        peers[peer].strikes++;
    }

    int strikes(final int peer) {
        return peers[peer].strikes;
    }

    /** A file is here whole: what was held against anybody counts for less. */
    void onFile() {
        for (final Peer peer : peers) {
            peer.strikes -= peer.strikes > 0 ? 1 : 0;
            peer.pieces.onFile();
        }
        first = (first + 1) % peers.length;
    }

    /** From 0 to less than the bound, all alike: those who wait for the same do not come in step. */
    long jitter(final long bound) {
        return Math.floorMod(random.getAsLong(), bound);
    }
}
