package io.vireo.sim.storage;

/** What the end of a process or of its machine does to writes that no completed sync covers. */
public enum CrashOutcome {
    /** The process dies, the machine lives: completed writes stay readable and are still not durable. */
    PROCESS_ONLY,
    DROP_ALL,
    KEEP_ALL,
    /** The oldest of them survive. */
    PREFIX,
    /** Any of them survive. */
    SUBSET
}
