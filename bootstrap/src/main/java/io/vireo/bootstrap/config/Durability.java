package io.vireo.bootstrap.config;

/** When a replica acknowledges a prepare. Part of the cluster's configuration, equal on all replicas. */
public enum Durability {
    /** When the prepare and everything below it is durable; the default for three replicas or more. */
    SYNCED,
    /** When a mark, sector or superblock that says so is durable too: no set of damaged sectors can pass for a torn write. Default below. */
    MARKED;

    /** What a cluster of this size gets where nothing is configured. */
    public static Durability defaultFor(final int replicaCount) {
        return replicaCount >= 3 ? SYNCED : MARKED;
    }
}
