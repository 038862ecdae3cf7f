package io.vireo.sim.explore;

import io.vireo.sim.CrashSignature;
import io.vireo.sim.Verdict;
import io.vireo.sim.audit.Violation;
import java.util.List;

/**
 * A failure and the choices that lead to it.
 *
 * @param signature the same for failures of one cause.
 * @param crash exception that ended a replica, or null.
 * @param isAfterHeal true: it appears when, after the last choice, faults end and time passes everywhere.
 */
public record Finding(
        Verdict verdict,
        String signature,
        String message,
        RuntimeException crash,
        List<Choice> schedule,
        boolean isAfterHeal) {
    static Finding of(final Violation violation, final RuntimeException crash, final List<Choice> schedule) {
        if (crash instanceof NonDeterminismException) {
            return new Finding(Verdict.NON_DETERMINISM, crash.getMessage(), crash.getMessage(), null, schedule, false);
        }
        if (violation != null) {
            final Verdict verdict = violation.auditor().equals("A12") ? Verdict.LIVENESS : Verdict.SAFETY;
            return new Finding(verdict, violation.signature(), violation.toString(), null, schedule, false);
        }
        return new Finding(Verdict.CRASH, CrashSignature.of(crash), crash.toString(), crash, schedule, false);
    }

    Finding afterHeal() {
        return new Finding(verdict, signature, message, crash, schedule, true);
    }
}
