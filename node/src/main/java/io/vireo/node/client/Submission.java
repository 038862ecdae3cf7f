package io.vireo.node.client;

/** A request or a read on its way from the caller's thread to the I/O thread. Immutable. */
final class Submission {
    /** Null for a read. */
    final RequestCallback request;
    /** Null for a request. */
    final RequestCallback read;

    final int operation;
    final long namespace;
    final byte[] body;
    final Consistency consistency;
    final int replica;
    final long deadlineNs;

    private Submission(
            final RequestCallback request,
            final RequestCallback read,
            final int operation,
            final long namespace,
            final byte[] body,
            final Consistency consistency,
            final int replica,
            final long deadlineNs) {
        this.request = request;
        this.read = read;
        this.operation = operation;
        this.namespace = namespace;
        this.body = body;
        this.consistency = consistency;
        this.replica = replica;
        this.deadlineNs = deadlineNs;
    }

    static Submission request(
            final int operation, final long namespace, final byte[] body, final RequestCallback callback) {
        return new Submission(callback, null, operation, namespace, body, null, ClientReads.ANY_REPLICA, 0);
    }

    static Submission read(
            final long namespace,
            final byte[] query,
            final Consistency consistency,
            final int replica,
            final long deadlineNs,
            final RequestCallback callback) {
        return new Submission(null, callback, 0, namespace, query, consistency, replica, deadlineNs);
    }

    RequestCallback callback() {
        return request == null ? read : request;
    }
}
