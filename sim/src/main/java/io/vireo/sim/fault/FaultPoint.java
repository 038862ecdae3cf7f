package io.vireo.sim.fault;

/** A planned fault. Immutable. */
public interface FaultPoint {
    /** Thousandths of the run's requests that have an outcome when it is due, 0 to 999. */
    int permille();
}
