package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.StreamStateMachine;
import io.vireo.node.stream.partition.PartitionMachine;

/** The state machines of this program, by the kind that a cluster was formatted with. */
public final class StateMachines {
    private StateMachines() {}

    /** What a group of this cluster replicates. */
    public static StateMachineFactory of(final ClusterConfig config, final int group) {
        return of(config, group, PartitionMachine.ENDED_MAX);
    }

    /** As above. @param endedMax ends of partitions that a group knows one by one, see {@link PartitionMachine}. */
    public static StateMachineFactory of(final ClusterConfig config, final int group, final int endedMax) {
        return switch (config.stateMachine()) {
            case LOG -> segments -> new LogStateMachine(config, group, segments);
            case STREAM -> segments -> stream(config, group, segments, endedMax);
        };
    }

    /** How much a streaming cluster may hold. */
    public static StreamLimits limits(final ClusterConfig config) {
        return StreamLimits.DEFAULT.withSegmentBytes(config.segmentBytes());
    }

    /** Metadata in group 0, partitions in all others; both in the only one. */
    private static StreamStateMachine stream(
            final ClusterConfig config, final int group, final SegmentStore segments, final int endedMax) {
        final StreamLimits limits = limits(config);
        final boolean hasPartitions = group > 0 || config.groupCount() == 1;
        return new StreamStateMachine(
                group == 0 ? new MetadataMachine(limits, config.groupCount()) : null,
                hasPartitions ? new PartitionMachine(limits, config.segmentLimits(), segments, endedMax) : null);
    }
}
