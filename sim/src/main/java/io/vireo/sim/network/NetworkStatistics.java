package io.vireo.sim.network;

import io.vireo.node.transport.CloseReason;

/** What happened to the frames of a run; sums for the floors. */
public final class NetworkStatistics {
    public long sent;
    public long delivered;
    public long lost;
    public long duplicated;
    public long reordered;
    public long clogs;
    public long cut;
    public long held;
    /** Frames whose bytes changed on the way and that the receiver refused. */
    public long corrupted;
    /** Frames that another end than theirs got. */
    public long misdelivered;
    /** Frames of which only a prefix arrived. */
    public long truncated;
    /** Frames that were under way on a connection when it broke. */
    public long resetLost;
    /** Frames for which a link's queue had no room. */
    public long overflowed;
    /** Frames of a command that a link did not let pass. */
    public long filtered;
    /** By reason: connections that a receiver closed because of what arrived on them. */
    public final long[] closed = new long[CloseReason.values().length];
    /** Frames that arrived again when their time was over. */
    public long late;
}
