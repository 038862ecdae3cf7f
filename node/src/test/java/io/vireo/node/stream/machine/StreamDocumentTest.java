package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/STREAM.md has one row per command and per query, in the order of their codes, and says which are the system's alone. */
class StreamDocumentTest {
    private static final Pattern ROW = Pattern.compile("\\| ([0-9]+) \\| [a-z ]+ \\|(.*)\\|.*\\|");

    @Test
    void shouldHaveARowForEachCode() throws IOException {
        final List<String> expected = new ArrayList<>();
        for (final MetadataOperation operation : MetadataOperation.values()) {
            expected.add(operation.code() + (operation.isOfSystem() ? " system" : ""));
        }
        for (final QueryKind kind : QueryKind.values()) {
            expected.add(kind.code() + (kind.isOfSystem() ? " system" : ""));
        }
        final List<String> found = new ArrayList<>();
        for (final String line : Files.readAllLines(document())) {
            final Matcher row = ROW.matcher(line);
            if (row.matches()) {
                found.add(row.group(1) + (row.group(2).contains("system") ? " system" : ""));
            }
        }
        assertEquals(expected, found);
    }

    /** From the module's directory or from the repository's. */
    private static Path document() {
        final Path fromModule = Path.of("../docs/STREAM.md");
        return Files.exists(fromModule) ? fromModule : Path.of("docs/STREAM.md");
    }
}
