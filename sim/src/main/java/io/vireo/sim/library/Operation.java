package io.vireo.sim.library;

/**
 * A committed request, as the state machine is given it.
 *
 * @param op position in the log.
 * @param timestampNs of that op: the one clock there is.
 * @param code the operation that the request names.
 * @param body of the request; not to be changed.
 */
public record Operation(long op, long timestampNs, long namespace, int code, byte[] body) {}
