package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.node.sync.StateSync;
import io.vireo.node.sync.SyncProgress;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
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
        assertTrue(transfer.startsWith("{\"transfer\":{\"active\":false,\"targets\":0,\"completed\":0,"), transfer);
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

    @Test
    @Tag("X16")
    void shouldSayHowFarItIsAndHowFastOnlyWhereThatIsKnown() throws IOException {
        assertTrue(
                json(progress(-1, -1))
                        .startsWith(
                                "{\"transfer\":{\"active\":true,\"stage\":\"FILES\",\"checkpoint\":50,\"files\":9,\"filesDone\":4,"
                                        + "\"filesLeft\":5,\"bytes\":900,\"bytesDone\":400,\"bytesHere\":450,\"filesInFlight\":2,\"chunksInFlight\":3,"
                                        + "\"targets\":0,"),
                json(progress(-1, -1)));
        assertTrue(
                json(progress(1_000, 450)).contains("\"chunksInFlight\":3,\"bytesPerSecond\":1000,\"etaMs\":450,"),
                json(progress(1_000, 450)));
        assertEquals(
                "stage=FILES checkpoint=50 filesDone=4 files=9 bytesHere=450 bytes=900 bytesPerSecond=0",
                TransferLog.text(progress(0, -1)));
    }

    @Test
    void shouldNoteRateAndEndAsPeopleSayThem() {
        final Map<String, Object> transfer = new HashMap<>(Map.of(
                "active", true, "stage", "FILES", "files", 9L, "filesDone", 4L, "bytes", 900L, "bytesDone", 400L));
        transfer.put("bytesHere", 450L);
        transfer.put("bytesPerSecond", 3L << 19);
        transfer.put("etaMs", 724_001L);
        assertEquals(
                "fetching a checkpoint, FILES: 4 of 9 files, 450 of 900 bytes, 1.5 MiB/s, 12 min 5 s left",
                TransferStatus.note("", transfer));
        assertEquals("0 s", TransferStatus.seconds(0));
        assertEquals("1 s", TransferStatus.seconds(1));
        assertEquals("59 s", TransferStatus.seconds(59_000));
        assertEquals("1 min 0 s", TransferStatus.seconds(60_000));
        assertEquals("3 h 20 min", TransferStatus.seconds(12_000_000));
    }

    private static SyncProgress progress(final long bytesPerSecond, final long etaMs) {
        return new SyncProgress(StateSync.Stage.FILES, 50, 9, 4, 900, 400, 450, 2, 3, bytesPerSecond, etaMs);
    }

    private static String json(final SyncProgress progress) throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            TransferStatus.write(json, progress, new TransferCounters());
            json.writeEndObject();
        }
        return text.toString();
    }
}
