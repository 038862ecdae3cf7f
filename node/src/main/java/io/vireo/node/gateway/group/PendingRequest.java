package io.vireo.node.gateway.group;

import io.vireo.node.gateway.GroupRequests.Callback;
import org.agrona.DirectBuffer;

/** One request from its submission to its outcome; passive. */
final class PendingRequest {
    final long namespace;
    final long incarnation;
    final int operation;
    final DirectBuffer body;
    final int offset;
    final int length;
    final long deadlineNs;
    /** Null from the outcome on, or from the end of the time that was given for it. */
    Callback callback;
    /** In the session that has it; 0 before one has. */
    long number;

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
