package io.vireo.node.gateway.service;

import io.vireo.node.gateway.ClusterView;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.port.Clock;
import io.vireo.node.port.RandomSource;
import io.vireo.node.stream.StreamLimits;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/**
 * All that the services of a gateway need of the node.
 *
 * @param groupCount of the cluster.
 * @param replicaCount of the cluster.
 * @param limits of the cluster.
 * @param heard which nodes the transport hears.
 * @param ids for ids of messages that came without one.
 * @param secrets for salts, tokens and generated passwords.
 * @param isServing whether clients connect here, so that there has to be a root user.
 * @param root who the root user of a new cluster is; null if another process of this replica says that.
 * @param rootKeeper of a password that nobody has chosen.
 * @param directory with the node's data.
 * @param hostname as clients are shown it, not empty.
 * @param version of this server, as its release is called.
 * @param attachments of the archives for people who look for a fault.
 * @param wake wakes the thread of the gateway; called on any thread.
 */
public record ServicesContext(
        GroupRequests groups,
        int groupCount,
        int replicaCount,
        StreamLimits limits,
        ServiceSettings settings,
        ClusterView cluster,
        HeardNodes heard,
        Clock clock,
        RandomSource ids,
        SecureRandom secrets,
        boolean isServing,
        RootUser.Login root,
        RootUser.Keeper rootKeeper,
        Path directory,
        String hostname,
        String version,
        List<SnapshotArchive.Attachment> attachments,
        Runnable wake) {
    public ServicesContext {
        attachments = List.copyOf(attachments);
    }
}
