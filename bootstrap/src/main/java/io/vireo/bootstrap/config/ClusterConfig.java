package io.vireo.bootstrap.config;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.superblock.SharedLimits;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.journal.superblock.SuperblockIdentity;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The validated configuration of a cluster: equal on all replicas, immutable, shared by all threads. Made only by
 * {@link NodeContext#conclude}; the same class serves production and the simulator (with smaller sizes). It holds no local setting such as
 * a data directory or the number of shards.
 */
public final class ClusterConfig {
    /** Memory of a group for segments that are read, in chunks. */
    private static final int CACHED_CHUNKS = 32;

    private final String name;
    private final long clusterLo;
    private final long clusterHi;
    private final List<List<String>> addresses;
    private final int groupCount;
    private final long walBytes;
    private final int prepareSizeMax;
    private final int pipelineMax;
    private final int sessionsMax;
    private final int sessionWindow;
    private final Durability durability;
    private final long heartbeatNs;
    private final long suspicionMinNs;
    private final long suspicionMaxNs;
    private final long tickNs;
    private final int requestQueueMax;
    private final Placement placement;
    private final long segmentBytes;
    private final StateMachineKind stateMachine;

    ClusterConfig(final NodeContext context) {
        this.name = context.name();
        this.clusterLo = context.clusterLo();
        this.clusterHi = context.clusterHi();
        this.addresses = List.copyOf(context.addresses());
        this.groupCount = context.groupCount();
        this.walBytes = context.walBytes();
        this.prepareSizeMax = context.prepareSizeMax();
        this.pipelineMax = context.pipelineMax();
        this.sessionsMax = context.sessionsMax();
        this.sessionWindow = context.sessionWindow();
        this.durability = context.durability();
        this.heartbeatNs = context.heartbeatNs();
        this.suspicionMinNs = context.suspicionMinNs();
        this.suspicionMaxNs = context.suspicionMaxNs();
        this.tickNs = context.tickNs();
        this.requestQueueMax = context.requestQueueMax();
        this.placement = new Placement(context.namespacesMax(), context.groupCount());
        this.segmentBytes = context.segmentBytes();
        this.stateMachine = context.stateMachine();
    }

    /** For people; the cluster is identified by its id. */
    public String name() {
        return name;
    }

    public long clusterLo() {
        return clusterLo;
    }

    public long clusterHi() {
        return clusterHi;
    }

    /** R, 1 to 7. */
    public int replicaCount() {
        return addresses.size();
    }

    /** The addresses ("host:port") of a replica's shards, in the order of the shards; empty where there is no network (simulation). */
    public List<String> addresses(final int replica) {
        return addresses.get(replica);
    }

    /** G, 1 to 1,024. */
    public int groupCount() {
        return groupCount;
    }

    /** Size of the WAL ring of each group, bytes. */
    public long walBytes() {
        return walBytes;
    }

    /** Largest prepare, header included, bytes; also the largest frame. */
    public int prepareSizeMax() {
        return prepareSizeMax;
    }

    /** Prepares a primary keeps in flight. */
    public int pipelineMax() {
        return pipelineMax;
    }

    /** Sessions per group; one more evicts the one that has been quiet longest. */
    public int sessionsMax() {
        return sessionsMax;
    }

    /** Requests of one session in flight, and replies stored for each. */
    public int sessionWindow() {
        return sessionWindow;
    }

    public Durability durability() {
        return durability;
    }

    /** Interval of the primary's commit heartbeat. */
    public long heartbeatNs() {
        return heartbeatNs;
    }

    /** Shortest silence of the primary after which a backup suspects it. */
    public long suspicionMinNs() {
        return suspicionMinNs;
    }

    /** Longest such silence. */
    public long suspicionMaxNs() {
        return suspicionMaxNs;
    }

    /** Interval of the tick that drives all timeouts. */
    public long tickNs() {
        return tickNs;
    }

    /** Requests that may wait for a prepare, per group; beyond it clients are told "busy". */
    public int requestQueueMax() {
        return requestQueueMax;
    }

    /** Namespaces are [0, namespacesMax). */
    public int namespacesMax() {
        return placement.namespacesMax();
    }

    public Placement placement() {
        return placement;
    }

    /** Size at which a segment file is sealed. */
    public long segmentBytes() {
        return segmentBytes;
    }

    /** What the groups replicate. */
    public StateMachineKind stateMachine() {
        return stateMachine;
    }

    /** Tells configurations apart that would commit, apply or checkpoint differently; two replicas that differ in it must not talk. */
    public long settingsDigest() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[7 * Long.BYTES]);
        bytes.putLong(0, walBytes, LITTLE_ENDIAN);
        bytes.putLong(8, prepareSizeMax, LITTLE_ENDIAN);
        bytes.putLong(16, segmentBytes, LITTLE_ENDIAN);
        bytes.putInt(24, pipelineMax, LITTLE_ENDIAN);
        bytes.putInt(28, stateMachine.code(), LITTLE_ENDIAN);
        bytes.putLong(32, sessionsMax, LITTLE_ENDIAN);
        bytes.putLong(40, sessionWindow, LITTLE_ENDIAN);
        bytes.putLong(48, namespacesMax(), LITTLE_ENDIAN);
        final Checksum checksum = new Checksum();
        checksum.hash(bytes, 0, bytes.capacity());
        return checksum.lo();
    }

    /**
     * What the data file of a replica's group has to be of.
     *
     * @param formatIdLo random at format, with {@code formatIdHi}; compared with nothing when a file is opened.
     */
    public SuperblockIdentity identity(
            final int replica, final int group, final long formatIdLo, final long formatIdHi) {
        return new SuperblockIdentity(
                clusterLo,
                clusterHi,
                replica,
                group,
                formatIdLo,
                formatIdHi,
                walBytes,
                prepareSizeMax,
                segmentBytes,
                replicaCount(),
                groupCount,
                new SharedLimits(pipelineMax, sessionsMax, sessionWindow, namespacesMax(), stateMachine));
    }

    /** Sizes of the segment files; a small segment, as simulations have it, has four chunks. */
    public SegmentLimits segmentLimits() {
        final int bytes = (int) segmentBytes;
        final int chunkBytes = bytes >= 4 * SegmentLimits.CHUNK_BYTES ? SegmentLimits.CHUNK_BYTES : bytes / 4;
        return new SegmentLimits(bytes, chunkBytes, CACHED_CHUNKS * chunkBytes);
    }

    /** Number of the replica that is primary of a group in a view. */
    public int primaryOf(final int group, final long view) {
        return (int) ((group + view) % replicaCount());
    }

    /** Bytes of replies the session table of one group may hold; named at start. */
    public long replyBytesMax(final int replySizeMax) {
        return (long) sessionsMax * sessionWindow * replySizeMax;
    }
}
