/**
 * The gateway for clients of the Apache Iggy protocol: bytes of connections in, requests to groups out, responses back, in legacy framing.
 * A pure core on one thread: sockets, sessions, hashes, time and randomness come by {@link io.vireo.node.gateway.GatewayPorts}. Read
 * {@link io.vireo.node.gateway.GatewayConnection} first, then {@link io.vireo.node.gateway.GroupAccess} and one of the handlers.
 *
 * <p>One request's way: framing and validation by the codecs; {@code locate} at the metadata group, which also says whether the user may;
 * an op or a query at the partition's group; the reply as a record of the protocol. Requests of one connection overlap only where they
 * cannot see each other ({@code Overlap}), and responses leave in the order of the requests ({@code ResponseQueue}).
 *
 * <p>What the surroundings have to do:
 *
 * <ul>
 *   <li>Sockets: read at most {@code receiveMax} bytes, not at all while that is 0; write {@code output} and tell by {@code onSent} what
 *       was taken; after {@code Listener.onProgress} look at both again; {@code onClosed} when the socket is gone. TLS is before that.
 *   <li>Client numbers: unique on the node also across its shards; at the start of a node {@code leave with a node} goes to the log before
 *       the first connection is accepted, since members of a former life may still be in groups.
 *   <li>{@code GroupRequests} over sessions: one lane stays on one session per group; a time-out is an unknown outcome; reads of the
 *       metadata group as committed are to be served by the replica at hand.
 *   <li>{@code Figures}: one round to the primaries of all groups at most once a second, shared by all who wait.
 *   <li>{@code PasswordHash} on threads of its own with a bounded queue; {@code onTick} a few times per retry interval.
 *   <li>The primary of group 0: drops, time-outs of revocations and tokens, leaves of silent nodes and retention are its duties, not the
 *       gateway's, see {@code gateway.service.Housekeeper}.
 *   <li>Connections of other nodes: get_clients and get_client know those of this gateway.
 * </ul>
 */
package io.vireo.node.gateway;
