package io.vireo.sim.cluster;

import io.vireo.node.client.Outcome;
import io.vireo.sim.network.SimNetwork;
import io.vireo.sim.storage.DiskCall;
import java.util.function.Supplier;

/**
 * Follows a run for people: lines of text, pictures. Changes nothing and draws from no generator, so that a seed is the same run with and
 * without it.
 */
public interface RunListener extends SimNetwork.Listener {
    /** Follows nothing. */
    RunListener NONE = new RunListener() {};

    /** The cluster is about to be run; it can be asked for anything at any later call. */
    default void onCluster(final SimCluster cluster) {}

    /** Something of note at a replica. The text is made only for those who ask. */
    default void onNote(final Note note, final int replica, final int group, final Supplier<String> text) {}

    /** An op was applied. */
    default void onApplied(final int replica, final int group, final long view, final long op) {}

    /** A request of a client has its outcome. */
    default void onOutcome(final int client, final Outcome outcome) {}

    /** See {@link io.vireo.sim.storage.DiskListener}. */
    default void onDiskCall(
            final int replica,
            final int group,
            final long number,
            final DiskCall call,
            final int file,
            final int sector,
            final int sectors) {}

    default void onDiskDone(final int replica, final int group, final long number) {}
}
