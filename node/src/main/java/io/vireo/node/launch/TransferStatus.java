package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.node.sync.StateSync;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** What a node says about the files that a group fetches of others, and how that reads in a table. */
final class TransferStatus {
    private TransferStatus() {}

    /** Writes the field "transfer": bytes and files. @param sync null while no checkpoint is fetched. */
    static void write(final JsonGenerator json, final StateSync sync, final TransferCounters counters)
            throws IOException {
        json.writeObjectFieldStart("transfer");
        json.writeBooleanField("active", sync != null);
        if (sync != null) {
            json.writeStringField("stage", sync.stage().name());
            json.writeNumberField("checkpoint", sync.targetOp());
            json.writeNumberField("files", sync.files());
            json.writeNumberField("filesDone", sync.verifiedFiles());
            json.writeNumberField("bytes", sync.bytes());
            json.writeNumberField("bytesDone", sync.verifiedBytes());
        }
        json.writeNumberField("targets", counters.targets());
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
        final String text = "fetching a checkpoint, " + transfer.get("stage") + ": " + transfer.get("filesDone")
                + " of "
                + transfer.get("files") + " files, " + transfer.get("bytesDone") + " of " + transfer.get("bytes")
                + " bytes";
        return note.isEmpty() ? text : note + "; " + text;
    }
}
