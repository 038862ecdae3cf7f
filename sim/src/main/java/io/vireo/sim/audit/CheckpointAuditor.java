package io.vireo.sim.audit;

import io.vireo.node.core.ReplicaView;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SuperblockImage;
import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * A9: replicas with a checkpoint at the same op have the same bytes, snapshot and files: the id of a snapshot covers its manifest, and that
 * every file. Checkpoints rise. Reads the superblocks on the disks alone.
 */
public final class CheckpointAuditor extends Auditor {
    private static final long NONE = 0;

    private final DurableImage[][] images;
    private final Long2LongHashMap[] idOfOp;
    private final long[][] newest;
    /** Whose state is wrong by a fault: what it writes differs, and must not be what others are compared with. */
    private final boolean[][] isWrong;

    private long compared;

    public CheckpointAuditor(final AuditLog log, final DurableImage[][] images) {
        super("A9", log);
        this.images = images;
        final int groups = images[0].length;
        idOfOp = new Long2LongHashMap[groups];
        Arrays.setAll(idOfOp, group -> new Long2LongHashMap(NONE));
        newest = new long[images.length][groups];
        isWrong = new boolean[images.length][groups];
    }

    /** Checkpoints of a second replica that were equal to the first one's. */
    public long compared() {
        return compared;
    }

    /** An old image is on the disks of this replica, or nothing. */
    void onImage(final int replica) {
        Arrays.fill(newest[replica], 0);
        onCrashed(replica);
    }

    /** The state of this replica went wrong, or is right; in the place of a wrong one another checkpoint of its op is compared. */
    void onState(final int replica, final int group, final boolean isNowWrong) {
        if (isWrong[replica][group] && !isNowWrong) {
            newest[replica][group] = 0;
        }
        isWrong[replica][group] = isNowWrong;
    }

    @Override
    public void onView(final int replica, final ReplicaView view) {
        look(replica, view.group());
    }

    @Override
    public void onCrashed(final int replica) {
        for (int group = 0; group < images[replica].length; group++) {
            look(replica, group);
        }
    }

    private void look(final int replica, final int group) {
        final SuperblockImage superblock = images[replica][group].superblock();
        final long op = superblock.checkpointOp();
        if (op == newest[replica][group]) {
            return;
        }
        checkNumbers(
                op > newest[replica][group],
                "checkpoints rise on disk",
                replica,
                group,
                superblock.view(),
                op,
                "now, before",
                op,
                newest[replica][group]);
        newest[replica][group] = op;
        if (isWrong[replica][group]) {
            return;
        }
        final long known = idOfOp[group].get(op);
        if (known == NONE) {
            idOfOp[group].put(op, superblock.snapshotIdLo());
            return;
        }
        compared++;
        check(
                known == superblock.snapshotIdLo(),
                "replicas have the same snapshot at the same op",
                replica,
                group,
                superblock.view(),
                op,
                "id here, elsewhere",
                superblock.snapshotIdLo(),
                known);
    }
}
