package io.vireo.sim.explore;

import io.vireo.node.core.ReplicaView;
import io.vireo.sim.cluster.SimReplica;
import io.vireo.sim.scenario.ScenarioClient;
import io.vireo.sim.storage.SimDisk;
import java.util.function.IntPredicate;
import org.agrona.collections.IntArrayList;

/** Says of an end what can be known by its past alone. Changes nothing. */
final class FactFinder {
    private final SimReplica[] replicas;
    private final ScenarioClient client;
    private final History history;
    private final IntPredicate isBeyondViews;
    private final Fingerprint look = new Fingerprint();

    FactFinder(
            final SimReplica[] replicas,
            final ScenarioClient client,
            final History history,
            final IntPredicate isBeyondViews) {
        this.replicas = replicas;
        this.client = client;
        this.history = history;
        this.isBeyondViews = isBeyondViews;
    }

    EndTable.Facts facts(final int end) {
        look(end);
        if (end == replicas.length) {
            return new EndTable.Facts(false, false, false, false, client.canRequest(), look.lo(), look.hi());
        }
        final SimDisk disk = replicas[end].disk(0);
        return new EndTable.Facts(
                replicas[end].isAlive(),
                disk.held() > 0,
                disk.pendingWrites() > 0,
                isBeyondViews.test(end),
                false,
                look.lo(),
                look.hi());
    }

    /**
     * Of a replica, what is on its disk and how it stands. Of one whose process ended once auditors may remember what it does not, so that
     * all of its past counts, as it does of the client.
     */
    private void look(final int end) {
        look.reset();
        if (end == replicas.length || history.hasFailed(end)) {
            look.add(history.lo(end)).add(history.hi(end)).conclude();
            return;
        }
        final ReplicaView view = replicas[end].view(0);
        if (view != null) {
            look.add(view.status().ordinal())
                    .add(view.view())
                    .add(view.logView())
                    .add(view.head())
                    .add(view.ackableOp())
                    .add(view.commitMin())
                    .add(view.commitMax());
        }
        final SimDisk disk = replicas[end].disk(0);
        final IntArrayList sectors = new IntArrayList();
        disk.writtenSectors(sectors);
        for (int i = 0; i < sectors.size(); i++) {
            look.add(sectors.getInt(i)).add(disk.durableSector(sectors.getInt(i)));
        }
        look.conclude();
    }
}
