package io.vireo.sim.scenario;

import java.util.List;

/** A scenario file, parsed: the cluster, what is done to it step by step, and the trace that is expected of it. Immutable. */
public final class Scenario {
    private final String file;
    private final String title;
    private final ScenarioOptions options;
    private final List<Step> steps;
    private final List<String> trace;
    private final int traceLine;

    Scenario(
            final String file,
            final String title,
            final ScenarioOptions options,
            final List<Step> steps,
            final List<String> trace,
            final int traceLine) {
        this.file = file;
        this.title = title;
        this.options = options;
        this.steps = List.copyOf(steps);
        this.trace = trace == null ? null : List.copyOf(trace);
        this.traceLine = traceLine;
    }

    /**
     * Parses the text of a scenario file.
     *
     * @param file its name, for messages.
     * @throws ScenarioException for the first line that cannot be understood.
     */
    public static Scenario parse(final String file, final String text) {
        return new ScenarioParser(file, text).parse();
    }

    /** The text with this trace in place of the one it has, if any. */
    public static String withTrace(final String text, final List<String> trace) {
        final StringBuilder out = new StringBuilder();
        for (final String line : text.split("\n", -1)) {
            if (line.strip().equals(ScenarioParser.TRACE)) {
                break;
            }
            out.append(line).append('\n');
        }
        final String script = out.toString().stripTrailing();
        final StringBuilder whole = new StringBuilder(script)
                .append("\n\n")
                .append(ScenarioParser.TRACE)
                .append('\n');
        for (final String line : trace) {
            whole.append(line).append('\n');
        }
        return whole.toString();
    }

    public String file() {
        return file;
    }

    /** The first comment line. */
    public String title() {
        return title;
    }

    /** The expected trace; null if the file has none. */
    public List<String> trace() {
        return trace;
    }

    /** Line of the file that holds the first line of the trace. */
    int traceLine() {
        return traceLine;
    }

    ScenarioOptions options() {
        return options;
    }

    List<Step> steps() {
        return steps;
    }
}
