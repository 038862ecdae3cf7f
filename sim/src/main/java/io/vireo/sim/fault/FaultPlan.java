package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Every fault of a run that is no matter of rates: drawn at its start, in the order of the progress at which they are due. Immutable. */
public record FaultPlan(
        List<CrashPoint> crashes,
        List<PartitionPoint> partitions,
        List<RotPoint> rots,
        List<FailoverPoint> failovers,
        List<SyncFailurePoint> syncFailures,
        List<Disturbance> disturbances,
        List<DiskFaultPoint> diskFaults) {
    private static final Comparator<FaultPoint> BY_PROGRESS = Comparator.comparingInt(FaultPoint::permille);

    public static FaultPlan draw(
            final long seed,
            final int replicas,
            final int groups,
            final int crashes,
            final int partitions,
            final int rots,
            final int failovers,
            final int syncFailures,
            final Hazards hazards,
            final Map<DiskFaultPoint.Kind, Integer> diskFaults) {
        final Draws crashDraws = new Draws(seed, Stream.CRASH_PLAN, 0);
        final List<CrashPoint> crashPoints = new ArrayList<>();
        for (int i = 0; i < crashes; i++) {
            crashPoints.add(CrashPoint.draw(crashDraws));
        }
        final Draws partitionDraws = new Draws(seed, Stream.PARTITION_PLAN, 0);
        final List<PartitionPoint> partitionPoints = new ArrayList<>();
        for (int i = 0; i < partitions && replicas > 1; i++) {
            partitionPoints.add(PartitionPoint.draw(partitionDraws, replicas));
        }
        final Draws rotDraws = new Draws(seed, Stream.ROT_PLAN, 0);
        final List<RotPoint> rotPoints = new ArrayList<>();
        for (int i = 0; i < rots; i++) {
            rotPoints.add(RotPoint.draw(rotDraws, replicas));
        }
        final Draws failoverDraws = new Draws(seed, Stream.FAILOVER_PLAN, 0);
        final List<FailoverPoint> failoverPoints = new ArrayList<>();
        for (int i = 0; i < failovers; i++) {
            failoverPoints.add(FailoverPoint.draw(failoverDraws, replicas, groups));
        }
        final Draws syncDraws = new Draws(seed, Stream.SYNC_FAILURE_PLAN, 0);
        final List<SyncFailurePoint> syncFailurePoints = new ArrayList<>();
        for (int i = 0; i < syncFailures; i++) {
            syncFailurePoints.add(SyncFailurePoint.draw(syncDraws, replicas, groups));
        }
        final List<DiskFaultPoint> diskFaultPoints = drawDiskFaults(seed, replicas, groups, diskFaults);
        crashPoints.sort(BY_PROGRESS);
        partitionPoints.sort(BY_PROGRESS);
        rotPoints.sort(BY_PROGRESS);
        failoverPoints.sort(BY_PROGRESS);
        syncFailurePoints.sort(BY_PROGRESS);
        return new FaultPlan(
                List.copyOf(crashPoints),
                List.copyOf(partitionPoints),
                List.copyOf(rotPoints),
                List.copyOf(failoverPoints),
                List.copyOf(syncFailurePoints),
                hazards.plan(seed, replicas),
                diskFaultPoints);
    }

    /** Each kind from a generator of its own. */
    private static List<DiskFaultPoint> drawDiskFaults(
            final long seed, final int replicas, final int groups, final Map<DiskFaultPoint.Kind, Integer> counts) {
        final List<DiskFaultPoint> points = new ArrayList<>();
        for (final DiskFaultPoint.Kind kind : DiskFaultPoint.Kind.values()) {
            final Draws draws = new Draws(seed, Stream.DISK_FAULT_PLAN, 1 + kind.ordinal());
            for (int i = 0; i < counts.getOrDefault(kind, 0); i++) {
                points.add(DiskFaultPoint.draw(draws, kind, replicas, groups));
            }
        }
        points.sort(BY_PROGRESS);
        return List.copyOf(points);
    }

    /** The planned faults of a kind. */
    public List<?> of(final PlannedFault kind) {
        return switch (kind) {
            case CRASH -> crashes;
            case PARTITION -> partitions;
            case ROT -> rots;
            case FAILOVER -> failovers;
            case SYNC_FAILURE -> syncFailures;
            case DISTURBANCE -> disturbances;
            case DISK -> diskFaults;
        };
    }

    /** Of all kinds. */
    public int size() {
        return crashes.size()
                + partitions.size()
                + rots.size()
                + failovers.size()
                + syncFailures.size()
                + disturbances.size()
                + diskFaults.size();
    }

    /** Of each kind that is named only the faults at these indexes, ascending; of the others all. */
    public FaultPlan keep(final Map<PlannedFault, List<Integer>> kept) {
        return new FaultPlan(
                keep(crashes, kept.get(PlannedFault.CRASH)),
                keep(partitions, kept.get(PlannedFault.PARTITION)),
                keep(rots, kept.get(PlannedFault.ROT)),
                keep(failovers, kept.get(PlannedFault.FAILOVER)),
                keep(syncFailures, kept.get(PlannedFault.SYNC_FAILURE)),
                keep(disturbances, kept.get(PlannedFault.DISTURBANCE)),
                keep(diskFaults, kept.get(PlannedFault.DISK)));
    }

    private static <T> List<T> keep(final List<T> all, final List<Integer> kept) {
        return kept == null ? all : kept.stream().map(all::get).toList();
    }

    /** The same crashes, but no recovery is hit. */
    public FaultPlan withoutCrashesInRecovery() {
        final List<CrashPoint> calm = crashes.stream()
                .map(point -> new CrashPoint(
                        point.permille(),
                        point.victim(),
                        point.trigger(),
                        point.count(),
                        point.outcome(),
                        point.downNs(),
                        0))
                .toList();
        return new FaultPlan(calm, partitions, rots, failovers, syncFailures, disturbances, diskFaults);
    }

    /** What of it concerns the first so many replicas. */
    public FaultPlan onReplicas(final int replicas) {
        final int members = (1 << replicas) - 1;
        return new FaultPlan(
                crashes,
                partitions.stream()
                        .filter(point -> (point.members() & members) != 0 && (point.members() & members) != members)
                        .map(point -> new PartitionPoint(
                                point.permille(), point.kind(), point.members() & members, point.durationNs()))
                        .toList(),
                rots.stream().filter(point -> point.replica() < replicas).toList(),
                replicas < FailoverPoint.REPLICAS_MIN ? List.of() : failovers,
                syncFailures.stream()
                        .filter(point -> point.replica() < replicas)
                        .toList(),
                disturbances.stream().filter(point -> point.isAmong(replicas)).toList(),
                diskFaults.stream().filter(point -> point.replica() < replicas).toList());
    }
}
