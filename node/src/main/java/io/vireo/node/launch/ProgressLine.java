package io.vireo.node.launch;

import io.vireo.bootstrap.inspect.InspectionProgress;
import java.io.PrintWriter;

/** Prints how far a long reading has come, at most once a second. */
final class ProgressLine implements InspectionProgress {
    private static final long INTERVAL_NS = 1_000_000_000L;
    private static final long MIB = 1 << 20;

    private final PrintWriter out;
    private final String name;
    private long lastNs = System.nanoTime();
    private long lastDone;

    ProgressLine(final PrintWriter out, final String name) {
        this.out = out;
        this.name = name;
    }

    @Override
    public void onRead(final String what, final long done, final long total) {
        final long nowNs = System.nanoTime();
        if (nowNs - lastNs < INTERVAL_NS) {
            return;
        }
        final long perSecond = Math.max(0, done - lastDone) * INTERVAL_NS / (nowNs - lastNs);
        lastNs = nowNs;
        lastDone = done;
        out.println(
                name + ": " + what + ", " + done / MIB + " of " + total / MIB + " MiB, " + perSecond / MIB + " MiB/s");
        out.flush();
    }
}
