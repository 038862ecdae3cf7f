package io.vireo.sim.stream;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.node.gateway.service.ClusterMembers;
import io.vireo.node.gateway.service.RootUser;
import io.vireo.node.gateway.service.ServiceSettings;
import io.vireo.node.iggy.Secret;
import io.vireo.node.launch.StateMachines;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.cluster.Clients;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.Front;
import io.vireo.sim.cluster.ProcessLife;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.Scene;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.List;

/** A streaming cluster whose clients speak the protocol to any shard of any node; one per run, on its thread. */
public final class StreamWorld implements Scene {
    static final RootUser.Login ROOT = new RootUser.Login("root", new Secret("secret"), RootUser.Origin.GIVEN);

    private static final long MILLIS_NS = 1_000_000L;
    /** As a node has them, but that what takes a minute there comes about within the seconds of a run. */
    static final ServiceSettings SERVICES = new ServiceSettings(
            1,
            1,
            64,
            200 * MILLIS_NS,
            500 * MILLIS_NS,
            50 * MILLIS_NS,
            64,
            2_000 * MILLIS_NS,
            3_000 * MILLIS_NS,
            2_000 * MILLIS_NS,
            1_000 * MILLIS_NS,
            5_000 * MILLIS_NS,
            3_000 * MILLIS_NS,
            2_000 * MILLIS_NS,
            16,
            500 * MILLIS_NS);

    private static final int CLIENT_PORT = 8_090;

    private final ClusterOptions cluster;
    private final StreamOptions options;
    private final Auditors auditors;
    private final RunCounters counters;
    /** By replica: of the process that runs, or null. */
    private final SimFront[] fronts;
    /** By replica: shards of the process that was the last to begin; 0 before the first. */
    private final int[] shardCounts;

    private StreamAudits audits;
    private SimCluster simulated;

    public StreamWorld(
            final ClusterOptions cluster,
            final StreamOptions options,
            final Auditors auditors,
            final RunCounters counters) {
        this.cluster = cluster;
        this.options = options;
        this.auditors = auditors;
        this.counters = counters;
        fronts = new SimFront[cluster.replicas()];
        shardCounts = new int[cluster.replicas()];
    }

    ClusterConfig config() {
        return cluster.cluster();
    }

    ClusterOptions cluster() {
        return cluster;
    }

    StreamOptions options() {
        return options;
    }

    RunCounters counters() {
        return counters;
    }

    StreamAudits audits() {
        return audits;
    }

    /** Whether wall clocks run at the pace of virtual time, and nobody sets them. */
    boolean hasTrueClocks() {
        return cluster.hazards().clockJumps() == 0 && cluster.hazards().driftPpmMax() == 0 && !mayClocksStop();
    }

    /** Whether a machine may stand still together with its clocks. */
    boolean mayClocksStop() {
        return cluster.hazards().suspensions() > 0;
    }

    boolean isUp(final int replica) {
        return fronts[replica] != null;
    }

    List<ClusterMembers.Member> members() {
        final List<ClusterMembers.Member> members = new ArrayList<>();
        for (int replica = 0; replica < fronts.length; replica++) {
            members.add(new ClusterMembers.Member("replica-" + replica, "10.0.0." + replica, CLIENT_PORT));
        }
        return members;
    }

    /** Where a client comes to that asks for a port of a replica now; null if nobody listens. */
    SimShard door(final int replica, final int number) {
        return fronts[replica] == null ? null : fronts[replica].door(number);
    }

    void onClosed(final int replica, final SimFront front) {
        if (front.equals(fronts[replica])) {
            fronts[replica] = null;
        }
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        return new AuditedStreamMachine(
                StateMachines.of(config(), group, options.endedMax()).create(segments),
                audits,
                counters,
                replica,
                group);
    }

    @Override
    public Clients clients(final SimCluster newCluster, final RunListener listener) {
        simulated = newCluster;
        audits = new StreamAudits(auditors, simulated.queue(), cluster.replicas(), config().groupCount());
        audits.accounts.onSecret(ROOT.password().value());
        return new IggyClients(this, simulated, listener);
    }

    @Override
    public Front front(final ProcessLife process) {
        final int replica = process.replica();
        final int shardCount = Math.min(options.shards(replica, process.life()), config().groupCount());
        final boolean isChanged = shardCounts[replica] != 0 && shardCounts[replica] != shardCount;
        counters.streams.shardChanges += isChanged ? 1 : 0;
        shardCounts[replica] = shardCount;
        fronts[replica] = new SimFront(
                process,
                this,
                shardCount,
                new Draws(cluster.chance(), Stream.STREAM_GATEWAYS, replica * 1_024 + process.life() % 1_024));
        return fronts[replica];
    }
}
