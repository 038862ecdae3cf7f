package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.node.commit.PendingReads;
import io.vireo.node.core.ReplicaLoad;
import io.vireo.node.core.Status;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A13: each bound is reached in silence and passed with a report. */
class BoundsAuditorTest {
    private static final ClusterConfig CONFIG = CheckpointOnDisk.CONFIG;

    private final Rig rig = new Rig();
    private final BoundsAuditor auditor = new BoundsAuditor(rig.log, CONFIG, Rig.REPLICAS);

    @Test
    void shouldReportA13WhenAFrameIsTooLong() {
        auditor.onSend(0, 1, frame(CONFIG.prepareSizeMax()));
        assertNull(rig.signature());
        auditor.onSend(0, 1, frame(CONFIG.prepareSizeMax() + 1));
        assertEquals("A13: a frame is at most prepare_size_max long", rig.signature());
    }

    @Test
    void shouldReportA13WhenAPrimaryHasMoreInFlightThanItsPipelineTakes() {
        final int max = CONFIG.pipelineMax();
        auditor.onView(0, Rig.view(0, Status.NORMAL, 0, 0, max, 0, 0));
        auditor.onView(1, Rig.view(1, Status.NORMAL, 0, 0, max + 1, 0, 0));
        auditor.onView(0, Rig.view(0, Status.VIEW_CHANGE, 0, 0, max + 1, 0, 0));
        assertNull(rig.signature());
        auditor.onView(0, Rig.view(0, Status.NORMAL, 0, 0, max + 1, 0, 0));
        assertEquals("A13: prepares in flight fit the pipeline", rig.signature());
    }

    @Test
    void shouldReportA13WhenMoreRequestsWaitThanTheQueueTakes() {
        auditor.onLoad(new ReplicaLoad(
                CONFIG.pipelineMax(), CONFIG.requestQueueMax(), PendingReads.WAITING_MAX, PendingReads.FETCHING_MAX));
        assertNull(rig.signature());
        auditor.onLoad(new ReplicaLoad(0, CONFIG.requestQueueMax() + 1, 0, 0));
        assertEquals("A13: requests that wait are at most request_queue_max", rig.signature());
    }

    @Test
    void shouldReportA13WhenThePipelineHoldsMoreThanItTakes() {
        auditor.onLoad(new ReplicaLoad(CONFIG.pipelineMax() + 1, 0, 0, 0));
        assertEquals("A13: prepares in flight fit the pipeline", rig.signature());
    }

    @Test
    void shouldReportA13WhenReadsPileUp() {
        auditor.onLoad(new ReplicaLoad(0, 0, PendingReads.WAITING_MAX + 1, 0));
        assertEquals("A13: reads that wait for a round are bounded", rig.signature());
    }

    @Test
    void shouldReportA13WhenReadsThatWaitForTheDiskPileUp() {
        auditor.onLoad(new ReplicaLoad(0, 0, 0, PendingReads.FETCHING_MAX + 1));
        assertEquals("A13: reads that wait for the disk are bounded", rig.signature());
    }

    @Test
    void shouldReportA13WhenSnapshotsAreNotRemoved() {
        for (int op = 1; op <= 3; op++) {
            rig.disks[0].create(SnapshotName.published(op, new SnapshotId(op, op)), Storage.SECTOR, 20);
        }
        auditor.onDisk(rig.disks[0]);
        // Each look counts anew.
        auditor.onDisk(rig.disks[0]);
        assertNull(rig.signature());
        rig.disks[0].create(SnapshotName.staging(4, new SnapshotId(4, 4)), Storage.SECTOR, 20);
        auditor.onDisk(rig.disks[0]);
        assertEquals("A13: snapshots on disk are at most two and what a crash has left", rig.signature());
    }

    @Test
    void shouldReportA13WhenASegmentIsTooLong() {
        rig.disks[0].create(new SegmentKey(1, 1, 0).fileName(), CONFIG.segmentBytes(), 20);
        auditor.onDisk(rig.disks[0]);
        assertNull(rig.signature());
        rig.disks[0].create(new SegmentKey(1, 1, 9).fileName(), CONFIG.segmentBytes() + Storage.SECTOR, 20);
        auditor.onDisk(rig.disks[0]);
        assertEquals("A13: a segment file is at most segment_bytes long", rig.signature());
    }

    @Test
    void shouldReportA13WhenTheLogGrows() {
        final long size = new DataFileLayout(CONFIG.walBytes()).fileSize();
        rig.disks[0].create(DataFileFormatter.TEMPORARY_NAME, size + Storage.SECTOR, 20);
        auditor.onDisk(rig.disks[0]);
        assertEquals("A13: the log stays in its ring", rig.signature());
    }

    private static HeaderFlyweight frame(final int size) {
        final HeaderFlyweight frame = new HeaderFlyweight();
        frame.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        frame.init(Command.CHUNK, Rig.CLUSTER, 0, size, 0, 0, 0);
        return frame;
    }
}
