package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.Status;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DamagedSector;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.time.TraceHash;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each auditor keeps silent about what is right and fires on a planted violation. */
class AuditorsTest {
    private final Rig rig = new Rig();
    private final PrepareFlyweight one = rig.prepare(1, 1, null, 0);
    private final PrepareFlyweight two = rig.prepare(1, 2, one, 1);
    private final PrepareFlyweight otherTwo = rig.prepare(2, 2, one, 1);

    @Test
    void shouldReportA1WhenTwoReplicasApplyDifferentOps() {
        final CanonicalChainAuditor auditor = canon();
        auditor.onApplied(0, 0, one);
        auditor.onApplied(0, 0, two);
        auditor.onApplied(1, 0, one);
        assertNull(rig.signature());
        assertEquals(1, auditor.compared());
        auditor.onApplied(1, 0, otherTwo);
        assertEquals("A1: all replicas apply the same op", rig.signature());
        assertEquals(42, rig.log.violation().seed());
        assertEquals(2, rig.log.violation().op());
    }

    @Test
    void shouldReportA1WhenATimestampDoesNotRise() {
        final CanonicalChainAuditor auditor = canon();
        auditor.onApplied(0, 0, one);
        auditor.onApplied(1, 0, one);
        assertNull(rig.signature());
        auditor.onApplied(0, 0, two.timestamp(one.timestamp()));
        assertEquals("A1: timestamps rise strictly along the log", rig.signature());
    }

    @Test
    void shouldReportA1WhenAnOpIsLeftOut() {
        canon().onApplied(0, 0, two);
        assertEquals("A1: ops are applied one after another", rig.signature());
    }

    @Test
    void shouldReportA9WhenTwoReplicasHaveDifferentSnapshotsOfOneOp() {
        final CheckpointAuditor auditor = new CheckpointAuditor(rig.log, rig.images);
        rig.superblock(0, 2, 0, 0, -1, 10, 77);
        auditor.onView(0, Rig.view(0, Status.NORMAL, 0, 0, 12, 12, 12));
        rig.superblock(1, 2, 0, 0, -1, 10, 77);
        auditor.onView(1, Rig.view(1, Status.NORMAL, 0, 0, 12, 12, 12));
        assertNull(rig.signature());
        assertEquals(1, auditor.compared());
        rig.superblock(2, 2, 0, 0, -1, 10, 78);
        auditor.onView(2, Rig.view(2, Status.NORMAL, 0, 0, 12, 12, 12));
        assertEquals("A9: replicas have the same snapshot at the same op", rig.signature());
    }

    @Test
    void shouldAcceptASuperblockThatNamesWhatIsDurable() {
        final CheckpointOnDisk checkpoint = new CheckpointOnDisk(rig, 0)
                .syncFiles()
                .writeSnapshot()
                .syncSnapshot()
                .syncNames();
        rig.superblock(0, 2, checkpoint);
        final SnapshotDurabilityAuditor auditor = onDisk();
        auditor.onCrashed(0);
        assertNull(rig.signature());
        assertEquals(1, auditor.checked());
    }

    @Test
    void shouldReportA11WhenASuperblockNamesASnapshotWhoseNameMayBeLost() {
        final CheckpointOnDisk checkpoint = new CheckpointOnDisk(rig, 0)
                .syncFiles()
                .syncNames()
                .writeSnapshot()
                .syncSnapshot();
        rig.superblock(0, 2, checkpoint);
        onDisk().onCrashed(0);
        assertEquals("A11: the snapshot that a durable superblock names is durable, name and bytes", rig.signature());
    }

    @Test
    void shouldReportA11WhenASuperblockNamesASnapshotThatNoSyncCovers() {
        final CheckpointOnDisk checkpoint =
                new CheckpointOnDisk(rig, 0).syncFiles().writeSnapshot().syncNames();
        rig.superblock(0, 2, checkpoint);
        onDisk().onCrashed(0);
        assertEquals("A11: the snapshot that a durable superblock names is durable, name and bytes", rig.signature());
    }

    @Test
    void shouldReportA11WhenAFileOfACheckpointIsNotDurable() {
        final CheckpointOnDisk checkpoint =
                new CheckpointOnDisk(rig, 0).writeSnapshot().syncSnapshot().syncNames();
        rig.superblock(0, 2, checkpoint);
        onDisk().onCrashed(0);
        assertEquals("A11: every file of a checkpoint is durable before a superblock names it", rig.signature());
    }

    @Test
    void shouldAcceptAFileWhoseZerosNobodyWrote() {
        final CheckpointOnDisk checkpoint = new CheckpointOnDisk(rig, 0)
                .syncFirstSectorOfFiles()
                .writeSnapshot()
                .syncSnapshot()
                .syncNames();
        rig.superblock(0, 2, checkpoint);
        final SnapshotDurabilityAuditor auditor = onDisk();
        auditor.onCrashed(0);
        auditor.onInstalled(0, 0);
        assertNull(rig.signature());
        assertEquals(1, auditor.checked());
        assertEquals(1, auditor.installedFiles());
    }

    @Test
    void shouldStillReportA11WhenTheCheckpointWasNamedBeforeLostFilesWereWhole() {
        final CheckpointOnDisk checkpoint =
                new CheckpointOnDisk(rig, 0).writeSnapshot().syncSnapshot().syncNames();
        rig.superblock(0, 2, checkpoint);
        final SnapshotDurabilityAuditor auditor = onDisk();
        rig.atlas.onFilesLost(0, 0);
        auditor.onCrashed(0);
        assertNull(rig.signature());
        assertEquals(0, auditor.checked(), "what is not asked is not counted");
        rig.atlas.onFilesWhole(0, 0);
        auditor.onCrashed(0);
        assertEquals("A11: every file of a checkpoint is durable before a superblock names it", rig.signature());
    }

    @Test
    void shouldReportA11WhenWhatTheSuperblockNamesIsDeleted() {
        final CheckpointOnDisk checkpoint = new CheckpointOnDisk(rig, 0)
                .syncFiles()
                .writeSnapshot()
                .syncSnapshot()
                .syncNames();
        final SnapshotDurabilityAuditor auditor = onDisk();
        rig.superblock(0, 2, checkpoint);
        final String snapshot = rig.images[0][0].superblock().snapshotName();
        auditor.onDelete(0, 0, "snapshots/of-an-earlier-checkpoint");
        assertNull(rig.signature());
        auditor.onDelete(0, 0, snapshot);
        assertEquals("A11: nothing is deleted that the durable superblock names", rig.signature());
    }

    @Test
    void shouldReportA11WhenAFileOfTheCheckpointThatTheSuperblockNamesIsDeleted() {
        final String segment = segmentOfCheckpoint();
        onDisk().onDelete(0, 0, segment);
        assertEquals("A11: nothing is deleted that the durable superblock names", rig.signature());
    }

    @Test
    void shouldReportA11WhenAFileTakesThePlaceOfAListedOneBeforeItsBytesAreDurable() {
        final String segment = segmentOfCheckpoint();
        final SnapshotDurabilityAuditor auditor = onDisk();
        auditor.onRename(0, 0, segment, segment);
        auditor.onRename(0, 0, "staging/nothing-of-it-is-there", SegmentKey.DIRECTORY + "/of-no-checkpoint");
        assertNull(rig.signature());
        auditor.onRename(0, 0, "staging/nothing-of-it-is-there", segment);
        assertEquals(
                "A11: a file is durable before it takes the place of one that the durable superblock lists",
                rig.signature());
    }

    @Test
    void shouldReportA11WhenACheckpointIsInstalledOverAFileThatHadGoneBad() {
        final String segment = segmentOfCheckpoint();
        final SnapshotDurabilityAuditor auditor = onDisk();
        final int size = (int) auditor.listedBytes(0, 0, SegmentKey.parse(segment));
        final int lastSector = (size - 1) / Storage.SECTOR;
        final int behind = size - lastSector * Storage.SECTOR;
        auditor.onInstalledOver(0, 0, new DamagedSector(SegmentKey.DIRECTORY + "/of-no-checkpoint", 7, 0, 0));
        auditor.onInstalledOver(0, 0, new DamagedSector(segment, 7, lastSector, behind));
        auditor.onInstalledOver(0, 0, new DamagedSector(segment, 7, lastSector + 1, 0));
        assertNull(rig.signature());
        auditor.onInstalledOver(0, 0, new DamagedSector(segment, 7, lastSector, behind - 1));
        assertEquals("A11: a file that was here counts as fetched only if every chunk of it is right", rig.signature());
    }

    /** A checkpoint is durable in every way; returns the name of a file that it lists. */
    private String segmentOfCheckpoint() {
        final CheckpointOnDisk checkpoint = new CheckpointOnDisk(rig, 0)
                .syncFiles()
                .writeSnapshot()
                .syncSnapshot()
                .syncNames();
        rig.superblock(0, 2, checkpoint);
        return rig.images[0][0].files().names().stream()
                .filter(name -> name.startsWith(SegmentKey.DIRECTORY))
                .findFirst()
                .orElseThrow();
    }

    private SnapshotDurabilityAuditor onDisk() {
        return new SnapshotDurabilityAuditor(rig.log, CheckpointOnDisk.CONFIG, rig.images, rig.atlas);
    }

    @Test
    void shouldReportA2WhenARestartedReplicaHasForgottenWhatItAcknowledged() {
        final HeadMaxAuditor auditor = new HeadMaxAuditor(rig.log, Rig.REPLICAS, 1);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        auditor.onStarted(1, Rig.view(1, Status.JOINING, 1, 1, 2, 0, 0));
        auditor.onStarted(1, Rig.view(1, Status.RECOVERING_HEAD, 1, 1, 1, 0, 0));
        auditor.onStarted(1, Rig.view(1, Status.JOINING, 2, 2, 1, 0, 0));
        assertNull(rig.signature());
        auditor.onStarted(1, Rig.view(1, Status.JOINING, 1, 1, 1, 0, 0));
        assertEquals("A2: a restarted replica still has what it acknowledged", rig.signature());
    }

    @Test
    void shouldReportA2WhenAReplicaVotesWithLessThanItAcknowledged() {
        final HeadMaxAuditor auditor = new HeadMaxAuditor(rig.log, Rig.REPLICAS, 1);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        auditor.onSend(1, 0, rig.doViewChange(1, 4, 1, 2));
        auditor.onSend(2, 0, rig.doViewChange(2, 4, 1, 1));
        auditor.onSend(1, 0, rig.doViewChange(1, 6, 5, 1));
        assertNull(rig.signature(), "another replica, or a log of a later view");
        auditor.onSend(1, 0, rig.doViewChange(1, 7, 1, 1));
        assertEquals("A2: a replica votes with all that it acknowledged", rig.signature());
    }

    @Test
    void shouldReportA2WhenALogShrinksBelowWhatWasAcknowledged() {
        final HeadMaxAuditor auditor = new HeadMaxAuditor(rig.log, Rig.REPLICAS, 1);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        auditor.onView(1, Rig.view(1, Status.NORMAL, 1, 1, 2, 0, 0));
        auditor.onView(1, Rig.view(1, Status.VIEW_CHANGE, 2, 1, 1, 0, 0));
        auditor.onView(1, Rig.view(1, Status.NORMAL, 2, 2, 1, 0, 0));
        auditor.onView(2, Rig.view(2, Status.NORMAL, 1, 1, 1, 0, 0));
        assertNull(rig.signature());
        auditor.onView(1, Rig.view(1, Status.NORMAL, 1, 1, 1, 0, 0));
        assertEquals("A2: a running replica still has what it acknowledged", rig.signature());
    }

    @Test
    void shouldReportA2WhenAReplicaVotesWithALogOlderThanWhatItAcknowledged() {
        final HeadMaxAuditor auditor = new HeadMaxAuditor(rig.log, Rig.REPLICAS, 1);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        auditor.onSend(1, 0, rig.doViewChange(1, 4, 0, 9));
        assertEquals(
                "A2: a replica votes with a log of the view in which it acknowledged, or of a later one",
                rig.signature());
    }

    @Test
    void shouldHoldAReplicaOnAnOldImageToWhatItSaidOfTheOpsItStillHas() {
        final HeadMaxAuditor auditor = new HeadMaxAuditor(rig.log, Rig.REPLICAS, 1);
        final List<HeadMaxAuditor.Said> nothing = auditor.said(1);
        final PrepareFlyweight three = rig.prepare(1, 3, two, 1);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, three));
        auditor.onImage(1, nothing, new long[] {3});
        auditor.onSend(1, 0, rig.doViewChange(1, 2, 1, 2));
        assertNull(rig.signature(), "op 3 is forgotten");
        auditor.onSend(1, 0, rig.doViewChange(1, 3, 1, 1));
        assertEquals("A2: a replica votes with all that it acknowledged", rig.signature());
    }

    @Test
    void shouldReportA2WhenAReplicaNacksWhatItAcknowledged() {
        final HeadMaxAuditor auditor = new HeadMaxAuditor(rig.log, Rig.REPLICAS, 1);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        auditor.onSend(1, 0, rig.doViewChange(1, 4, 1, 4).nack(0b11));
        assertNull(rig.signature(), "ops 3 and 4 were never acknowledged");
        auditor.onSend(1, 0, rig.doViewChange(1, 4, 1, 4).nack(0b101));
        assertEquals("A2: a replica does not nack what it acknowledged", rig.signature());
    }

    @Test
    void shouldReportA3WhenAnAcknowledgedOpIsOnTooFewDisks() {
        final CanonicalChainAuditor canon = canon();
        final DurabilityAuditor auditor = new DurabilityAuditor(rig.log, rig.images, canon, rig.atlas);
        canon.onApplied(0, 0, one);
        rig.entry(0, one, 0, true);
        rig.entry(1, one, 0, true);
        auditor.onAcknowledged(0, 1);
        auditor.onQuiet();
        assertNull(rig.signature());
        rig.entry(1, otherTwo, 0, true);
        canon.onApplied(0, 0, two);
        rig.entry(0, two, 0, true);
        auditor.onAcknowledged(0, 2);
        assertEquals("A3: an op acknowledged to a client is durable on enough replicas", rig.signature());
    }

    @Test
    void shouldReportA4WhenARequestIsExecutedTwice() {
        final ExactlyOnceAuditor auditor = new ExactlyOnceAuditor(rig.log, Rig.REPLICAS, 1, 1);
        auditor.onExecuted(0, 0, 1, 0, 9, 1, 0);
        auditor.onExecuted(1, 0, 1, 0, 9, 1, 0);
        auditor.onReply(0, 0, 1, 9, 1, 0);
        assertNull(rig.signature());
        auditor.onExecuted(0, 0, 2, 0, 9, 1, 1);
        assertEquals("A4: the requests of a session are executed once and in their order", rig.signature());
    }

    @Test
    void shouldReportA4WhenAReplyNamesAnotherPlace() {
        final ExactlyOnceAuditor auditor = new ExactlyOnceAuditor(rig.log, Rig.REPLICAS, 1, 1);
        auditor.onExecuted(0, 0, 1, 0, 9, 1, 0);
        auditor.onExecuted(0, 0, 1, 0, 8, 1, 1);
        auditor.onReply(0, 0, 1, 9, 1, 1);
        assertEquals("A4: a reply names the place of the client's own request", rig.signature());
    }

    @Test
    void shouldReportA7WhenAnOpOfAViewIsTwoPrepares() {
        final SplitBrainAuditor auditor = new SplitBrainAuditor(rig.log, rig.images);
        auditor.onSend(1, 0, rig.prepare(1, 2, one, 0));
        auditor.onSend(1, 2, rig.prepare(1, 2, one, 0));
        assertNull(rig.signature());
        auditor.onSend(1, 2, rig.prepare(1, 2, otherTwo, 0));
        assertEquals("A7: an op of a view is one prepare", rig.signature());
    }

    @Test
    void shouldReportA7WhenNoQuorumHasAcknowledgedWhatIsApplied() {
        final SplitBrainAuditor auditor = new SplitBrainAuditor(rig.log, rig.images);
        rig.entry(1, one, 0, true);
        auditor.onSend(2, 1, rig.prepareOk(2, 1, one));
        auditor.onApplied(1, 0, one);
        assertNull(rig.signature());
        rig.entry(1, two, 0, true);
        auditor.onApplied(1, 0, two);
        assertEquals(
                "A7: a committed op was acknowledged in one view by a quorum of distinct replicas", rig.signature());
    }

    @Test
    void shouldReportA7WhenAViewStartsWithoutVotes() {
        final SplitBrainAuditor auditor = new SplitBrainAuditor(rig.log, rig.images);
        auditor.onSend(0, 1, rig.doViewChange(0, 1, 0, 0));
        auditor.onTransition(1, 0, Status.VIEW_CHANGE, Status.NORMAL, 1, 1, "test");
        assertNull(rig.signature());
        auditor.onTransition(2, 0, Status.VIEW_CHANGE, Status.NORMAL, 2, 2, "test");
        assertEquals("A7: a view starts after a quorum of distinct replicas has voted for it", rig.signature());
    }

    @Test
    void shouldReportA8WhenCommitFalls() {
        final MonotonicityAuditor auditor = new MonotonicityAuditor(rig.log, rig.images);
        auditor.onStarted(0, Rig.view(0, Status.JOINING, 0, 0, 0, 0, 0));
        auditor.onView(0, Rig.view(0, Status.NORMAL, 1, 1, 3, 2, 3));
        assertNull(rig.signature());
        auditor.onView(0, Rig.view(0, Status.NORMAL, 1, 1, 3, 1, 3));
        assertEquals("A8: commitMin rises", rig.signature());
    }

    @Test
    void shouldReportA8WhenAViewOnDiskFalls() {
        final MonotonicityAuditor auditor = new MonotonicityAuditor(rig.log, rig.images);
        rig.superblock(0, 2, 3, 3, -1);
        auditor.onCrashed(0);
        assertNull(rig.signature());
        rig.superblock(0, 3, 2, 2, -1);
        auditor.onCrashed(0);
        assertEquals("A8: view rises on disk", rig.signature());
    }

    @Test
    void shouldReportA11WhenAnAcknowledgementIsAheadOfTheDisk() {
        final WriteAheadAuditor auditor = new WriteAheadAuditor(rig.log, rig.images, rig.atlas);
        rig.superblock(1, 2, 1, 1, -1);
        rig.entry(1, one, 0, true);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, one));
        assertNull(rig.signature());
        rig.entry(1, two, 0, false);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        assertEquals("A11: an op is durable, and everything below it, before it is acknowledged", rig.signature());
    }

    @Test
    void shouldReportA11WhenAnOpBelowIsMissing() {
        final WriteAheadAuditor auditor = new WriteAheadAuditor(rig.log, rig.images, rig.atlas);
        rig.superblock(1, 2, 1, 1, -1);
        rig.entry(1, two, 0, true);
        auditor.onSend(1, 0, rig.prepareOk(1, 1, two));
        assertEquals("A11: an op is durable, and everything below it, before it is acknowledged", rig.signature());
    }

    @Test
    void shouldReportA11WhenAViewIsSpokenOfBeforeItIsDurable() {
        final WriteAheadAuditor auditor = new WriteAheadAuditor(rig.log, rig.images, rig.atlas);
        rig.superblock(1, 2, 3, 0, 5);
        auditor.onSend(1, 0, rig.doViewChange(1, 3, 0, 5));
        assertNull(rig.signature());
        auditor.onSend(1, 0, rig.doViewChange(1, 4, 0, 5));
        assertEquals("A11: a view is durable before a frame speaks of it", rig.signature());
    }

    @Test
    void shouldReportA12WhenTheCoreDoesNotConverge() {
        final LivenessAuditor auditor = new LivenessAuditor(rig.log, rig.images, canon(), rig.atlas);
        final String pending = auditor.pending(
                List.of(Rig.view(0, Status.VIEW_CHANGE, 2, 1, 0, 0, 0), Rig.view(1, Status.NORMAL, 1, 1, 0, 0, 0)),
                List.of());
        assertNotNull(pending);
    }

    @Test
    void shouldExcuseOnlyWhatTheDamageExplainsWhenTheCoreDoesNotConverge() {
        final CanonicalChainAuditor canon = canon();
        final LivenessAuditor auditor = new LivenessAuditor(rig.log, rig.images, canon, rig.atlas);
        canon.onApplied(0, 0, one);
        rig.entry(0, one, 0, true);
        assertNull(auditor.missing(0, new int[] {0, 1}));
        assertNotNull(auditor.missing(0, new int[] {1, 2}));
        auditor.onTimeout(0, 0, null, "test");
        assertEquals("A12: after the heal the core converges and serves: test", rig.signature());
    }

    @Test
    void shouldRefuseDamageWhenNoGoodCopyWouldStay() {
        rig.entry(0, one, 1, true);
        final int sector = DurableImage.RING_START;
        assertFalse(rig.atlas.admit(0, 0, sector), "the only copy");
        rig.entry(1, one, 1, true);
        rig.entry(0, two, 1, true);
        rig.entry(1, two, 1, true);
        assertTrue(rig.atlas.admit(0, 0, sector), "another copy, and evidence in the next sector");
        assertTrue(rig.disks[0].damage(0, sector, DamageKind.BIT, new Draws(1, Stream.ROT_PLAN, 0)));
        rig.atlas.onDamaged(0, 0, sector);
        assertFalse(rig.atlas.admit(1, 0, sector), "the last good copy");
        assertFalse(rig.atlas.admit(0, 0, sector + 1), "the last evidence for a damaged op");
        assertTrue(rig.images[0][0].holds(1, one.checksumLo()));
        assertFalse(rig.images[0][0].holdsIntact(1, one.checksumLo()));
    }

    @Test
    void shouldCallDamageNoticedWhenEvidenceStaysWhateverIsLost() {
        rig.entry(0, one, 0, true);
        final int sector = DurableImage.RING_START;
        assertFalse(rig.atlas.isNoticed(0, 0, sector), "nothing says that the op was ever there");
        rig.entry(0, two, 1, true);
        assertTrue(rig.atlas.isNoticed(0, 0, sector), "the only copy, but the next sector speaks of it");
        assertFalse(rig.atlas.admit(0, 0, sector));
    }

    @Test
    void shouldRefuseDamageWhenItsEvidenceWasDamagedBefore() {
        for (int replica = 0; replica < 2; replica++) {
            rig.entry(replica, one, 0, true);
            rig.entry(replica, two, 1, true);
        }
        final int sector = DurableImage.RING_START;
        assertTrue(rig.marked.admit(0, 0, sector + 1), "above all evidence: acknowledged to nobody");
        assertTrue(rig.disks[0].damage(0, sector + 1, DamageKind.BIT, new Draws(1, Stream.ROT_PLAN, 0)));
        rig.marked.onDamaged(0, 0, sector + 1);
        assertFalse(rig.marked.admit(0, 0, sector), "acknowledged when its evidence was whole");
    }

    @Test
    void shouldGiveOtherSumsWhenTheOrderDiffers() {
        final TraceHash ab = new TraceHash();
        ab.add(1, 2);
        final TraceHash ba = new TraceHash();
        ba.add(2, 1);
        assertFalse(ab.value() == ba.value());
    }

    private CanonicalChainAuditor canon() {
        return new CanonicalChainAuditor(rig.log, Rig.REPLICAS, 1, Rig.CLUSTER, 0);
    }

    @Test
    void shouldReportA16WhenRecoveryCallsADamagedEntryClean() {
        final RecoveryAuditor auditor = new RecoveryAuditor(rig.log, rig.images);
        rig.entry(0, one, 0, true);
        rig.entry(0, two, 0, true);
        auditor.onOpening(0, 0);
        final Draws draws = new Draws(1, Stream.ROT_PLAN, 0);
        rig.disks[0].damage(0, DurableImage.RING_START + 1, DamageKind.BIT, draws);
        auditor.onClean(0, 0, 1, 1, one.checksumLo());
        // Struck after it was read.
        auditor.onClean(0, 0, 1, 2, two.checksumLo());
        assertNull(rig.signature());
        auditor.onOpening(0, 0);
        auditor.onClean(0, 0, 1, 2, two.checksumLo());
        assertEquals("A16: what recovery calls clean is durable with all its bytes", rig.signature());
    }

    @Test
    void shouldReportA16WhenRecoveryCallsAnEntryCleanThatTheDiskDoesNotHold() {
        final RecoveryAuditor auditor = new RecoveryAuditor(rig.log, rig.images);
        rig.entry(0, one, 0, true);
        rig.entry(0, two, 0, true);
        auditor.onOpening(0, 0);
        auditor.onClean(0, 0, 1, 2, otherTwo.checksumLo());
        assertEquals("A16: what recovery calls clean is durable with all its bytes", rig.signature());
    }
}
