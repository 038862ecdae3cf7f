package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every fault of a run that is no matter of rates: drawn at its start, in the order of the progress at which they are due. Immutable. */
public record FaultPlan(
        List<CrashPoint> crashes,
        List<PartitionPoint> partitions,
        List<RotPoint> rots,
        List<FailoverPoint> failovers,
        List<SyncFailurePoint> syncFailures) {
    public static FaultPlan draw(
            final long seed,
            final int replicas,
            final int groups,
            final int crashes,
            final int partitions,
            final int rots,
            final int failovers,
            final int syncFailures) {
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
        crashPoints.sort(Comparator.comparingInt(CrashPoint::permille));
        partitionPoints.sort(Comparator.comparingInt(PartitionPoint::permille));
        rotPoints.sort(Comparator.comparingInt(RotPoint::permille));
        failoverPoints.sort(Comparator.comparingInt(FailoverPoint::permille));
        syncFailurePoints.sort(Comparator.comparingInt(SyncFailurePoint::permille));
        return new FaultPlan(
                List.copyOf(crashPoints),
                List.copyOf(partitionPoints),
                List.copyOf(rotPoints),
                List.copyOf(failoverPoints),
                List.copyOf(syncFailurePoints));
    }
}
