package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.journal.util.InvariantException;
import io.vireo.node.core.DivergedException;
import io.vireo.node.core.LaterLifeException;
import io.vireo.node.host.HostContext;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.host.StorageFailureException;
import io.vireo.node.ops.NodeStatus;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.routing.ShardInbox;
import io.vireo.node.routing.ShardRouter;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.TcpTransport;
import io.vireo.node.transport.TransportContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One node process: takes the locks of its replica's number of shards and of its groups, binds the ports, writes the running configuration, and runs all shards of the replica, or
 * the one that it was told, until it is stopped or one fails. Everything that an operator can have got wrong is found before the first byte
 * of a data file is written.
 */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    /** How long a stop may take before the process ends without it. */
    private static final long STOP_MAX_MS = 900;
    /** How long before the end of its certificate a node warns of it at its start. */
    private static final Duration EXPIRY_WARNED = Duration.ofDays(30);

    /** Bytes of the buffers of all client connections of the process. */
    private static final long CLIENT_BUFFERS_MAX = 256L << 20;

    private final NodeSettings settings;
    private final long startNs = System.nanoTime();
    /** Where each shard of this process listens. */
    private final Map<Integer, String> listenAddresses = new TreeMap<>();

    private long processNonce;

    Node(final NodeSettings settings) {
        this.settings = settings;
    }

    /** Runs to the end; returns the exit code. */
    int run(final boolean isStoppedByEndOfInput) {
        final ClusterConfig cluster = settings.cluster();
        final SecureRandom secrets = new SecureRandom();
        processNonce = Math.max(1, secrets.nextLong() >>> 1);
        final long seed = secrets.nextLong();
        LOG.info(
                "event=start replica={} shards={} of={} groups={} cluster={} dir={} pid={} java={} seed={}",
                settings.replica(),
                Arrays.toString(settings.shards()).replace(" ", ""),
                settings.shardCount(),
                settings.hostedGroups().length,
                cluster.name(),
                settings.replicaDir(),
                ProcessHandle.current().pid(),
                Runtime.version().feature(),
                seed);
        final List<String> plain = AddressGuard.require(settings);
        if (!plain.isEmpty()) {
            LOG.warn(
                    "event=plain-text addresses=\"{}\" text=\"nothing is encrypted there, passwords of users neither: others on the network may listen; tls.replicas and tls.clients change that\"",
                    String.join(", ", plain));
        }
        sayTls();
        requireDirectories();
        final ShardCountLock count = ShardCountLock.take(settings.replicaDir(), settings.shardCount());
        final DirectoryLocks groups =
                DirectoryLocks.take(settings.dataDir(), settings.replica(), settings.hostedGroups());
        final int exitCode = runLocked(cluster, seed, isStoppedByEndOfInput);
        if (exitCode == ExitCodes.OK) {
            // On any other way out a thread may still write: then the locks go with the process, not before it.
            groups.close();
            count.close();
        }
        return exitCode;
    }

    private void sayTls() {
        final TlsSettings tls = settings.tls();
        if (tls.expires() == null) {
            return;
        }
        final Duration left = Duration.between(Instant.now(), tls.expires());
        LOG.atLevel(left.compareTo(EXPIRY_WARNED) < 0 ? Level.WARN : Level.INFO)
                .log(
                        "event=tls replicas={} clients={} certificate-expires={} days={}",
                        tls.replicas() != null,
                        tls.clients() != null,
                        tls.expires(),
                        left.toDays());
    }

    private int runLocked(final ClusterConfig cluster, final long seed, final boolean isStoppedByEndOfInput) {
        final SystemClock clock = new SystemClock();
        final List<ShardAgent> agents = new ArrayList<>();
        final List<TcpTransport> transports = new ArrayList<>();
        final List<String> clientAddresses = new ArrayList<>();
        final LifeNumber life = new LifeNumber();
        final ShardInbox[] inboxes = new ShardInbox[settings.shardCount()];
        for (final int shard : settings.shards()) {
            final ShardAgent agent = new ShardAgent(
                    cluster,
                    settings.replica(),
                    shard,
                    clock,
                    settings.isSpinning(),
                    settings.clockToleranceNs(),
                    new NodeTrace(cluster.groupCount()),
                    () -> process(shard));
            final TcpTransport transport = listen(cluster, shard, clock, seed, agent);
            agent.transport(transport);
            final HostPort clients = settings.clientAddress(shard);
            if (clients != null || shard == 0 && cluster.stateMachine() == StateMachineKind.STREAM) {
                agent.gateway(new ShardGateway(
                        settings,
                        shard,
                        clients,
                        transport,
                        clock,
                        life,
                        new SecureRandom(),
                        processNonce,
                        (address, reason, text) -> agent.onRefused("client", address, reason, text),
                        agent.wakeup()));
            }
            if (clients != null) {
                clientAddresses.add(agent.gateway().address());
            }
            agents.add(agent);
            transports.add(transport);
            inboxes[shard] = new ShardInbox(settings.shardCount(), agent.wakeup());
        }
        life.wakeups(agents.stream().map(ShardAgent::wakeup).toList());
        RunningConfiguration.write(settings, List.copyOf(listenAddresses.values()), clientAddresses);
        if (clientAddresses.isEmpty()) {
            LOG.info("event=no-clients text=\"{}\"", noClients(cluster));
        }
        for (int i = 0; i < agents.size(); i++) {
            LOG.info(
                    "event=listening shard={} address={}",
                    agents.get(i).shard(),
                    listenAddresses.get(agents.get(i).shard()));
            equip(agents.get(i), transports.get(i), inboxes, seed);
        }
        return run(new NodeShards(agents), isStoppedByEndOfInput);
    }

    private TcpTransport listen(
            final ClusterConfig cluster,
            final int shard,
            final SystemClock clock,
            final long seed,
            final ShardAgent agent) {
        final TcpTransport transport = new TcpTransport(transportContext(cluster, shard)
                .clock(clock)
                .random(new SeededRandom(SeededRandom.streamSeed(seed, -1 - shard)))
                .listener(agent));
        listenAddresses.put(shard, HostPort.of(transport.listenAddress()).toString());
        return transport;
    }

    private String noClients(final ClusterConfig cluster) {
        if (cluster.stateMachine() != StateMachineKind.STREAM) {
            return "clients of the protocol need a streaming cluster, and this one replicates a "
                    + cluster.stateMachine().text();
        }
        return "the table of this replica in the cluster file has no clients = \\\"host:port\\\"";
    }

    /** Gives a shard its groups and the ways in and out of them. */
    private void equip(
            final ShardAgent agent, final TcpTransport transport, final ShardInbox[] inboxes, final long seed) {
        final ClusterConfig cluster = settings.cluster();
        final ShardRouter router = new ShardRouter(
                agent.shard(),
                settings.layout(),
                cluster.placement(),
                inboxes,
                transport,
                agent::onHandedOver,
                agent.edges());
        agent.router(router);
        final List<ReplicaHost> hosts = new ArrayList<>();
        for (final int group : settings.layout().groups(agent.shard())) {
            final FileStorage storage = new FileStorage(
                    NodeSettings.groupDir(settings.dataDir(), settings.replica(), group), agent.wakeup());
            hosts.add(new ReplicaHost(new HostContext(
                    cluster,
                    settings.replica(),
                    group,
                    storage,
                    router,
                    new SeededRandom(SeededRandom.streamSeed(seed, 1 + group)),
                    processNonce,
                    StateMachines.of(cluster, group),
                    agent.trace(),
                    settings.scrubOfGroup(),
                    settings.transferBytesPerSecondOfGroup())));
        }
        agent.hosts(hosts);
    }

    private int run(final NodeShards shards, final boolean isStoppedByEndOfInput) {
        final CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(shards, ended), "vireo-stop"));
        if (isStoppedByEndOfInput) {
            watchInput(shards);
        }
        try {
            final RuntimeException failure = shards.run();
            if (failure != null) {
                return exitCode(failure);
            }
            LOG.info("event=stopped replica={}", settings.replica());
            return ExitCodes.OK;
        } finally {
            Logging.stop();
            ended.countDown();
        }
    }

    /** The shutdown hook; the threads of the shards do the stopping themselves. */
    private static void stopAndWait(final NodeShards shards, final CountDownLatch ended) {
        shards.stop();
        try {
            if (!ended.await(STOP_MAX_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("event=stop-timeout ms={}", STOP_MAX_MS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The one that started this process holds the other end of its input: when that is gone, this process is nobody's. */
    private static void watchInput(final NodeShards shards) {
        final Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // What is written there means nothing.
                        }
                    } catch (final IOException e) {
                        LOG.info("event=input-failed text=\"{}\"", e.getMessage());
                    }
                    LOG.info("event=stopping reason=\"end of input\"");
                    shards.stop();
                },
                "vireo-input");
        watcher.setDaemon(true);
        watcher.start();
    }

    private int exitCode(final RuntimeException failure) {
        if (failure instanceof StorageFailureException) {
            LOG.error("event=failed kind=storage text=\"{}\"", failure.getMessage());
            return ExitCodes.STORAGE_FAILED;
        }
        if (failure instanceof RecoveryException) {
            throw new OperatorException("cannot open " + settings.replicaDir() + ": " + failure.getMessage(), failure);
        }
        if (failure instanceof LaterLifeException) {
            throw new OperatorException(failure.getMessage(), failure);
        }
        if (failure instanceof OperatorException) {
            throw failure;
        }
        if (failure instanceof DivergedException) {
            LOG.error("event=failed kind=diverged text=\"{}\"", failure.getMessage());
            return ExitCodes.BROKEN_INVARIANT;
        }
        final String kind = failure instanceof InvariantException ? "invariant" : "defect";
        LOG.error("event=failed kind={} text=\"{}\"", kind, failure.getMessage(), failure);
        return ExitCodes.BROKEN_INVARIANT;
    }

    private TransportContext transportContext(final ClusterConfig cluster, final int shard) {
        final List<List<String>> addresses = new ArrayList<>();
        for (int i = 0; i < cluster.replicaCount(); i++) {
            addresses.add(cluster.addresses(i));
        }
        final long[] hosted = settings.layout().groupBits(shard);
        final long[] served = new long[hosted.length];
        for (final int group : settings.hostedGroups()) {
            served[group >>> 6] |= 1L << group;
        }
        return new TransportContext()
                .cluster(cluster.clusterLo(), cluster.clusterHi())
                .replica(settings.replica())
                .groupCount(cluster.groupCount())
                .hostedGroups(hosted)
                .servedGroups(served)
                .shard(shard)
                .shardCount(settings.shardCount())
                .secret(settings.secret(), new SecureRandom()::nextBytes)
                .tls(settings.tls().replicas())
                .settings(cluster.settingsDigest())
                .addresses(addresses)
                .listenAddress(settings.listenAddress(shard))
                .processNonce(processNonce)
                .frameSizeMax(cluster.prepareSizeMax())
                .pipelineMax(cluster.pipelineMax())
                .connectionsMax(settings.connectionsMax())
                .clientBuffersMax(CLIENT_BUFFERS_MAX / settings.shards().length);
    }

    private void requireDirectories() {
        for (final int group : settings.hostedGroups()) {
            final Path dir = NodeSettings.groupDir(settings.dataDir(), settings.replica(), group);
            if (!Files.isDirectory(dir)) {
                throw new OperatorException(
                        "there is no data of replica " + settings.replica() + " in " + settings.dataDir() + " (" + dir
                                + " does not exist); format it once by \"vireo format --replica " + settings.replica()
                                + "\", or name the right place by --data-dir");
            }
        }
    }

    /** Of the release; empty where this runs from classes. */
    static String version() {
        final String version = Node.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }

    private NodeStatus.Process process(final int shard) {
        return new NodeStatus.Process(
                settings.replica(),
                shard,
                settings.shardCount(),
                settings.cluster().name(),
                version(),
                ProcessHandle.current().pid(),
                (System.nanoTime() - startNs) / 1_000_000,
                listenAddresses.get(shard),
                processNonce);
    }
}
