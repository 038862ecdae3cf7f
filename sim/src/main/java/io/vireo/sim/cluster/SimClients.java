package io.vireo.sim.cluster;

import io.vireo.node.client.Outcome;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.workload.Application;
import io.vireo.sim.workload.SimClient;
import io.vireo.sim.workload.StrayFrames;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** Clients that have sessions with the groups themselves. */
final class SimClients implements Clients {
    private final SimCluster cluster;
    private final RunListener listener;
    private final SimClient[] clients;
    private int outcomes;

    /** The cluster has its network and auditors. */
    SimClients(final SimCluster cluster, final Application application, final RunListener listener) {
        this.cluster = cluster;
        this.listener = listener;
        clients = new SimClient[cluster.options().clients()];
        for (int client = 0; client < clients.length; client++) {
            clients[client] = create(client, application);
        }
    }

    private SimClient create(final int client, final Application application) {
        final ClusterOptions options = cluster.options();
        final int quota = options.requests() / clients.length + (client < options.requests() % clients.length ? 1 : 0);
        return new SimClient(
                client,
                options.cluster(),
                cluster.queue(),
                cluster.network(),
                cluster.auditors(),
                new Draws(options.chance(), Stream.CLIENT, client),
                new Draws(options.chance(), Stream.WORKLOAD, client),
                new Draws(options.chance(), Stream.BLIND_READS, client),
                cluster.counters().clients,
                this::onOutcome,
                quota,
                options.inFlight(),
                application,
                options.readOf16(),
                options.namespaces(),
                new StrayFrames(
                        cluster.network(),
                        options.replicas() + client,
                        options.replicas(),
                        options.clientFaults(),
                        new Draws(options.chance(), Stream.STRAY_FRAMES, client),
                        cluster.counters().clients));
    }

    @Override
    public void start() {
        for (final SimClient client : clients) {
            client.start();
        }
    }

    @Override
    public void quota(final int requests) {
        for (final SimClient client : clients) {
            client.quota(requests);
        }
    }

    @Override
    public void onFrame(final int client, final UnsafeBuffer frame) {
        clients[client].onFrame(frame);
    }

    @Override
    public boolean kill(final int client) {
        final long others = Arrays.stream(clients)
                .filter(other -> other != clients[client] && !other.isDead())
                .count();
        if (clients[client].isDead() || others == 0) {
            return false;
        }
        outcomes += clients[client].die();
        cluster.onProgress();
        return true;
    }

    @Override
    public int permille() {
        return (int) (outcomes * 1_000L / cluster.options().requests());
    }

    @Override
    public boolean isDone() {
        return outcomes >= cluster.options().requests();
    }

    @Override
    public boolean isIdle() {
        return Arrays.stream(clients).allMatch(SimClient::isIdle);
    }

    @Override
    public String busy() {
        return Arrays.stream(clients)
                .filter(client -> !client.isIdle())
                .map(client -> client + "; ")
                .collect(Collectors.joining());
    }

    private void onOutcome(final int client, final Outcome result) {
        cluster.trace().add(6L << 32 | client, result.ordinal());
        outcomes++;
        listener.onOutcome(client, result);
        switch (result) {
            case OK -> cluster.counters().outcomesOk++;
            case UNKNOWN -> cluster.counters().outcomesUnknown++;
            case NOT_APPLIED -> cluster.counters().outcomesNotApplied++;
        }
        if (cluster.isStorm()) {
            cluster.onProgress();
        }
    }
}
