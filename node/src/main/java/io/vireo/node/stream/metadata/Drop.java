package io.vireo.node.stream.metadata;

/**
 * Lives of a partition that have ended and whose data its group still has to drop: one drop, since that of a life covers all before it.
 *
 * @param namespace of the partition.
 * @param first incarnation of the oldest of these lives.
 * @param last incarnation of the newest of them, which names the drop: no other one has the same.
 * @param group that has the data, which is not where the namespace lives later.
 */
public record Drop(long namespace, long first, long last, int group) {}
