package io.vireo.bootstrap.open;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads when the only copy of a log is damaged: every fact, whatever the words around it are. */
class JournalDamageTextTest {
    private static final int OPS = 20;
    private static final int DAMAGED_OP = 8;

    @TempDir
    Path directory;

    @Test
    @Tag("I14")
    void shouldSayWhereAndWhatAndWhatToDoWhenTheOnlyLogIsDamaged() throws IOException {
        try (GroupDirectory group = new GroupDirectory(
                directory, GroupDirectory.settings().replicaCount(1).conclude())) {
            assertTrue(group.format(GroupDirectory.ALL));
            group.opened();
            group.append(OPS, 0);
            final long offset = group.offsetOf(DAMAGED_OP);
            group.damage(offset + 100, 8);
            final RecoveryException refusal = group.refused();
            assertEquals(RecoveryException.Code.JOURNAL, refusal.code());
            final String text = refusal.getMessage();
            assertAll(
                    says(text, "group", "\\bgroup " + GroupDirectory.GROUP + "\\b"),
                    says(text, "op", "\\bop " + DAMAGED_OP + "\\b"),
                    // Entries of one sector each: the first one stands in place 0 of the ring.
                    says(text, "place", "\\b(place|sector|slot) " + (DAMAGED_OP - 1) + "\\b"),
                    says(text, "file", "\\bdata\\b"),
                    says(text, "offset", "\\boffset " + offset + "\\b"),
                    says(text, "expected checksum", "\\bexpected\\b.*\\b[0-9a-f]{16,32}\\b"),
                    says(text, "found", "\\bfound\\b"),
                    says(text, "advice", "\\b(restore|replace|recover)\\b"));
        }
    }

    private static Executable says(final String text, final String what, final String pattern) {
        return () -> assertTrue(
                Pattern.compile(pattern, Pattern.DOTALL).matcher(text).find(), what + " in: " + text);
    }
}
