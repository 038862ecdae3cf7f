package io.vireo.node.client;

/** What a client can honestly say about a request. */
public enum Outcome {
    /** Applied, once, on a replication quorum; the reply is that of the application. */
    OK,
    /** Definitely not applied, now or later: it never left this client, or the state machine has refused it. */
    NOT_APPLIED,
    /** It was sent and no answer will come: it may be applied, or may still become so, or not. */
    UNKNOWN
}
