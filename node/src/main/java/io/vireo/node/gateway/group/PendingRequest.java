package io.vireo.node.gateway.group;

import io.vireo.node.gateway.GroupRequests.Callback;
import java.util.Comparator;
import org.agrona.DirectBuffer;

/** One request from its submission to its outcome; passive. */
final class PendingRequest {
    /** By deadline, and then as they were submitted. */
    static final Comparator<PendingRequest> BY_DEADLINE = (one, other) -> {
        final long laterNs = one.deadlineNs - other.deadlineNs;
        return laterNs == 0 ? Long.compare(one.order, other.order) : laterNs < 0 ? -1 : 1;
    };

    final long namespace;
    final long incarnation;
    final int operation;
    /** Null from the outcome on. */
    DirectBuffer body;

    final int offset;
    final int length;
    final long deadlineNs;
    /** Null from the outcome on, or from the end of the time that was given for it. */
    Callback callback;
    /** In the session that has it; 0 before one has. */
    long number;
    /** How many its place took before. */
    long order;

    PendingRequest(
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final long deadlineNs,
            final Callback callback) {
        this.namespace = namespace;
        this.incarnation = incarnation;
        this.operation = operation;
        this.body = body;
        this.offset = offset;
        this.length = length;
        this.deadlineNs = deadlineNs;
        this.callback = callback;
    }
}
