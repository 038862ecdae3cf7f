package io.vireo.node.gateway;

import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.BodyReader;
import io.vireo.node.stream.machine.SystemQueries;

/**
 * Answers what ends lives of partitions when the groups that had their data have dropped it: until then a client that was told so could
 * still find messages there.
 */
final class Drops {
    private final Gateway gateway;
    private final GroupAccess access;
    private final StreamLimits limits;
    private final Namespaces namespaces;

    Drops(final Gateway gateway, final GroupAccess access) {
        this.gateway = gateway;
        this.access = access;
        this.limits = gateway.settings().limits();
        this.namespaces = new Namespaces(limits);
    }

    /** @param incarnation the highest that was given when the lives had ended. */
    void awaitStream(final Exchange exchange, final int stream, final long incarnation) {
        await(
                exchange,
                new SystemQueries.AreDropped(
                        namespaces.pack(stream, 0, 0),
                        namespaces.pack(stream, limits.topicsMax() - 1, limits.partitionsMax() - 1),
                        incarnation));
    }

    /** @param incarnation as above. */
    void awaitTopic(final Exchange exchange, final int stream, final int topic, final long incarnation) {
        await(
                exchange,
                new SystemQueries.AreDropped(
                        namespaces.pack(stream, topic, 0),
                        namespaces.pack(stream, topic, limits.partitionsMax() - 1),
                        incarnation));
    }

    private void await(final Exchange exchange, final SystemQueries.AreDropped query) {
        access.query(
                exchange,
                Actor.SYSTEM,
                query,
                GroupRequests.Consistency.LINEARIZABLE,
                Drops::isDropped,
                isDropped -> {
                    if (isDropped) {
                        exchange.answerEmpty();
                    } else {
                        gateway.retry(exchange, () -> await(exchange, query));
                    }
                },
                exchange::fail);
    }

    private static boolean isDropped(final BodyReader in) {
        return in.bool();
    }
}
