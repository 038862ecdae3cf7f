package io.vireo.node.stream.metadata;

/**
 * A life of a partition that has ended and whose data its group still has to drop.
 *
 * @param namespace of the partition.
 * @param incarnation of the life that ended; no other drop has the same.
 * @param group that has the data, which is not where the namespace lives later.
 */
public record Drop(long namespace, long incarnation, int group) {}
