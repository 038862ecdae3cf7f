package io.vireo.sim.launch;

import io.vireo.sim.CampaignSummary;
import io.vireo.sim.CampaignSummary.FailureGroup;
import io.vireo.sim.Floors;
import io.vireo.sim.SeedRange;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.fault.Regime;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A campaign in the format that CI systems read: a test case for each signature of a failure, and one for each floor. */
final class JunitReport {
    private static final int SEEDS_NAMED = 8;

    private JunitReport() {}

    /**
     * Replaces the file.
     *
     * @param machine of all runs.
     * @param regime of all runs, or null for the one that each seed draws.
     */
    static void write(
            final Path file,
            final SeedRange range,
            final Machine machine,
            final Regime regime,
            final CampaignSummary summary,
            final double seconds)
            throws IOException {
        final List<Floors.Floor> floors = Floors.of(summary, machine);
        final boolean isJudged = summary.runs >= Floors.RUNS_MIN;
        final long missed = isJudged
                ? floors.stream().filter(floor -> floor.missed() != null).count()
                : 0;
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            final XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(writer);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "vireo-sim hunt " + range);
            xml.writeAttribute("tests", String.valueOf(summary.failures.size() + floors.size()));
            xml.writeAttribute("failures", String.valueOf(summary.failures.size() + missed));
            xml.writeAttribute("errors", "0");
            xml.writeAttribute("skipped", String.valueOf(isJudged ? 0 : floors.size()));
            xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", seconds));
            for (final Map.Entry<String, FailureGroup> failure : summary.failures.entrySet()) {
                failure(xml, machine, regime, failure.getKey(), failure.getValue());
            }
            for (final Floors.Floor floor : floors) {
                floor(xml, floor, isJudged);
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (final XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void failure(
            final XMLStreamWriter xml,
            final Machine machine,
            final Regime regime,
            final String signature,
            final FailureGroup group)
            throws XMLStreamException {
        begin(xml, "vireo-sim.failure", signature);
        xml.writeStartElement("failure");
        xml.writeAttribute("type", group.verdict.name());
        xml.writeAttribute("message", legal(String.valueOf(group.message)));
        xml.writeCharacters(group.seeds.size() + " seeds: "
                + group.seeds.stream().limit(SEEDS_NAMED).toList() + "\n"
                + Report.command(group.seeds.first(), machine, regime) + " --verbose");
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void floor(final XMLStreamWriter xml, final Floors.Floor floor, final boolean isJudged)
            throws XMLStreamException {
        begin(xml, "vireo-sim.floor", floor.name());
        if (!isJudged) {
            xml.writeEmptyElement("skipped");
            xml.writeAttribute("message", "judged from " + Floors.RUNS_MIN + " runs on");
        } else if (floor.missed() != null) {
            xml.writeEmptyElement("failure");
            xml.writeAttribute("type", "FLOOR");
            xml.writeAttribute("message", floor.missed());
        }
        xml.writeEndElement();
    }

    private static void begin(final XMLStreamWriter xml, final String classname, final String name)
            throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", classname);
        xml.writeAttribute("name", legal(name));
    }

    /** XML has no way to write most control characters and half surrogates. */
    private static String legal(final String text) {
        final StringBuilder legal = new StringBuilder();
        text.codePoints()
                .map(c -> c == '\n' || c == '\t' || c >= 0x20 && (c < 0xd800 || c > 0xdfff) && c < 0xfffe || c > 0xffff
                        ? c
                        : '?')
                .forEach(legal::appendCodePoint);
        return legal.toString();
    }
}
