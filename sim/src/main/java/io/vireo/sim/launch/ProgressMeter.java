package io.vireo.sim.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** How far a hunt is: a bar that is drawn anew on a terminal, a line now and then elsewhere. Guarded by the campaign. */
final class ProgressMeter {
    private static final long BAR_NS = 250_000_000L;
    private static final long LINE_NS = 10_000_000_000L;
    private static final int BAR_WIDTH = 30;
    /** Back to the start of the line, and everything right of it is gone. */
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean isTerminal;
    private final long total;
    private final long doneBefore;
    private final long startNs;
    private long printedAtNs;

    /** @param doneBefore seeds of earlier calls, which say nothing about the speed of this one. */
    ProgressMeter(
            final PrintWriter err,
            final boolean isTerminal,
            final long total,
            final long doneBefore,
            final long startNs) {
        this.err = err;
        this.isTerminal = isTerminal;
        this.total = total;
        this.doneBefore = doneBefore;
        this.startNs = startNs;
        printedAtNs = startNs;
    }

    /** True if what is written to standard error is seen on a terminal. */
    static boolean isErrorTerminal() {
        try {
            final String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (final IOException | UnsupportedOperationException e) {
            // Not on Linux. From JDK 22 on there is a console without a terminal too, so lines are the safe answer
            // there.
            return Runtime.version().feature() < 22 && System.console() != null;
        }
    }

    void onDone(final long nowNs, final long done, final long failed) {
        if (nowNs - printedAtNs < (isTerminal ? BAR_NS : LINE_NS)) {
            return;
        }
        printedAtNs = nowNs;
        final double seedsPerSecond = (done - doneBefore) * 1e9 / Math.max(1, nowNs - startNs);
        final String text = String.format(
                Locale.ROOT,
                "%d/%d seeds, %.1f seeds/s, %s left%s",
                done,
                total,
                seedsPerSecond,
                seedsPerSecond > 0 ? duration((long) ((total - done) / seedsPerSecond)) : "?",
                failed == 0 ? "" : ", " + failed + " failed");
        if (isTerminal) {
            final int filled = (int) (BAR_WIDTH * (double) done / Math.max(1, total));
            err.print(CLEAR + "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "] " + text);
        } else {
            err.println(text);
        }
        err.flush();
    }

    /** Makes room for a line of another kind. */
    void clear() {
        if (isTerminal) {
            err.print(CLEAR);
            err.flush();
        }
    }

    private static String duration(final long seconds) {
        return seconds < 60
                ? seconds + "s"
                : seconds < 3_600
                        ? seconds / 60 + "m" + seconds % 60 + "s"
                        : seconds / 3_600 + "h" + seconds % 3_600 / 60 + "m";
    }
}
