package io.vireo.node.routing;

/** What became of a request that was given to a {@link ShardRouter}. */
public enum RouteOutcome {
    /** The group is hosted by this very shard and has the request; its answer may have come before the call returned. */
    DELIVERED,
    /** The request lies in the inbox of the shard of this process that hosts the group. */
    QUEUED,
    /** Not taken: the other shard does not keep up. Definitely not applied; to be tried again later. */
    BUSY,
    /** Not taken: another process of this replica hosts the group. */
    OTHER_PROCESS,
    /** Not taken: the cluster has no such group. */
    UNKNOWN_GROUP;

    /** True if an answer may come. */
    public boolean isTaken() {
        return this == DELIVERED || this == QUEUED;
    }
}
