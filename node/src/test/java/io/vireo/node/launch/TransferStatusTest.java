package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferTrouble;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransferStatusTest {
    @Test
    void shouldSayEveryTroubleAndEveryCodeWhenNothingIsFetched() throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            TransferStatus.write(json, null, new TransferCounters());
            json.writeEndObject();
        }
        final String transfer = text.toString();
        assertTrue(transfer.startsWith("{\"transfer\":{\"active\":false,\"targets\":0,"), transfer);
        for (final TransferTrouble trouble : TransferTrouble.values()) {
            assertTrue(transfer.contains("\"" + trouble.name().toLowerCase(Locale.ROOT) + "\":0"), trouble.name());
        }
        for (final TransferCode code : TransferCode.values()) {
            assertTrue(transfer.contains("\"" + code.name().toLowerCase(Locale.ROOT) + "\":0"), code.name());
        }
    }

    @Test
    void shouldNoteHowFarItIsOnlyWhileSomethingIsFetched() {
        assertEquals("before", TransferStatus.note("before", null));
        assertEquals("before", TransferStatus.note("before", Map.of("active", false)));
        final Map<String, Object> transfer = Map.of(
                "active", true, "stage", "FILES", "files", 9L, "filesDone", 4L, "bytes", 900L, "bytesDone", 400L);
        final String far = "fetching a checkpoint, FILES: 4 of 9 files, 400 of 900 bytes";
        assertEquals(far, TransferStatus.note("", transfer));
        assertEquals("before; " + far, TransferStatus.note("before", transfer));
    }
}
