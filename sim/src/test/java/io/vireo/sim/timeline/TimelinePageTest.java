package io.vireo.sim.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.Simulator;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The picture of a run: what is in the page, and what a browser makes of it. */
class TimelinePageTest {
    private static final List<String> BROWSERS =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final long BROWSER_SECONDS_MAX = 60;
    /** Of three replicas, with crashes and lossy links. */
    private static final long SEED = 7;

    private static final String HOSTILE = "</script><script>document.title='broken'</script> <!-- & \u2028";

    @TempDir
    Path dir;

    private static String page(final int itemsMax, final long lastNs) {
        final Recorder recorder = new Recorder(itemsMax);
        final RunResult run = Simulator.of(SEED, Reduction.NONE.limit(SizeLimit.REQUESTS, 60), recorder)
                .run();
        final RunResult failed = new RunResult(
                SEED,
                Verdict.CRASH,
                "crash: " + HOSTILE,
                HOSTILE,
                null,
                run.traceHash(),
                run.events(),
                run.virtualNs(),
                run.options(),
                run.counters());
        return TimelinePage.of(recorder, failed, lastNs);
    }

    private static String data(final String page) {
        final String begin = "<script id=\"data\" type=\"application/json\">";
        final int from = page.indexOf(begin) + begin.length();
        return page.substring(from, page.indexOf("</script>", from));
    }

    /** How often each value of each text field occurs, with the field's name before it. */
    private static Map<String, Integer> texts(final String data) throws IOException {
        final Map<String, Integer> counts = new TreeMap<>();
        try (JsonParser json = new JsonFactory().createParser(data)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    counts.merge(json.currentName() + "=" + json.getText(), 1, Integer::sum);
                } else if (token == JsonToken.START_OBJECT) {
                    counts.merge("objects", 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    @Test
    void shouldHoldMessagesDisksEventsAndTheFailure() throws IOException {
        final Map<String, Integer> texts = texts(data(page(1_000_000, Long.MAX_VALUE)));
        for (final String kind : List.of(
                "REQUEST",
                "REPLY",
                "PREPARE",
                "PREPARE_OK",
                "WRITE",
                "SYNC",
                "TRANSITION",
                "APPLIED",
                "CRASH",
                "RESTART",
                "OUTCOME")) {
            assertTrue(texts.getOrDefault("k=" + kind, 0) > 0, () -> kind + " of " + texts);
        }
        assertEquals(1, texts.get("signature=crash: " + HOSTILE));
        assertTrue(texts.keySet().stream().anyMatch(text -> text.startsWith("lost=")), texts::toString);
    }

    @Test
    void shouldHoldNothingThatEndsItsScriptOrNeedsANetwork() {
        final String page = page(100, Long.MAX_VALUE);
        final String data = data(page);
        assertFalse(data.contains("<"));
        assertFalse(data.contains("\u2028"));
        assertTrue(data.endsWith("}"));
        assertFalse(page.replace("http://www.w3.org/2000/svg", "").contains("http"));
    }

    @Test
    void shouldHoldOnlyTheEndWhenItIsBounded() throws IOException {
        final int whole = texts(data(page(1_000_000, Long.MAX_VALUE))).get("objects");
        final int last = texts(data(page(1_000_000, 100_000_000L))).get("objects");
        final int bounded = texts(data(page(100, Long.MAX_VALUE))).get("objects");
        assertTrue(whole > 1_000, () -> "only " + whole);
        assertTrue(last < whole, () -> last + " of " + whole);
        // Items, states of replicas, the failure and the page itself.
        assertTrue(bounded <= 100 + 100 + 2, () -> "" + bounded);
    }

    @Test
    void shouldDrawLanesArrowsAndTheFailureWhenABrowserOpensIt() throws IOException, InterruptedException {
        final Path browser = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(directory -> BROWSERS.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(browser != null, () -> "none of " + BROWSERS + " is installed");
        final Path page = dir.resolve("t.html");
        final Path dom = dir.resolve("dom.html");
        Files.writeString(page, page(5_000, Long.MAX_VALUE), StandardCharsets.UTF_8);
        final Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + dir.resolve("profile"),
                        "--window-size=1366,768",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertTrue(process.waitFor(BROWSER_SECONDS_MAX, TimeUnit.SECONDS), "the browser does not end");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        final String text = Files.readString(dom, StandardCharsets.UTF_8);
        assertTrue(text.contains("class=\"lane\""), "no lane");
        assertTrue(text.contains(">replica 0</text>"), "no name of a lane");
        assertTrue(text.contains(">disk 0</text>"), "no lane of a disk");
        assertTrue(text.contains("<g class=\"message "), "no message");
        assertTrue(text.contains("class=\"violation\""), "no failure");
        assertTrue(text.contains("<title>Vireo timeline</title>"), "the data has broken out of its place");
    }
}
