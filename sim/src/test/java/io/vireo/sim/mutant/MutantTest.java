package io.vireo.sim.mutant;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void shouldRefuseWhenAnAnchorMatchesTwice(@TempDir final Path sources) throws IOException {
        Files.writeString(sources.resolve("A.java"), "x\nx\n");
        final Mutant mutant = MutantCatalogue.parse("X", "twice\nfile A.java\n<<<<\nx\n====\ny\n>>>>\n");
        final MutantCompiler compiler = new MutantCompiler(sources);
        assertThrows(MutantException.class, () -> compiler.compile(mutant));
    }

    @Test
    void shouldBeFoundByItsAuditorWhenAcknowledgedTooEarly() {
        final MutantHunt.Outcome outcome =
                new MutantHunt(new MutantCompiler(SOURCES)).hunt(MutantCatalogue.load("N1"), 0, 20);
        assertTrue(outcome.isFound());
        assertTrue(outcome.signature().contains("A11"), outcome.signature());
    }
}
