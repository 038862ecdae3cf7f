package io.vireo.bootstrap.config;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.StateMachineKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Collects settings, checks them and concludes them into a {@link ClusterConfig}. Filled by whoever reads files, environment and command
 * line, or by a test; used once, on one thread. Unset means the default that stands beside the field; sizes are bytes, times nanoseconds.
 */
public final class NodeContext {
    public static final int REPLICAS_MAX = 7;
    public static final int GROUPS_MAX = 1024;
    /** A StartView carries one header more than the pipeline is deep, and the superblock has room for this many. */
    public static final int PIPELINE_MAX_LIMIT = 16;

    public static final int SESSIONS_MAX_LIMIT = 65_536;
    /** Stored replies per session; clients count on it. */
    public static final int SESSION_WINDOW_MAX = 64;

    public static final int REQUEST_QUEUE_MAX_LIMIT = 65_535;
    /** A frame is no larger than a prepare, and one with a piece of a file carries at least a sector behind its header. */
    public static final int PREPARE_SIZE_MIN = HeaderFlyweight.HEADER_LENGTH + Storage.SECTOR;
    /** The log's index keeps a length in 24 bits. */
    public static final int PREPARE_SIZE_LIMIT = 8 << 20;

    public static final long WAL_BYTES_LIMIT = 64L << 30;
    public static final int NAMESPACES_LIMIT = 1 << 24;
    public static final int NAME_LENGTH_MAX = 63;
    /** Bytes of the addresses of one replica: a shard at whose door somebody knocks in vain answers with all of them in one frame. */
    public static final int ADDRESS_BYTES_MAX = 32 * 1024;

    private static final long MILLIS = 1_000_000L;

    private String name = "vireo";
    private long clusterLo;
    private long clusterHi;
    private List<List<String>> addresses = new ArrayList<>();
    private int groupCount = 4;
    private long walBytes = 1L << 30;
    private int prepareSizeMax = 2 << 20;
    private int pipelineMax = 8;
    private int sessionsMax = 8192;
    private int sessionWindow = 64;
    private Durability durability;
    private long heartbeatNs = 100 * MILLIS;
    private long suspicionMinNs = 500 * MILLIS;
    private long suspicionMaxNs = 2_000 * MILLIS;
    private long tickNs = 10 * MILLIS;
    private int requestQueueMax = 8192;
    private int namespacesMax = 65_536;
    private long segmentBytes = 128L << 20;
    /** Stays the log, whatever new clusters get: a cluster file that does not say is from before there was a choice. */
    private StateMachineKind stateMachine = StateMachineKind.LOG;

    /**
     * Checks every setting, and those that depend on each other.
     *
     * @throws ConfigException for the first one that breaks its rule.
     */
    public ClusterConfig conclude() {
        check(
                name.matches("[a-z0-9][a-z0-9-]*") && name.length() <= NAME_LENGTH_MAX,
                "name",
                "'" + name + "'",
                "must be 1 to " + NAME_LENGTH_MAX + " of a-z, 0-9 and '-', not starting with '-'");
        check((clusterLo | clusterHi) != 0, "cluster_id", 0, "must not be zero: it tells this cluster from all others");
        checkRange("replicas", addresses.size(), 1, REPLICAS_MAX);
        checkRange("groups", groupCount, 1, GROUPS_MAX);
        checkAddresses();
        checkRange("prepare_size_max", prepareSizeMax, PREPARE_SIZE_MIN, PREPARE_SIZE_LIMIT);
        checkWal();
        checkRange("pipeline_max", pipelineMax, 1, PIPELINE_MAX_LIMIT);
        checkRange("sessions_max", sessionsMax, 1, SESSIONS_MAX_LIMIT);
        checkRange("session_window", sessionWindow, 1, SESSION_WINDOW_MAX);
        if (durability == null) {
            durability = Durability.defaultFor(addresses.size());
        }
        checkRange("tick_ns", tickNs, MILLIS, 1_000 * MILLIS);
        checkRange("heartbeat_ns", heartbeatNs, tickNs, 10_000 * MILLIS);
        check(
                suspicionMinNs >= 2 * heartbeatNs,
                "suspicion_min_ns",
                suspicionMinNs,
                "must be at least twice heartbeat_ns = " + heartbeatNs
                        + ": one lost heartbeat is no reason to suspect a primary");
        check(
                suspicionMaxNs >= suspicionMinNs,
                "suspicion_max_ns",
                suspicionMaxNs,
                "must be at least suspicion_min_ns = " + suspicionMinNs);
        check(suspicionMaxNs <= 60_000 * MILLIS, "suspicion_max_ns", suspicionMaxNs, "must be at most one minute");
        checkRange("request_queue_max", requestQueueMax, 1, REQUEST_QUEUE_MAX_LIMIT);
        check(
                requestQueueMax >= sessionWindow,
                "request_queue_max",
                requestQueueMax,
                "must be at least session_window = " + sessionWindow
                        + ": a frame of one session that never fits an empty queue would be refused for ever");
        checkRange("namespaces_max", namespacesMax, 1, NAMESPACES_LIMIT);
        check(
                namespacesMax >= groupCount,
                "namespaces_max",
                namespacesMax,
                "must be at least groups = " + groupCount + ": a group without a namespace replicates nothing");
        checkSegments();
        return new ClusterConfig(this);
    }

    private void checkAddresses() {
        for (int replica = 0; replica < addresses.size(); replica++) {
            final List<String> shards = addresses.get(replica);
            final String setting = "replicas[" + replica + "].shards";
            check(
                    shards.isEmpty() == addresses.get(0).isEmpty(),
                    setting,
                    shards,
                    "either every replica has addresses or none has");
            check(
                    shards.size() <= groupCount,
                    setting,
                    shards,
                    "must not be more than groups = " + groupCount + ": a shard without a group has nothing to do");
            int bytes = 0;
            for (int shard = 0; shard < shards.size(); shard++) {
                checkAddress(setting + "[" + shard + "]", shards.get(shard));
                bytes += shards.get(shard).getBytes(StandardCharsets.UTF_8).length;
            }
            check(bytes <= ADDRESS_BYTES_MAX, setting, bytes, "must take at most " + ADDRESS_BYTES_MAX + " bytes");
            checkDistinct(setting, shards);
        }
    }

    /** Two shards cannot listen at one place; port 0 is another one each time. */
    private static void checkDistinct(final String setting, final List<String> shards) {
        for (int shard = 1; shard < shards.size(); shard++) {
            final String address = shards.get(shard);
            check(
                    shards.indexOf(address) == shard || address.endsWith(":0"),
                    setting + "[" + shard + "]",
                    "'" + address + "'",
                    "is the address of shard " + shards.indexOf(address) + " too; each shard listens at its own");
        }
    }

    private static void checkAddress(final String setting, final String address) {
        final int colon = address.lastIndexOf(':');
        check(colon > 0 && address.indexOf(' ') < 0, setting, "'" + address + "'", "must be host:port");
        final String port = address.substring(colon + 1);
        check(
                port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535,
                setting,
                "'" + address + "'",
                "the port must be a number from 0 (any free one) to 65535");
    }

    private void checkWal() {
        checkRange("wal_bytes", walBytes, Storage.SECTOR, WAL_BYTES_LIMIT);
        check(
                walBytes % Storage.SECTOR == 0,
                "wal_bytes",
                walBytes,
                "must be a multiple of the sector of " + Storage.SECTOR);
        final String broken = CheckpointPolicy.brokenLaw(walBytes, prepareSizeMax);
        check(broken == null, "wal_bytes", walBytes, broken);
    }

    private void checkSegments() {
        checkRange("segment_bytes", segmentBytes, 4L * Storage.SECTOR, 1L << 30);
        final int unit =
                segmentBytes >= 4L * SegmentLimits.CHUNK_BYTES ? SegmentLimits.CHUNK_BYTES : 4 * Storage.SECTOR;
        check(segmentBytes % unit == 0, "segment_bytes", segmentBytes, "must be a multiple of " + unit);
        check(
                segmentBytes >= prepareSizeMax,
                "segment_bytes",
                segmentBytes,
                "must be at least prepare_size_max = " + prepareSizeMax + ": a segment holds the largest entry");
    }

    private static void checkRange(final String setting, final long value, final long min, final long max) {
        check(value >= min && value <= max, setting, value, "must be from " + min + " to " + max);
    }

    private static void check(final boolean holds, final String setting, final Object value, final String rule) {
        if (!holds) {
            throw new ConfigException(setting, value, rule);
        }
    }

    public String name() {
        return name;
    }

    public NodeContext name(final String value) {
        name = value;
        return this;
    }

    public long clusterLo() {
        return clusterLo;
    }

    public long clusterHi() {
        return clusterHi;
    }

    /** The 128-bit id of the cluster; drawn once, when it is created. */
    public NodeContext clusterId(final long lo, final long hi) {
        clusterLo = lo;
        clusterHi = hi;
        return this;
    }

    public List<List<String>> addresses() {
        return addresses;
    }

    /** Adds a replica with the addresses of its shards, "host:port" each. */
    public NodeContext addReplica(final List<String> shards) {
        addresses.add(List.copyOf(shards));
        return this;
    }

    /** A cluster without a network: this many replicas and no addresses. Replaces what was added. */
    public NodeContext replicaCount(final int count) {
        addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(List.of());
        }
        return this;
    }

    public int groupCount() {
        return groupCount;
    }

    public NodeContext groupCount(final int value) {
        groupCount = value;
        return this;
    }

    public long walBytes() {
        return walBytes;
    }

    public NodeContext walBytes(final long value) {
        walBytes = value;
        return this;
    }

    public int prepareSizeMax() {
        return prepareSizeMax;
    }

    public NodeContext prepareSizeMax(final int value) {
        prepareSizeMax = value;
        return this;
    }

    public int pipelineMax() {
        return pipelineMax;
    }

    public NodeContext pipelineMax(final int value) {
        pipelineMax = value;
        return this;
    }

    public int sessionsMax() {
        return sessionsMax;
    }

    public NodeContext sessionsMax(final int value) {
        sessionsMax = value;
        return this;
    }

    public int sessionWindow() {
        return sessionWindow;
    }

    public NodeContext sessionWindow(final int value) {
        sessionWindow = value;
        return this;
    }

    /** Null until set or concluded. */
    public Durability durability() {
        return durability;
    }

    public NodeContext durability(final Durability value) {
        durability = value;
        return this;
    }

    /** By its name in the cluster file: "synced" or "marked". */
    public NodeContext durability(final String value) {
        final String upper = value.toUpperCase(Locale.ROOT);
        for (final Durability each : Durability.values()) {
            if (each.name().equals(upper)) {
                return durability(each);
            }
        }
        throw new ConfigException("durability", "'" + value + "'", "must be \"synced\" or \"marked\"");
    }

    public long heartbeatNs() {
        return heartbeatNs;
    }

    public NodeContext heartbeatNs(final long value) {
        heartbeatNs = value;
        return this;
    }

    public long suspicionMinNs() {
        return suspicionMinNs;
    }

    public NodeContext suspicionMinNs(final long value) {
        suspicionMinNs = value;
        return this;
    }

    public long suspicionMaxNs() {
        return suspicionMaxNs;
    }

    public NodeContext suspicionMaxNs(final long value) {
        suspicionMaxNs = value;
        return this;
    }

    public long tickNs() {
        return tickNs;
    }

    public NodeContext tickNs(final long value) {
        tickNs = value;
        return this;
    }

    public int requestQueueMax() {
        return requestQueueMax;
    }

    public NodeContext requestQueueMax(final int value) {
        requestQueueMax = value;
        return this;
    }

    public int namespacesMax() {
        return namespacesMax;
    }

    public NodeContext namespacesMax(final int value) {
        namespacesMax = value;
        return this;
    }

    public long segmentBytes() {
        return segmentBytes;
    }

    public NodeContext segmentBytes(final long value) {
        segmentBytes = value;
        return this;
    }

    public StateMachineKind stateMachine() {
        return stateMachine;
    }

    public NodeContext stateMachine(final StateMachineKind value) {
        stateMachine = value;
        return this;
    }
}
