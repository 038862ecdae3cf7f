package io.vireo.sim.audit;

import static io.vireo.sim.audit.StreamRig.GROUP;
import static io.vireo.sim.audit.StreamRig.NAMESPACE;
import static io.vireo.sim.audit.StreamRig.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.sim.audit.StreamHistory.Life;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeps silent about offsets as they were stored, and fires on others. */
class ConsumerOffsetAuditorTest {
    private static final int CONSUMER = 5;

    private final StreamRig rig = new StreamRig();
    private final ConsumerOffsetAuditor auditor = new ConsumerOffsetAuditor(rig.rig.log, rig.history);
    private final Life life = rig.history.life(NAMESPACE, 1);

    @BeforeEach
    void appendThree() {
        rig.history.onAppended(life, 1, List.of(message(1), message(2), message(3)));
        rig.event++;
    }

    private void store(final Life of, final long offset) {
        auditor.onStored(0, GROUP, rig.event, of, 1, CONSUMER, offset);
        rig.event++;
    }

    private void answer(final long sent, final long offset) {
        auditor.onAnswer(sent, "s", "t", 0, 1, CONSUMER, offset);
    }

    @Test
    void shouldKeepSilentWhenAConsumerIsToldWhatItHasStored() {
        answer(rig.event, StreamHistory.NONE);
        final long asked = rig.event;
        store(life, 2);
        answer(asked, StreamHistory.NONE);
        answer(asked, 2);
        auditor.onAcknowledged(asked, "s", "t", 0, 1, CONSUMER, 2);
        store(life, 0);
        answer(rig.event, 0);
        store(life, StreamHistory.NONE);
        answer(rig.event, StreamHistory.NONE);
        assertNull(rig.rig.signature());
        assertEquals(6, auditor.asked());
        assertEquals(3, auditor.stored());
    }

    @Test
    void shouldReportWhenAnOffsetIsBehindTheEnd() {
        store(life, 3);
        assertEquals("A19: the offset of a consumer is below the end of its partition", rig.rig.signature());
    }

    @Test
    void shouldReportWhenAConsumerIsToldAnOldOffset() {
        store(life, 1);
        store(life, 2);
        answer(rig.event, 1);
        assertEquals("A19: a consumer is told the offset that it has stored", rig.rig.signature());
    }

    @Test
    void shouldReportWhenALifeKnowsAnOffsetOfTheOneBefore() {
        store(life, 1);
        rig.begin(2);
        rig.history.onDropped(NAMESPACE, 1);
        rig.event++;
        answer(rig.event, 1);
        assertEquals("A19: a consumer is told the offset that it has stored", rig.rig.signature());
    }

    @Test
    void shouldReportWhenNothingWasStoredThoughAConsumerWasToldSo() {
        auditor.onAcknowledged(rig.event, "s", "t", 0, 1, CONSUMER, 1);
        assertEquals("A19: what a consumer was told is stored was stored", rig.rig.signature());
    }
}
