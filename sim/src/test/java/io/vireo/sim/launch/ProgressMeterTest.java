package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What is printed about the progress, on a terminal and elsewhere. */
class ProgressMeterTest {
    private static final long SECOND = 1_000_000_000L;

    private final StringWriter err = new StringWriter();

    private ProgressMeter meter(final boolean isTerminal) {
        return new ProgressMeter(new PrintWriter(err), isTerminal, 200, 100, 5);
    }

    @Test
    void shouldPrintALineEveryTenSecondsWhenThereIsNoTerminal() {
        final ProgressMeter meter = meter(false);
        for (int i = 1; i <= 40; i++) {
            meter.onDone(5 + i * SECOND / 2, 100 + i, i < 30 ? 0 : 2);
        }
        meter.clear();
        assertEquals(
                "120/200 seeds, 2.0 seeds/s, 40s left\n140/200 seeds, 2.0 seeds/s, 30s left, 2 failed\n",
                err.toString());
    }

    @Test
    void shouldDrawTheBarAnewWhenThereIsATerminal() {
        final ProgressMeter meter = meter(true);
        meter.onDone(6, 101, 0);
        assertEquals("", err.toString(), "nothing has to be drawn so soon");
        meter.onDone(5 + SECOND, 101, 0);
        meter.clear();
        assertEquals(
                "\r\u001b[K[" + "#".repeat(15) + ".".repeat(15) + "] 101/200 seeds, 1.0 seeds/s, 1m39s left\r\u001b[K",
                err.toString());
        meter.onDone(5 + 2 * SECOND, 200, 0);
        assertTrue(err.toString().contains("[" + "#".repeat(30) + "] 200/200"), err.toString());
    }
}
