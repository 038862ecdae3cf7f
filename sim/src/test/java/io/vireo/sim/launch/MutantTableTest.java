package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.mutant.Mutant;
import io.vireo.sim.mutant.MutantScore;
import io.vireo.sim.mutant.MutantScore.Shrunk;
import io.vireo.sim.mutant.MutantScore.Start;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of a score, its class, and its row in a page. */
class MutantTableTest {
    private static final Start LOST = new Start(7, 8, 2.5, "SAFETY A3: an op is lost");
    private static final Start FORGOTTEN = new Start(10_000, 1, 0.5, "SAFETY A2: an op is forgotten");
    private static final Start STOPPED = new Start(20_003, 4, 1.5, "CRASH crash: no (Replica.java:install)");
    private static final Start NOTHING = new Start(-1, 200, 60, null);

    private static MutantScore score(final String id, final String equivalence, final Start... starts) {
        return new MutantScore(
                new Mutant(id, "does harm", equivalence, null, "log", List.of()),
                List.of(starts),
                starts[0].isFound() ? new Shrunk(2, 1, true) : null);
    }

    @Test
    void shouldTakeMediansAndCountHuntsThatFoundNothingWhenStartsDiffer() {
        final MutantScore odd = score("V1", null, LOST, FORGOTTEN, STOPPED);
        assertEquals(4, odd.medianSeeds());
        assertEquals(1.5, odd.medianCpuSeconds());
        assertEquals("3/3", MutantReport.found(odd));
        assertEquals("A3, A2, crash", MutantReport.verdict(odd));
        assertEquals("3", MutantReport.faults(odd));
        final MutantScore even = score("V1", null, LOST, NOTHING);
        assertEquals(104, even.medianSeeds());
        assertEquals("1/2", MutantReport.found(even));
    }

    @Test
    void shouldClassSurvivorsWhenNoStartFoundAnything() {
        assertTrue(score("V1", null, NOTHING).isMissed());
        assertEquals("missed", MutantReport.verdict(score("V1", null, NOTHING)));
        assertEquals(
                "equivalent, because it is checked twice",
                MutantReport.verdict(score("V1", "it is checked twice", NOTHING)));
        assertTrue(score("V1", "it is checked twice", LOST).isContradicted());
        final Mutant open = new Mutant("V1", "does harm", null, "nothing rots there", "log", List.of());
        final MutantScore known = new MutantScore(open, List.of(NOTHING), null);
        assertEquals("missed, because nothing rots there", MutantReport.verdict(known));
        assertTrue(known.isMissed() && !known.isUnexplained());
        assertTrue(score("V1", null, NOTHING).isUnexplained());
        assertTrue(score("V1", null, STOPPED).isCrashOnly());
        assertEquals(
                "3 mutants: 1 found, of them 0 by nothing but an assertion of the node; 1 missed, 1 equivalent",
                MutantReport.summary(
                        List.of(score("V1", null, LOST), score("V2", null, NOTHING), score("V4", "so", NOTHING))));
    }

    @Test
    void shouldReplaceItsRowAndKeepOthersWhenPutIntoAPage() {
        final String page = "before\n" + MutantTable.BEGIN + "\n| V2 | old | x |\n| V1 | old | x |\n| NEVER | y | z |\n"
                + MutantTable.END + "\nafter\n";
        final MutantTable table = MutantTable.in(page);
        table.put(score("V1", null, LOST, FORGOTTEN, STOPPED));
        assertEquals(
                "before\n" + MutantTable.BEGIN
                        + "\n| mutant | what it does | found | seeds | CPU s | by | faults |\n|---|---|---|---|---|---|---|\n"
                        + "| V1 | does harm | 3/3 | 4 | 1.5 | A3, A2, crash | 3 |\n| V2 | old | x |\n" + MutantTable.END
                        + "\nafter\n",
                table.page());
        assertEquals(table.page(), MutantTable.in(table.page()).page());
    }

    @Test
    void shouldHaveNoPlaceWhenMarkersAreMissingTwiceThereOrInTheWrongOrder() {
        assertNull(MutantTable.in("no marker"));
        assertNull(MutantTable.in(MutantTable.END + MutantTable.BEGIN));
        assertNull(MutantTable.in(MutantTable.BEGIN + MutantTable.BEGIN + MutantTable.END));
    }
}
