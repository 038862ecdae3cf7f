package io.vireo.sim;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.HealOptions;
import io.vireo.sim.fault.DiskFaultPoint;
import io.vireo.sim.fault.FailoverPoint;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.fault.Residual;
import io.vireo.sim.network.NetworkFaults;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DiskFaults;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Draws from a seed what its run is like. Every run has its own configuration (swarm): each kind of fault is off in half of the runs, rates
 * are log-uniform, sizes are small enough to reach limits.
 */
public final class SimOptions {
    private static final long MICROS = 1_000L;
    private static final long MILLIS = 1_000_000L;
    private static final int SECTOR = 4096;
    /** The smallest ring that the laws of checkpoints allow for prepares of 16 KiB, and a little. */
    private static final int WAL_SECTORS_MIN = 24;

    private static final int WAL_SECTORS_MAX = 1_024;
    /** How often a small ring is filled at least, where the number of requests is fixed. */
    private static final int WRAPS = 4;

    /** One of so many runs is of each regime that is not the normal one. */
    private static final int REGIME_OF = 16;

    private SimOptions() {}

    /**
     * What is not left to the seed.
     *
     * @param replicas 0 for as many as drawn.
     * @param requests 0 for as many as drawn; otherwise the ring is so small that they fill it several times in most runs.
     */
    public record Fixed(int replicas, int requests) {
        public static final Fixed NOTHING = new Fixed(0, 0);
    }

    /** The options of a seed. */
    public static ClusterOptions of(final long seed) {
        return of(seed, Fixed.NOTHING, Integer.MAX_VALUE);
    }

    /** The options of a seed, in this regime or, with null, in the one it draws. */
    public static ClusterOptions of(final long seed, final Regime regime) {
        return of(seed, Fixed.NOTHING, Integer.MAX_VALUE, regime);
    }

    /** The options of a seed, but with at most so many replicas; everything else is drawn as if there were all of them. */
    public static ClusterOptions of(final long seed, final Fixed fixed, final int replicasMax) {
        return of(seed, fixed, replicasMax, null);
    }

    /** @param forced the regime, or null for the one that the seed draws. */
    static ClusterOptions of(final long seed, final Fixed fixed, final int replicasMax, final Regime forced) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 0);
        final int drawnReplicas = draws.chance(5, 8) ? 3 : draws.between(1, 6);
        final int replicas = fixed.replicas > 0 ? fixed.replicas : drawnReplicas;
        final int groups = draws.chance(3, 4) ? 1 : 2;
        final int clients = (int) draws.logUniform(1, 16);
        final int drawnRequests = (int) draws.logUniform(200, 2_000);
        final int requests = fixed.requests > 0 ? fixed.requests : drawnRequests;
        final int inFlight = (int) draws.logUniform(1, 16);
        final int payloadMax = draws.chance(1, 3) ? 64 : (int) draws.logUniform(64, 12_288);
        final int readOf16 = draws.chance(1, 2) ? 0 : draws.between(1, 8);
        final int namespaces = draws.between(groups, 4);
        final int crashes = draws.chance(1, 16) ? 0 : (int) draws.logUniform(2, 16);
        final int partitions = isOn(draws) ? (int) draws.logUniform(2, 16) : 0;
        final boolean isRotting = isOn(draws);
        final int rots = isRotting && replicas > 1 ? (int) draws.logUniform(1, 64) : 0;
        final Durability durability = draws.chance(1, 4)
                ? (draws.chance(1, 2) ? Durability.SYNCED : Durability.MARKED)
                : Durability.defaultFor(replicas);
        final long delayMean = draws.logUniform(50 * MICROS, 20 * MILLIS);
        final NetworkFaults network = new NetworkFaults(
                draws.logUniform(10 * MICROS, MILLIS),
                delayMean,
                isOn(draws) ? (int) draws.logUniform(64, 16_384) : 0,
                isOn(draws) ? (int) draws.logUniform(64, 16_384) : 0,
                isOn(draws) ? (int) draws.logUniform(64, 16_384) : 0,
                draws.logUniform(MILLIS, 4_000 * MILLIS),
                isOn(draws) ? (int) draws.logUniform(16, 512) : 0,
                draws.logUniform(10 * MILLIS, 8_000 * MILLIS),
                HazardOptions.frames(seed));
        final DiskFaults disk = new DiskFaults(
                draws.logUniform(5 * MICROS, 50 * MICROS),
                draws.logUniform(20 * MICROS, 2 * MILLIS),
                draws.logUniform(20 * MICROS, 10 * MILLIS),
                draws.logUniform(20 * MICROS, 10 * MILLIS),
                isOn(draws) ? draws.between(32, 64) : 0,
                isOn(draws) ? draws.between(1, 16) : 0,
                stalls(seed),
                stallNs(seed),
                blockBytes(seed));
        final int pipelineMax = draws.between(1, 8);
        final int sessionsMax = draws.chance(7, 8) ? 64 : draws.between(2, 2 * clients + 2);
        final int prepareSizeMax = 16 << 10;
        final ClusterConfig cluster = new NodeContext()
                .name("sim")
                .clusterId(draws.nextLong() | 1, draws.nextLong())
                .replicaCount(Math.min(replicas, replicasMax))
                .groupCount(groups)
                .walBytes(walBytes(seed, requests, clients, payloadMax, ringSectorsMax(fixed)))
                .segmentBytes(segmentBytes(seed))
                .prepareSizeMax(prepareSizeMax)
                .pipelineMax(pipelineMax)
                .sessionsMax(sessionsMax)
                .durability(durability)
                .requestQueueMax(draws.chance(7, 8) ? 1_024 : draws.between(64, 128))
                .namespacesMax(4)
                .conclude();
        final ClusterOptions options = new ClusterOptions(
                seed,
                0,
                clients,
                requests,
                inFlight,
                payloadMax,
                readOf16,
                namespaces,
                crashes,
                partitions,
                rots,
                failovers(seed, replicas),
                syncFailures(seed),
                diskFaults(seed),
                losses(seed, replicas),
                HazardOptions.planned(seed),
                HazardOptions.clients(seed),
                lateFrames(seed, replicas),
                cluster,
                network,
                disk,
                new HealOptions(Regime.NORMAL, residual(seed)));
        return forced == null ? options.withRegime(regime(seed, replicas)) : options.withRegime(forced);
    }

    private static Regime regime(final long seed, final int replicas) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 60);
        return switch (replicas == 1 ? -1 : draws.nextInt(REGIME_OF)) {
            case 0 -> Regime.EXACTLY_F;
            case 1 -> Regime.BEYOND_F;
            default -> Regime.NORMAL;
        };
    }

    private static Residual residual(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 61);
        final Residual drawn = Residual.values()[draws.between(1, Residual.values().length - 1)];
        return draws.chance(1, 3) ? drawn : Residual.NONE;
    }

    private static int failovers(final long seed, final int replicas) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 1);
        return isOn(draws) && replicas >= FailoverPoint.REPLICAS_MIN ? (int) draws.logUniform(1, 4) : 0;
    }

    private static int stalls(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 6);
        return isOn(draws) ? (int) draws.logUniform(16, 1_024) : 0;
    }

    private static long stallNs(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 7);
        return draws.logUniform(50 * MILLIS, 4_000 * MILLIS);
    }

    private static int syncFailures(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 4);
        return isOn(draws) ? (int) draws.logUniform(1, 8) : 0;
    }

    /** Each kind is off in half of the runs. Nobody has another copy of a file where there is one replica: the atlas admits nothing. */
    private static Map<DiskFaultPoint.Kind, Integer> diskFaults(final long seed) {
        final Map<DiskFaultPoint.Kind, Integer> counts = new EnumMap<>(DiskFaultPoint.Kind.class);
        for (final DiskFaultPoint.Kind kind : DiskFaultPoint.Kind.values()) {
            final Draws draws = new Draws(seed, Stream.DISK_FAULT_PLAN, 100 + kind.ordinal());
            if (isOn(draws)) {
                counts.put(kind, (int) draws.logUniform(1, 16));
            }
        }
        return Collections.unmodifiableMap(counts);
    }

    /** The format's sector is 4,096 bytes; the device's own unit may be smaller. */
    private static int blockBytes(final long seed) {
        return new Draws(seed, Stream.OPTIONS, 30).chance(1, 2) ? 512 : SECTOR;
    }

    /** Nobody has another copy where there is one replica. */
    private static int losses(final long seed, final int replicas) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 5);
        return isOn(draws) && replicas > 1 ? (int) draws.logUniform(1, 8) : 0;
    }

    private static int lateFrames(final long seed, final int replicas) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 40);
        return isOn(draws) && replicas > 1 ? (int) draws.logUniform(1, 16) : 0;
    }

    /** Each fault is off in half of the runs. */
    private static boolean isOn(final Draws draws) {
        return draws.chance(1, 2);
    }

    /**
     * In some runs the ring holds about every op: one entry per append, each of the mean size. In the others it is so small that it wraps,
     * and that replicas fall off the others' journals.
     */
    private static long walBytes(
            final long seed, final int requests, final int clients, final int payloadMax, final int sectorsOfSmallMax) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 2);
        final long sectorsOfEntry = (payloadMax / 2 + 600L) / 4_032 + 1;
        final long sectors = (requests + 40L * clients + 200) * sectorsOfEntry;
        final long roomy = Math.max(1L << 20, (sectors * SECTOR + (1 << 16)) / (1 << 16) * (1 << 16));
        final long small = draws.logUniform(WAL_SECTORS_MIN, sectorsOfSmallMax) * SECTOR;
        return draws.chance(1, 4) ? roomy : Math.min(roomy, small);
    }

    private static int ringSectorsMax(final Fixed fixed) {
        return fixed.requests == 0
                ? WAL_SECTORS_MAX
                : Math.max(2 * WAL_SECTORS_MIN, Math.min(fixed.requests / WRAPS, WAL_SECTORS_MAX));
    }

    private static long segmentBytes(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, 3);
        return draws.logUniform(1, 16) * (16 << 10);
    }
}
