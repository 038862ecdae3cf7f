/**
 * What a gateway needs of the world beside sockets and sessions, and what the primary of the metadata does for the cluster. All of it is
 * driven by the thread of the gateway and speaks to groups by {@link io.vireo.node.gateway.GroupRequests}; only what takes long, hashes and
 * archives, has threads. Read {@link io.vireo.node.gateway.service.GatewayServices} first.
 */
package io.vireo.node.gateway.service;
