package io.vireo.node.transport;

import io.vireo.node.message.Lane;
import io.vireo.node.port.RandomSource;
import java.util.Arrays;

/**
 * When to dial one shard of a replica again: exponential backoff with full jitter, so that a cluster that lost a replica does not storm it when it
 * comes back. Knows no socket; {@link TcpTransport} dials.
 */
final class PeerDialer {
    final int replica;
    final int shard;
    /** What for: the one for bulk is beside one for consensus. */
    final Lane lane;
    /** What the connection is for. */
    final long[] groups;

    private final RandomSource random;
    /** For the same groups of the same shard, on the lane of consensus; null for that one itself. */
    private final PeerDialer beside;

    /** The attempt or connection there is, or null. */
    Connection connection;

    /** Which address of the replica was dialled last, by its index. */
    int address;

    private long nextAttemptNs;
    /** Of the process that was let in last; 0 while none was. */
    private long metNonce;

    private int failures;
    /** Of those, at the shard's own address; what happens at the others, tried for what they know, is no news. */
    private int ownFailures;

    private String lastRejection = "";

    PeerDialer(
            final int replica,
            final int shard,
            final long[] groups,
            final RandomSource random,
            final long firstAttemptNs) {
        this(replica, shard, Lane.CONSENSUS, null, groups, random, firstAttemptNs);
    }

    /** The one for bulk beside this one. */
    PeerDialer bulk() {
        return new PeerDialer(replica, shard, Lane.BULK, this, groups, random, nextAttemptNs);
    }

    private PeerDialer(
            final int replica,
            final int shard,
            final Lane lane,
            final PeerDialer beside,
            final long[] groups,
            final RandomSource random,
            final long firstAttemptNs) {
        this.replica = replica;
        this.shard = shard;
        this.lane = lane;
        this.beside = beside;
        this.groups = groups;
        this.random = random;
        this.nextAttemptNs = firstAttemptNs;
    }

    boolean isDue(final long nowNs) {
        return isWanted() && nowNs - nextAttemptNs >= 0;
    }

    /** Bulk waits for consensus to be let in, which alone finds out which address is right. */
    private boolean isWanted() {
        return connection == null && (beside == null || beside.connection != null && beside.connection.isOpen());
    }

    /** The address at which consensus was let in, as an index like {@link #address}; only of one for bulk. */
    int addressBeside() {
        return beside.address;
    }

    /** When {@link #isDue} may turn true; {@link Long#MAX_VALUE} while there is a connection, or another one is waited for. */
    long nextAttemptNs() {
        return isWanted() ? nextAttemptNs : Long.MAX_VALUE;
    }

    /** True if the other one's connection is of use here: for this lane and these groups, and at this shard's door or let in already. */
    boolean canTakeOver(final PeerDialer other) {
        return connection == null
                && other.connection != null
                && (other.connection.isOpen() || other.address == shard)
                && lane == other.lane
                && Arrays.equals(groups, other.groups);
    }

    void takeOver(final PeerDialer other) {
        connection = other.connection;
        connection.dialer = this;
        address = other.address;
        other.connection = null;
    }

    /** True if this is the one for bulk beside that one. */
    boolean isBeside(final PeerDialer other) {
        return beside != null && beside == other;
    }

    /** The process at the other end is this one; true if another one was there before, or none. */
    boolean isNewProcess(final long nonce) {
        final boolean isNew = nonce != metNonce;
        metNonce = nonce;
        return isNew;
    }

    /** Leaves the way free for others for a while, drawn up to the longest wait. */
    void giveWay(final long nowNs) {
        nextAttemptNs = nowNs + jitter(random, TransportContext.RECONNECT_MAX_NS);
    }

    /** The handshake is done. */
    void onConnected() {
        failures = 0;
        ownFailures = 0;
        lastRejection = "";
    }

    /** The connection had been open: the next attempt follows soon. */
    void onDisconnected(final long nowNs) {
        connection = null;
        nextAttemptNs = nowNs + jitter(random, TransportContext.RECONNECT_MIN_NS);
    }

    /**
     * An attempt did not get as far as the end of the handshake.
     *
     * @param isFinal true if trying again will hardly help (a REJECT): the longest wait at once.
     * @return true if this is worth a line in the log: another REJECT than the last, or at the shard's own address the 10th, 100th, ... failure.
     */
    boolean onFailure(final long nowNs, final String text, final boolean isFinal) {
        connection = null;
        failures = Math.min(failures + 1, 1_000_000);
        final long bound = isFinal
                ? TransportContext.RECONNECT_MAX_NS
                : Math.min(
                        TransportContext.RECONNECT_MAX_NS, TransportContext.RECONNECT_MIN_NS << Math.min(failures, 10));
        nextAttemptNs = nowNs + jitter(random, bound);
        final boolean isNew = isFinal && !text.equals(lastRejection);
        lastRejection = isFinal ? text : lastRejection;
        if (address != shard) {
            return isNew;
        }
        ownFailures = Math.min(ownFailures + 1, 1_000_000);
        return isNew || ownFailures == 10 || ownFailures == 100 || ownFailures % 1000 == 0;
    }

    /** Attempts in a row that came to nothing, wherever. */
    int failures() {
        return failures;
    }

    /** Uniform in 1 ms steps up to the bound, never 0, so that a refused dial cannot turn into a busy loop. */
    static long jitter(final RandomSource random, final long boundNs) {
        return 1_000_000L * (1 + random.nextInt((int) (boundNs / 1_000_000L)));
    }
}
