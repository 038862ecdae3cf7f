package io.vireo.node.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.journal.message.Command;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What somebody who may be anybody says, before it gets to a log. */
class RejectFlyweightTest {
    private static final int FRAME_MAX = 128 * 1024;

    @Test
    void shouldLeaveAnOrdinaryTextAsItIs() {
        assertEquals("this is replica 0, not replica 2 (größer)", said("this is replica 0, not replica 2 (größer)"));
        assertEquals("x".repeat(RejectFlyweight.TEXT_MAX), said("x".repeat(RejectFlyweight.TEXT_MAX)));
    }

    @Test
    void shouldNotLetATextEndALineOrAQuotationOrColourATerminal() {
        assertEquals(
                "no' who='root??2026 event=opened ?[31m ? ? ? ?",
                said("no\" who=\"root\r\n2026 event=opened \u001b[31m \u0000 \u2028 \u009b \u202e"));
    }

    @Test
    void shouldCutATextThatIsLongerThanAnybodyReads() {
        assertEquals("y".repeat(RejectFlyweight.TEXT_MAX) + "...", said("y".repeat(50_000)));
    }

    private static String said(final String text) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[FRAME_MAX]);
        final RejectFlyweight reject = new RejectFlyweight().wrap(frame, 0);
        reject.init(Command.REJECT, 1, 2, 256, 0, 0, 0);
        reject.put(RejectReason.WRONG_REPLICA, text, List.of(), FRAME_MAX);
        return reject.text();
    }
}
