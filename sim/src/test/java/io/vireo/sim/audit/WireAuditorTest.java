package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Only what was sent may be accepted. */
class WireAuditorTest {
    private static final String SIGNATURE = "A16: bytes that were not sent are accepted by nobody";

    private final Rig rig = new Rig();
    private final WireAuditor auditor = new WireAuditor(rig.log);

    private void accept(final byte[] sent, final int... accepted) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[accepted.length + 1]);
        for (int i = 0; i < accepted.length; i++) {
            buffer.putByte(1 + i, (byte) accepted[i]);
        }
        auditor.onAccepted(0, 2, sent, buffer, 1, accepted.length);
    }

    @Test
    void shouldAcceptTheBytesThatWereSent() {
        accept(new byte[] {1, 2, 3}, 1, 2, 3);
        assertNull(rig.log.violation());
    }

    @Test
    void shouldReportAByteThatDiffers() {
        accept(new byte[] {1, 2, 3}, 1, 2, 4);
        assertEquals(SIGNATURE, rig.log.violation().signature());
        assertEquals(2, rig.log.violation().replica());
    }

    @Test
    void shouldReportAPrefix() {
        accept(new byte[] {1, 2, 3}, 1, 2);
        assertEquals(SIGNATURE, rig.log.violation().signature());
    }

    @Test
    void shouldReportWhatNobodySent() {
        accept(null, 1);
        assertEquals(SIGNATURE, rig.log.violation().signature());
    }
}
