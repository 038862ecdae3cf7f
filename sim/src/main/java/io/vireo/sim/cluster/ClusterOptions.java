package io.vireo.sim.cluster;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.sim.fault.DiskFaultPoint;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.Hazards;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.network.NetworkFaults;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.workload.ClientFaults;
import io.vireo.sim.workload.Payload;
import java.util.Map;

/**
 * What one run's cluster, workload and faults are like. Immutable.
 *
 * @param variation 0 if chance falls as the seed says; otherwise another way in which it may fall, with the same options and plan.
 * @param requests appends of all clients together.
 * @param inFlight appends of one client that wait for an answer, at most.
 * @param readOf16 of 16 appends, how many come with a read.
 * @param crashes crashes planned in the storm; those of recovery come on top.
 * @param partitions cuts of the network planned in the storm.
 * @param rots attempts to damage durable sectors planned in the storm.
 * @param failovers chains of failovers planned in the storm.
 * @param syncFailures syncs that fail once, planned in the storm.
 * @param diskFaults attempts at other faults of disks planned in the storm, by kind; none of a kind that is not there.
 * @param lossOf16 of 16 crashes, how many may take a file or all superblocks with them.
 * @param hazards disturbances planned in the storm.
 * @param clientFaults what clients send in the storm and should not.
 * @param lateOf16 of 16 frames that a replica has had, how many arrive again when it has restarted or changed its view.
 */
public record ClusterOptions(
        long seed,
        int variation,
        int clients,
        int requests,
        int inFlight,
        int payloadMax,
        int readOf16,
        int namespaces,
        int crashes,
        int partitions,
        int rots,
        int failovers,
        int syncFailures,
        Map<DiskFaultPoint.Kind, Integer> diskFaults,
        int lossOf16,
        Hazards hazards,
        ClientFaults clientFaults,
        int lateOf16,
        ClusterConfig cluster,
        NetworkFaults network,
        DiskFaults disk,
        HealOptions heal) {
    /** Odd, and far from a difference of seeds that anybody runs. */
    private static final long VARIATION_STEP = 0x9E3779B97F4A7C15L;

    /** The faults that these options and the seed plan. */
    public FaultPlan plan() {
        return FaultPlan.draw(
                seed,
                replicas(),
                cluster.groupCount(),
                crashes,
                partitions,
                rots,
                failovers,
                syncFailures,
                hazards,
                diskFaults);
    }

    /** What the chance of the run is drawn from: delays, the course of disks, workload, whatever is not planned. */
    public long chance() {
        return seed + variation * VARIATION_STEP;
    }

    public int replicas() {
        return cluster.replicaCount();
    }

    /** The same but for the number of appends. */
    public ClusterOptions withRequests(final int newRequests) {
        return with(newRequests, payloadMax, readOf16);
    }

    /** The same for an application whose requests have sizes of their own, and that nobody reads. */
    public ClusterOptions withOwnRequests() {
        return with(requests, Payload.LENGTH_MIN, 0);
    }

    /** The same with another cluster, of as many replicas. */
    public ClusterOptions withCluster(final ClusterConfig newCluster) {
        return new ClusterOptions(
                seed,
                variation,
                clients,
                requests,
                inFlight,
                payloadMax,
                readOf16,
                namespaces,
                crashes,
                partitions,
                rots,
                failovers,
                syncFailures,
                diskFaults,
                lossOf16,
                hazards,
                clientFaults,
                lateOf16,
                newCluster,
                network,
                disk,
                heal);
    }

    private ClusterOptions with(final int newRequests, final int newPayloadMax, final int newReadOf16) {
        return new ClusterOptions(
                seed,
                variation,
                clients,
                newRequests,
                inFlight,
                newPayloadMax,
                newReadOf16,
                namespaces,
                crashes,
                partitions,
                rots,
                failovers,
                syncFailures,
                diskFaults,
                lossOf16,
                hazards,
                clientFaults,
                lateOf16,
                cluster,
                network,
                disk,
                heal);
    }

    /**
     * The same in this regime. Exactly-f has no rot and no losses during the storm: what uncommitted or too early damage explains would be an
     * excuse, and there the limit itself is to be met.
     */
    public ClusterOptions withRegime(final Regime regime) {
        final boolean isRotting = regime != Regime.EXACTLY_F;
        return new ClusterOptions(
                seed,
                variation,
                clients,
                requests,
                inFlight,
                payloadMax,
                readOf16,
                namespaces,
                crashes,
                partitions,
                isRotting ? rots : 0,
                failovers,
                syncFailures,
                isRotting ? diskFaults : Map.of(),
                isRotting ? lossOf16 : 0,
                isRotting ? hazards : hazards.withoutDiskImages(),
                clientFaults,
                lateOf16,
                cluster,
                network,
                disk,
                heal.with(regime));
    }

    /** One line, key=value. */
    @Override
    public String toString() {
        return "seed=" + seed + " replicas=" + replicas() + " groups=" + cluster.groupCount() + " durability="
                + cluster.durability()
                + " wal=" + cluster.walBytes() + " pipeline=" + cluster.pipelineMax() + " sessions="
                + cluster.sessionsMax() + " clients="
                + clients + " requests=" + requests + " inFlight=" + inFlight + " payload=" + payloadMax + " reads="
                + readOf16
                + "/16 crashes=" + crashes + " partitions=" + partitions + " rots=" + rots + " failovers="
                + failovers + " syncFailures=" + syncFailures + " diskFaults=" + diskFaults + " losses=" + lossOf16
                + "/16 " + hazards + " " + clientFaults + " lateFrames=" + lateOf16 + "/16 regime=" + heal.regime()
                + " residual=" + heal.residual() + " " + network + " " + disk;
    }
}
