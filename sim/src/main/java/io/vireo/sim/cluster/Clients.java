package io.vireo.sim.cluster;

import org.agrona.concurrent.UnsafeBuffer;

/** The clients of a run. How many of its requests have their outcome is the run's progress. */
public interface Clients {
    /** They begin to work. */
    void start();

    /** Each asks for so much more. */
    void quota(int requests);

    /** After the heal nobody but this core will answer. */
    default void onHeal(final int[] core) {}

    /** A valid frame has arrived at a client. */
    void onFrame(int client, UnsafeBuffer frame);

    /** Ends this client, unless it is the last one or has ended; its requests have no outcome any more. */
    boolean kill(int client);

    /** Thousandths of the requests of the run that have their outcome. */
    int permille();

    /** True if every request of the run has its outcome. */
    boolean isDone();

    /** True if every client has all its answers. */
    boolean isIdle();

    /** What the clients still wait for, for people. */
    String busy();
}
