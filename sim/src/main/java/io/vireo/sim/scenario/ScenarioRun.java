package io.vireo.sim.scenario;

import io.vireo.sim.audit.Violation;
import java.util.List;
import java.util.function.Consumer;

/** Plays a scenario from its first statement to its verdict. */
public final class ScenarioRun {
    private static final int DIFF_CONTEXT = 3;

    private ScenarioRun() {}

    /** Plays silently. */
    public static ScenarioResult play(final Scenario scenario) {
        return play(scenario, line -> {});
    }

    /**
     * Plays a scenario; every call has the same result.
     *
     * @param listener told each line of the trace as it is written.
     */
    public static ScenarioResult play(final Scenario scenario, final Consumer<String> listener) {
        final Stage stage = new Stage(scenario.options());
        stage.listener(listener);
        int line = 0;
        try {
            stage.open();
            ScenarioResult bad = violation(stage, line);
            for (final Step step : scenario.steps()) {
                if (bad != null) {
                    return bad;
                }
                line = step.line();
                stage.begin(step.text());
                step.action().run(stage);
                bad = violation(stage, line);
            }
            if (bad != null) {
                return bad;
            }
        } catch (final UnmetException e) {
            final ScenarioResult bad = violation(stage, line);
            return bad != null
                    ? bad
                    : new ScenarioResult(ScenarioResult.Kind.UNMET, line, e.getMessage(), null, stage.lines());
        } catch (final RuntimeException e) {
            final ScenarioResult bad = violation(stage, line);
            return bad != null
                    ? bad
                    : new ScenarioResult(ScenarioResult.Kind.CRASH, line, e.toString(), e, stage.lines());
        }
        stage.begin("end");
        stage.tellStates();
        return compared(scenario, stage.lines());
    }

    private static ScenarioResult violation(final Stage stage, final int line) {
        final Violation violation = stage.auditors().log.violation();
        if (violation == null) {
            return null;
        }
        final boolean isLiveness = violation.auditor().equals("A12");
        return new ScenarioResult(
                isLiveness ? ScenarioResult.Kind.LIVENESS : ScenarioResult.Kind.SAFETY,
                line,
                violation.toString(),
                null,
                stage.lines());
    }

    private static ScenarioResult compared(final Scenario scenario, final List<String> actual) {
        final List<String> expected = scenario.trace();
        if (expected == null || expected.equals(actual)) {
            return new ScenarioResult(ScenarioResult.Kind.PASS, 0, null, null, actual);
        }
        int at = 0;
        while (at < expected.size() && at < actual.size() && expected.get(at).equals(actual.get(at))) {
            at++;
        }
        return new ScenarioResult(
                ScenarioResult.Kind.OTHER_TRACE,
                scenario.traceLine() + at,
                "the trace is another one from here on" + difference(expected, actual, at),
                null,
                actual);
    }

    /** The first different line with what is around it: ' ' in both, '-' expected only, '+' found only. */
    private static String difference(final List<String> expected, final List<String> actual, final int at) {
        final StringBuilder text = new StringBuilder();
        for (int i = at - 1; i >= 0; i--) {
            if (expected.get(i).startsWith("> ")) {
                text.append("\n    in the step '")
                        .append(expected.get(i).substring(2))
                        .append('\'');
                break;
            }
        }
        for (int i = Math.max(0, at - DIFF_CONTEXT); i < at; i++) {
            text.append("\n      ").append(expected.get(i));
        }
        for (int i = at; i < Math.min(expected.size(), at + DIFF_CONTEXT); i++) {
            text.append("\n    - ").append(expected.get(i));
        }
        for (int i = at; i < Math.min(actual.size(), at + DIFF_CONTEXT); i++) {
            text.append("\n    + ").append(actual.get(i));
        }
        return text.toString();
    }
}
