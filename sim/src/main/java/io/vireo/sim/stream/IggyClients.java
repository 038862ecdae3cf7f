package io.vireo.sim.stream;

import io.vireo.node.client.Outcome;
import io.vireo.sim.cluster.Clients;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** Clients that speak the protocol of streams, each by a connection to one gateway after the other. */
final class IggyClients implements Clients {
    /** So many, or this part of what the others ask, but no longer than these do. */
    private static final int ACCOUNT_REQUESTS_MIN = 100;

    private static final int ACCOUNT_REQUESTS_PART = 8;

    private final SimCluster cluster;
    private final StreamWorld world;
    private final RunListener listener;
    private final IggyClient[] clients;
    private final AccountClient[] accountClients;
    private int outcomes;

    IggyClients(final StreamWorld world, final SimCluster cluster, final RunListener listener) {
        this.world = world;
        this.cluster = cluster;
        this.listener = listener;
        final ClusterOptions options = world.cluster();
        clients = new IggyClient[options.clients()];
        for (int client = 0; client < clients.length; client++) {
            final int quota =
                    options.requests() / clients.length + (client < options.requests() % clients.length ? 1 : 0);
            clients[client] = new IggyClient(
                    client,
                    this,
                    world,
                    new Draws(options.chance(), Stream.STREAM_SOCKETS, client),
                    new Draws(options.chance(), Stream.STREAM_WORKLOAD, client),
                    quota);
        }
        accountClients = new AccountClient[world.options().accountClients()];
        final AccountBook book = new AccountBook();
        for (int client = 0; client < accountClients.length; client++) {
            accountClients[client] = new AccountClient(
                    clients.length + client,
                    cluster,
                    world,
                    book,
                    new Draws(options.chance(), Stream.STREAM_USERS, 1 + client),
                    Math.max(ACCOUNT_REQUESTS_MIN, options.requests() / ACCOUNT_REQUESTS_PART));
        }
    }

    SimCluster cluster() {
        return cluster;
    }

    @Override
    public void start() {
        for (final IggyClient client : clients) {
            client.start();
        }
        for (final AccountClient client : accountClients) {
            client.start();
        }
    }

    @Override
    public void quota(final int requests) {
        for (final IggyClient client : clients) {
            client.finish(requests);
        }
    }

    @Override
    public void onHeal(final int[] core) {
        for (final IggyClient client : clients) {
            client.onHeal(core);
        }
        for (final AccountClient client : accountClients) {
            client.onHeal(core);
        }
    }

    /** A frame for an end of the network that no gateway's client is: nobody is there. */
    @Override
    public void onFrame(final int client, final UnsafeBuffer frame) {
        cluster.trace().add(12L << 32 | client);
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
        return (int) (outcomes * 1_000L / world.cluster().requests());
    }

    @Override
    public boolean isDone() {
        return outcomes >= world.cluster().requests();
    }

    @Override
    public boolean isIdle() {
        return Arrays.stream(clients).allMatch(IggyClient::isIdle)
                && Arrays.stream(accountClients).allMatch(AccountClient::isIdle);
    }

    @Override
    public String busy() {
        return java.util.stream.Stream.concat(
                        Arrays.stream(clients).filter(client -> !client.isIdle()),
                        Arrays.stream(accountClients).filter(client -> !client.isIdle()))
                .map(client -> client + "; ")
                .collect(Collectors.joining());
    }

    /** A request has its outcome. @param status that was answered, or -1 if nothing was. */
    void onOutcome(final int client, final Outcome outcome, final int status, final int length) {
        cluster.trace().add(13L << 32 | client, status, length);
        outcomes++;
        switch (outcome) {
            case OK -> world.counters().outcomesOk++;
            case UNKNOWN -> world.counters().outcomesUnknown++;
            case NOT_APPLIED -> world.counters().outcomesNotApplied++;
        }
        world.audits().count(world.counters().streams);
        listener.onOutcome(client, outcome);
        if (cluster.isStorm()) {
            cluster.onProgress();
        }
    }
}
