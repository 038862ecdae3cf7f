package io.vireo.sim.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The mutants that ship with the simulator, one resource file each:
 *
 * <pre>
 *   TITLE
 *   equivalent, because REASON      (only where no run can tell the mutant from the product)
 *   missed, because REASON          (only where the simulator is known to lack what finds it)
 *   machine stream                  (only where it is hunted in runs of streams instead of the log)
 *   file PATH
 *   &lt;&lt;&lt;&lt;
 *   anchor, any number of lines
 *   ====
 *   replacement, any number of lines
 *   &gt;&gt;&gt;&gt;
 *   (further edits, each with its file)
 * </pre>
 */
public final class MutantCatalogue {
    /** In the order in which they are reported. */
    public static final List<String> IDS = List.of(
            "N1", "N2", "N3", "N5", "N6", "N10", "N10b", "N12", "N16", "V1", "V2", "V4", "V5", "V6", "V10", "V10b",
            "V10c", "V10d", "V10e", "V10f", "V10g", "V10h", "V10i", "V10j", "V10k", "V10l", "V12", "V14", "J1", "J2",
            "J6", "J10", "J11", "J15", "J15b", "J16", "S1", "S2", "S5", "S7", "C1", "C2", "R1", "T1", "F3", "W1", "W3",
            "W4", "W5", "W6", "W7", "W8", "W9", "W10", "X2", "X4", "X5", "X6", "X7", "X9", "X10", "X11", "X12", "X13",
            "X15", "X16", "X17", "X18", "N5s", "R1s", "T1s", "X20", "X25", "X26", "X27", "X28", "X29", "X32");

    private static final String ANCHOR_BEGINS = "<<<<";
    private static final String REPLACEMENT_BEGINS = "====";
    private static final String EDIT_ENDS = ">>>>";
    private static final String FILE = "file ";
    private static final String EQUIVALENT = "equivalent, because ";
    private static final String MISSED = "missed, because ";
    private static final String MACHINE = "machine ";
    private static final String MACHINE_DEFAULT = "log";

    private MutantCatalogue() {}

    /** The mutant with this id. */
    public static Mutant load(final String id) {
        final String name = id + ".mutant";
        try (InputStream in = MutantCatalogue.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new MutantException("there is no mutant " + id + "; known are " + String.join(", ", IDS));
            }
            return parse(id, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new MutantException("cannot read " + name, e);
        }
    }

    static Mutant parse(final String id, final String text) {
        final String[] lines = text.split("\n", -1);
        final List<Mutant.Edit> edits = new ArrayList<>();
        String file = null;
        String equivalence = null;
        String gap = null;
        String machine = MACHINE_DEFAULT;
        int i = 1;
        while (i < lines.length) {
            final String line = lines[i++];
            if (line.startsWith(FILE)) {
                file = line.substring(FILE.length()).strip();
            } else if (line.startsWith(EQUIVALENT) && equivalence == null) {
                equivalence = line.substring(EQUIVALENT.length()).strip();
            } else if (line.startsWith(MISSED) && gap == null) {
                gap = line.substring(MISSED.length()).strip();
            } else if (line.startsWith(MACHINE)) {
                machine = line.substring(MACHINE.length()).strip();
            } else if (line.equals(ANCHOR_BEGINS)) {
                final StringBuilder anchor = new StringBuilder();
                i = collect(id, lines, i, REPLACEMENT_BEGINS, anchor);
                final StringBuilder replacement = new StringBuilder();
                i = collect(id, lines, i, EDIT_ENDS, replacement);
                if (file == null) {
                    throw new MutantException("mutant " + id + ": an edit without a file");
                }
                edits.add(new Mutant.Edit(file, anchor.toString(), replacement.toString()));
            } else if (!line.isBlank()) {
                throw new MutantException("mutant " + id + ", line " + i + ": cannot understand '" + line + "'");
            }
        }
        if (edits.isEmpty()) {
            throw new MutantException("mutant " + id + " edits nothing");
        }
        return new Mutant(id, lines[0].strip(), equivalence, gap, machine, List.copyOf(edits));
    }

    private static int collect(
            final String id, final String[] lines, final int from, final String end, final StringBuilder into) {
        for (int i = from; i < lines.length; i++) {
            if (lines[i].equals(end)) {
                return i + 1;
            }
            into.append(into.length() == 0 ? "" : "\n").append(lines[i]);
        }
        throw new MutantException("mutant " + id + ": no line '" + end + "' after line " + from);
    }
}
