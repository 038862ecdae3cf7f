package io.vireo.sim.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tells at once when an edit of the sources has moved the place where a bug is planted: the hunt itself takes minutes. */
class MutantAnchorTest {
    /** Surefire starts in the module's directory. */
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void shouldStandExactlyOnceWhenAnchorIsLookedUpInItsSource() throws IOException {
        final List<String> problems = new ArrayList<>();
        for (final String id : MutantCatalogue.IDS) {
            for (final Mutant.Edit edit : MutantCatalogue.load(id).edits()) {
                final String source = Files.readString(ROOT.resolve(edit.file()));
                final int first = source.indexOf(edit.anchor());
                if (first < 0 || first != source.lastIndexOf(edit.anchor())) {
                    problems.add(id + " in " + edit.file() + ":\n" + edit.anchor());
                }
            }
        }
        assertEquals(List.of(), problems, "anchors that are gone or stand more than once");
    }
}
