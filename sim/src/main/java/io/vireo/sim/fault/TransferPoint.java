package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.CrashOutcome;

/**
 * A fault aimed at a state synchronization: from which progress of the run on, what strikes, and at which request for bytes of a file,
 * counted over all synchronizations from then on.
 *
 * @param request which request for a piece it strikes at.
 * @param trigger of a crash: the event of its victim, counted from that request on, after which it ends.
 * @param count of the trigger's events.
 * @param place drawn number that picks bytes or sectors.
 * @param durationNs of what lasts, or until a crashed machine is up again.
 */
public record TransferPoint(
        int permille,
        Kind kind,
        int request,
        CrashPoint.Trigger trigger,
        int count,
        CrashOutcome outcome,
        long place,
        long durationNs)
        implements Disturbance {
    /** What goes wrong. */
    public enum Kind {
        /** The connection breaks at any byte of an answer. */
        CUT,
        /** Answers of the peer do not arrive for a while, and nobody closes the connection. */
        STALL,
        /** Power of the receiver fails. */
        RECEIVER_CRASH,
        /** Power of the peer that was asked fails. */
        SERVER_CRASH,
        /** The receiver has room for a few sectors more, for a while. */
        RECEIVER_FULL,
        /** The file that is asked for rots on every peer, on each in another chunk, as far as the atlas admits. */
        PEERS_ROT,
        /** Files that the receiver has already, of the checkpoint before, rot at its own, as far as the atlas admits. */
        RECEIVER_ROT,
        /** An answer of the peer is valid, and has other bytes than the file, or fewer or more than were asked for. */
        LIE,
        /** Answers of the peer arrive a few bytes at a time for a while: none is lost, and none takes as long as a silence. */
        DRIP,
        /** No connection carries pieces of files between the receiver and the peer, or any peer, for a while, and all of them know. */
        NO_WAY
    }

    private static final long MILLIS = 1_000_000L;
    /** Drawn together; all others have generators of their own. */
    private static final Kind[] KINDS = {
        Kind.CUT, Kind.STALL, Kind.RECEIVER_CRASH, Kind.SERVER_CRASH, Kind.RECEIVER_FULL, Kind.PEERS_ROT
    };

    private static final CrashPoint.Trigger[] TRIGGERS = {
        CrashPoint.Trigger.NOW,
        CrashPoint.Trigger.READ_ISSUED,
        CrashPoint.Trigger.WRITE_ISSUED,
        CrashPoint.Trigger.WRITE_APPLIED,
        CrashPoint.Trigger.SYNC_ISSUED,
        CrashPoint.Trigger.SYNC_DONE,
        CrashPoint.Trigger.COMPLETED,
        CrashPoint.Trigger.SENT
    };
    private static final CrashOutcome[] OUTCOMES = CrashOutcome.values();

    static TransferPoint draw(final Draws draws) {
        return new TransferPoint(
                draws.nextInt(1_000),
                KINDS[draws.nextInt(KINDS.length)],
                (int) draws.logUniform(1, 24),
                TRIGGERS[draws.nextInt(TRIGGERS.length)],
                (int) draws.logUniform(1, 32),
                OUTCOMES[draws.nextInt(OUTCOMES.length)],
                draws.nextLong() >>> 1,
                draws.logUniform(10 * MILLIS, 30_000 * MILLIS));
    }

    /** At the beginning of one of the next synchronizations. */
    static TransferPoint drawRotOfReceiver(final Draws draws) {
        return new TransferPoint(
                draws.nextInt(1_000),
                Kind.RECEIVER_ROT,
                1,
                CrashPoint.Trigger.NOW,
                0,
                CrashOutcome.DROP_ALL,
                draws.nextLong() >>> 1,
                0);
    }

    static TransferPoint drawLie(final Draws draws) {
        return new TransferPoint(
                draws.nextInt(1_000),
                Kind.LIE,
                (int) draws.logUniform(1, 24),
                CrashPoint.Trigger.NOW,
                0,
                CrashOutcome.DROP_ALL,
                draws.nextLong() >>> 1,
                0);
    }

    /** Of those that strike the paths of pieces for some time. */
    static TransferPoint drawLasting(final Draws draws, final Kind kind, final long shortestMillis) {
        return new TransferPoint(
                draws.nextInt(1_000),
                kind,
                (int) draws.logUniform(1, 24),
                CrashPoint.Trigger.NOW,
                0,
                CrashOutcome.DROP_ALL,
                draws.nextLong() >>> 1,
                draws.logUniform(shortestMillis * MILLIS, 30_000 * MILLIS));
    }

    /** The crash of this replica, which is the victim whatever the point says. */
    public CrashPoint crash() {
        return new CrashPoint(
                permille,
                CrashPoint.Victim.ANY,
                trigger,
                count,
                outcome,
                Math.min(durationNs, CrashPoint.DOWN_MAX_NS),
                0);
    }

    @Override
    public boolean isAmong(final int replicas) {
        return replicas > 1;
    }
}
