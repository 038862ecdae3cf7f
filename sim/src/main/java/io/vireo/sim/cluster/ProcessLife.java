package io.vireo.sim.cluster;

import io.vireo.node.core.ReplicaView;
import io.vireo.node.port.Clock;
import io.vireo.node.port.MessageBus;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** One life of one replica's process, as what stands before its groups sees it. Its clock is that of the machine. */
public interface ProcessLife extends Clock {
    int replica();

    /** Number of this life; none of the same replica has had it. */
    int life();

    /** False from the moment of its end on: nothing it does has an effect. */
    boolean isAlive();

    /** Whether a group takes requests at all. */
    boolean isOpen(int group);

    /** How a group stands; null if it is not open. */
    ReplicaView view(int group);

    /** Gives a valid frame of a client to a group of this process; lent for the call. */
    void deliver(int group, MutableDirectBuffer buffer, int offset, int length);

    /** The way of a group to other replicas, and to clients of theirs. */
    MessageBus network(int group);

    /** A client that is in this process sends a frame to another replica: no promise of the replica here. */
    void sendAsClient(int replica, DirectBuffer buffer, int offset, int length);

    /** There is something to do: the process has a turn soon. */
    void wake();
}
