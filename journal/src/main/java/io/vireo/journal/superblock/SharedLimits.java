package io.vireo.journal.superblock;

/**
 * Settings of a cluster that decide what is committed or what a request's outcome is: equal on all replicas, and the same for the life of
 * the data. A smaller pipeline would let a replica take ops for committed that are not; another session table evicts others.
 *
 * @param pipelineMax prepares a primary keeps in flight.
 * @param sessionsMax sessions per group.
 * @param sessionWindow requests of one session in flight, and replies stored for each.
 * @param namespacesMax namespaces are below it.
 * @param stateMachine what the groups replicate.
 */
public record SharedLimits(
        int pipelineMax, int sessionsMax, int sessionWindow, int namespacesMax, StateMachineKind stateMachine) {}
