package io.vireo.node.gateway.group;

import io.vireo.journal.util.Invariant;
import io.vireo.node.client.Outcome;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.SystemCommands;
import java.util.function.LongConsumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The beginning of a life of the node. The number of a session that it registers with the metadata group rises with every start of every
 * node and is never given again: it names the life. Then the lives before it are ended through the log, since members of consumer groups may
 * be left of them; and only when that is committed may clients be served.
 */
final class NodeLife {
    /** How far it has come; only forwards but for a command that was not done. */
    private enum Stage {
        REGISTERING,
        LEAVING,
        BEGUN
    }

    private final SessionPlace place;
    private final int node;
    private final int processes;
    private final long timeoutNs;
    private final LongConsumer onBegun;
    private Stage stage = Stage.REGISTERING;

    NodeLife(
            final SessionPlace place,
            final int node,
            final int processes,
            final long timeoutNs,
            final LongConsumer onBegun) {
        this.place = place;
        this.node = node;
        this.processes = processes;
        this.timeoutNs = timeoutNs;
        this.onBegun = onBegun;
    }

    /** True if {@link #poll} has something to do. */
    boolean isDue() {
        return stage == Stage.REGISTERING && !place.isOpening();
    }

    void poll(final long nowNs) {
        if (stage != Stage.REGISTERING) {
            return;
        }
        final long start = place.open();
        if (start == 0) {
            return;
        }
        final SystemCommands.LeaveNode command = new SystemCommands.LeaveNode(node, start, processes);
        final byte[] body = command.encode(Actor.SYSTEM);
        stage = Stage.LEAVING;
        place.submit(new PendingRequest(
                MetadataMachine.NAMESPACE,
                0,
                command.operation().code(),
                new UnsafeBuffer(body),
                0,
                body.length,
                nowNs + timeoutNs,
                (outcome, status, reply, offset, length) -> onLeft(outcome, start)));
    }

    /** It is idempotent: what is not known to be done is done again, maybe by another session, which is a later life. */
    private void onLeft(final Outcome outcome, final long start) {
        Invariant.check(stage == Stage.LEAVING, "one command at a time");
        if (outcome == Outcome.OK) {
            stage = Stage.BEGUN;
            onBegun.accept(start);
        } else {
            stage = Stage.REGISTERING;
        }
    }
}
