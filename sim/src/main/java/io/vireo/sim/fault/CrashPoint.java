package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.CrashOutcome;

/**
 * One planned crash: from which progress of the run on, whom it hits, at which of its events, what its disk makes of it, how long it stays
 * down, and whether the recovery that follows is hit too. Relative to the run's own progress, so that every run has its crashes.
 *
 * @param permille of the run's requests that have an outcome when the crash is armed.
 * @param count of the trigger's events after which it strikes.
 * @param recoveryCount storage submissions of the recovery after which it crashes again; 0 if it does not.
 */
public record CrashPoint(
        int permille, Victim victim, Trigger trigger, int count, CrashOutcome outcome, long downNs, int recoveryCount)
        implements FaultPoint {
    /** Whom a crash hits. */
    public enum Victim {
        PRIMARY,
        BACKUP,
        ANY,
        /** The power of the whole cluster fails at once. */
        ALL
    }

    /** The event after which a process ends. */
    public enum Trigger {
        NOW,
        READ_ISSUED,
        WRITE_ISSUED,
        WRITE_APPLIED,
        SYNC_ISSUED,
        SYNC_DONE,
        COMPLETED,
        SENT,
        SENT_PREPARE_OK,
        SENT_VIEW_CHANGE,
        VIEW_ENTERED
    }

    private static final long MILLIS = 1_000_000L;
    /** Nobody is down for longer. */
    static final long DOWN_MAX_NS = 4_000 * MILLIS;

    private static final CrashOutcome[] OUTCOMES = CrashOutcome.values();
    private static final Trigger[] TRIGGERS = Trigger.values();

    static CrashPoint draw(final Draws draws) {
        final int whom = draws.nextInt(16);
        final Victim victim =
                whom < 6 ? Victim.PRIMARY : whom < 10 ? Victim.BACKUP : whom < 14 ? Victim.ANY : Victim.ALL;
        final Trigger trigger = TRIGGERS[draws.nextInt(TRIGGERS.length)];
        final boolean isRare = trigger == Trigger.SENT_VIEW_CHANGE || trigger == Trigger.VIEW_ENTERED;
        return new CrashPoint(
                draws.nextInt(1_000),
                victim,
                trigger,
                isRare ? draws.between(1, 3) : (int) draws.logUniform(1, 64),
                outcome(draws),
                draws.logUniform(MILLIS, DOWN_MAX_NS),
                draws.chance(3, 10) ? draws.between(1, 24) : 0);
    }

    private static CrashOutcome outcome(final Draws draws) {
        final int of100 = draws.nextInt(100);
        if (of100 < 15) {
            return OUTCOMES[0];
        }
        return of100 < 45
                ? CrashOutcome.DROP_ALL
                : of100 < 57 ? CrashOutcome.KEEP_ALL : of100 < 75 ? CrashOutcome.PREFIX : CrashOutcome.SUBSET;
    }
}
