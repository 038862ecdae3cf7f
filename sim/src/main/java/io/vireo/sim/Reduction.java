package io.vireo.sim;

import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.HealOptions;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.PlannedFault;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.fault.Residual;
import io.vireo.sim.network.FrameFaults;
import io.vireo.sim.network.NetworkFaults;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.workload.ClientFaults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is left out of the run of a seed. A run is a pure function of seed and reduction; what is kept is drawn as it is drawn for the whole
 * run, so that leaving out one fault leaves the others what they are. Immutable.
 *
 * @param kept of each planned kind the faults that strike, as ascending indexes into the plan as drawn; of kinds not named, all.
 * @param off faults of rates that are left out.
 * @param limits sizes that are smaller than drawn.
 * @param variation 0 if chance falls as in the whole run; otherwise another way in which it may fall. What is planned stays.
 */
public record Reduction(
        Map<PlannedFault, List<Integer>> kept, Set<FaultRate> off, Map<SizeLimit, Integer> limits, int variation) {
    /** Leaves out nothing: the run of the seed as it is. */
    public static final Reduction NONE = new Reduction(Map.of(), Set.of(), Map.of(), 0);

    public Reduction {
        final Map<PlannedFault, List<Integer>> copy = new TreeMap<>();
        kept.forEach((kind, indexes) -> copy.put(kind, List.copyOf(indexes)));
        kept = Collections.unmodifiableMap(copy);
        off = Collections.unmodifiableSet(new TreeSet<>(off));
        limits = Collections.unmodifiableMap(new TreeMap<>(limits));
    }

    /** Leaves out every fault. */
    public static Reduction withoutFaults() {
        Reduction reduction = NONE;
        for (final PlannedFault kind : PlannedFault.values()) {
            reduction = reduction.keep(kind, List.of());
        }
        for (final FaultRate rate : FaultRate.values()) {
            reduction = reduction.without(rate);
        }
        return reduction;
    }

    /** Of this kind only these. */
    public Reduction keep(final PlannedFault kind, final List<Integer> indexes) {
        final Map<PlannedFault, List<Integer>> changed = new TreeMap<>(kept);
        changed.put(kind, indexes);
        return new Reduction(changed, off, limits, variation);
    }

    /** Without this one too. */
    public Reduction without(final FaultRate rate) {
        final Set<FaultRate> changed = new TreeSet<>(off);
        changed.add(rate);
        return new Reduction(kept, changed, limits, variation);
    }

    /** With this size. */
    public Reduction limit(final SizeLimit size, final int value) {
        final Map<SizeLimit, Integer> changed = new TreeMap<>(limits);
        changed.put(size, value);
        return new Reduction(kept, off, changed, variation);
    }

    /** The same, but chance falls in another way. */
    public Reduction vary(final int newVariation) {
        return new Reduction(kept, off, limits, newVariation);
    }

    /** The indexes of the faults of a kind that strike, in the plan of this seed as drawn. */
    public List<Integer> indexes(final SimSeed seed, final PlannedFault kind) {
        if (kept.containsKey(kind)) {
            return kept.get(kind);
        }
        final List<Integer> all = new ArrayList<>();
        for (int i = 0; i < seed.options().plan().of(kind).size(); i++) {
            all.add(i);
        }
        return all;
    }

    /**
     * Why this is no reduction of the seed's run, or null: an index that the plan does not have, a size out of bounds. The plan of a seed
     * changes when what is drawn for it changes.
     */
    public String mistake(final SimSeed seed) {
        final ClusterOptions drawn = seed.options();
        final FaultPlan plan = drawn.plan();
        for (final Map.Entry<PlannedFault, List<Integer>> entry : kept.entrySet()) {
            final int size = plan.of(entry.getKey()).size();
            int least = 0;
            for (final int index : entry.getValue()) {
                if (index < least || index >= size) {
                    return entry.getKey() + " " + index + " is not one of the " + size + " that seed " + seed.seed()
                            + " plans, in ascending order";
                }
                least = index + 1;
            }
        }
        for (final Map.Entry<SizeLimit, Integer> entry : limits.entrySet()) {
            final int min = entry.getKey().min();
            final int max = entry.getKey().of(drawn);
            if (entry.getValue() < min || entry.getValue() > max) {
                return entry.getKey() + " is " + entry.getValue() + ", must be between " + min + " and " + max
                        + ", which seed " + seed.seed() + " draws";
            }
        }
        return variation < 0 ? "the variation " + variation + " is negative" : null;
    }

    ClusterOptions options(final SimSeed seed) {
        final ClusterOptions o = seed.options(limits.getOrDefault(SizeLimit.REPLICAS, Integer.MAX_VALUE));
        final NetworkFaults n = o.network();
        final DiskFaults d = o.disk();
        return new ClusterOptions(
                seed.seed(),
                variation,
                limits.getOrDefault(SizeLimit.CLIENTS, o.clients()),
                limits.getOrDefault(SizeLimit.REQUESTS, o.requests()),
                limits.getOrDefault(SizeLimit.IN_FLIGHT, o.inFlight()),
                limits.getOrDefault(SizeLimit.PAYLOAD_BYTES, o.payloadMax()),
                limits.getOrDefault(SizeLimit.READS, o.readOf16()),
                o.namespaces(),
                o.crashes(),
                o.partitions(),
                unless(FaultRate.ROT_AT_CRASH, o.rots()),
                o.failovers(),
                o.syncFailures(),
                o.diskFaults(),
                unless(FaultRate.DISK_LOSSES, o.lossOf16()),
                off.contains(FaultRate.CLOCK_DRIFT) ? o.hazards().withoutDrift() : o.hazards(),
                new ClientFaults(
                        unless(FaultRate.RETRY_STORMS, o.clientFaults().stormRate()),
                        unless(FaultRate.STRAY_REQUESTS, o.clientFaults().strayRate()),
                        unless(FaultRate.MALFORMED_FRAMES, o.clientFaults().malformedRate())),
                unless(FaultRate.LATE_FRAMES, o.lateOf16()),
                o.cluster(),
                new NetworkFaults(
                        n.delayMinNs(),
                        n.delayMeanNs(),
                        unless(FaultRate.FRAME_LOSS, n.lossRate()),
                        unless(FaultRate.FRAME_DUPLICATION, n.duplicateRate()),
                        unless(FaultRate.FRAME_REORDERING, n.reorderRate()),
                        n.reorderNs(),
                        unless(FaultRate.CLOGS, n.clogRate()),
                        n.clogMeanNs(),
                        new FrameFaults(
                                unless(FaultRate.FRAME_CORRUPTION, n.frames().corruptRate()),
                                unless(FaultRate.FRAME_MISDELIVERY, n.frames().misdeliverRate()),
                                unless(FaultRate.CONNECTION_RESETS, n.frames().resetRate()),
                                off.contains(FaultRate.QUEUE_OVERFLOW)
                                        ? 0
                                        : n.frames().queueBytes())),
                new DiskFaults(
                        d.latencyMinNs(),
                        d.readMeanNs(),
                        d.writeMeanNs(),
                        d.syncMeanNs(),
                        unless(FaultRate.TORN_WRITES, d.tornOf64()),
                        unless(FaultRate.GARBAGE_SECTORS, d.garbageOf64()),
                        unless(FaultRate.DISK_STALLS, d.stallOf64k()),
                        d.stallMeanNs(),
                        d.blockBytes()),
                new HealOptions(
                        off.contains(FaultRate.REGIME)
                                ? Regime.NORMAL
                                : o.heal().regime(),
                        off.contains(FaultRate.RESIDUAL)
                                ? Residual.NONE
                                : o.heal().residual()));
    }

    /** The faults that strike. */
    public FaultPlan plan(final SimSeed seed) {
        FaultPlan plan = seed.options().plan().keep(kept);
        if (off.contains(FaultRate.CRASH_IN_RECOVERY)) {
            plan = plan.withoutCrashesInRecovery();
        }
        return limits.containsKey(SizeLimit.REPLICAS) ? plan.onReplicas(limits.get(SizeLimit.REPLICAS)) : plan;
    }

    private int unless(final FaultRate rate, final int value) {
        return off.contains(rate) ? 0 : value;
    }

    /** Planned faults that strike, of all kinds. */
    public int faults(final SimSeed seed) {
        return plan(seed).size();
    }

    /** The rates that are not zero in the run that is left. */
    public Set<FaultRate> rates(final SimSeed seed) {
        final ClusterOptions o = options(seed);
        final Set<FaultRate> on = new TreeSet<>();
        for (final FaultRate rate : FaultRate.values()) {
            final boolean isOn = switch (rate) {
                case FRAME_LOSS -> o.network().lossRate() > 0;
                case FRAME_DUPLICATION -> o.network().duplicateRate() > 0;
                case FRAME_REORDERING -> o.network().reorderRate() > 0;
                case CLOGS -> o.network().clogRate() > 0;
                case FRAME_CORRUPTION -> o.network().frames().corruptRate() > 0;
                case FRAME_MISDELIVERY -> o.network().frames().misdeliverRate() > 0;
                case CONNECTION_RESETS -> o.network().frames().resetRate() > 0;
                case QUEUE_OVERFLOW -> o.network().frames().queueBytes() > 0;
                case CLOCK_DRIFT -> o.hazards().driftPpmMax() > 0;
                case RETRY_STORMS -> o.clientFaults().stormRate() > 0;
                case STRAY_REQUESTS -> o.clientFaults().strayRate() > 0;
                case MALFORMED_FRAMES -> o.clientFaults().malformedRate() > 0;
                case TORN_WRITES -> o.disk().tornOf64() > 0;
                case GARBAGE_SECTORS -> o.disk().garbageOf64() > 0;
                case DISK_STALLS -> o.disk().stallOf64k() > 0;
                case DISK_LOSSES -> o.lossOf16() > 0;
                case LATE_FRAMES -> o.lateOf16() > 0;
                case REGIME -> o.heal().regime() != Regime.NORMAL;
                case RESIDUAL -> o.heal().residual() != Residual.NONE;
                case ROT_AT_CRASH -> o.rots() > 0;
                case CRASH_IN_RECOVERY -> plan(seed).crashes().stream().anyMatch(point -> point.recoveryCount() > 0);
            };
            if (isOn) {
                on.add(rate);
            }
        }
        return on;
    }
}
