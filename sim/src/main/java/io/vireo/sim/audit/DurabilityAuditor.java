package io.vireo.sim.audit;

import io.vireo.node.core.Quorums;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;

/**
 * A3: what a client was told stays. When an op is acknowledged to a client, so many disks hold it durably that every view-change quorum
 * has one of them; the same for all such ops at the end. A copy that the atlas has damaged counts: it is the simulator that took it.
 */
public final class DurabilityAuditor extends Auditor {
    private final DurableImage[][] images;
    private final CanonicalChainAuditor canon;
    private final FaultAtlas atlas;
    private final int holdersMin;
    private final long[] acknowledged;
    private long checked;

    public DurabilityAuditor(
            final AuditLog log,
            final DurableImage[][] images,
            final CanonicalChainAuditor canon,
            final FaultAtlas atlas) {
        super("A3", log);
        this.images = images;
        this.canon = canon;
        this.atlas = atlas;
        final Quorums quorums = Quorums.of(images.length);
        holdersMin = images.length - quorums.viewChange() + 1;
        acknowledged = new long[images[0].length];
    }

    /** A client was told that an op holds its request. */
    public void onAcknowledged(final int group, final long op) {
        checked++;
        acknowledged[group] = Math.max(acknowledged[group], op);
        checkNumbers(
                op <= canon.top(group),
                "an op acknowledged to a client was applied",
                -1,
                group,
                -1,
                op,
                "acknowledged, applied",
                op,
                canon.top(group));
        if (op <= canon.top(group)) {
            checkHolders(group, op);
        }
    }

    /** Highest op of which a client was told. */
    public long acknowledged(final int group) {
        return Math.min(acknowledged[group], canon.top(group));
    }

    /** Nothing is going on any more: everything acknowledged is still there. */
    public void onQuiet() {
        for (int group = 0; group < acknowledged.length; group++) {
            for (long op = 1; op <= Math.min(acknowledged[group], canon.top(group)); op++) {
                checkHolders(group, op);
            }
        }
    }

    /** Acknowledgements looked at. */
    public long checked() {
        return checked;
    }

    private void checkHolders(final int group, final long op) {
        int holders = 0;
        for (int replica = 0; replica < images.length; replica++) {
            if (images[replica][group].isCovered(op)
                    || images[replica][group].holds(op, canon.checksumLo(group, op))
                    || atlas.wasLost(replica, group, op)) {
                holders++;
            }
        }
        checkNumbers(
                holders >= holdersMin,
                "an op acknowledged to a client is durable on enough replicas",
                -1,
                group,
                -1,
                op,
                "holders, needed",
                holders,
                holdersMin);
    }
}
