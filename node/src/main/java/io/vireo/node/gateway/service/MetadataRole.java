package io.vireo.node.gateway.service;

/** What this gateway's process is to the metadata, as far as it knows; of several gateways in a process one is told, and the others have none. */
public enum MetadataRole {
    /** Has no replica of it, or leaves house to another gateway. */
    NONE,
    /** Has a replica that does not lead: does what the primary does not get done, see {@link Housekeeper}. */
    BACKUP,
    /** Has the replica that leads. */
    PRIMARY
}
