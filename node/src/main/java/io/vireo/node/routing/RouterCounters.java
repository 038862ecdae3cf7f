package io.vireo.node.routing;

/**
 * What a {@link ShardRouter} has done since its start.
 *
 * @param handedOver frames of clients that went to another shard.
 * @param answered answers that went to the shard where their client is.
 * @param refused frames of clients that were not taken, because the other shard did not keep up.
 * @param lost answers that were dropped for the same reason.
 */
public record RouterCounters(long handedOver, long answered, long refused, long lost) {}
