package io.vireo.sim.timeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import io.vireo.sim.RunResult;
import io.vireo.sim.audit.ClosestFrame;
import io.vireo.sim.audit.Violation;
import io.vireo.sim.cluster.SimCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws a recorded run as one HTML page that needs nothing else: the template with the run in it as JSON. */
public final class TimelinePage {
    private static final String TEMPLATE = "timeline.html";
    private static final String PLACE = "@DATA@";
    private static final JsonFactory JSON = new JsonFactory();

    private final Recorder recorder;
    private final RunResult result;
    private final Map<ReplicaState, Integer> states = new LinkedHashMap<>();

    private TimelinePage(final Recorder recorder, final RunResult result) {
        this.recorder = recorder;
        this.result = result;
    }

    /** The page of a run that has ended. */
    public static String of(final Recorder recorder, final RunResult result, final long lastNs) {
        final String template = template();
        final int at = template.indexOf(PLACE);
        return template.substring(0, at)
                + new TimelinePage(recorder, result).data(lastNs)
                + template.substring(at + PLACE.length());
    }

    private static String template() {
        try (InputStream in = TimelinePage.class.getResourceAsStream(TEMPLATE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String data(final long lastNs) {
        final SimCluster cluster = recorder.cluster();
        final Violation violation = cluster.auditors().log.violation();
        final long fromNs = result.virtualNs() - Math.min(lastNs, result.virtualNs());
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setCharacterEscapes(new InScript());
            json.writeStartObject();
            json.writeNumberField("version", 1);
            json.writeStringField("seed", Long.toString(result.seed()));
            json.writeStringField("verdict", result.verdict().name());
            json.writeStringField("signature", result.signature() == null ? "" : result.signature());
            json.writeStringField("message", result.message() == null ? "" : result.message());
            json.writeNumberField("replicas", cluster.options().replicas());
            json.writeNumberField("clients", cluster.options().clients());
            json.writeNumberField("groups", cluster.options().cluster().groupCount());
            json.writeNumberField("dropped", recorder.dropped());
            if (result.verdict().isFailure()) {
                json.writeObjectFieldStart("violation");
                json.writeNumberField("event", violation == null ? result.events() : violation.event());
                json.writeNumberField("replica", violation == null ? -1 : violation.replica());
                json.writeNumberField("timeNs", result.virtualNs());
                json.writeEndObject();
            }
            json.writeArrayFieldStart("items");
            for (final Recorder.Item item : recorder.items()) {
                if (item.begin.timeNs() >= fromNs || item.end != null && item.end.timeNs() >= fromNs) {
                    json.writeStartObject();
                    writeItem(json, item, violation == null ? List.of() : violation.frames());
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("states");
            for (final ReplicaState state : states.keySet()) {
                json.writeStartObject();
                for (final Map.Entry<String, String> value : state.values().entrySet()) {
                    json.writeStringField(value.getKey(), value.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void writeItem(final JsonGenerator json, final Recorder.Item item, final List<ClosestFrame> closest)
            throws IOException {
        json.writeNumberField("e", item.begin.event());
        json.writeNumberField("t", item.begin.timeNs());
        if (item.end != null) {
            json.writeNumberField("ee", item.end.event());
            json.writeNumberField("et", item.end.timeNs());
        }
        if (item.what instanceof Recorder.Frame frame) {
            writeFrame(json, frame);
            if (item.lostWhy != null) {
                json.writeStringField("lost", item.lostWhy);
            }
            if (closest.stream().anyMatch(other -> isSame(item.begin, frame, other))) {
                json.writeBooleanField("closest", true);
            }
        } else if (item.what instanceof Recorder.Call call) {
            writeCall(json, call);
        } else if (item.what instanceof Recorder.Mark mark) {
            writeMark(json, mark);
        }
        if (item.state != null) {
            final int known = states.size();
            final Integer index = states.putIfAbsent(item.state, known);
            json.writeNumberField("s", index == null ? known : index);
        }
    }

    private static void writeFrame(final JsonGenerator json, final Recorder.Frame frame) throws IOException {
        json.writeStringField("k", frame.command().name());
        json.writeNumberField("from", frame.from());
        json.writeNumberField("to", frame.to());
        json.writeNumberField("g", frame.group());
        json.writeNumberField("v", frame.view());
        if (frame.op() > 0) {
            json.writeNumberField("op", frame.op());
        }
    }

    private boolean isSame(final Recorder.Moment sent, final Recorder.Frame frame, final ClosestFrame other) {
        final boolean isToClient = frame.to() >= recorder.cluster().options().replicas();
        return sent.event() == other.event()
                && frame.command() == other.command()
                && frame.from() == other.from()
                && (isToClient ? other.to() < 0 : frame.to() == other.to())
                && (other.op() == 0 || frame.op() == other.op());
    }

    private static void writeCall(final JsonGenerator json, final Recorder.Call call) throws IOException {
        json.writeStringField("k", call.kind().name());
        json.writeNumberField("r", call.replica());
        json.writeNumberField("g", call.group());
        json.writeStringField("x", call.file() == 0 ? "data" : "file " + call.file());
        if (call.sectors() > 0) {
            json.writeNumberField("sector", call.sector());
            json.writeNumberField("sectors", call.sectors());
        }
    }

    private static void writeMark(final JsonGenerator json, final Recorder.Mark mark) throws IOException {
        json.writeStringField("k", mark.kind());
        json.writeNumberField("r", mark.end());
        json.writeNumberField("g", mark.group());
        json.writeStringField("x", mark.text());
    }

    /** Nothing inside the data may end the script that holds it, or be a line end for it. */
    private static final class InScript extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        private final int[] ascii = standardAsciiEscapesForJSON();

        InScript() {
            ascii['<'] = ESCAPE_STANDARD;
            ascii['>'] = ESCAPE_STANDARD;
            ascii['&'] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public SerializableString getEscapeSequence(final int character) {
            return character == 0x2028 || character == 0x2029
                    ? new SerializedString("\\u" + Integer.toHexString(character))
                    : null;
        }
    }
}
