package io.vireo.sim.audit;

import static io.vireo.sim.audit.StreamRig.GROUP;
import static io.vireo.sim.audit.StreamRig.NAMESPACE;
import static io.vireo.sim.audit.StreamRig.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.sim.audit.StreamHistory.Life;
import io.vireo.sim.audit.StreamHistory.Message;
import io.vireo.sim.audit.StreamOrderAuditor.Poll;
import io.vireo.sim.audit.StreamOrderAuditor.Shown;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps silent about a stream in order, and fires on each way in which it can be out of it. */
class StreamOrderAuditorTest {
    private final StreamRig rig = new StreamRig();
    private final StreamOrderAuditor auditor = new StreamOrderAuditor(rig.rig.log, rig.history);
    private final Life life = rig.history.life(NAMESPACE, 1);

    /** Appends messages with these sequences to a life, as one op. */
    private void append(final Life to, final long... sequences) {
        final List<Message> messages = new ArrayList<>();
        for (final long sequence : sequences) {
            messages.add(message(sequence));
        }
        auditor.onAppended(0, GROUP, rig.event, to, to.end(), messages);
        rig.event++;
    }

    private static Shown shown(final long offset, final long sequence) {
        return new Shown(offset, 0, message(sequence), true);
    }

    /** From an offset, asked at an event and answered now. */
    private void poll(final long sent, final long from, final long currentOffset, final Shown... messages) {
        auditor.onPoll(new Poll(sent, "s", "t", 0, true, 1, from, 10, currentOffset, List.of(messages)));
    }

    private void expect(final String invariant) {
        assertEquals(invariant == null ? null : "A5: " + invariant, rig.rig.signature());
    }

    @Test
    void shouldKeepSilentWhenEverythingIsInOrder() {
        append(life, 1, 2);
        append(life, 5);
        auditor.onAcknowledged("s", "t", List.of(message(1), message(2)));
        poll(rig.event, 1, 2, shown(1, 2), shown(2, 5));
        poll(2, 0, 2, shown(0, 1));
        auditor.onForgotten(0, GROUP, 9, life, 2);
        rig.event++;
        poll(rig.event, 0, 2, shown(2, 5));
        assertNull(rig.rig.signature());
        assertEquals(3, auditor.appended());
        assertEquals(3, auditor.polls());
        assertEquals(4, auditor.shown());
    }

    @Test
    void shouldReportWhenAnOffsetIsLeftOut() {
        auditor.onAppended(0, GROUP, 1, life, 1, List.of(message(1)));
        expect("offsets are dense");
    }

    @Test
    void shouldReportWhenAMessageIsStoredTwice() {
        append(life, 1);
        append(life, 2, 1);
        expect("a message is stored once");
    }

    @Test
    void shouldReportWhenAMessageOvertakesAnotherOneOfItsConnection() {
        append(life, 2);
        append(life, 1);
        expect("messages of a connection to a partition are stored in the order in which they were sent");
    }

    @Test
    void shouldReportWhenWhatWasAcknowledgedIsNowhere() {
        append(life, 1);
        auditor.onAcknowledged("s", "t", List.of(message(1), message(2)));
        expect("what a client was told is stored is there, in one partition of its topic and in order");
    }

    @Test
    void shouldReportWhenWhatWasAcknowledgedIsInAnotherTopic() {
        append(life, 1);
        auditor.onAcknowledged("s", "other", List.of(message(1)));
        expect("what a client was told is stored is there, in one partition of its topic and in order");
    }

    @Test
    void shouldReportWhenThePollHasAGap() {
        append(life, 1, 2, 3);
        poll(rig.event, 0, 2, shown(0, 1), shown(2, 3));
        expect("a poll shows one partition, each message at its offset, without a gap");
    }

    @Test
    void shouldReportWhenThePollShowsAnotherMessageAtAnOffset() {
        append(life, 1, 2);
        poll(rig.event, 0, 1, shown(0, 2));
        expect("a poll shows one partition, each message at its offset, without a gap");
    }

    @Test
    void shouldReportWhenThePollShowsWhatNobodyHasSent() {
        append(life, 1);
        poll(rig.event, 0, 0, shown(0, 9));
        expect("a poll shows what clients have sent");
    }

    @Test
    void shouldReportWhenThePollShowsDamagedBytes() {
        append(life, 1);
        auditor.onPoll(
                new Poll(rig.event, "s", "t", 0, true, 1, 0, 10, 0, List.of(new Shown(0, 0, message(1), false))));
        expect("a poll shows what clients have sent");
    }

    @Test
    void shouldReportWhenThePollMissesWhatWasStoredBefore() {
        append(life, 1, 2);
        poll(rig.event, 0, 0, shown(0, 1));
        expect("a poll knows everything that was stored before it was asked");
    }

    @Test
    void shouldReportWhenThePollIsEmptyThoughThereAreMessages() {
        append(life, 1);
        poll(rig.event, 0, 0);
        expect("a poll begins where it was asked to");
    }

    @Test
    void shouldReportWhenThePollBeginsTooLate() {
        append(life, 1, 2);
        poll(rig.event, 0, 1, shown(1, 2));
        expect("a poll begins where it was asked to");
    }

    @Test
    void shouldReportWhenThePollIsOfAnotherTopic() {
        append(life, 1);
        auditor.onPoll(new Poll(rig.event, "s", "u", 0, false, 1, 0, 10, 0, List.of(shown(0, 1))));
        expect("a poll shows the partition that it asks for");
    }

    @Test
    void shouldReportWhenThePollShowsMoreThanItWasAskedFor() {
        append(life, 1, 2);
        auditor.onPoll(new Poll(rig.event, "s", "t", 0, true, 1, 0, 1, 1, List.of(shown(0, 1), shown(1, 2))));
        expect("a poll shows no more than it was asked for");
    }

    @Test
    void shouldReportWhenTheLowWatermarkFalls() {
        append(life, 1, 2, 3);
        auditor.onForgotten(0, GROUP, 5, life, 2);
        auditor.onForgotten(0, GROUP, 6, life, 1);
        expect("the low watermark only rises");
    }

    @Test
    void shouldReportWhenThePollShowsWhatIsBelowTheLowWatermark() {
        append(life, 1, 2);
        auditor.onForgotten(0, GROUP, 5, life, 1);
        rig.event++;
        auditor.onPoll(new Poll(rig.event, "s", "t", 0, false, 1, 0, 10, 1, List.of(shown(0, 1))));
        expect("nothing is seen any more below the low watermark");
    }

    @Test
    void shouldReportWhenThePollShowsADroppedLife() {
        append(life, 1);
        rig.begin(2);
        rig.history.onDropped(NAMESPACE, 1);
        rig.event++;
        auditor.onPoll(new Poll(rig.event, "s", "t", 0, false, 1, 0, 10, 0, List.of(shown(0, 1))));
        expect("nothing is seen any more of what was purged or deleted");
    }

    @Test
    void shouldReportWhenThePollShowsWhatAClientWasToldIsGone() {
        append(life, 1);
        final long asked = rig.event++;
        rig.begin(2);
        auditor.onEnded("s", "t", asked);
        rig.event++;
        auditor.onPoll(new Poll(rig.event, "s", "t", 0, false, 1, 0, 10, 0, List.of(shown(0, 1))));
        expect("nothing is seen any more of what was purged or deleted");
    }

    @Test
    void shouldKeepSilentWhenThePollWasAskedBeforeTheDrop() {
        append(life, 1);
        final long asked = rig.event;
        rig.begin(2);
        rig.history.onDropped(NAMESPACE, 1);
        rig.event++;
        auditor.onPoll(new Poll(asked, "s", "t", 0, true, 1, 0, 10, 0, List.of(shown(0, 1))));
        expect(null);
    }
}
