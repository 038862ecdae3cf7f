package io.vireo.node.transport;

import io.vireo.bootstrap.config.NodeContext;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.port.Clock;
import io.vireo.node.port.RandomSource;
import io.vireo.node.port.Secrets;
import io.vireo.node.tls.Tls;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link TcpTransport} is told: who it is, where the others are, and its limits. Filled by the one who starts it; {@link #conclude}
 * refuses what cannot work and names it.
 */
public final class TransportContext {
    /** Deadline of the handshake, both sides. */
    static final long HANDSHAKE_TIMEOUT_NS = 2_000_000_000L;
    /** Limit of frames before the handshake is done. */
    public static final int HANDSHAKE_FRAME_MAX = 1024;
    /** Limit of the answer to a HELLO: a REJECT names all shards of a replica. Only who has dialled takes so much. */
    public static final int HANDSHAKE_ANSWER_MAX = 2 * NodeContext.ADDRESS_BYTES_MAX;
    /** Bytes of the document with which a shard answers STATUS. */
    public static final int STATUS_MAX = 512 * 1024;
    /** A replica says at least this often that it is still there. */
    static final long KEEP_ALIVE_NS = 1_000_000_000L;
    /** A replica connection that was silent, or any that took none of its waiting bytes, for so long is closed. */
    static final long SILENCE_MAX_NS = 5_000_000_000L;
    /** First and largest bound of the random wait before a replica is dialled again. */
    static final long RECONNECT_MIN_NS = 20_000_000L;

    static final long RECONNECT_MAX_NS = 1_000_000_000L;

    long clusterLo;
    long clusterHi;
    int replica;
    int groupCount;
    long settings;
    long[] hostedGroups;
    long[] servedGroups;
    int shard;
    int shardCount;
    List<List<String>> addresses = List.of();
    String listenAddress;
    long processNonce;
    int frameSizeMax;
    int pipelineMax = 8;
    int connectionsMax = 10_000;
    int clientsMax = 262_144;
    int clientsPerConnectionMax = 4_096;
    long clientBuffersMax = 256L << 20;
    Clock clock;
    RandomSource random;
    TransportListener listener;
    ClusterSecret secret;
    /** Null where connections are without. */
    Tls tls;

    Secrets nonces;
    int peerSendMax;
    int bulkSendMax;
    int clientSendMax;

    public TransportContext cluster(final long lo, final long hi) {
        this.clusterLo = lo;
        this.clusterHi = hi;
        return this;
    }

    public TransportContext replica(final int replica) {
        this.replica = replica;
        return this;
    }

    /** Groups of the cluster; this process hosts all of them unless {@link #hostedGroups} says otherwise. */
    public TransportContext groupCount(final int groupCount) {
        this.groupCount = groupCount;
        return this;
    }

    /** Digest of the settings that all replicas of the cluster share; replicas with different ones do not talk. */
    public TransportContext settings(final long digest) {
        this.settings = digest;
        return this;
    }

    /** One bit per hosted group. */
    public TransportContext hostedGroups(final long[] bits) {
        this.hostedGroups = bits.clone();
        return this;
    }

    /** One bit per group that clients reach here: those of all shards of this process. The hosted ones unless told. */
    public TransportContext servedGroups(final long[] bits) {
        this.servedGroups = bits.clone();
        return this;
    }

    /** Which shard of the replica this is; 0 unless told. */
    public TransportContext shard(final int shard) {
        this.shard = shard;
        return this;
    }

    /** Shards that this replica runs, in this process and others: the first so many of its addresses. All of them unless told. */
    public TransportContext shardCount(final int shards) {
        this.shardCount = shards;
        return this;
    }

    /** For each replica the addresses ("host:port") of its shards. */
    public TransportContext addresses(final List<List<String>> addresses) {
        this.addresses = addresses;
        return this;
    }

    /** Where this process listens, if that is not its address of {@link #addresses}; port 0 is any free one. */
    public TransportContext listenAddress(final String address) {
        this.listenAddress = address;
        return this;
    }

    public TransportContext processNonce(final long nonce) {
        this.processNonce = nonce;
        return this;
    }

    /** Limit of a frame's size after the handshake, header included. */
    public TransportContext frameSizeMax(final int bytes) {
        this.frameSizeMax = bytes;
        return this;
    }

    /** Prepares in flight; with the frame size it bounds what may wait for a replica. */
    public TransportContext pipelineMax(final int prepares) {
        this.pipelineMax = prepares;
        return this;
    }

    public TransportContext connectionsMax(final int connections) {
        this.connectionsMax = connections;
        return this;
    }

    /** Client ids known at a time, in all and on one connection. */
    public TransportContext clientsMax(final int clients, final int perConnection) {
        this.clientsMax = clients;
        this.clientsPerConnectionMax = perConnection;
        return this;
    }

    /** Bytes of the buffers of all client connections together. */
    public TransportContext clientBuffersMax(final long bytes) {
        this.clientBuffersMax = bytes;
        return this;
    }

    public TransportContext clock(final Clock clock) {
        this.clock = clock;
        return this;
    }

    public TransportContext random(final RandomSource random) {
        this.random = random;
        return this;
    }

    public TransportContext listener(final TransportListener listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Whoever connects has to prove that it knows this, and is proved the same to. Nobody has to unless told.
     *
     * @param nonces where each connection gets its own from.
     */
    public TransportContext secret(final ClusterSecret secret, final Secrets nonces) {
        this.secret = secret;
        this.nonces = nonces;
        return this;
    }

    /** All connections, accepted and dialled, are by this; none is unless told, or where it is null. */
    public TransportContext tls(final Tls connections) {
        this.tls = connections;
        return this;
    }

    /** Computes what follows from the settings; called by the transport. */
    void conclude() {
        require(
                replica >= 0 && replica < addresses.size(),
                "replica is " + replica + " but there are addresses for " + addresses.size());
        require(groupCount >= 1 && groupCount <= HelloFlyweight.GROUPS_MAX, "groupCount is " + groupCount);
        require(
                frameSizeMax >= HANDSHAKE_FRAME_MAX,
                "frameSizeMax is " + frameSizeMax + ", below the handshake's " + HANDSHAKE_FRAME_MAX);
        final int shards = addresses.stream().mapToInt(List::size).sum();
        require(
                connectionsMax >= 2 * shards,
                "connectionsMax is " + connectionsMax + ", below two for each of the " + shards
                        + " addresses of replicas");
        require(clock != null && random != null && listener != null, "clock, random or listener is missing");
        if (hostedGroups == null) {
            hostedGroups = new long[HelloFlyweight.groupWords(groupCount)];
            for (int group = 0; group < groupCount; group++) {
                hostedGroups[group >>> 6] |= 1L << group;
            }
        }
        if (servedGroups == null) {
            servedGroups = hostedGroups;
        }
        if (shardCount == 0) {
            shardCount = addresses.get(replica).size();
        }
        require(
                shardCount >= 1 && shardCount <= addresses.get(replica).size(),
                "shardCount is " + shardCount + " but this replica has "
                        + addresses.get(replica).size() + " addresses");
        require(shard >= 0 && shard < shardCount, "shard is " + shard + " of " + shardCount);
        require(secret == null || nonces != null, "there is a secret, and nothing to draw nonces from");
        // A whole pipeline of the largest prepares and as much again for repair and votes.
        peerSendMax = (int) Math.min(256L << 20, 2L * pipelineMax * frameSizeMax);
        // Two pieces, which are sent only while half of one waits, and of each group a block of its snapshot, which
        // waits for nothing.
        final int groups = Arrays.stream(hostedGroups).mapToInt(Long::bitCount).sum();
        bulkSendMax = (int) Math.min(64L << 20, (2L + Math.max(6, groups)) * frameSizeMax);
        clientSendMax = (int) Math.min(64L << 20, Math.max(2L * frameSizeMax, 1 << 20));
    }

    /** The addresses of the shards that this replica runs, in their order. */
    List<String> shardAddresses() {
        return addresses.get(replica).subList(0, shardCount);
    }

    private static void require(final boolean holds, final String text) {
        if (!holds) {
            throw new IllegalArgumentException(text);
        }
    }
}
