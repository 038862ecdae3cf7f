package io.vireo.node.host;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.TraceSink;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.RandomSource;
import io.vireo.node.sync.ScrubPace;

/**
 * What a {@link ReplicaHost} is given: who it is, and its ports.
 *
 * @param replica index of this replica, 0 to replicas - 1.
 * @param group index of the group.
 * @param storage files of this group, its own.
 * @param processNonce random number of this process, not 0: tells frames of this life from those of a former one.
 * @param scrub how fast files are checked while the replica runs.
 * @param transferBytesPerSecond most that this group asks others for of their files, and most that it sends others of its own.
 */
public record HostContext(
        ClusterConfig cluster,
        int replica,
        int group,
        Storage storage,
        MessageBus bus,
        RandomSource random,
        long processNonce,
        StateMachineFactory stateMachines,
        TraceSink trace,
        ScrubPace scrub,
        long transferBytesPerSecond) {
    /** As the other, without checks of files while they are in use. */
    public HostContext(
            final ClusterConfig cluster,
            final int replica,
            final int group,
            final Storage storage,
            final MessageBus bus,
            final RandomSource random,
            final long processNonce,
            final StateMachineFactory stateMachines,
            final TraceSink trace) {
        this(
                cluster,
                replica,
                group,
                storage,
                bus,
                random,
                processNonce,
                stateMachines,
                trace,
                ScrubPace.OFF,
                TransferLimits.BYTES_PER_SECOND);
    }
}
