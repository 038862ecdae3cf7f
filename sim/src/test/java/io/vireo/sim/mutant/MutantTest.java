package io.vireo.sim.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The plants fit the sources they stand beside and compile; one that needs no rare fault is found at once. */
class MutantTest {
    private static final Path SOURCES = Path.of("..");

    @Test
    void shouldMatchItsAnchorsAndCompileWhenPlantedInTheSources() {
        final MutantCompiler compiler = new MutantCompiler(SOURCES);
        for (final String id : MutantCatalogue.IDS) {
            assertFalse(compiler.compile(MutantCatalogue.load(id)).isEmpty(), id);
        }
    }

    @Test
    void shouldRefuseWhenAnAnchorMatchesTwice() {
        final Mutant mutant = MutantCatalogue.parse(
                "X",
                "twice\nfile journal/src/main/java/io/vireo/journal/message/Command.java\n<<<<\n    }\n====\n>>>>\n");
        final MutantCompiler compiler = new MutantCompiler(SOURCES);
        assertThrows(MutantException.class, () -> compiler.compile(mutant));
    }

    @Test
    void shouldSayWhyNoRunCanFindItWhenThePlantIsEquivalent() {
        final String text = "title\nequivalent, because nobody looks\nfile a\n<<<<\nb\n====\nc\n>>>>\n";
        assertEquals("nobody looks", MutantCatalogue.parse("X", text).equivalence());
        assertNull(MutantCatalogue.load("N1").equivalence());
        assertEquals(
                "it",
                MutantCatalogue.parse("X", text.replace("equivalent, because nobody looks", "missed, because it"))
                        .gap());
    }

    @Test
    void shouldBeFoundByItsAuditorWhenAcknowledgedTooEarly() {
        final MutantScore score =
                new MutantHunt(new MutantCompiler(SOURCES), 0, 1, 20, 0).hunt(MutantCatalogue.load("N1"));
        assertEquals(Set.of("A11"), score.auditors(), score::toString);
        assertNull(score.shrunk());
    }

    @Test
    void shouldBeFoundByItsAuditorWhenATornEntryIsTakenForWhole() {
        final MutantScore score =
                new MutantHunt(new MutantCompiler(SOURCES), 0, 1, 50, 0).hunt(MutantCatalogue.load("J2"));
        assertEquals(Set.of("A16"), score.auditors(), score::toString);
    }

    @Test
    void shouldBeFoundInRunsOfStreamsWhenItSaysSo() {
        final Mutant mutant = MutantCatalogue.load("R1s");
        assertEquals("stream", mutant.machine());
        assertEquals("log", MutantCatalogue.load("R1").machine());
        final MutantScore score = new MutantHunt(new MutantCompiler(SOURCES), 0, 1, 20, 0).hunt(mutant);
        assertEquals(1, score.found(), score::toString);
    }
}
