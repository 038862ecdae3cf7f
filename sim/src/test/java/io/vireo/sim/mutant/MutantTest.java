package io.vireo.sim.mutant;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
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
    void shouldBeFoundByItsAuditorWhenAcknowledgedTooEarly() {
        final MutantHunt.Outcome outcome =
                new MutantHunt(new MutantCompiler(SOURCES)).hunt(MutantCatalogue.load("N1"), 0, 20);
        assertTrue(outcome.isFound());
        assertTrue(outcome.signature().contains("A11"), outcome.signature());
    }

    @Test
    void shouldBeFoundByItsAuditorWhenATornEntryIsTakenForWhole() {
        final MutantHunt.Outcome outcome =
                new MutantHunt(new MutantCompiler(SOURCES)).hunt(MutantCatalogue.load("J2"), 0, 50);
        assertTrue(outcome.isFound());
        assertTrue(outcome.signature().contains("A16"), outcome.signature());
    }
}
