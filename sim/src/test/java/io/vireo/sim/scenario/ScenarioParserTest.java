package io.vireo.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "crash r1 away | expected keep, drop, torn, tail or process, found 'away'",
                "crash r7 drop | expected a replica such as r0 (there are 3 replicas and 1 clients), found 'r7'",
                "tick r1 soon | expected a duration such as 100ms or 2s, found 'soon'",
                "deliver r0 | expected a link such as r0->r1 or r0->*, found 'r0'",
                "deliver r0->r1 PREPARE op | expected FIELD=VALUE of the frame, found 'op'",
                "corrupt r1 op x | expected an op, found 'x'",
                "corrupt r1 superblock 9 | expected a number from 0 to 3, found '9'",
                "cut r1->r0 PREPARE above=far | expected above=BYTES, found 'above=far'",
                "mend r1->r0 PREPARE | expected the end of the line, found 'PREPARE'",
                "expect r1 head=high | expected down, failed, or status=",
                "restart | expected a replica such as r0, found the end of the line",
                "restart r1 now | expected the end of the line, found 'now'",
                "reboot r1 | expected one of request, append, read, session, deliver",
                "timeout r1 lunch | expected the name of a timeout: abdication, do_view_change",
                "request c0 a-b | expected the text of a request",
                "nodes 3 | expected one of request",
            })
    void shouldNameLineAndWhatWasExpectedWhenALineMakesNoSense(final String line, final String message) {
        final ScenarioException e = assertThrows(
                ScenarioException.class,
                () -> Scenario.parse("f.scenario", "# title\nnodes 3\n\n" + line + " # why\n"));
        assertEquals(4, e.line());
        assertTrue(e.getMessage().startsWith("f.scenario:4: " + message), e::getMessage);
    }

    @Test
    void shouldSayThatNodesComeFirstWhenTheyDoNot() {
        final ScenarioException e =
                assertThrows(ScenarioException.class, () -> Scenario.parse("f.scenario", "settle\nnodes 3\n"));
        assertEquals("f.scenario:1: expected 'nodes' as the first statement, found 'settle'", e.getMessage());
    }

    @Test
    void shouldNameTheLineAndWhatIsThereWhenAnExpectationIsNotMet() {
        final ScenarioResult result = ScenarioRun.play(Scenario.parse("f", "nodes 3\n\nexpect r1 head=9\n"));
        assertEquals(ScenarioResult.Kind.UNMET, result.kind());
        assertEquals(3, result.line());
        assertTrue(result.message().startsWith("expected r1 to be head=9, it is status=NORMAL view=1"));
    }

    @Test
    void shouldNameWhatIsUnderWayWhenNoFrameMatches() {
        final ScenarioResult result = ScenarioRun.play(
                Scenario.parse("f", "nodes 3\nrequest c0 x\ndeliver c0->r1\ndeliver r1->r0 PREPARE op=4\n"));
        assertEquals(4, result.line());
        assertEquals(
                "nothing under way is r1->r0 PREPARE op=4; on that link are r1->r0 PREPARE view=1 op=3 commit=2 carries=x",
                result.message());
    }

    @Test
    void shouldShowTheFirstDifferenceWhenTheTraceIsAnotherOne() {
        final String script = "nodes 3\ntick r0 10ms\n";
        final String right = Scenario.withTrace(
                script, ScenarioRun.play(Scenario.parse("f", script)).trace());
        assertTrue(ScenarioRun.play(Scenario.parse("f", right)).isPass());
        final ScenarioResult result =
                ScenarioRun.play(Scenario.parse("f", right.replace("> tick r0 10ms", "> tick r0 20ms")));
        assertEquals(ScenarioResult.Kind.OTHER_TRACE, result.kind());
        assertEquals(
                "> tick r0 20ms",
                right.replace("> tick r0 10ms", "> tick r0 20ms").split("\n")[result.line() - 1]);
        assertTrue(result.message().contains("- > tick r0 20ms"), result::message);
        assertTrue(result.message().contains("+ > tick r0 10ms"), result::message);
    }

    @Test
    void shouldPlayTheExampleWhenItIsTheOneOfTheManual() throws IOException {
        final String manual = Files.readString(Path.of("../docs/SCENARIOS.md"), StandardCharsets.UTF_8);
        final int begin = manual.indexOf("```scenario\n");
        final String example = manual.substring(begin + "```scenario\n".length(), manual.indexOf("```\n", begin + 3));
        final ScenarioResult result = ScenarioRun.play(Scenario.parse("SCENARIOS.md", example));
        assertTrue(result.isPass(), () -> result.line() + ": " + result.message());
    }
}
