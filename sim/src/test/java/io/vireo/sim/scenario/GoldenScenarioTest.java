package io.vireo.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every scenario file and compares its whole trace, byte for byte; {@code vireo-sim scenario --update} writes them anew. */
class GoldenScenarioTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/scenarios");
    private static final int SCENARIOS_MIN = 56;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".scenario"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldGiveTheExpectedTraceWhenPlayed(final Path file) throws IOException {
        final String text = Files.readString(file, StandardCharsets.UTF_8);
        final ScenarioResult result =
                ScenarioRun.play(Scenario.parse(file.getFileName().toString(), text));
        assertTrue(result.isPass(), () -> file + ":" + result.line() + ": " + result.kind() + ": " + result.message());
        assertEquals(text, Scenario.withTrace(text, result.trace()), "the file has a trace, and nothing behind it");
    }

    @Test
    void shouldHaveEnoughScenariosWhenCounted() throws IOException {
        assertTrue(files().size() >= SCENARIOS_MIN, () -> "too few scenarios in " + DIRECTORY);
    }
}
