package io.vireo.sim.audit;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.sim.storage.DiskCopy;

/** A17 for disks: a process takes no disk for its own that belongs to another replica, and leaves every byte of it as it was. */
public final class IdentityAuditor extends Auditor {
    private final int[] owner;
    private long compared;

    public IdentityAuditor(final AuditLog log, final int replicas) {
        super("A17", log);
        owner = new int[replicas];
        for (int replica = 0; replica < replicas; replica++) {
            owner[replica] = replica;
        }
    }

    /** From now on the processes of this replica find the disk of that one. */
    public void onMounted(final int replica, final int newOwner) {
        owner[replica] = newOwner;
    }

    /** An opening has got so far. */
    public void onOpening(final int replica, final int group, final RecoveryStage stage) {
        if (owner[replica] != replica && stage != RecoveryStage.SUPERBLOCK && stage != RecoveryStage.REFUSED) {
            fail(
                    "a disk that belongs to another replica is refused",
                    replica,
                    group,
                    0,
                    "of replica " + owner[replica] + ", its opening has reached " + stage);
        }
    }

    /** A disk that was elsewhere is back. */
    public void onReturned(final int replica, final int group, final DiskCopy before, final DiskCopy after) {
        compared++;
        final String difference = before.difference(after);
        if (difference != null) {
            fail("a disk that is refused stays as it was", replica, group, 0, difference);
        }
    }

    /** Disks compared with what they were. */
    public long compared() {
        return compared;
    }
}
