package io.vireo.node.core;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.journal.message.PrepareFlyweight;

/**
 * Where the core reports what it does; hosts print it, count it and audit it. Called on the replica's thread in the order of events;
 * must not call back, and what it is handed is valid during the call only.
 */
public interface TraceSink {
    /** A status or view changed; {@code reason} is a constant for logs. */
    void transition(int group, Status from, Status to, long view, long logView, String reason);

    /** An op was applied to the state machine here. */
    void applied(int group, PrepareFlyweight prepare);

    /** The opening of the group's data directory has come to this stage; {@code found} is what the one before it found, key=value. */
    default void opening(final int group, final RecoveryStage stage, final String found) {}

    /** Something countable happened. */
    void event(int group, TraceEvent event, long view, long op);
}
