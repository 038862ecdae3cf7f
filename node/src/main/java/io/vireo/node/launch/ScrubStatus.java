package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.node.sync.ScrubCounters;
import io.vireo.node.sync.Scrubber;
import java.io.IOException;
import java.util.Map;

/** What a node says about the checks of a group's files, and how that reads in a table. */
final class ScrubStatus {
    private ScrubStatus() {}

    /** Writes the field "scrub". @param scrubber null while no replica of the group runs. */
    static void write(final JsonGenerator json, final Scrubber scrubber, final ScrubCounters counters)
            throws IOException {
        json.writeObjectFieldStart("scrub");
        json.writeNumberField("passes", counters.passes());
        json.writeBooleanField("asked", scrubber != null && scrubber.isAsked());
        json.writeNumberField("askedPasses", counters.askedPasses());
        json.writeNumberField("askedAt", scrubber == null ? 0 : scrubber.askedAt());
        json.writeNumberField("passDone", scrubber == null ? 0 : scrubber.passDone());
        json.writeNumberField("passChunks", scrubber == null ? 0 : scrubber.passChunks());
        json.writeNumberField("checked", counters.checked());
        json.writeNumberField("damaged", counters.damaged());
        json.writeNumberField("healed", counters.healed());
        json.writeNumberField("damagedNow", scrubber == null ? 0 : scrubber.damagedNow());
        json.writeEndObject();
    }

    /** A note and what an operator has to know: that files were damaged, and whether they still are. */
    static String note(final String note, final Map<String, Object> scrub) {
        if (scrub == null || !(scrub.get("damaged") instanceof Long damaged) || damaged == 0) {
            return note;
        }
        final String text = damaged + " damaged chunks found, " + scrub.get("healed") + " healed, "
                + scrub.get("damagedNow") + " damaged now; pass " + scrub.get("passDone") + " of "
                + scrub.get("passChunks");
        return note.isEmpty() ? text : note + "; " + text;
    }
}
