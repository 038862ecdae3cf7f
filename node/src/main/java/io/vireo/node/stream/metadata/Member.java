package io.vireo.node.stream.metadata;

/**
 * A connection that has joined a consumer group.
 *
 * @param slot its place in the group: the lowest that was free; the order in which partitions are dealt.
 */
public record Member(int slot, Connection connection) {}
