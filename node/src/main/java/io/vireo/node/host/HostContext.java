package io.vireo.node.host;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.TraceSink;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.RandomSource;

/**
 * What a {@link ReplicaHost} is given: who it is, and its ports.
 *
 * @param replica index of this replica, 0 to replicas - 1.
 * @param group index of the group.
 * @param storage files of this group, its own.
 * @param processNonce random number of this process, not 0: tells frames of this life from those of a former one.
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
        TraceSink trace) {}
