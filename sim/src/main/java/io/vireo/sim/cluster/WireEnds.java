package io.vireo.sim.cluster;

import io.vireo.sim.network.SimNetwork;
import org.agrona.DirectBuffer;

/** Tells the auditor what damaged connections let through, and a replica that a client's connection is gone. */
final class WireEnds implements SimNetwork.Ends {
    private final SimCluster cluster;

    WireEnds(final SimCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void onAccepted(
            final int from,
            final int to,
            final byte[] sent,
            final DirectBuffer accepted,
            final int offset,
            final int length) {
        cluster.auditors().wire.onAccepted(from, to, sent, accepted, offset, length);
    }

    @Override
    public void onReset(final int a, final int b) {
        final int replicas = cluster.options().replicas();
        final int replica = Math.min(a, b);
        cluster.trace().add(11L << 32 | (long) a << 8 | b);
        if (Math.max(a, b) >= replicas) {
            cluster.replica(replica).forget(Math.max(a, b));
        }
        cluster.narrate(Note.FAULT, replica, 0, () -> "connection of ends " + a + " and " + b + " broken");
    }
}
