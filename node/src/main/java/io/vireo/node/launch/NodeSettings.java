package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What one node process was told, checked: the cluster's configuration and this process's own settings.
 *
 * @param listen "host:port", or null for this replica's address of the cluster.
 * @param clockToleranceNs how far the wall clock may be behind the newest timestamp of the log at start.
 */
record NodeSettings(
        Settings settings,
        ClusterConfig cluster,
        int replica,
        Path dataDir,
        String listen,
        boolean isSpinning,
        long clockToleranceNs,
        int connectionsMax,
        String logLevel) {
    private static final long CLOCK_TOLERANCE_DEFAULT_NS = 10_000_000_000L;
    private static final int CONNECTIONS_MAX_DEFAULT = 10_000;

    static NodeSettings conclude(final Settings settings, final Path dataDirDefault) {
        final ClusterConfig cluster = settings.concludeCluster();
        if (!settings.isSet(Setting.REPLICA)) {
            throw new OperatorException(
                    "which replica is this? Give --replica K, VIREO_REPLICA or replica = K in [node] of the cluster file; the cluster has replicas 0 to "
                            + (cluster.replicaCount() - 1));
        }
        final int replica = (int) settings.number(Setting.REPLICA, 0, 0, cluster.replicaCount() - 1);
        return new NodeSettings(
                settings,
                cluster,
                replica,
                Path.of(settings.text(Setting.DATA_DIR, dataDirDefault.toString())),
                settings.text(Setting.LISTEN, null),
                settings.word(Setting.IDLE, "block", "block", "spin").equals("spin"),
                settings.number(Setting.CLOCK_TOLERANCE_NS, CLOCK_TOLERANCE_DEFAULT_NS, 0, Long.MAX_VALUE),
                (int) settings.number(Setting.CONNECTIONS_MAX, CONNECTIONS_MAX_DEFAULT, 16, 1_000_000),
                settings.word(Setting.LOG_LEVEL, "info", "error", "warn", "info", "debug"));
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

    /** The effective values as TOML, each with where it comes from. */
    String print(final String boundAddress) {
        final StringBuilder text = new StringBuilder();
        for (final Setting setting : Setting.values()) {
            if (setting.isOfCluster()) {
                line(text, setting, clusterValue(setting));
            }
        }
        for (int i = 0; i < cluster.replicaCount(); i++) {
            text.append("\n[[replicas]] # ")
                    .append(settings.addressesOrigin())
                    .append("\nshards = [\"")
                    .append(cluster.addresses(i).get(0))
                    .append("\"]\n");
        }
        text.append("\n[node]\n");
        line(text, Setting.REPLICA, Integer.toString(replica));
        line(text, Setting.DATA_DIR, dataDir.toString());
        line(
                text,
                Setting.LISTEN,
                boundAddress != null
                        ? boundAddress
                        : listen != null ? listen : cluster.addresses(replica).get(0));
        line(text, Setting.IDLE, isSpinning ? "spin" : "block");
        line(text, Setting.CLOCK_TOLERANCE_NS, Long.toString(clockToleranceNs));
        line(text, Setting.CONNECTIONS_MAX, Integer.toString(connectionsMax));
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
            case REPLICA, DATA_DIR, LISTEN, IDLE, CLOCK_TOLERANCE_NS, CONNECTIONS_MAX, LOG_LEVEL ->
                throw new IllegalArgumentException(setting + " is not the cluster's");
        };
    }
}
