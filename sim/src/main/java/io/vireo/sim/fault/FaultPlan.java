package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every fault of a run that is no matter of rates: drawn at its start, in the order of the progress at which they are due. Immutable. */
public record FaultPlan(List<CrashPoint> crashes, List<PartitionPoint> partitions, List<RotPoint> rots) {
    public static FaultPlan draw(
            final long seed, final int replicas, final int crashes, final int partitions, final int rots) {
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
        crashPoints.sort(Comparator.comparingInt(CrashPoint::permille));
        partitionPoints.sort(Comparator.comparingInt(PartitionPoint::permille));
        rotPoints.sort(Comparator.comparingInt(RotPoint::permille));
        return new FaultPlan(List.copyOf(crashPoints), List.copyOf(partitionPoints), List.copyOf(rotPoints));
    }
}
