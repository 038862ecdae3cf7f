package io.vireo.sim.launch;

import io.vireo.sim.explore.SearchFigures;
import java.io.PrintWriter;
import java.util.Locale;

/** How far a search is: a line that is drawn anew on a terminal, one now and then elsewhere. How much is left nobody knows. */
final class SearchMeter {
    private static final long BAR_NS = 250_000_000L;
    private static final long LINE_NS = 10_000_000_000L;
    /** Back to the start of the line, and everything right of it is gone. */
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean isTerminal;
    private final long startNs;
    private long printedAtNs;

    SearchMeter(final PrintWriter err, final boolean isTerminal, final long startNs) {
        this.err = err;
        this.isTerminal = isTerminal;
        this.startNs = startNs;
        printedAtNs = startNs;
    }

    void onTransition(final long nowNs, final SearchFigures figures) {
        if (nowNs - printedAtNs < (isTerminal ? BAR_NS : LINE_NS)) {
            return;
        }
        printedAtNs = nowNs;
        final String text = String.format(
                Locale.ROOT,
                "%d states, %d transitions, %d plays, depth %d, %.0f states/s",
                figures.states(),
                figures.transitions(),
                figures.plays(),
                figures.depth(),
                figures.states() * 1e9 / Math.max(1, nowNs - startNs));
        if (isTerminal) {
            err.print(CLEAR + text);
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
}
