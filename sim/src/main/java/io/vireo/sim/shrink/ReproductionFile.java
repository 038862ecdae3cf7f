package io.vireo.sim.shrink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.vireo.sim.FaultRate;
import io.vireo.sim.Reduction;
import io.vireo.sim.SimProfile;
import io.vireo.sim.SimSeed;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.Verdict;
import io.vireo.sim.fault.PlannedFault;
import io.vireo.sim.shrink.Reproduction.Extent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reproductions as JSON documents that people can read. A reader accepts exactly what this version writes: a field it does not know may be
 * what makes the run fail.
 */
public final class ReproductionFile {
    /** Of the format; rises when an older program would play another run. */
    public static final int VERSION = 3;

    private static final String FORMAT = "vireo-sim reproduction";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ReproductionFile() {}

    /** The document, with a line break at its end. */
    public static String write(final Reproduction reproduction) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            json.writeStringField("stateMachine", reproduction.stateMachine());
            json.writeStringField("settings", reproduction.settings());
            json.writeNumberField("seed", reproduction.seed());
            json.writeStringField("verdict", reproduction.verdict().name());
            json.writeStringField("signature", reproduction.signature());
            json.writeStringField("message", reproduction.message());
            json.writeObjectFieldStart("keep");
            for (final Map.Entry<PlannedFault, List<Integer>> entry :
                    reproduction.reduction().kept().entrySet()) {
                json.writeArrayFieldStart(entry.getKey().name());
                for (final int index : entry.getValue()) {
                    json.writeNumber(index);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeArrayFieldStart("off");
            for (final FaultRate rate : reproduction.reduction().off()) {
                json.writeString(rate.name());
            }
            json.writeEndArray();
            json.writeObjectFieldStart("limits");
            for (final Map.Entry<SizeLimit, Integer> entry :
                    reproduction.reduction().limits().entrySet()) {
                json.writeNumberField(entry.getKey().name(), entry.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("variation", reproduction.reduction().variation());
            json.writeArrayFieldStart("faults");
            for (final String fault : reproduction.faults()) {
                json.writeString(fault);
            }
            json.writeEndArray();
            writeExtent(json, "before", reproduction.before());
            writeExtent(json, "after", reproduction.after());
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private static void writeExtent(final JsonGenerator json, final String name, final Extent extent)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("faults", extent.faults());
        json.writeNumberField("rates", extent.rates());
        json.writeNumberField("requests", extent.requests());
        json.writeNumberField("clients", extent.clients());
        json.writeNumberField("replicas", extent.replicas());
        json.writeNumberField("events", extent.events());
        json.writeEndObject();
    }

    /** Reads a document and checks it against the plan of its seed under the profile that it is to be played with. */
    public static Reproduction parse(final String text, final SimProfile profile) throws ReproductionException {
        return parse(text, settings -> profile);
    }

    /** The same with the profile that is known for the settings of the document. */
    public static Reproduction parse(final String text, final Function<String, SimProfile> profiles)
            throws ReproductionException {
        try (JsonParser json = JSON.createParser(text)) {
            final Reproduction reproduction = new Reader(json).read();
            final SimProfile profile = profiles.apply(reproduction.settings());
            if (!reproduction.settings().equals(profile.settings())) {
                throw new ReproductionException(
                        "it is of the state machine " + reproduction.stateMachine() + " with " + reproduction.settings()
                                + ", and this plays " + profile.stateMachine() + " with " + profile.settings());
            }
            final String mistake = reproduction.reduction().mistake(new SimSeed(profile, reproduction.seed()));
            if (mistake != null) {
                throw new ReproductionException(mistake);
            }
            return reproduction;
        } catch (final JsonProcessingException e) {
            throw new ReproductionException("no JSON: " + e.getOriginalMessage() + place(e), e);
        } catch (final IOException e) {
            throw new ReproductionException(e.getMessage(), e);
        }
    }

    private static String place(final JsonProcessingException e) {
        return e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
    }

    /** Reads fields in the order in which they are written. */
    private static final class Reader {
        private final JsonParser json;

        Reader(final JsonParser json) {
            this.json = json;
        }

        Reproduction read() throws IOException, ReproductionException {
            expect(JsonToken.START_OBJECT, "an object");
            if (!string("format").equals(FORMAT)) {
                throw wrong("\"format\" is not \"" + FORMAT + "\"");
            }
            final long version = number("version");
            if (version != VERSION) {
                throw wrong("version " + version + " of the format, this program plays version " + VERSION);
            }
            final String stateMachine = string("stateMachine");
            final String settings = string("settings");
            final long seed = number("seed");
            final Verdict verdict = name(Verdict.class, string("verdict"));
            final String signature = string("signature");
            final String message = string("message");
            final Reduction reduction = new Reduction(kept(), off(), limits(), variation());
            final List<String> faults = strings("faults");
            final Reproduction reproduction = new Reproduction(
                    stateMachine,
                    settings,
                    seed,
                    verdict,
                    signature,
                    message,
                    reduction,
                    faults,
                    extent("before"),
                    extent("after"));
            expect(JsonToken.END_OBJECT, "the end of the object");
            if (json.nextToken() != null) {
                throw wrong("something stands behind the end");
            }
            return reproduction;
        }

        private Map<PlannedFault, List<Integer>> kept() throws IOException, ReproductionException {
            field("keep");
            expect(JsonToken.START_OBJECT, "an object");
            final Map<PlannedFault, List<Integer>> kept = new TreeMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                final PlannedFault kind = name(PlannedFault.class, json.currentName());
                expect(JsonToken.START_ARRAY, "a list");
                final List<Integer> indexes = new ArrayList<>();
                while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                    indexes.add(json.getIntValue());
                }
                at(JsonToken.END_ARRAY, "a list of whole numbers");
                kept.put(kind, indexes);
            }
            at(JsonToken.END_OBJECT, "the end of \"keep\"");
            return kept;
        }

        private Set<FaultRate> off() throws IOException, ReproductionException {
            final Set<FaultRate> off = new TreeSet<>();
            for (final String text : strings("off")) {
                off.add(name(FaultRate.class, text));
            }
            return off;
        }

        private Map<SizeLimit, Integer> limits() throws IOException, ReproductionException {
            field("limits");
            expect(JsonToken.START_OBJECT, "an object");
            final Map<SizeLimit, Integer> limits = new TreeMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                final SizeLimit size = name(SizeLimit.class, json.currentName());
                expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
                limits.put(size, json.getIntValue());
            }
            at(JsonToken.END_OBJECT, "the end of \"limits\"");
            return limits;
        }

        private int variation() throws IOException, ReproductionException {
            final long variation = number("variation");
            if (variation != (int) variation) {
                throw wrong("the variation " + variation + " is out of bounds");
            }
            return (int) variation;
        }

        private Extent extent(final String name) throws IOException, ReproductionException {
            field(name);
            expect(JsonToken.START_OBJECT, "an object");
            final Extent extent = new Extent(
                    (int) number("faults"),
                    (int) number("rates"),
                    (int) number("requests"),
                    (int) number("clients"),
                    (int) number("replicas"),
                    number("events"));
            expect(JsonToken.END_OBJECT, "the end of \"" + name + "\"");
            return extent;
        }

        private List<String> strings(final String name) throws IOException, ReproductionException {
            field(name);
            expect(JsonToken.START_ARRAY, "a list");
            final List<String> texts = new ArrayList<>();
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                texts.add(json.getText());
            }
            at(JsonToken.END_ARRAY, "a list of texts");
            return texts;
        }

        private String string(final String name) throws IOException, ReproductionException {
            field(name);
            expect(JsonToken.VALUE_STRING, "a text");
            return json.getText();
        }

        private long number(final String name) throws IOException, ReproductionException {
            field(name);
            expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
            return json.getLongValue();
        }

        private void field(final String name) throws IOException, ReproductionException {
            if (json.nextToken() != JsonToken.FIELD_NAME || !json.currentName().equals(name)) {
                throw wrong("the field \"" + name + "\" is expected");
            }
        }

        private void expect(final JsonToken token, final String what) throws IOException, ReproductionException {
            json.nextToken();
            at(token, what);
        }

        private void at(final JsonToken token, final String what) throws ReproductionException {
            if (json.currentToken() != token) {
                throw wrong(what + " is expected");
            }
        }

        private <E extends Enum<E>> E name(final Class<E> type, final String text) throws ReproductionException {
            for (final E constant : type.getEnumConstants()) {
                if (constant.name().equals(text)) {
                    return constant;
                }
            }
            throw wrong("\"" + text + "\" is not one of " + List.of(type.getEnumConstants()));
        }

        private ReproductionException wrong(final String what) {
            return new ReproductionException(
                    what + ", line " + json.currentTokenLocation().getLineNr());
        }
    }
}
