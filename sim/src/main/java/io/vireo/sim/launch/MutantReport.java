package io.vireo.sim.launch;

import io.vireo.sim.mutant.MutantScore;
import io.vireo.sim.mutant.MutantScore.Start;
import java.util.Collection;
import java.util.Locale;

/** What became of planted bugs, as lines for people and as JSON lines. */
final class MutantReport {
    static final String HEAD = "mutant  found  seeds    cpu s  faults  by, and what the mutant does";

    private MutantReport() {}

    /** Two lines: the figures, and what the mutant does. */
    static String lines(final MutantScore score) {
        return String.format(
                Locale.ROOT,
                "%-6s  %5s  %5d  %7.1f  %6s  %s%n%s%s",
                score.mutant().id(),
                found(score),
                score.medianSeeds(),
                score.medianCpuSeconds(),
                faults(score),
                verdict(score),
                " ".repeat(40),
                score.mutant().title());
    }

    /** Starts that found it, of all. */
    static String found(final MutantScore score) {
        return score.found() + "/" + score.starts().size();
    }

    /** Planned faults and kinds of rates that are left, with a "+" behind them if fewer may do. */
    static String faults(final MutantScore score) {
        return score.shrunk() == null
                ? "-"
                : score.shrunk().size() + (score.shrunk().isMinimal() ? "" : "+");
    }

    /** Who found it, or why nobody did. */
    static String verdict(final MutantScore score) {
        if (score.isMissed()) {
            return score.mutant().gap() == null
                    ? "missed"
                    : "missed, because " + score.mutant().gap();
        }
        final String equivalence = score.mutant().equivalence();
        if (score.found() == 0) {
            return "equivalent, because " + equivalence;
        }
        final String by = String.join(", ", score.auditors());
        if (!score.isContradicted()) {
            return by;
        }
        return by + "; but it is said to be "
                + (equivalence == null
                        ? "missed, because " + score.mutant().gap()
                        : "equivalent, because " + equivalence);
    }

    static String json(final MutantScore score) {
        final StringBuilder out = new StringBuilder("{\"mutant\":")
                .append(Report.quote(score.mutant().id()))
                .append(",\"title\":")
                .append(Report.quote(score.mutant().title()))
                .append(",\"found\":")
                .append(score.found())
                .append(",\"class\":\"")
                .append(score.isMissed() ? "missed" : score.found() == 0 ? "equivalent" : "found")
                .append('"');
        if (score.mutant().equivalence() != null) {
            out.append(",\"because\":").append(Report.quote(score.mutant().equivalence()));
        }
        if (score.isMissed() && score.mutant().gap() != null) {
            out.append(",\"because\":").append(Report.quote(score.mutant().gap()));
        }
        out.append(String.format(
                Locale.ROOT,
                ",\"medianSeeds\":%d,\"medianCpuSeconds\":%.2f",
                score.medianSeeds(),
                score.medianCpuSeconds()));
        if (score.shrunk() != null) {
            out.append(",\"shrunk\":{\"faults\":")
                    .append(score.shrunk().faults())
                    .append(",\"rates\":")
                    .append(score.shrunk().rates())
                    .append(",\"minimal\":")
                    .append(score.shrunk().isMinimal())
                    .append('}');
        }
        out.append(",\"starts\":[");
        String separator = "";
        for (final Start start : score.starts()) {
            out.append(separator).append("{\"seeds\":").append(start.seeds());
            out.append(String.format(Locale.ROOT, ",\"cpuSeconds\":%.2f", start.cpuSeconds()));
            if (start.isFound()) {
                out.append(",\"seed\":").append(start.seed());
                out.append(",\"signature\":").append(Report.quote(start.signature()));
            }
            out.append('}');
            separator = ",";
        }
        return out.append("]}").toString();
    }

    /** The last line, for people. */
    static String summary(final Collection<MutantScore> scores) {
        final long missed = scores.stream().filter(MutantScore::isMissed).count();
        final long contradicted =
                scores.stream().filter(MutantScore::isContradicted).count();
        final long equivalent = scores.stream()
                .filter(score -> score.found() == 0 && !score.isMissed())
                .count();
        final long byAssertion =
                scores.stream().filter(MutantScore::isCrashOnly).count();
        return scores.size() + " mutants: " + (scores.size() - missed - equivalent) + " found, of them " + byAssertion
                + " by nothing but an assertion of the node; " + missed + " missed, " + equivalent + " equivalent"
                + (contradicted == 0 ? "" : "; " + contradicted + " found that are said to be equivalent");
    }
}
