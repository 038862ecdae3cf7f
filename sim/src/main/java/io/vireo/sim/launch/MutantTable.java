package io.vireo.sim.launch;

import io.vireo.sim.mutant.MutantCatalogue;
import io.vireo.sim.mutant.MutantScore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table of mutants in a page, between two marker comments. Rows of mutants that were run are replaced, those of others stay, so that
 * the table can be brought up to date in parts; rows are in the order of the catalogue.
 */
final class MutantTable {
    static final String BEGIN = "<!-- vireo-sim mutants: begin -->";
    static final String END = "<!-- vireo-sim mutants: end -->";
    private static final String CELL = " | ";

    private final String before;
    private final String after;
    private final Map<String, String> rows = new HashMap<>();

    private MutantTable(final String before, final String after) {
        this.before = before;
        this.after = after;
    }

    /** The table of a page, or null if the markers are not there, once each and in order. */
    static MutantTable in(final String page) {
        final int begin = page.indexOf(BEGIN);
        final int end = page.indexOf(END);
        if (begin < 0 || end < begin || page.lastIndexOf(BEGIN) != begin || page.lastIndexOf(END) != end) {
            return null;
        }
        final MutantTable table = new MutantTable(page.substring(0, begin), page.substring(end + END.length()));
        for (final String line : page.substring(begin, end).split("\n")) {
            final String[] cells = line.split("\\|", 3);
            if (cells.length == 3 && MutantCatalogue.IDS.contains(cells[1].strip())) {
                table.rows.put(cells[1].strip(), line);
            }
        }
        return table;
    }

    void put(final MutantScore score) {
        final String cells = String.join(
                CELL,
                score.mutant().id(),
                score.mutant().title(),
                MutantReport.found(score),
                Integer.toString(score.medianSeeds()),
                String.format(Locale.ROOT, "%.1f", score.medianCpuSeconds()),
                MutantReport.verdict(score),
                MutantReport.faults(score));
        rows.put(score.mutant().id(), "| " + cells + " |");
    }

    /** The page with this table. */
    String page() {
        final List<String> lines = new ArrayList<>();
        lines.add(BEGIN);
        lines.add("| mutant | what it does | found | seeds | CPU s | by | faults |");
        lines.add("|---|---|---|---|---|---|---|");
        for (final String id : MutantCatalogue.IDS) {
            if (rows.containsKey(id)) {
                lines.add(rows.get(id));
            }
        }
        lines.add(END);
        return before + String.join("\n", lines) + after;
    }
}
