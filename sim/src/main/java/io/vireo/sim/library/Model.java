package io.vireo.sim.library;

/**
 * What a state machine is meant to answer, in the simplest form that can be written: no snapshot, no file, no buffer. One per group and
 * run; sees every committed request once, in the order of the log.
 */
@FunctionalInterface
public interface Model {
    /** The one right reply, or null if this request is not judged. */
    Reply apply(Operation operation);
}
