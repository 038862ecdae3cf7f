package io.vireo.sim.cluster;

import io.vireo.node.port.MessageBus;
import org.agrona.concurrent.UnsafeBuffer;

/** What stands in a process between its groups and its clients; lives as long as the process. */
public interface Front {
    /** The bus that the host of a group is given. */
    MessageBus bus(int group);

    /**
     * The replica whose process has this client, by the half of the client's id that names its process.
     *
     * @return none below 0 and above the last replica; the replica may have begun another life since.
     */
    int replicaOf(long clientHi);

    /** A valid frame of a replica (REPLY, READ_REPLY, CLIENT_VIEW) for a client that is here. */
    void onAnswer(UnsafeBuffer frame, int length);

    /** Does what is due. @return how much that was: while it is not 0, the groups and this are to be polled again. */
    int poll(long nowNs);

    /** Nanoseconds until {@link #poll} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    long delayNs(long nowNs);

    /** The process has ended. */
    void close();
}
