package io.vireo.node.core;

/**
 * How full the queues of one replica are, each bounded by a constant or a setting.
 *
 * @param pipeline prepares that are not committed, at most {@code pipelineMax}.
 * @param requests that wait for a prepare, at most {@code requestQueueMax}.
 * @param reads that wait for a leadership round.
 * @param fetches reads that wait for the disk.
 */
public record ReplicaLoad(int pipeline, int requests, int reads, int fetches) {}
