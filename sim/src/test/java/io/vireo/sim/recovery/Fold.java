package io.vireo.sim.recovery;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.ReplySink;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.session.ClientSessions;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** What the state has to be: the committed prefix applied to nothing, from its first op, in memory. */
final class Fold implements StateMachine {
    private long entries;

    private Fold() {}

    /** Sessions and number of entries after these ops, as {@link Opening} describes them. */
    static String of(final List<ScriptedPeers.Entry> prefix, final int sessionsMax, final int window) {
        final Fold machine = new Fold();
        final ClientSessions sessions = new ClientSessions(sessionsMax, window, machine.replySizeMax());
        final ApplyStep step = new ApplyStep(machine, sessions, 0);
        for (final ScriptedPeers.Entry entry : prefix) {
            step.apply(entry.bytes(), 0, ReplySink.NONE);
        }
        return Opening.describe(sessions) + " entries=" + machine.entries;
    }

    @Override
    public int replySizeMax() {
        return Long.BYTES;
    }

    @Override
    public long apply(
            final long op,
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        reply.putLong(replyOffset, entries++, LITTLE_ENDIAN);
        return StateMachine.result(0, Long.BYTES);
    }

    @Override
    public long read(
            final long namespace,
            final DirectBuffer query,
            final int offset,
            final int length,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        throw new UnsupportedOperationException("the fold is compared, not read");
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        throw new UnsupportedOperationException("the fold begins with the first op");
    }

    @Override
    public void restore(final SnapshotInput in) {
        throw new UnsupportedOperationException("the fold begins with the first op");
    }
}
