package io.vireo.sim.explore;

import io.vireo.sim.Verdict;

/**
 * How a search ended.
 *
 * @param finding the failure with the shortest schedule that was found, or null.
 * @param isShortest true if no failure has a shorter one.
 */
public record SearchResult(Scope scope, End end, SearchFigures figures, Finding finding, boolean isShortest) {
    /** Why it ended. */
    public enum End {
        /** Every state of the scope was seen. */
        COMPLETE("complete: every state of this scope was seen"),
        /** Every state of the scope was seen, but not every end of a schedule was played. */
        SAMPLED("not complete: every state of this scope was seen, and of the ends of schedules a sample was played"),
        DEPTH("not complete: every state up to the depth was seen, and there are deeper ones"),
        STATES("not complete: the limit of states was reached"),
        PATIENCE("not complete: it was stopped"),
        FOUND("ended by a failure");

        private final String text;

        End(final String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public Verdict verdict() {
        return finding == null ? Verdict.PASS : finding.verdict();
    }
}
