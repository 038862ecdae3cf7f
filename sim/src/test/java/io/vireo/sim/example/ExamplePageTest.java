package io.vireo.sim.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual shows the example as it is. */
class ExamplePageTest {
    /** Surefire starts in the module's directory. */
    private static final Path PAGE = Path.of("..", "docs", "SIMULATION.md");

    private static final Path SOURCES = Path.of("src", "test", "java", "io", "vireo", "sim", "example");

    @ParameterizedTest
    @ValueSource(strings = {"Counters.java", "CountersTest.java"})
    void shouldShowTheWholeFile(final String file) throws IOException {
        final String block = "```java\n" + Files.readString(SOURCES.resolve(file)) + "```\n";
        assertTrue(Files.readString(PAGE).contains(block), "docs/SIMULATION.md does not show " + file + " as it is");
    }
}
