package io.vireo.node.gateway;

import io.vireo.node.port.Clock;
import io.vireo.node.port.RandomSource;

/**
 * All that a gateway needs of the world.
 *
 * @param clock its wall clock says which tokens have expired, and nothing else.
 * @param random for ids of messages that came without one.
 */
public record GatewayPorts(
        GroupRequests groups,
        PasswordHash passwords,
        Tokens tokens,
        ClusterView cluster,
        ServerView server,
        Figures figures,
        Clock clock,
        RandomSource random) {}
