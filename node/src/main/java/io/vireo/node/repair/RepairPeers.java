package io.vireo.node.repair;

import io.vireo.node.core.ReplicaState;
import io.vireo.node.port.RandomSource;
import java.util.Arrays;

/**
 * Whom repair asks: by chance, but nobody who has just left it without any answer. Story: of three replicas one is dead, and one that
 * comes back lacks a thousand ops that it must have before anything commits. A request to the dead one holds up the ops above it until it
 * expires; while every second request went there, 25 to 40 ops came in a second.
 *
 * <p>Nobody is given up: one request in a while, each time after twice as long, goes to the silent one too, and its answer ends its silence.
 * An answer is what was asked for; one that has a checkpoint in its place is of no more help than one that is silent. While all are silent,
 * all are asked.
 */
final class RepairPeers {
    private static final int SILENCE_GROWTH_MAX = 16;

    private final ReplicaState state;
    private final RandomSource random;
    private final long silenceMinNs;
    private final long[] answeredAtNs;
    /** When one that is silent is asked again; 0: it is not silent. */
    private final long[] silentUntilNs;

    /** How long it is left alone the next time. */
    private final long[] silenceNs;

    private boolean isFirst = true;

    /** {@code silenceMinNs}: time after which a replica that is silent is asked once more, for the first time. */
    RepairPeers(final ReplicaState state, final RandomSource random, final long silenceMinNs) {
        this.state = state;
        this.random = random;
        this.silenceMinNs = silenceMinNs;
        this.answeredAtNs = new long[state.replicas()];
        this.silentUntilNs = new long[state.replicas()];
        this.silenceNs = new long[state.replicas()];
        clear();
    }

    /** A view was started or joined: its primary lives, and who was out of reach may be in reach. */
    void clear() {
        Arrays.fill(answeredAtNs, Long.MIN_VALUE);
        Arrays.fill(silentUntilNs, 0);
        Arrays.fill(silenceNs, silenceMinNs);
        isFirst = true;
    }

    /**
     * The primary first, because it holds the whole log of the view; then it or somebody else by chance, because it may be out of reach. By
     * chance and not by turns. Story: an even number of ops is asked for in each round, so with turns every other one goes to the primary each
     * time, and the path from there loses frames as large as that, but not the smaller ones.
     */
    int next() {
        final int primary = state.primary(state.view());
        if (isFirst && primary != state.replica) {
            isFirst = false;
            return primary;
        }
        isFirst = false;
        final int open = countOpen();
        final boolean isAnyOpen = open > 0;
        if (primary != state.replica && (!isAnyOpen || isOpen(primary)) && random.nextInt(2) == 0) {
            return asked(primary);
        }
        int nth = random.nextInt(isAnyOpen ? open : state.replicas() - 1);
        for (int peer = 0; ; peer++) {
            if (peer != state.replica && (!isAnyOpen || isOpen(peer)) && nth-- == 0) {
                return asked(peer);
            }
        }
    }

    /** Something that was asked for came. */
    void onAnswer(final int peer) {
        answeredAtNs[peer] = state.nowNs();
        silentUntilNs[peer] = 0;
        silenceNs[peer] = silenceMinNs;
    }

    /**
     * What was asked at {@code sentAtNs} did not come in time. It may just not have it, if it has answered something else since. What was
     * asked together expires together, and is one silence.
     */
    void onExpired(final int peer, final long sentAtNs) {
        if (answeredAtNs[peer] < sentAtNs && isOpen(peer)) {
            leaveAlone(peer);
        }
    }

    private void leaveAlone(final int peer) {
        silentUntilNs[peer] = state.nowNs() + silenceNs[peer];
        silenceNs[peer] = Math.min(2 * silenceNs[peer], SILENCE_GROWTH_MAX * silenceMinNs);
    }

    private int countOpen() {
        int open = 0;
        for (int peer = 0; peer < silentUntilNs.length; peer++) {
            if (peer != state.replica && isOpen(peer)) {
                open++;
            }
        }
        return open;
    }

    private boolean isOpen(final int peer) {
        return silentUntilNs[peer] == 0 || state.nowNs() >= silentUntilNs[peer];
    }

    /** One that was silent counts as silent again until it has answered, so that it is asked for one thing and not for all. */
    private int asked(final int peer) {
        if (silentUntilNs[peer] != 0) {
            leaveAlone(peer);
        }
        return peer;
    }
}
