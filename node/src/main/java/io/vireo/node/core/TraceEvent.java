package io.vireo.node.core;

/** What a replica did that is worth a counter: the statistics of a node and the floors of a simulation are sums of these. */
public enum TraceEvent {
    PREPARE_FORMED,
    PREPARE_RESENT,
    VIEW_CHANGE_VOTED,
    VIEW_CHANGE_ENTERED,
    VIEW_STARTED_AS_PRIMARY,
    VIEW_JOINED_AS_BACKUP,
    OP_TRUNCATED,
    HEADERS_REQUESTED,
    HEADER_REPAIRED,
    PREPARE_REQUESTED,
    PREPARE_REPAIRED,
    PREPARE_SERVED,
    DUPLICATE_REQUEST,
    REQUEST_REFUSED,
    LOG_FULL,
    CHECKPOINT_TAKEN,
    STATE_SYNC_STARTED,
    STATE_SYNC_INSTALLED,
    STATE_SYNC_GIVEN_UP,
    READ_ROUND,
    ABDICATED,
    FORMER_LIFE_VOIDED,
    RECOVER_ANSWERED,
    LEARNING_BEGUN,
    VOTER_AGAIN,
    FRAME_DROPPED
}
