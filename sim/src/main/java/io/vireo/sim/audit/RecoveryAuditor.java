package io.vireo.sim.audit;

import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.sim.storage.DurableImage;

/**
 * A16 at the moment of recovery: every entry that a reopened log calls clean is there with all its sectors, durable and undamaged. Asked
 * before the process says a word, because later the bytes may be repaired from elsewhere and the mistake never seen.
 */
public final class RecoveryAuditor extends Auditor {
    private final DurableImage[][] images;
    /** What was damaged when the process began to read; damage that struck behind its back is not its mistake. */
    private long checked;

    public RecoveryAuditor(final AuditLog log, final DurableImage[][] images) {
        super("A16", log);
        this.images = images;
    }

    /** Clean entries looked at. */
    public long checked() {
        return checked;
    }

    /** A process begins to read its disk. */
    public void onOpening(final int replica, final int group) {
        images[replica][group].watchDamage();
    }

    /** The process has decided what its log is, and has not changed it yet. */
    public void onRecovered(final int replica, final int group, final long view, final PrepareJournal journal) {
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            if (journal.state(op) == EntryState.CLEAN) {
                onClean(replica, group, view, op, journal.checksumLo(op));
            }
        }
    }

    /** Recovery calls this entry clean. */
    void onClean(final int replica, final int group, final long view, final long op, final long checksumLo) {
        checked++;
        final DurableImage image = images[replica][group];
        check(
                image.holdsSound(op, checksumLo),
                "what recovery calls clean is durable with all its bytes",
                replica,
                group,
                view,
                op,
                "clean, on disk",
                checksumLo,
                image.entry(op));
    }
}
