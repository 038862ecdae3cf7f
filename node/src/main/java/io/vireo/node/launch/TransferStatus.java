package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.node.sync.SyncProgress;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** What a node says about the files that a group fetches of others, and how that reads in a table. */
final class TransferStatus {
    private static final double MIB = 1 << 20;

    private TransferStatus() {}

    /** Writes the field "transfer": bytes and files. @param progress null while no checkpoint is fetched. */
    static void write(final JsonGenerator json, final SyncProgress progress, final TransferCounters counters)
            throws IOException {
        json.writeObjectFieldStart("transfer");
        json.writeBooleanField("active", progress != null);
        if (progress != null) {
            json.writeStringField("stage", progress.stage().name());
            json.writeNumberField("checkpoint", progress.checkpoint());
            json.writeNumberField("files", progress.files());
            json.writeNumberField("filesDone", progress.filesDone());
            json.writeNumberField("filesLeft", progress.filesLeft());
            json.writeNumberField("bytes", progress.bytes());
            json.writeNumberField("bytesDone", progress.bytesDone());
            json.writeNumberField("bytesHere", progress.bytesHere());
            json.writeNumberField("filesInFlight", progress.filesInFlight());
            json.writeNumberField("chunksInFlight", progress.chunksInFlight());
            // Left out as long as it cannot be said.
            if (progress.bytesPerSecond() >= 0) {
                json.writeNumberField("bytesPerSecond", progress.bytesPerSecond());
            }
            if (progress.etaMs() >= 0) {
                json.writeNumberField("etaMs", progress.etaMs());
            }
        }
        json.writeNumberField("targets", counters.targets());
        json.writeNumberField("completed", counters.completed());
        json.writeNumberField("enqueued", counters.enqueued());
        json.writeNumberField("walked", counters.walked());
        json.writeNumberField("pulled", counters.pulled());
        json.writeNumberField("kept", counters.kept());
        json.writeNumberField("resumed", counters.resumed());
        json.writeNumberField("obsolete", counters.obsolete());
        json.writeNumberField("parked", counters.parked());
        json.writeNumberField("failed", counters.failed());
        json.writeNumberField("late", counters.late());
        json.writeNumberField("bytesReceived", counters.bytesReceived());
        json.writeNumberField("bytesPulled", counters.bytesPulled());
        json.writeNumberField("bytesSaved", counters.bytesSaved());
        json.writeObjectFieldStart("troubles");
        for (final TransferTrouble trouble : TransferTrouble.values()) {
            json.writeNumberField(trouble.name().toLowerCase(Locale.ROOT), counters.of(trouble));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("answers");
        for (final TransferCode code : TransferCode.values()) {
            json.writeNumberField(code.name().toLowerCase(Locale.ROOT), counters.of(code));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** A note and, while a checkpoint is fetched, how far that is. */
    static String note(final String note, final Map<String, Object> transfer) {
        if (transfer == null || !Boolean.TRUE.equals(transfer.get("active"))) {
            return note;
        }
        final String text = "fetching a checkpoint, " + transfer.get("stage") + ": " + far(transfer);
        return note.isEmpty() ? text : note + "; " + text;
    }

    /** How much of a checkpoint is here, how fast it comes, and how long it takes still, as far as that is known. */
    private static String far(final Map<String, Object> transfer) {
        final StringBuilder text = new StringBuilder();
        text.append(transfer.get("filesDone")).append(" of ").append(transfer.get("files"));
        // A node of before does not say what is verified of the files under way.
        final Object here = transfer.get(transfer.containsKey("bytesHere") ? "bytesHere" : "bytesDone");
        text.append(" files, ").append(here).append(" of ").append(transfer.get("bytes"));
        text.append(" bytes");
        if (transfer.get("bytesPerSecond") instanceof Long rate) {
            text.append(String.format(Locale.ROOT, ", %.1f MiB/s", rate / MIB));
        }
        if (transfer.get("etaMs") instanceof Long etaMs) {
            text.append(", ").append(seconds(etaMs)).append(" left");
        }
        return text.toString();
    }

    /** As people say it: {@code 7 s}, {@code 12 min 5 s}, {@code 3 h 20 min}. */
    static String seconds(final long ms) {
        final long seconds = (ms + 999) / 1_000;
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
    }
}
