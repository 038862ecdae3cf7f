package io.vireo.sim.stream;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.client.ClientContext;
import io.vireo.node.gateway.Gateway;
import io.vireo.node.gateway.GatewayConnection;
import io.vireo.node.gateway.GatewayPorts;
import io.vireo.node.gateway.group.GroupSessions;
import io.vireo.node.gateway.group.SessionsContext;
import io.vireo.node.gateway.group.ShardWays;
import io.vireo.node.gateway.group.Ways;
import io.vireo.node.gateway.service.ClusterMembers;
import io.vireo.node.gateway.service.GroupFigures;
import io.vireo.node.gateway.service.Housekeeper;
import io.vireo.node.gateway.service.MetadataRole;
import io.vireo.node.gateway.service.RootUser;
import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.launch.GatewayLimits;
import io.vireo.node.launch.StateMachines;
import io.vireo.node.port.ClientEdge;
import io.vireo.node.port.MessageBus;
import io.vireo.node.routing.RouteOutcome;
import io.vireo.node.routing.ShardInbox;
import io.vireo.node.routing.ShardRouter;
import io.vireo.node.stream.StreamLimits;
import io.vireo.sim.cluster.ProcessLife;
import io.vireo.sim.random.Draws;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All that serves clients on one shard of a simulated process, put together as production does it: the router, the sessions with the groups,
 * the services, and the gateway once the life of the node has begun. Where production has sockets it has {@link SimSocket}s.
 */
final class SimShard implements Ways {
    private final SimFront front;
    private final ProcessLife process;
    private final StreamWorld world;
    private final ClusterConfig config;
    private final int shard;
    private final int shardCount;
    private final ShardRouter router;
    private final ShardWays ways;
    private final GroupSessions sessions;
    private final GroupFigures figures;
    private final Housekeeper housekeeper;
    private final RootUser root;
    private final GatewayPorts ports;
    private final List<SimSocket> sockets = new ArrayList<>();
    /** Null before clients are served. */
    private Gateway gateway;

    private int lastClient;
    /** Of the housekeeper, counted already. */
    private long lateDropsCounted;

    SimShard(
            final SimFront front,
            final ProcessLife process,
            final StreamWorld world,
            final int shard,
            final ShardInbox[] inboxes,
            final Draws draws) {
        this.front = front;
        this.process = process;
        this.world = world;
        this.config = world.config();
        this.shard = shard;
        this.shardCount = inboxes.length;
        final long nowNs = process.monotonicNs();
        final StreamLimits limits = StateMachines.limits(config);
        final SimSecrets secrets = new SimSecrets(draws);
        ways = new ShardWays(process.replica(), new Network(front));
        sessions = new GroupSessions(
                new SessionsContext(
                        ClientContext.of(config),
                        process.replica(),
                        world.options().sessionsPerGroup(),
                        GatewayLimits.PENDING_MAX,
                        GatewayLimits.PENDING_BYTES_MAX,
                        GatewayLimits.REQUEST_TIMEOUT_NS,
                        draws,
                        new GatewayIds(process.replica(), process.life(), shard, draws),
                        this),
                nowNs);
        router = new ShardRouter(
                shard,
                front.layout(),
                config.placement(),
                inboxes,
                front.network(),
                (group, buffer, offset, length) -> {
                    front.onActivity();
                    process.deliver(group, buffer, offset, length);
                },
                sessions,
                new Elsewhere(process.replica(), front.network()));
        ways.groups(router, process::isOpen);
        figures = new GroupFigures(sessions, config.groupCount(), limits, StreamWorld.SERVICES, nowNs);
        housekeeper = new Housekeeper(
                sessions,
                config.groupCount(),
                config.replicaCount(),
                limits,
                world::isUp,
                process,
                StreamWorld.SERVICES,
                nowNs);
        root = new RootUser(sessions, secrets, StreamWorld.ROOT, GivenPassword.INSTANCE, StreamWorld.SERVICES);
        ports = new GatewayPorts(
                sessions,
                secrets,
                secrets,
                new ClusterMembers(config.name(), world.members(), () -> sessions.primaryOf(0), world::isUp),
                SimServer.INSTANCE,
                figures,
                process,
                draws);
        if (shard == 0) {
            sessions.begin(process.replica(), 1, front::onBegun);
        }
    }

    /** The password of the root user is given: there is nothing to keep, and nobody to be told. */
    private enum GivenPassword implements RootUser.Keeper {
        INSTANCE;

        @Override
        public void keep(final RootUser.Login login) {
            throw new IllegalStateException("a password that was given is not kept");
        }

        @Override
        public void onMade(final RootUser.Login login, final boolean isNew) {
            // Everybody knows it.
        }

        @Override
        public void discard() {
            // Nothing was kept.
        }
    }

    /** Where clients of other processes are; what is for one of them goes out by the network. */
    private record Elsewhere(int replica, MessageBus network) implements ClientEdge {
        @Override
        public boolean isClientHere(final long clientLo, final long clientHi) {
            return GatewayIds.replicaOf(clientHi) >= 0 && GatewayIds.replicaOf(clientHi) != replica;
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            network.sendToClient(clientLo, clientHi, buffer, offset, length);
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            network.sendToClients(buffer, offset, length);
        }
    }

    MessageBus router() {
        return router;
    }

    void onAnswer(final UnsafeBuffer frame) {
        sessions.onFrame(frame, 0, process.monotonicNs());
    }

    /** In the order of the product's shard. */
    void poll(final long nowNs) {
        sessions.time(nowNs);
        front.onActivity(router.drainInbox());
        front.onActivity(figures.poll(nowNs));
        front.onActivity(root.poll(nowNs));
        keepHouse(nowNs);
        front.onActivity(sessions.delayNs(nowNs) == 0 ? 1 : 0);
        if (shard == 0 && root.isDone()) {
            front.onRoot();
        }
        if (gateway != null) {
            gateway.onTick(nowNs);
        } else if (front.life() != SimFront.NO_LIFE) {
            gateway = new Gateway(GatewayLimits.of(config, process.replica()), front.life(), ports, nowNs);
        }
        pumpAll();
        sessions.poll(nowNs);
        pumpAll();
    }

    private void keepHouse(final long nowNs) {
        front.onActivity(housekeeper.poll(nowNs, shard == 0 ? front.metadataRole() : MetadataRole.NONE));
        // Answers come between two polls.
        world.counters().streams.lateDrops += housekeeper.lateDropsDone() - lateDropsCounted;
        lateDropsCounted = housekeeper.lateDropsDone();
    }

    private void pumpAll() {
        for (int i = 0; i < sockets.size() && process.isAlive(); i++) {
            front.onActivity(sockets.get(i).pump());
        }
    }

    long delayNs(final long nowNs) {
        long delay = Math.min(sessions.delayNs(nowNs), Math.min(figures.delayNs(nowNs), root.delayNs(nowNs)));
        delay = Math.min(delay, housekeeper.delayNs(nowNs));
        return gateway == null ? delay : Math.min(delay, gateway.delayNs(nowNs));
    }

    /** A client has connected; false if clients are not served. */
    boolean accept(final SimSocket socket) {
        if (gateway == null || !process.isAlive()) {
            return false;
        }
        // Unique among the shards of the process.
        lastClient++;
        final int clientId = lastClient * shardCount + shard;
        final GatewayConnection connection = gateway.connect(
                clientId, ClientRecord.Transport.TCP, "10.0.0." + clientId % 256 + ":" + clientId, this::wake);
        socket.onAccepted(this, connection);
        sockets.add(socket);
        return true;
    }

    void onClosed(final SimSocket socket) {
        sockets.remove(socket);
        wake();
    }

    void wake() {
        process.wake();
    }

    void close() {
        sockets.forEach(SimSocket::onProcessEnded);
        sockets.clear();
    }

    @Override
    public boolean send(
            final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
        final boolean isTaken = ways.send(replica, group, frame, offset, length);
        final boolean isQueued = isTaken && replica == process.replica() && ways.lastRouted() == RouteOutcome.QUEUED;
        world.counters().streams.handedOver += isQueued ? 1 : 0;
        return isTaken;
    }

    @Override
    public boolean isFull(final int replica, final int group) {
        return ways.isFull(replica, group);
    }

    /** To other processes. The network takes everything, and says nothing of what it loses. */
    private record Network(SimFront front) implements Ways {
        @Override
        public boolean send(
                final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
            front.send(replica, frame, offset, length);
            return true;
        }

        @Override
        public boolean isFull(final int replica, final int group) {
            return false;
        }
    }
}
