package io.vireo.sim.audit;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.session.ClientSessions;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.agrona.DirectBuffer;

/**
 * A10: to recover is to replay. The state after an opening is the fold of the canonical ops up to the last one applied: sessions, stored
 * replies, and the ends of all namespaces. The fold is carried on op by op from empty by whoever is the first to apply an op; every other
 * replica, and every opening, be it from a snapshot, from the log or from a fetched checkpoint, must come to the same digest at the same op.
 * An opening that is repeated at an op must therefore give the same state again. The bytes of entries are A16's.
 */
public final class ReplayAuditor extends Auditor {
    private static final long UNKNOWN = 0;

    private final ClusterConfig config;
    private final StateDigest[][] states;
    private final ClientSessions[][] sessions;
    private final long[][] digestOfOp;
    private long opened;
    private long compared;

    public ReplayAuditor(final AuditLog log, final ClusterConfig config, final int replicas) {
        super("A10", log);
        this.config = config;
        states = new StateDigest[replicas][config.groupCount()];
        sessions = new ClientSessions[replicas][config.groupCount()];
        digestOfOp = new long[config.groupCount()][1024];
    }

    /** Openings whose state was compared with that of another one, or of one that had applied the same ops. */
    public long opened() {
        return opened;
    }

    /** Applied ops after which two states were compared. */
    public long compared() {
        return compared;
    }

    @Override
    public void onCrashed(final int replica) {
        Arrays.fill(states[replica], null);
        Arrays.fill(sessions[replica], null);
    }

    /**
     * A replica has opened its data.
     *
     * @param op the last one applied.
     * @param endOf offset of the next entry of a namespace.
     */
    public void onOpened(
            final int replica,
            final int group,
            final long view,
            final long op,
            final ClientSessions table,
            final LongUnaryOperator endOf) {
        final StateDigest state =
                new StateDigest(table, endOf, config.sessionsMax(), config.sessionWindow(), config.namespacesMax());
        states[replica][group] = state;
        sessions[replica][group] = table;
        opened += compare("the state after an opening is the fold of the canonical ops", replica, group, view, op);
    }

    /** An op was applied by a replica that is open; the prepare is whole. */
    public void onAppliedLive(final int replica, final int group, final PrepareFlyweight prepare) {
        final StateDigest state = states[replica][group];
        if (state == null) {
            return;
        }
        final DirectBuffer buffer = prepare.buffer();
        final int batch = prepare.offset() + HeaderFlyweight.HEADER_LENGTH;
        final int count = RequestBatch.count(buffer, batch);
        int last = ClientSessions.NO_SLOT;
        for (int i = 0; i < count; i++) {
            final int row = RequestBatch.row(batch, i);
            final int slot = sessions[replica][group].slotOf(
                    RequestBatch.clientLo(buffer, row), RequestBatch.clientHi(buffer, row));
            if (slot != ClientSessions.NO_SLOT && slot != last) {
                state.onSession(slot);
            }
            last = slot;
        }
        for (int namespace = 0; namespace < config.namespacesMax(); namespace++) {
            state.onNamespace(namespace);
        }
        compared += compare(
                "the state after an op is the same on all replicas", replica, group, prepare.view(), prepare.op());
    }

    private int compare(final String invariant, final int replica, final int group, final long view, final long op) {
        if (op >= digestOfOp[group].length) {
            digestOfOp[group] = Arrays.copyOf(digestOfOp[group], (int) (2 * op));
        }
        final long found = states[replica][group].value() | 1;
        final long known = digestOfOp[group][(int) op];
        if (known == UNKNOWN) {
            digestOfOp[group][(int) op] = found;
            return 0;
        }
        check(found == known, invariant, replica, group, view, op, "digest of the state, of the fold", found, known);
        return 1;
    }
}
