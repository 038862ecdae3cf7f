package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.config.Placement;
import io.vireo.sim.workload.Payload;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A17: two groups with two namespaces each. */
class NamespaceAuditorTest {
    private final Rig rig = new Rig();
    private final NamespaceAuditor auditor = new NamespaceAuditor(rig.log, new Placement(4, 2));

    @Test
    void shouldReportA17WhenARequestIsExecutedInAnotherNamespaceThanAddressed() {
        auditor.onExecuted(0, 1, 1, 3, 3);
        assertNull(rig.signature());
        auditor.onExecuted(0, 1, 2, 3, 1);
        assertEquals("A17: a request is executed in the namespace that its client addressed", rig.signature());
    }

    @Test
    void shouldReportA17WhenAGroupExecutesForANamespaceOfAnotherOne() {
        auditor.onExecuted(0, 0, 1, 2, 2);
        assertNull(rig.signature());
        auditor.onExecuted(0, 1, 1, 2, 2);
        assertEquals("A17: a group executes requests of its own namespaces only", rig.signature());
    }

    @Test
    void shouldReportA17WhenAReadShowsAnEntryOfAnotherNamespace() {
        auditor.onEntry(2, 0, 2);
        assertNull(rig.signature());
        auditor.onEntry(2, 0, 0);
        assertEquals("A17: a read shows entries of its own namespace only", rig.signature());
    }

    @Test
    void shouldReportA17WhenAFrameNamesAnotherGroup() {
        auditor.onFrame(0, 0, rig.prepareOk(0, 1, rig.prepare(1, 1, null, 0)));
        assertNull(rig.signature());
        auditor.onFrame(0, 1, rig.prepareOk(0, 1, rig.prepare(1, 1, null, 0)));
        assertEquals("A17: a frame names the group that sends it", rig.signature());
    }

    @Test
    void shouldKeepNumberAndNamespaceApartInAPayload() {
        final UnsafeBuffer payload = Payload.create(9, 64);
        Payload.number(payload, 0xffff_ffff_ffffL, 65_535);
        assertEquals(9, Payload.client(payload, 0));
        assertEquals(0xffff_ffff_ffffL, Payload.number((DirectBuffer) payload, 0));
        assertEquals(65_535, Payload.namespace(payload, 0));
    }
}
