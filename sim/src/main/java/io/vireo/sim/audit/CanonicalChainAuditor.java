package io.vireo.sim.audit;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RootPrepare;
import io.vireo.node.core.ReplicaView;
import java.util.Arrays;

/**
 * A1: all replicas apply one chain. The first replica that applies an op makes it canonical; its parent must be the canonical one below,
 * and every other replica must apply the same, one after another. Timestamps rise along it. The canon is what other auditors compare with.
 */
public final class CanonicalChainAuditor extends Auditor {
    private final int groups;
    private final long[][] lo;
    private final long[][] hi;
    private final long[] top;
    private final long[] timestamp;
    private final long[][] lastApplied;
    private long compared;

    public CanonicalChainAuditor(
            final AuditLog log, final int replicas, final int groups, final long clusterLo, final long clusterHi) {
        super("A1", log);
        this.groups = groups;
        lo = new long[groups][1024];
        hi = new long[groups][1024];
        top = new long[groups];
        timestamp = new long[groups];
        lastApplied = new long[replicas][groups];
        final Checksum checksum = new Checksum();
        for (int g = 0; g < groups; g++) {
            RootPrepare.checksum(checksum, clusterLo, clusterHi, g);
            lo[g][0] = checksum.lo();
            hi[g][0] = checksum.hi();
        }
    }

    /** Highest op that any replica has applied. */
    public long top(final int group) {
        return top[group];
    }

    /** Low half of the identity of a canonical op. */
    public long checksumLo(final int group, final long op) {
        return lo[group][(int) op];
    }

    /** Ops that a second replica, or the same one after a restart, has applied equally. */
    public long compared() {
        return compared;
    }

    @Override
    public void onCrashed(final int replica) {
        Arrays.fill(lastApplied[replica], 0);
    }

    /** A replica that opens has applied canonical ops up to this one; others may follow by {@link #onApplied}. */
    public void onReplayed(final int replica, final int group, final long op) {
        lastApplied[replica][group] = op;
    }

    @Override
    public void onStarted(final int replica, final ReplicaView view) {
        final int group = view.group();
        checkNumbers(
                view.commitMin() <= top[group],
                "a restarted replica has applied canonical ops only",
                replica,
                group,
                view.view(),
                view.commitMin(),
                "applied, canonical",
                view.commitMin(),
                top[group]);
        lastApplied[replica][group] = view.commitMin();
    }

    @Override
    public void onApplied(final int replica, final int group, final PrepareFlyweight prepare) {
        final long op = prepare.op();
        final long view = prepare.view();
        checkNumbers(
                op == lastApplied[replica][group] + 1,
                "ops are applied one after another",
                replica,
                group,
                view,
                op,
                "applied after",
                op,
                lastApplied[replica][group]);
        lastApplied[replica][group] = op;
        if (op == top[group] + 1) {
            check(
                    prepare.parentLo() == lo[group][(int) op - 1] && prepare.parentHi() == hi[group][(int) op - 1],
                    "an applied op names the canonical one below it as its parent",
                    replica,
                    group,
                    view,
                    op,
                    "parent, canonical",
                    prepare.parentLo(),
                    lo[group][(int) op - 1]);
            if (op == lo[group].length) {
                lo[group] = Arrays.copyOf(lo[group], 2 * lo[group].length);
                hi[group] = Arrays.copyOf(hi[group], 2 * hi[group].length);
            }
            checkNumbers(
                    prepare.timestamp() > timestamp[group],
                    "timestamps rise strictly along the log",
                    replica,
                    group,
                    view,
                    op,
                    "timestamp, of the op below",
                    prepare.timestamp(),
                    timestamp[group]);
            timestamp[group] = prepare.timestamp();
            lo[group][(int) op] = prepare.checksumLo();
            hi[group][(int) op] = prepare.checksumHi();
            top[group] = op;
        } else if (op <= top[group]) {
            compared++;
            check(
                    prepare.checksumLo() == lo[group][(int) op] && prepare.checksumHi() == hi[group][(int) op],
                    "all replicas apply the same op",
                    replica,
                    group,
                    view,
                    op,
                    "applied, canonical",
                    prepare.checksumLo(),
                    lo[group][(int) op]);
        }
    }

    /** Number of groups watched. */
    public int groups() {
        return groups;
    }
}
