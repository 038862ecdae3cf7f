package io.vireo.journal.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Rows come and go with the window. */
class HeaderWindowTest {
    private static final int OPS = 10 * HeaderWindow.CHUNK_OPS;

    @Test
    void shouldForgetExactlyWhatIsBelowWhereverItIsMovedTo() {
        for (final int to : new int[] {0, 1, 254, 255, 256, 257, 511, 700, 2_555, 2_559, 2_560, 100_000}) {
            final HeaderWindow window = new HeaderWindow(0);
            for (int op = 1; op <= OPS; op++) {
                put(window, op);
            }
            window.forgetThrough(to);
            for (int op = 1; op <= OPS; op++) {
                check(window, op, op > to);
            }
            for (int op = to + 1; op <= to + OPS; op++) {
                check(window, op, op <= OPS);
                put(window, op);
            }
            window.forgetThrough(to + OPS);
            for (int op = to + OPS - 600; op <= to + OPS + 600; op++) {
                check(window, op, false);
            }
        }
    }

    @Test
    void shouldRefuseARowThatItHasPassed() {
        final HeaderWindow window = new HeaderWindow(0);
        window.forgetThrough(HeaderWindow.CHUNK_OPS);
        assertThrows(IllegalArgumentException.class, () -> window.body(1, LiveLog.DURABLE));
        assertEquals(0, window.body(1));
        window.clear(1);
    }

    private static void put(final HeaderWindow window, final int op) {
        final UnsafeBuffer header = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        header.putInt(0, op);
        window.putHeader(op, header, 0);
        window.position(op, op * 3L);
        window.tagLogView(op, op % 7);
        window.knowledge(op, LiveLog.KNOWN);
        window.body(op, LiveLog.DURABLE);
    }

    private static void check(final HeaderWindow window, final int op, final boolean isThere) {
        assertEquals(isThere ? LiveLog.KNOWN : LiveLog.UNKNOWN, window.knowledge(op));
        assertEquals(isThere ? LiveLog.DURABLE : LiveLog.NONE, window.body(op));
        assertEquals(isThere ? op * 3L : -1, window.position(op));
        assertEquals(isThere ? op % 7 : 0, window.tagLogView(op));
        if (isThere) {
            assertEquals(op, window.buffer(op).getInt(window.offset(op)));
        }
    }
}
