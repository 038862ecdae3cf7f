package io.vireo.sim.library;

import io.vireo.bootstrap.replay.StateMachine;

/** The state machine under test, its model or an invariant has thrown; the message says which call. */
final class StateMachineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StateMachineException(final Object thrower, final String call, final Throwable cause) {
        super(name(thrower) + "." + call + " threw " + cause, cause);
    }

    StateMachineException(final StateMachine machine, final String mistake) {
        super(name(machine) + "." + mistake);
    }

    private static String name(final Object thrower) {
        return thrower.getClass().getName();
    }
}
