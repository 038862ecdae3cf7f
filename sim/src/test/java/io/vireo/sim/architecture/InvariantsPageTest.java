package io.vireo.sim.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of invariants and the tests that carry their tags say the same. */
class InvariantsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "INVARIANTS.md");
    private static final Pattern ROW = Pattern.compile("^\\| ([IXU]\\d+)[^|]*\\|.*$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern TAG = Pattern.compile("[IXU]\\d+");
    private static final List<String> MODULES = List.of("journal", "bootstrap", "node", "sim");

    @Test
    void shouldNameExactlyTheTestsThatCarryATag() throws IOException {
        final Set<String> tagged = new TreeSet<>();
        for (final String module : MODULES) {
            final Path classes = Path.of("..", module, "target", "test-classes");
            for (final JavaClass javaClass : new ClassFileImporter().importPath(classes)) {
                for (final JavaMethod method : javaClass.getMethods()) {
                    for (final String tag : tags(javaClass, method)) {
                        tagged.add(tag + " " + javaClass.getSimpleName() + "#" + method.getName());
                    }
                }
            }
        }
        assertEquals(String.join("\n", tagged), String.join("\n", named()));
    }

    @Test
    void shouldHaveTestsOrSayWhatItWaitsForInEveryRow() throws IOException {
        final Set<String> ids = new TreeSet<>();
        for (final String row : rows()) {
            assertTrue(TEST.matcher(row).find() != row.contains("*pending: "), row);
            ids.add(id(row));
        }
        final Set<String> expected = new TreeSet<>();
        for (int i = 1; i <= 16; i++) {
            expected.add("I" + i);
        }
        for (int i = 1; i <= 18; i++) {
            expected.add("X" + i);
        }
        expected.add("U1");
        assertEquals(expected, ids);
    }

    private static Set<String> named() throws IOException {
        final Set<String> named = new TreeSet<>();
        for (final String row : rows()) {
            final Matcher test = TEST.matcher(row);
            while (test.find()) {
                named.add(id(row) + " " + test.group(1) + "#" + test.group(2));
            }
        }
        return named;
    }

    private static List<String> rows() throws IOException {
        try (Stream<String> lines = Files.lines(PAGE, StandardCharsets.UTF_8)) {
            return lines.filter(line -> ROW.matcher(line).matches()).toList();
        }
    }

    private static String id(final String row) {
        final Matcher matcher = ROW.matcher(row);
        assertTrue(matcher.matches(), row);
        return matcher.group(1);
    }

    /** The tags of a test that look like a row's, its class's among them; of both test engines. */
    private static Set<String> tags(final JavaClass javaClass, final JavaMethod method) {
        final Set<String> tags = new TreeSet<>();
        if (!method.getName().startsWith("should")) {
            return tags;
        }
        Stream.concat(javaClass.getAnnotations().stream(), method.getAnnotations().stream())
                .forEach(annotation -> collect(annotation, tags));
        tags.removeIf(tag -> !TAG.matcher(tag).matches());
        return tags;
    }

    private static void collect(final JavaAnnotation<?> annotation, final Set<String> tags) {
        final String type = annotation.getRawType().getSimpleName();
        if (type.equals("Tag")) {
            annotation.get("value").ifPresent(value -> tags.add((String) value));
        } else if (type.equals("Tags") || type.equals("TagList")) {
            annotation.get("value").ifPresent(value -> {
                for (final Object each : (Object[]) value) {
                    collect((JavaAnnotation<?>) each, tags);
                }
            });
        }
    }
}
