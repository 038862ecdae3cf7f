package io.vireo.sim.library;

import io.vireo.bootstrap.replay.StateMachine;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What is known about a state machine under test beyond that all replicas agree.
 *
 * @param model null for none.
 */
record MachineRules<S extends StateMachine>(Supplier<? extends Model> model, List<Invariant<S>> invariants) {
    /** What holds after every op and every restore. */
    record Invariant<S>(String rule, Predicate<? super S> holds) {}

    MachineRules {
        invariants = List.copyOf(invariants);
    }
}
