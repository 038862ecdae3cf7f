package io.vireo.node.gateway.group;

import io.vireo.node.client.ClientContext;
import io.vireo.node.port.RandomSource;
import java.util.function.LongSupplier;

/**
 * What the sessions of a gateway are made with.
 *
 * @param replica at hand, asked first for what has not to be the newest.
 * @param sessionsPerGroup sessions that the lanes of a group share.
 * @param pendingMax requests and reads without an outcome; one more is refused as busy. Of how many one group may have, see {@link Pending}.
 * @param pendingBytesMax bytes of these; one that would not fit beside the others is refused as busy.
 * @param timeoutNs after which who waits for an outcome is told that it is unknown, or that nothing was sent.
 * @param random for the jitter of waits.
 * @param ids draws halves of client ids, which no other client of the cluster may have.
 * @param ways out.
 */
public record SessionsContext(
        ClientContext cluster,
        int replica,
        int sessionsPerGroup,
        int pendingMax,
        long pendingBytesMax,
        long timeoutNs,
        RandomSource random,
        LongSupplier ids,
        Ways ways) {}
