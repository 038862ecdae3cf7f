package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.CampaignProgress;
import io.vireo.sim.Floors;
import io.vireo.sim.SeedRange;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.Verdict;
import io.vireo.sim.fault.Regime;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** The report as a program that reads XML sees it. */
class JunitReportTest {
    @TempDir
    Path dir;

    private final CampaignProgress progress = new CampaignProgress();

    private Element report() throws Exception {
        return report(null);
    }

    private Element report(final Regime regime) throws Exception {
        final Path file = dir.resolve("hunt.xml");
        JunitReport.write(file, new SeedRange(0, 199), Machine.LOG, regime, progress.summary, 1.5);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    private static int count(final Element element, final String tag) {
        return element.getElementsByTagName(tag).getLength();
    }

    @Test
    void shouldHoldACaseForEachSignatureAndFloorWhenSeedsFailed() throws Exception {
        for (int seed = 0; seed < 110; seed++) {
            progress.add(RunResults.pass(seed));
        }
        progress.add(RunResults.of(150, Verdict.SAFETY, "A1: <one> \"chain\" & more", "broken \u0001 at\nop 3"));
        progress.add(RunResults.of(140, Verdict.SAFETY, "A1: <one> \"chain\" & more", "first"));
        progress.add(RunResults.of(120, Verdict.CRASH, "IllegalState", "half \ud800 broken \u0001 at\nop 3"));
        final Element suite = report();
        final int floors = Floors.of(progress.summary, Machine.LOG).size();
        final int missed = Floors.missed(progress.summary, Machine.LOG).size();
        assertEquals("testsuite", suite.getTagName());
        assertEquals(2 + floors, count(suite, "testcase"));
        assertEquals(String.valueOf(2 + floors), suite.getAttribute("tests"));
        assertTrue(missed > 0 && missed < floors, "the test must see floors of both kinds");
        assertEquals(2 + missed, count(suite, "failure"));
        assertEquals(String.valueOf(2 + missed), suite.getAttribute("failures"));
        assertEquals(0, count(suite, "skipped"));
        final Element safety = (Element) suite.getElementsByTagName("testcase").item(0);
        assertEquals("A1: <one> \"chain\" & more", safety.getAttribute("name"));
        final Element failure = (Element) safety.getElementsByTagName("failure").item(0);
        assertEquals("first", failure.getAttribute("message"));
        assertTrue(failure.getTextContent().contains("[140, 150]"), failure.getTextContent());
        assertTrue(failure.getTextContent().contains("vireo-sim run --seed 140"), failure.getTextContent());
        // An attribute has no lines.
        final Element crash = (Element) suite.getElementsByTagName("failure").item(1);
        assertEquals("half ? broken ? at op 3", crash.getAttribute("message"));
    }

    @Test
    void shouldNameTheRegimeInTheCommandWhenAllRunsAreInOne() throws Exception {
        progress.add(RunResults.of(140, Verdict.SAFETY, "A1: one chain", "first"));
        final Element failure = (Element)
                report(Regime.BEYOND_F).getElementsByTagName("failure").item(0);
        assertTrue(
                failure.getTextContent().endsWith("\nvireo-sim run --seed 140 --regime beyond-f --verbose"),
                failure.getTextContent());
    }

    @Test
    void shouldSkipTheFloorsWhenTheCampaignIsTooSmallToBeJudged() throws Exception {
        progress.add(RunResults.pass(0));
        final Element suite = report();
        final int floors = Floors.of(progress.summary, Machine.LOG).size();
        assertEquals(0, count(suite, "failure"));
        assertEquals(floors, count(suite, "skipped"));
        assertEquals(String.valueOf(floors), suite.getAttribute("skipped"));
        assertEquals("0", suite.getAttribute("failures"));
    }
}
