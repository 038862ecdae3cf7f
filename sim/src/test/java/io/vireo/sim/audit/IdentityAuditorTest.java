package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.sim.storage.DiskCopy;
import org.junit.jupiter.api.Test;

/** A17: the disk of another replica is refused, and stays as it was. */
class IdentityAuditorTest {
    private final Rig rig = new Rig();
    private final IdentityAuditor auditor = new IdentityAuditor(rig.log, Rig.REPLICAS);

    @Test
    void shouldReportA17WhenTheDiskOfAnotherReplicaIsOpened() {
        auditor.onMounted(0, 1);
        auditor.onOpening(0, 0, RecoveryStage.SUPERBLOCK);
        auditor.onOpening(0, 0, RecoveryStage.REFUSED);
        auditor.onOpening(1, 0, RecoveryStage.SNAPSHOT);
        assertNull(rig.signature());
        auditor.onOpening(0, 0, RecoveryStage.SNAPSHOT);
        assertEquals("A17: a disk that belongs to another replica is refused", rig.signature());
    }

    @Test
    void shouldKeepSilentWhenTheDiskIsBack() {
        auditor.onMounted(0, 1);
        auditor.onMounted(0, 0);
        auditor.onOpening(0, 0, RecoveryStage.SNAPSHOT);
        assertNull(rig.signature());
    }

    @Test
    void shouldReportA17WhenADiskComesBackWithOtherBytes() {
        rig.disks[0].syncDirectory(1);
        rig.run();
        final DiskCopy before = rig.disks[0].copy();
        auditor.onReturned(0, 0, before, rig.disks[0].copy());
        assertNull(rig.signature());
        rig.superblock(0, 2, 0, 0, -1);
        rig.run();
        auditor.onReturned(0, 0, before, rig.disks[0].copy());
        assertEquals("A17: a disk that is refused stays as it was", rig.signature());
        assertEquals(2, auditor.compared());
    }
}
