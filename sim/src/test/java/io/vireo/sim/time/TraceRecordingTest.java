package io.vireo.sim.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where two recordings part. */
class TraceRecordingTest {
    @TempDir
    Path dir;

    /** So many events; the one of this number adds another value to the trace. */
    private static TraceRecording recording(final int events, final int other) {
        final TraceRecording recording = new TraceRecording();
        final TraceHash trace = new TraceHash();
        trace.listener(recording::onValue);
        for (int event = 1; event <= events; event++) {
            if (event % 3 == 0 || event == other) {
                trace.add(5L << 48 | 1 << 8 | 2, event == other ? 0xabcd : event);
            }
            if (event == other) {
                recording.onNote(event, "r1 g0 something");
            }
            recording.onEvent(event * 1_000L, trace.value());
        }
        return recording;
    }

    @Test
    void shouldFindTheEventWhenOneDiffers() {
        final TraceRecording same = recording(100, -1);
        for (int event = 1; event <= 100; event++) {
            assertEquals(event, same.firstDifference(recording(100, event)));
            assertEquals(event, recording(100, event).firstDifference(same));
        }
        assertEquals(-1, same.firstDifference(recording(100, -1)));
    }

    @Test
    void shouldFindTheEndWhenOneIsLonger() {
        for (int events = 0; events < 100; events++) {
            assertEquals(events + 1, recording(events, -1).firstDifference(recording(100, -1)));
            assertEquals(events + 1, recording(100, -1).firstDifference(recording(events, -1)));
        }
        assertEquals(-1, new TraceRecording().firstDifference(new TraceRecording()));
        assertEquals("has ended after event 7", recording(7, -1).describe(8));
    }

    @Test
    void shouldSayTheSameWhenSavedAndLoaded() throws IOException {
        final TraceRecording recording = recording(100, 50);
        final Path file = dir.resolve("recording");
        recording.save(file);
        final TraceRecording loaded = TraceRecording.load(file);
        assertEquals(-1, recording.firstDifference(loaded));
        for (int event = 1; event <= 101; event++) {
            assertEquals(recording.describe(event), loaded.describe(event));
        }
        final String text = loaded.describe(50);
        assertTrue(text.startsWith("event 50 at 0.050000ms hash="), text);
        assertTrue(text.endsWith(" frame 1->2 traced=[5000000000102 abcd] | r1 g0 something"), text);
    }
}
