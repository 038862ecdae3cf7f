package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.bootstrap.transfer.RateLimit;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.gateway.service.ServiceSettings;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.sync.ScrubPace;
import io.vireo.node.transport.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What one node process was told, checked: the cluster's configuration and this process's own settings.
 *
 * @param shardCount shards that the replica runs, in this process and others.
 * @param shard which of them this process runs, {@link #ALL_SHARDS} for all.
 * @param listen "host:port", or null for the addresses of the cluster.
 * @param secret of the cluster; null if it has none.
 * @param tls of this node's ports, and towards others.
 * @param clockToleranceNs how far the wall clock may be behind the newest timestamp of the log at start.
 * @param scrub how fast files are checked while they are in use; the rate is that of all groups of the process together.
 */
record NodeSettings(
        Settings settings,
        ClusterConfig cluster,
        int replica,
        int shardCount,
        int shard,
        Path dataDir,
        String listen,
        ClusterSecret secret,
        TlsSettings tls,
        boolean isSpinning,
        long clockToleranceNs,
        int connectionsMax,
        ScrubPace scrub,
        long transferBytesPerSecond,
        int passwordIterations,
        String logLevel) {
    static final int ALL_SHARDS = -1;

    private static final long CLOCK_TOLERANCE_DEFAULT_NS = 10_000_000_000L;
    private static final int CONNECTIONS_MAX_DEFAULT = 10_000;
    private static final long SCRUB_INTERVAL_DEFAULT_NS = 7 * 24 * 3_600 * 1_000_000_000L;
    /** Ten years, so that no sum of it and a clock overflows. */
    private static final long SCRUB_INTERVAL_MAX_NS = 3_650L * 24 * 3_600 * 1_000_000_000L;

    private static final long SCRUB_BYTES_PER_SECOND_DEFAULT = 16 << 20;
    private static final int PASSWORD_ITERATIONS_MAX = 10_000_000;

    static NodeSettings conclude(final Settings settings, final Path dataDirDefault) {
        final ClusterConfig cluster = settings.concludeCluster();
        if (!settings.isSet(Setting.REPLICA)) {
            throw new OperatorException(
                    "which replica is this? Give --replica K, VIREO_REPLICA or replica = K in [node] of the cluster file; the cluster has replicas 0 to "
                            + (cluster.replicaCount() - 1));
        }
        final int replica = (int) settings.number(Setting.REPLICA, 0, 0, cluster.replicaCount() - 1);
        final int shardCount =
                shardCount(settings, cluster, replica, Runtime.getRuntime().availableProcessors());
        final int shard = settings.isSet(Setting.SHARD) ? shard(settings, cluster, replica, shardCount) : ALL_SHARDS;
        if (settings.isSet(Setting.LISTEN) && shard == ALL_SHARDS && shardCount > 1) {
            throw new OperatorException("listen = " + settings.text(Setting.LISTEN, "")
                    + ": is one address, and this process runs " + shardCount
                    + " shards; change the addresses in the cluster file, or run one shard (from "
                    + settings.origin(Setting.LISTEN) + ")");
        }
        requireClients(settings, cluster, replica, shardCount);
        return new NodeSettings(
                settings,
                cluster,
                replica,
                shardCount,
                shard,
                Path.of(settings.text(Setting.DATA_DIR, dataDirDefault.toString())),
                settings.text(Setting.LISTEN, null),
                settings.concludeSecret(),
                TlsSettings.ofNode(settings),
                settings.word(Setting.IDLE, "block", "block", "spin").equals("spin"),
                settings.number(Setting.CLOCK_TOLERANCE_NS, CLOCK_TOLERANCE_DEFAULT_NS, 0, Long.MAX_VALUE),
                (int) settings.number(Setting.CONNECTIONS_MAX, CONNECTIONS_MAX_DEFAULT, 16, 1_000_000),
                new ScrubPace(
                        settings.number(Setting.SCRUB_INTERVAL_NS, SCRUB_INTERVAL_DEFAULT_NS, 0, SCRUB_INTERVAL_MAX_NS),
                        settings.number(
                                Setting.SCRUB_BYTES_PER_SECOND, SCRUB_BYTES_PER_SECOND_DEFAULT, 1, Long.MAX_VALUE)),
                settings.number(
                        Setting.TRANSFER_BYTES_PER_SECOND,
                        TransferLimits.BYTES_PER_SECOND,
                        1,
                        RateLimit.BYTES_PER_SECOND_MAX),
                (int) settings.number(
                        Setting.PASSWORD_ITERATIONS,
                        ServiceSettings.DEFAULT.passwordIterations(),
                        1,
                        PASSWORD_ITERATIONS_MAX),
                settings.word(Setting.LOG_LEVEL, "info", "error", "warn", "info", "debug"));
    }

    /**
     * How many shards the replica runs. Left open it is what the machine can run at a time with a core to spare, but no more than there are
     * addresses and groups for. A process that runs one shard takes that most instead: how many cores it may use can differ from what the
     * others of its replica see, and they must come to the same number.
     */
    static int shardCount(
            final Settings settings, final ClusterConfig cluster, final int replica, final int processors) {
        final int addresses = Math.max(1, cluster.addresses(replica).size());
        final int groups = cluster.groupCount();
        final int most = Math.min(groups, addresses);
        final int otherwise = settings.isSet(Setting.SHARD) ? most : Math.max(1, Math.min(most, processors - 1));
        final int shards = (int) settings.number(Setting.SHARDS, otherwise, 1, groups);
        if (shards > addresses) {
            throw new OperatorException("shards = " + shards + ": replica " + replica + " has " + addresses
                    + (addresses == 1 ? " address" : " addresses")
                    + " in the cluster file, and each shard listens at its own; add to the list shards of its table [[replicas]], "
                    + "on all replicas and clients (from " + settings.origin(Setting.SHARDS) + ")");
        }
        return shards;
    }

    private static int shard(
            final Settings settings, final ClusterConfig cluster, final int replica, final int shardCount) {
        final int shard = (int) settings.number(Setting.SHARD, 0, 0, cluster.groupCount() - 1);
        if (shard >= shardCount) {
            throw new OperatorException("shard = " + shard + ": replica " + replica + " runs " + shardCount
                    + (shardCount == 1 ? " shard" : " shards, 0 to " + (shardCount - 1))
                    + "; how many is the setting shards (" + settings.origin(Setting.SHARDS)
                    + "), which must be the same in all processes of the replica (from "
                    + settings.origin(Setting.SHARD) + ")");
        }
        return shard;
    }

    private static void requireClients(
            final Settings settings, final ClusterConfig cluster, final int replica, final int shardCount) {
        final String clients = settings.clients(replica);
        if (clients == null) {
            return;
        }
        if (cluster.stateMachine() != StateMachineKind.STREAM) {
            throw new OperatorException("replicas[" + replica + "].clients = " + clients
                    + ": clients of the protocol need state_machine = \""
                    + StateMachineKind.STREAM.text() + "\", and this cluster has \""
                    + cluster.stateMachine().text()
                    + "\"; remove it (from " + settings.addressesOrigin() + ")");
        }
        if (HostPort.parse(clients).port() + shardCount - 1 > 65_535) {
            throw new OperatorException("replicas[" + replica + "].clients = " + clients + ": each of the " + shardCount
                    + " shards has the next port, and the last is 65535 (from " + settings.addressesOrigin() + ")");
        }
    }

    /** True if this process runs one shard and others run the rest. */
    boolean isOneShard() {
        return shard != ALL_SHARDS;
    }

    ShardLayout layout() {
        return new ShardLayout(cluster.groupCount(), shardCount);
    }

    /** The shards that this process runs. */
    int[] shards() {
        return isOneShard() ? new int[] {shard} : IntStream.range(0, shardCount).toArray();
    }

    /** The groups that this process hosts, in order. */
    int[] hostedGroups() {
        return IntStream.of(shards())
                .flatMap(each -> IntStream.of(layout().groups(each)))
                .sorted()
                .toArray();
    }

    /** Where a shard of this process is to listen. */
    String listenAddress(final int ofShard) {
        return listen != null ? listen : cluster.addresses(replica).get(ofShard);
    }

    /** The number of this process among those that serve clients. */
    int node() {
        return NodeNumber.of(replica, isOneShard() ? shard : 0);
    }

    /**
     * Processes of the replica that may have members of consumer groups: all where each shard is one, and where clients connect to none of them
     * only the first, which keeps house.
     */
    int processCount() {
        return isOneShard() && settings.clients(replica) != null ? shardCount : 1;
    }

    /** Where a shard of this process is to listen for clients; null if it serves none. */
    HostPort clientAddress(final int ofShard) {
        final String first = settings.clients(replica);
        if (first == null) {
            return null;
        }
        final HostPort address = HostPort.parse(first);
        return address.port() == 0 ? address : new HostPort(address.host(), address.port() + ofShard);
    }

    /** The share of one group in what is read to check files. */
    ScrubPace scrubOfGroup() {
        return new ScrubPace(
                scrub.intervalNs(), Math.max(1, scrub.bytesPerSecond() / Math.max(1, hostedGroups().length)));
    }

    /** The share of one group in what is asked for, and in what is sent, of files. */
    long transferBytesPerSecondOfGroup() {
        return Math.max(1, transferBytesPerSecond / Math.max(1, hostedGroups().length));
    }

    /** Directory of this replica. */
    Path replicaDir() {
        return replicaDir(dataDir, replica);
    }

    static Path replicaDir(final Path dataDir, final int replica) {
        return dataDir.resolve("replica-" + replica);
    }

    static Path groupDir(final Path dataDir, final int replica, final int group) {
        return replicaDir(dataDir, replica).resolve("group-" + group);
    }

    /**
     * The effective values as TOML, each with where it comes from.
     *
     * @param boundAddresses where the shards of this process really listen, in their order; null before they do.
     * @param boundClients where they listen for clients, in their order; empty if they do not.
     */
    String print(final List<String> boundAddresses, final List<String> boundClients) {
        final StringBuilder text = new StringBuilder();
        for (final Setting setting : Setting.values()) {
            if (setting == Setting.SECRET_FILE) {
                secretLine(text);
            } else if (setting.isOfCluster() && (settings.isSet(setting) || !setting.isOfTls() || !setting.isFile())) {
                line(text, setting, clusterValue(setting));
            }
        }
        for (int i = 0; i < cluster.replicaCount(); i++) {
            text.append("\n[[replicas]] # ")
                    .append(settings.addressesOrigin())
                    .append('\n')
                    .append(ClusterFile.replica(cluster.addresses(i), settings.clients(i)));
        }
        text.append("\n[node]\n");
        line(text, Setting.REPLICA, Integer.toString(replica));
        line(text, Setting.SHARDS, Integer.toString(shardCount));
        if (isOneShard()) {
            line(text, Setting.SHARD, Integer.toString(shard));
        }
        line(text, Setting.DATA_DIR, dataDir.toString());
        final int[] shards = shards();
        for (int i = 0; i < shards.length; i++) {
            final String address = boundAddresses == null ? listenAddress(shards[i]) : boundAddresses.get(i);
            if (shards.length == 1) {
                line(text, Setting.LISTEN, address);
            } else {
                text.append("# shard ")
                        .append(shards[i])
                        .append(" listens at ")
                        .append(address)
                        .append('\n');
            }
        }
        for (int i = 0; i < boundClients.size(); i++) {
            text.append("# clients of shard ")
                    .append(shards[i])
                    .append(" connect to ")
                    .append(boundClients.get(i))
                    .append('\n');
        }
        line(text, Setting.IDLE, isSpinning ? "spin" : "block");
        line(text, Setting.CLOCK_TOLERANCE_NS, Long.toString(clockToleranceNs));
        line(text, Setting.CONNECTIONS_MAX, Integer.toString(connectionsMax));
        line(text, Setting.SCRUB_INTERVAL_NS, Long.toString(scrub.intervalNs()));
        line(text, Setting.SCRUB_BYTES_PER_SECOND, Long.toString(scrub.bytesPerSecond()));
        line(text, Setting.TRANSFER_BYTES_PER_SECOND, Long.toString(transferBytesPerSecond));
        line(text, Setting.PASSWORD_ITERATIONS, Integer.toString(passwordIterations));
        line(text, Setting.LOG_LEVEL, logLevel);
        return text.toString();
    }

    private void line(final StringBuilder text, final Setting setting, final String value) {
        text.append(setting.key())
                .append(" = ")
                .append(ClusterFile.toml(value))
                .append(" # ")
                .append(settings.origin(setting))
                .append('\n');
    }

    /** Where the secret is, never what it is. */
    private void secretLine(final StringBuilder text) {
        if (settings.isSet(Setting.SECRET_FILE)) {
            line(text, Setting.SECRET_FILE, settings.text(Setting.SECRET_FILE, ""));
        } else {
            text.append(
                    secret == null
                            ? "# no secret: addresses of loopback only\n"
                            : "# the secret is in the environment, " + Settings.SECRET_VARIABLE + "\n");
        }
    }

    private String clusterValue(final Setting setting) {
        return switch (setting) {
            case NAME -> cluster.name();
            case CLUSTER_ID -> String.format("%016x%016x", cluster.clusterHi(), cluster.clusterLo());
            case GROUPS -> Integer.toString(cluster.groupCount());
            case WAL_BYTES -> Long.toString(cluster.walBytes());
            case PREPARE_SIZE_MAX -> Integer.toString(cluster.prepareSizeMax());
            case PIPELINE_MAX -> Integer.toString(cluster.pipelineMax());
            case SESSIONS_MAX -> Integer.toString(cluster.sessionsMax());
            case SESSION_WINDOW -> Integer.toString(cluster.sessionWindow());
            case DURABILITY -> cluster.durability().name().toLowerCase(Locale.ROOT);
            case HEARTBEAT_NS -> Long.toString(cluster.heartbeatNs());
            case SUSPICION_MIN_NS -> Long.toString(cluster.suspicionMinNs());
            case SUSPICION_MAX_NS -> Long.toString(cluster.suspicionMaxNs());
            case TICK_NS -> Long.toString(cluster.tickNs());
            case REQUEST_QUEUE_MAX -> Integer.toString(cluster.requestQueueMax());
            case NAMESPACES_MAX -> Integer.toString(cluster.namespacesMax());
            case SEGMENT_BYTES -> Long.toString(cluster.segmentBytes());
            case STATE_MACHINE -> cluster.stateMachine().text();
            case TLS_REPLICAS -> settings.text(setting, TlsSettings.OFF);
            case TLS_CLIENTS -> settings.text(setting, TlsSettings.OFF);
            case TLS_CA_FILE, TLS_CERTIFICATE_FILE, TLS_KEY_FILE -> settings.text(setting, "");
            case SECRET_FILE,
                    REPLICA,
                    SHARDS,
                    SHARD,
                    DATA_DIR,
                    LISTEN,
                    IDLE,
                    CLOCK_TOLERANCE_NS,
                    CONNECTIONS_MAX,
                    SCRUB_INTERVAL_NS,
                    SCRUB_BYTES_PER_SECOND,
                    TRANSFER_BYTES_PER_SECOND,
                    PASSWORD_ITERATIONS,
                    LOG_LEVEL -> throw new IllegalArgumentException(setting + " is not one of the cluster's values");
        };
    }
}
