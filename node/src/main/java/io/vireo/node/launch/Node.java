package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.util.InvariantException;
import io.vireo.node.host.HostContext;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.host.StorageFailureException;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.ops.NodeStatus;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.TcpTransport;
import io.vireo.node.transport.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node process: takes the locks, binds the port, writes the running configuration, and runs the shard until it is stopped or fails.
 * Everything that an operator can have got wrong is found before the first byte of a data file is written.
 */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    /** How long a stop may take before the process ends without it. */
    private static final long STOP_MAX_MS = 900;

    private final NodeSettings settings;
    private final long startNs = System.nanoTime();
    private String listenAddress = "";
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
                "event=start replica={} cluster={} dir={} pid={} java={} seed={}",
                settings.replica(),
                cluster.name(),
                settings.replicaDir(),
                ProcessHandle.current().pid(),
                Runtime.version().feature(),
                seed);
        requireLoopback();
        requireDirectories();
        final DirectoryLocks locks = DirectoryLocks.take(settings.dataDir(), settings.replica(), cluster.groupCount());
        try {
            return runLocked(cluster, seed, isStoppedByEndOfInput);
        } finally {
            locks.close();
        }
    }

    private int runLocked(final ClusterConfig cluster, final long seed, final boolean isStoppedByEndOfInput) {
        final SystemClock clock = new SystemClock();
        final NodeTrace trace = new NodeTrace(cluster.groupCount());
        final ShardAgent agent = new ShardAgent(
                cluster,
                settings.replica(),
                clock,
                settings.isSpinning(),
                settings.clockToleranceNs(),
                trace,
                this::process);
        final TcpTransport transport = new TcpTransport(transportContext(cluster)
                .clock(clock)
                .random(new SeededRandom(SeededRandom.streamSeed(seed, 0)))
                .listener(agent));
        agent.transport(transport);
        final InetSocketAddress bound = transport.listenAddress();
        listenAddress = new HostPort(bound.getAddress().getHostAddress(), bound.getPort()).toString();
        writeRunningConfiguration();
        LOG.info("event=listening address={}", listenAddress);
        final List<ReplicaHost> hosts = new ArrayList<>();
        final List<Integer> groups = new ArrayList<>();
        for (int i = 0; i < cluster.groupCount(); i++) {
            final int group = i;
            final FileStorage storage = new FileStorage(
                    NodeSettings.groupDir(settings.dataDir(), settings.replica(), group), agent.wakeupOfStorage());
            groups.add(group);
            hosts.add(new ReplicaHost(new HostContext(
                    cluster,
                    settings.replica(),
                    group,
                    storage,
                    transport,
                    new SeededRandom(SeededRandom.streamSeed(seed, 1 + group)),
                    processNonce,
                    segments -> new LogStateMachine(cluster, group, segments),
                    trace)));
        }
        agent.hosts(hosts, groups);
        return run(agent, isStoppedByEndOfInput);
    }

    private int run(final ShardAgent agent, final boolean isStoppedByEndOfInput) {
        final CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(agent, ended), "vireo-stop"));
        if (isStoppedByEndOfInput) {
            watchInput(agent);
        }
        try {
            final RuntimeException failure = agent.run();
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

    /** The shutdown hook; the thread that runs the shard does the stopping itself. */
    private static void stopAndWait(final ShardAgent agent, final CountDownLatch ended) {
        agent.stop();
        try {
            if (!ended.await(STOP_MAX_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("event=stop-timeout ms={}", STOP_MAX_MS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The one that started this process holds the other end of its input: when that is gone, this process is nobody's. */
    private static void watchInput(final ShardAgent agent) {
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
                    agent.stop();
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
        if (failure instanceof OperatorException) {
            throw failure;
        }
        final String kind = failure instanceof InvariantException ? "invariant" : "defect";
        LOG.error("event=failed kind={} text=\"{}\"", kind, failure.getMessage(), failure);
        return ExitCodes.BROKEN_INVARIANT;
    }

    private TransportContext transportContext(final ClusterConfig cluster) {
        final List<List<String>> addresses = new ArrayList<>();
        for (int i = 0; i < cluster.replicaCount(); i++) {
            addresses.add(cluster.addresses(i));
        }
        return new TransportContext()
                .cluster(cluster.clusterLo(), cluster.clusterHi())
                .replica(settings.replica())
                .groupCount(cluster.groupCount())
                .settings(cluster.settingsDigest())
                .addresses(addresses)
                .listenAddress(settings.listen())
                .processNonce(processNonce)
                .frameSizeMax(cluster.prepareSizeMax())
                .pipelineMax(cluster.pipelineMax())
                .connectionsMax(settings.connectionsMax());
    }

    /** Nobody proves who he is yet, so nobody but this machine may get at the ports. */
    private void requireLoopback() {
        final ClusterConfig cluster = settings.cluster();
        for (int i = 0; i < cluster.replicaCount(); i++) {
            requireLoopback(
                    "replicas[" + i + "].shards[0]", cluster.addresses(i).get(0));
        }
        if (settings.listen() != null) {
            requireLoopback(Setting.LISTEN.key(), settings.listen());
        }
    }

    private static void requireLoopback(final String setting, final String address) {
        final String host;
        try {
            host = HostPort.parse(address).host();
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(setting + ": " + e.getMessage(), e);
        }
        boolean isLoopback = false;
        try {
            isLoopback = InetAddress.getByName(host).isLoopbackAddress();
        } catch (final UnknownHostException e) {
            LOG.warn("event=unknown-host host={}", host);
        }
        if (!isLoopback) {
            throw new OperatorException(
                    setting + " = " + address
                            + ": not an address of loopback; replicas and clients do not authenticate in this release, so a cluster runs on one machine, at 127.0.0.1");
        }
    }

    private void requireDirectories() {
        for (int group = 0; group < settings.cluster().groupCount(); group++) {
            final Path dir = NodeSettings.groupDir(settings.dataDir(), settings.replica(), group);
            if (!Files.isDirectory(dir)) {
                throw new OperatorException(
                        "there is no data of replica " + settings.replica() + " in " + settings.dataDir() + " (" + dir
                                + " does not exist); format it once by \"vireo format --replica " + settings.replica()
                                + "\", or name the right place by --data-dir");
            }
        }
    }

    /** What this process really runs with, its port above all; replaced as a whole. */
    private void writeRunningConfiguration() {
        final Path file = settings.replicaDir().resolve("running.toml");
        final Path written = settings.replicaDir().resolve("running.toml.tmp");
        final String text =
                "# Written at every start: what this process runs with. Changing it changes nothing.\n# pid "
                        + ProcessHandle.current().pid() + "\n" + settings.print(listenAddress);
        try {
            Files.write(written, text.getBytes(StandardCharsets.UTF_8));
            Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (final IOException e) {
            throw new OperatorException(
                    "cannot write " + file + ": " + Failures.text(e) + "; the data directory must be writable", e);
        }
    }

    private NodeStatus.Process process() {
        final String version = Node.class.getPackage().getImplementationVersion();
        return new NodeStatus.Process(
                settings.replica(),
                settings.cluster().name(),
                version == null ? "" : version,
                ProcessHandle.current().pid(),
                (System.nanoTime() - startNs) / 1_000_000,
                listenAddress,
                processNonce);
    }
}
