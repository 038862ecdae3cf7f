package io.vireo.sim.cluster;

/** What a line for people is about. */
public enum Note {
    CRASH,
    RESTART,
    /** A stage of opening the data. */
    OPENING,
    /** A change of status or view. */
    TRANSITION,
    /** A fault of disk or network other than a crash. */
    FAULT,
    REPLY,
    /** What the core counts, see {@link io.vireo.node.core.TraceEvent}. */
    CORE
}
