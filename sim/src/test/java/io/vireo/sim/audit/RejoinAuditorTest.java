package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.journal.message.PrepareFlyweight;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeps silent about a replica that comes back as the protocol says, and fires on one that counts too early. */
class RejoinAuditorTest {
    private static final int WIPED = 1;
    private static final long LIFE = 5;

    private final Rig rig = new Rig();
    private final CanonicalChainAuditor canon = new CanonicalChainAuditor(rig.log, Rig.REPLICAS, 1, Rig.CLUSTER, 0);
    private final DurabilityAuditor durability = new DurabilityAuditor(rig.log, rig.images, canon, rig.atlas);
    private final RejoinAuditor auditor = new RejoinAuditor(rig.log, rig.images, canon, durability, rig.atlas);
    private final PrepareFlyweight one = rig.prepare(1, 1, null, 0);

    @BeforeEach
    void acknowledgeAndLose() {
        rig.entry(0, one, 1, true);
        rig.entry(2, one, 1, true);
        canon.onApplied(0, 0, one);
        durability.onAcknowledged(0, 1);
        auditor.onSend(WIPED, 0, rig.prepareOk(WIPED, 3, one));
        auditor.onWiped(WIPED);
        assertNull(rig.signature());
    }

    private void recordAt(final int... replicas) {
        for (final int replica : replicas) {
            rig.recorded(replica, 2, 3, WIPED, LIFE);
        }
    }

    @Test
    void shouldKeepSilentWhenItCountsAfterAllIsThere() {
        recordAt(0, 2);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        auditor.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        auditor.onSend(WIPED, 0, rig.doViewChange(WIPED, 5, 4, 1));
        assertNull(rig.signature());
        assertEquals(1, auditor.checked());
    }

    @Test
    void shouldReportAVoteWhenNobodyKnowsOfTheLoss() {
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        recordAt(0);
        auditor.onSend(WIPED, 0, rig.doViewChange(WIPED, 5, 4, 1));
        assertEquals(
                "A22: a replica that has lost its disk counts only when enough others have recorded that",
                rig.signature());
    }

    @Test
    void shouldReportAReplicaThatWasFormattedAsIfItWereNew() {
        recordAt(0, 2);
        auditor.onSend(WIPED, 0, rig.doViewChange(WIPED, 5, 4, 1));
        assertEquals(
                "A22: a replica that has lost its disk counts only when enough others have recorded that",
                rig.signature());
    }

    @Test
    void shouldReportAnAcknowledgementInAViewOfTheFormerLife() {
        recordAt(0, 2);
        rig.recorded(WIPED, 2, 3, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        auditor.onSend(WIPED, 0, rig.prepareOk(WIPED, 3, one));
        assertEquals(
                "A22: a replica that has lost its disk counts only with a log of a later view than any it had acknowledged in",
                rig.signature());
    }

    @Test
    void shouldReportOneOfTwoThatWasNotAdmitted() {
        final RejoinAuditor ofTwo = ofTwo();
        rig.recorded(0, 2, 4, WIPED, LIFE);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        ofTwo.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        assertEquals(
                "A22: of two replicas one counts again only when the other one has recorded that it is not alone any more",
                rig.signature());
    }

    @Test
    void shouldReportOneOfTwoThatDoesNotKnowTheViewOfTheOther() {
        final RejoinAuditor ofTwo = ofTwo();
        rig.admitted(0, 2, 6, WIPED, LIFE);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        ofTwo.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        assertEquals(
                "A22: of two replicas one counts again only when the other one has begun no later view",
                rig.signature());
    }

    @Test
    void shouldKeepSilentWhenOneOfTwoWasAdmittedInItsView() {
        final RejoinAuditor ofTwo = ofTwo();
        rig.admitted(0, 2, 4, WIPED, LIFE);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        ofTwo.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        assertNull(rig.signature());
        assertEquals(1, ofTwo.checked());
    }

    @Test
    void shouldKeepSilentWhenTheOtherOneOfTwoOnlyWantsALaterView() {
        final RejoinAuditor ofTwo = ofTwo();
        rig.admitted(0, 2, 5, 4, WIPED, LIFE);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        ofTwo.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        assertNull(rig.signature());
        assertEquals(1, ofTwo.checked());
    }

    private RejoinAuditor ofTwo() {
        final RejoinAuditor ofTwo =
                new RejoinAuditor(rig.log, Arrays.copyOf(rig.images, 2), canon, durability, rig.atlas);
        ofTwo.onSend(WIPED, 0, rig.prepareOk(WIPED, 3, one));
        ofTwo.onWiped(WIPED);
        return ofTwo;
    }

    @Test
    void shouldReportAVoteThatLacksWhatClientsWereToldOf() {
        recordAt(0, 2);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        auditor.onSend(WIPED, 0, rig.doViewChange(WIPED, 5, 4, 1));
        assertEquals(
                "A22: a replica that has lost its disk counts only when it has everything that clients were told of",
                rig.signature());
    }

    @Test
    void shouldKeepSilentWhenOneThatHadRecordedItHasLostItsDiskMeanwhile() {
        recordAt(0);
        rig.learning(WIPED, 2, 4, LIFE);
        auditor.onWiped(2);
        rig.recorded(WIPED, 3, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        auditor.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        assertNull(rig.signature(), "the other one counts in nothing");
        assertEquals(1, auditor.checked());
    }

    @Test
    void shouldReportOneThatCountsAgainAndDoesNotKnowALifeThatItHadRecorded() {
        shouldKeepSilentWhenOneThatHadRecordedItHasLostItsDiskMeanwhile();
        final int other = 2;
        rig.recorded(0, 3, 4, WIPED, other, LIFE);
        rig.recorded(WIPED, 4, 4, WIPED, other, LIFE);
        rig.recorded(other, 2, 4, other, LIFE);
        auditor.onSend(other, 0, rig.prepareOk(other, 4, one));
        assertEquals(
                "A22: a replica that has lost its disk counts only when it knows of others what it had known, or enough others do",
                rig.signature());
    }

    @Test
    void shouldReportOneThatCountsWhateverTheAtlasHoldsOfAnotherThatCountsAndHasNotRecordedIt() {
        recordAt(0);
        rig.atlas.onLost(2);
        rig.recorded(WIPED, 2, 4, WIPED, LIFE);
        rig.entry(WIPED, one, 1, true);
        auditor.onSend(WIPED, 0, rig.prepareOk(WIPED, 4, one));
        assertEquals(
                "A22: a replica that has lost its disk counts only when enough others have recorded that",
                rig.signature());
    }
}
