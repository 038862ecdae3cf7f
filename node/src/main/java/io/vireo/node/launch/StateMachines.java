package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.StreamStateMachine;

/** The state machines of this program, by the kind that a cluster was formatted with. */
final class StateMachines {
    private StateMachines() {}

    /** What a group of this cluster replicates. */
    static StateMachineFactory of(final ClusterConfig config, final int group) {
        return switch (config.stateMachine()) {
            case LOG -> segments -> new LogStateMachine(config, group, segments);
            // Group 0 holds the metadata. Operations on partitions are refused as of an unknown namespace: no group
            // hosts any yet.
            case STREAM -> segments -> new StreamStateMachine(group == 0 ? metadata(config) : null, null);
        };
    }

    private static MetadataMachine metadata(final ClusterConfig config) {
        return new MetadataMachine(StreamLimits.DEFAULT.withSegmentBytes(config.segmentBytes()), config.groupCount());
    }
}
