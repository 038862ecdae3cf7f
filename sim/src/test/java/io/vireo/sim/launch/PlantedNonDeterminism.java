package io.vireo.sim.launch;

import io.vireo.sim.SimOptions;
import io.vireo.sim.Simulator;
import io.vireo.sim.SimulatorFactory;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.network.NetworkFaults;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Simulations that are no function of their seed: the network is slower than the seed says, by a counter. */
final class PlantedNonDeterminism {
    private static final long SLOWER_NS = 1_000_000L;

    private PlantedNonDeterminism() {}

    /** Every run is slower than the one before, of whatever seed. */
    static SimulatorFactory counting() {
        final AtomicInteger runs = new AtomicInteger();
        return (seed, listener) -> new Simulator(slower(seed, runs.getAndIncrement()), listener);
    }

    /** Another JVM, in which every run is the same, but not as here. */
    public static void main(final String[] arguments) throws IOException {
        TraceWorker.run((seed, listener) -> new Simulator(slower(seed, 1), listener), arguments);
    }

    private static ClusterOptions slower(final long seed, final int times) {
        final ClusterOptions options = SimOptions.of(seed);
        final NetworkFaults network = options.network();
        return new ClusterOptions(
                seed,
                options.variation(),
                options.clients(),
                options.requests(),
                options.inFlight(),
                options.payloadMax(),
                options.readOf16(),
                options.namespaces(),
                options.crashes(),
                options.partitions(),
                options.rots(),
                options.failovers(),
                options.syncFailures(),
                options.diskFaults(),
                options.lossOf16(),
                options.hazards(),
                options.clientFaults(),
                options.lateOf16(),
                options.cluster(),
                new NetworkFaults(
                        network.delayMinNs() + times * SLOWER_NS,
                        network.delayMeanNs(),
                        network.lossRate(),
                        network.duplicateRate(),
                        network.reorderRate(),
                        network.reorderNs(),
                        network.clogRate(),
                        network.clogMeanNs(),
                        network.frames()),
                options.disk(),
                options.heal());
    }
}
