package io.vireo.sim.audit;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A broken invariant, with what one needs to find it.
 *
 * @param auditor code, for example "A1".
 * @param invariant in one sentence, constant: with the auditor it is the failure's signature.
 * @param event number of the first violating event of the run.
 * @param detail the values.
 * @param frames the frames sent last that concern the op or replica, newest first.
 */
public record Violation(
        String auditor,
        String invariant,
        int replica,
        int group,
        long view,
        long op,
        long event,
        long seed,
        String detail,
        List<ClosestFrame> frames) {
    /** Failures of one cause have one signature. */
    public String signature() {
        return auditor + ": " + invariant;
    }

    @Override
    public String toString() {
        return auditor + " violated: " + invariant + " | replica=" + replica + " group=" + group + " view=" + view
                + " op=" + op + " event=" + event + " seed=" + seed + " | " + detail + " | closest frames:"
                + frames.stream().map(frame -> " " + frame + ";").collect(Collectors.joining());
    }
}
