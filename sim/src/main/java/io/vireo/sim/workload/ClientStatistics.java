package io.vireo.sim.workload;

/** What clients did in a run that they should not; sums for the floors. */
public final class ClientStatistics {
    public long deaths;
    /** Frames that a storm sent on top. */
    public long repeats;
    /** Requests from before, sent again. */
    public long oldRequests;
    /** Requests far ahead of their session's window. */
    public long requestsAhead;
    /** Requests of a session that does not exist. */
    public long strangeSessions;

    public long malformed;

    /** Linearizable reads asked of a replica that need not lead. */
    public long blindReads;
}
