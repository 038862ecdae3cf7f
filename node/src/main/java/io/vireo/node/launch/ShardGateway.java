package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.ConfigException;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.client.ClientContext;
import io.vireo.node.client.ClusterLinks;
import io.vireo.node.gateway.Gateway;
import io.vireo.node.gateway.group.GroupSessions;
import io.vireo.node.gateway.group.SessionsContext;
import io.vireo.node.gateway.group.ShardWays;
import io.vireo.node.gateway.group.Ways;
import io.vireo.node.gateway.service.ClusterMembers;
import io.vireo.node.gateway.service.GatewayServices;
import io.vireo.node.gateway.service.MetadataRole;
import io.vireo.node.gateway.service.RandomTokens;
import io.vireo.node.gateway.service.RootUser;
import io.vireo.node.gateway.service.ServiceSettings;
import io.vireo.node.gateway.service.ServicesContext;
import io.vireo.node.gateway.tcp.ClientListener;
import io.vireo.node.ops.NodeStatus;
import io.vireo.node.port.Clock;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.routing.ShardRouter;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.TcpTransport;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that serves clients of the protocol on one shard: the port, the gateway behind it, its sessions with the groups, the ways to them, and
 * what it needs of the world. Belongs to the shard's thread, which drives it by {@link #poll} and {@link #flush}; the first shard of a
 * process begins the life of the node and sees to it that there is a root user, or waits for it, then all begin to serve.
 */
final class ShardGateway implements ClusterLinks.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ShardGateway.class);
    /** The metadata. */
    private static final int FIRST_GROUP = 0;
    /** How long the housekeeper may go on after the metadata has another primary, which is harmless. */
    private static final long LOOK_NS = 20_000_000L;

    private final NodeSettings settings;
    private final int shard;
    private final TcpTransport transport;
    private final LifeNumber life;
    /** Null if clients connect elsewhere. */
    private final ClientListener listener;

    private final GroupSessions sessions;
    private final ClusterLinks links;
    private final GatewayServices services;
    private final ShardWays ways;

    /** Whether the metadata is led here, which is looked at now and then. */
    private BooleanSupplier isLeading;

    private boolean wasLeading;
    private long lookedAtNs;
    /** Null before clients are served. */
    private Gateway gateway;

    /** The number of this life once it has begun; clients are served when there is a user, too. */
    private long begun = LifeNumber.NONE;

    private int lastClient;
    private long nowNs;

    /**
     * Binds the port.
     *
     * @param address null for the shard that hosts the metadata at a replica without a port: whoever leads it keeps house for the cluster,
     *     whether clients connect there or not.
     * @param wake wakes the shard; from any thread.
     */
    ShardGateway(
            final NodeSettings settings,
            final int shard,
            final HostPort address,
            final TcpTransport transport,
            final Clock clock,
            final LifeNumber life,
            final SecureRandom secrets,
            final long processNonce,
            final ClientListener.Listener refusals,
            final Runnable wake) {
        this.settings = settings;
        this.shard = shard;
        this.transport = transport;
        this.life = life;
        this.nowNs = clock.monotonicNs();
        this.lookedAtNs = nowNs - LOOK_NS;
        final ClusterConfig cluster = settings.cluster();
        final ClientContext client = ClientContext.of(cluster);
        final StreamLimits limits = StateMachines.limits(cluster);
        this.listener = address == null
                ? null
                : new ClientListener(
                        transport.selector(),
                        address,
                        settings.connectionsMax(),
                        refusals,
                        settings.tls().clients(),
                        wake);
        this.ways = new ShardWays(settings.replica(), new Others());
        this.sessions = new GroupSessions(
                new SessionsContext(
                        client,
                        settings.replica(),
                        GatewayLimits.SESSIONS_PER_GROUP,
                        GatewayLimits.PENDING_MAX,
                        GatewayLimits.PENDING_BYTES_MAX,
                        GatewayLimits.REQUEST_TIMEOUT_NS,
                        new SeededRandom(secrets.nextLong()),
                        secrets::nextLong,
                        ways),
                nowNs);
        this.links = new ClusterLinks(
                client,
                addresses(cluster),
                transport.selector(),
                new SeededRandom(secrets.nextLong()),
                processNonce,
                settings.secret() == null ? null : new LinkAuth(settings.secret(), secrets::nextBytes),
                settings.tls().replicas() == null
                        ? null
                        : settings.tls().replicas().port(wake),
                nowNs,
                settings.isOneShard() && settings.shardCount() > 1 ? ClusterLinks.NO_REPLICA : settings.replica(),
                this);
        final RootPasswordFile rootPassword = new RootPasswordFile(settings.replicaDir());
        this.services = new GatewayServices(
                new ServicesContext(
                        sessions,
                        cluster.groupCount(),
                        cluster.replicaCount(),
                        limits,
                        ServiceSettings.DEFAULT.withPasswordIterations(settings.passwordIterations()),
                        new ClusterMembers(
                                cluster.name(),
                                members(),
                                () -> sessions.primaryOf(FIRST_GROUP),
                                replica -> replica == settings.replica() || transport.isConnected(replica)),
                        this::isHeard,
                        clock,
                        new SeededRandom(secrets.nextLong()),
                        secrets,
                        address != null && isFirst(),
                        // One process of the replica, which has one file for the password.
                        address != null && hostsMetadata() ? rootLogin(rootPassword, new RandomTokens(secrets)) : null,
                        rootPassword,
                        settings.replicaDir(),
                        Hosts.name(),
                        Node.version(),
                        List.of(),
                        wake),
                nowNs);
        if (address != null && isFirst() && !hostsMetadata() && RootUser.Login.isGiven(System.getenv())) {
            LOG.info(
                    "event=root-password-unused shard={} text=\"the process of shard {} makes the root user\"",
                    shard,
                    settings.layout().shardOf(FIRST_GROUP));
        }
        if (isFirst()) {
            sessions.begin(settings.node(), settings.processCount(), start -> begun = start);
        }
    }

    private static RootUser.Login rootLogin(final RootPasswordFile file, final RandomTokens tokens) {
        try {
            return RootUser.Login.of(System.getenv(), file.read(), tokens);
        } catch (final ConfigException e) {
            throw new OperatorException(
                    e.getMessage()
                            + " (from the environment: VIREO_ROOT_USERNAME and VIREO_ROOT_PASSWORD, or IGGY_ in front)",
                    e);
        }
    }

    /** Of the shards of this process. */
    private boolean isFirst() {
        return shard == settings.shards()[0];
    }

    private boolean hostsMetadata() {
        return settings.layout().shardOf(FIRST_GROUP) == shard;
    }

    private static List<List<String>> addresses(final ClusterConfig cluster) {
        final List<List<String>> addresses = new ArrayList<>();
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            addresses.add(cluster.addresses(replica));
        }
        return addresses;
    }

    /** As the cluster file has them; a port that is any free one is known of this node only. */
    private List<ClusterMembers.Member> members() {
        final List<ClusterMembers.Member> members = new ArrayList<>();
        for (int replica = 0; replica < settings.cluster().replicaCount(); replica++) {
            final String clients = settings.settings().clients(replica);
            final String host = HostPort.parse(
                            clients == null
                                    ? settings.cluster().addresses(replica).get(0)
                                    : clients)
                    .host();
            final int port = replica == settings.replica()
                    ? listener == null ? 0 : listener.address().getPort()
                    : clients == null ? 0 : HostPort.parse(clients).port();
            members.add(new ClusterMembers.Member("replica-" + replica, host, port));
        }
        return members;
    }

    /** The sessions, where the answers of this process's groups go. */
    GroupSessions sessions() {
        return sessions;
    }

    /** The groups of this process, before the first {@link #poll}. */
    void groups(final ShardRouter ofThisShard, final IntPredicate isOpenHere, final BooleanSupplier isMetadataLedHere) {
        ways.groups(ofThisShard, isOpenHere);
        isLeading = isMetadataLedHere;
    }

    /** Whether clients connect here; else this only keeps house. */
    boolean hasPort() {
        return listener != null;
    }

    /** Where clients connect; of one that has a port. */
    String address() {
        return HostPort.of(listener.address()).toString();
    }

    /** Null if no clients connect here. */
    NodeStatus.Clients status() {
        if (listener == null) {
            return null;
        }
        final ClientListener.Counters counters = listener.counters();
        return new NodeStatus.Clients(
                address(),
                listener.isServing(),
                listener.connectionCount(),
                listener.memoryBytes(),
                counters.accepted(),
                counters.refused(),
                counters.bytesIn(),
                counters.bytesOut());
    }

    /** What time it is for answers that arrive before the next {@link #poll}. */
    void time(final long now) {
        nowNs = now;
        sessions.time(now);
    }

    /** Does what is due. @return how much that was. */
    int poll(final long now) {
        nowNs = now;
        int work = services.poll(now, role(now));
        work += sessions.delayNs(now) == 0 ? 1 : 0;
        // What was read is work, for what it was answered has to be flushed before the shard sleeps.
        work += links.poll(now);
        if (begun != LifeNumber.NONE && life.get() == LifeNumber.NONE && services.hasRoot()) {
            life.set(begun);
        }
        if (gateway != null) {
            gateway.onTick(now);
        } else if (listener != null && life.get() != LifeNumber.NONE) {
            serve();
        }
        if (listener != null) {
            work += listener.poll(now);
        }
        sessions.poll(now);
        return work;
    }

    private MetadataRole role(final long now) {
        if (!hostsMetadata()) {
            return MetadataRole.NONE;
        }
        return isLeading(now) ? MetadataRole.PRIMARY : MetadataRole.BACKUP;
    }

    private boolean isLeading(final long now) {
        if (now - lookedAtNs >= LOOK_NS) {
            lookedAtNs = now;
            wasLeading = isLeading.getAsBoolean();
        }
        return wasLeading;
    }

    /** Writes what there is for clients and replicas. */
    void flush(final long now) {
        nowNs = now;
        if (listener != null) {
            listener.flush();
        }
        links.flush(now);
    }

    /** Nanoseconds until {@link #poll} has something to do. */
    long delayNs(final long now) {
        long delay = Math.min(sessions.delayNs(now), Math.min(links.delayNs(now), services.delayNs(now)));
        if (listener != null) {
            delay = Math.min(delay, listener.delayNs(now));
        }
        return gateway == null ? delay : Math.min(delay, gateway.delayNs(now));
    }

    void close() {
        if (listener != null) {
            listener.close();
        }
        links.stop(nowNs);
        services.close();
    }

    private void serve() {
        gateway =
                new Gateway(GatewayLimits.of(settings.cluster(), settings.node()), life.get(), services.ports(), nowNs);
        listener.serve(gateway, this::nextClient);
        LOG.info("event=clients-listening shard={} address={} life={}", shard, address(), life.get());
    }

    /** Numbers are unique among the shards, because each has those that are its own modulo their number. */
    private int nextClient() {
        lastClient++;
        return lastClient * settings.shardCount() + shard;
    }

    /** To other processes, by connections of a client. */
    private final class Others implements Ways {
        @Override
        public boolean send(
                final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
            return links.send(replica, group, frame, offset, length, nowNs);
        }

        @Override
        public boolean isFull(final int replica, final int group) {
            return links.isFull(replica, group);
        }
    }

    @Override
    public void onConnected(final int replica) {
        // Whatever waits for it is sent when it is due.
    }

    @Override
    public void onDisconnected(final int replica, final int group, final long now) {
        sessions.onDisconnected(replica, group, now);
    }

    @Override
    public void onFrame(final UnsafeBuffer buffer, final int offset, final int length, final long now) {
        sessions.onFrame(buffer, offset, now);
    }

    /** Replicas say something all the time; who is reached as a client reaches him is asked while somebody wants to know. */
    private boolean isHeard(final int node) {
        final int replica = NodeNumber.replica(node);
        // The first group of its shard.
        final int group = NodeNumber.process(node);
        if (node == settings.node()) {
            return true;
        }
        if (group >= settings.cluster().groupCount()) {
            return false;
        }
        return replica != settings.replica() && settings.layout().shardOf(group) == shard
                ? transport.isConnected(replica, group)
                : links.isHeard(replica, group, nowNs);
    }
}
