package io.vireo.node.gateway;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.TopicQueries.Purpose;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the primary of the metadata has lately allowed the user of one connection to do, and with which topic. Within that time the replica at
 * hand may be asked, which costs no message and may be behind; without a bound one that is far behind would allow for ever what was taken
 * back. A name may be that of another topic by now, whose partitions are as alive as those of the one that had it: no incarnation tells that
 * the replica at hand is behind, so it counts only if it means the topic that the primary meant.
 */
final class RecentLookUps {
    /** So long a permission that is taken back may still be used. */
    static final long AGE_MAX_NS = 1_000_000_000L;
    /** Beyond that all are forgotten, which costs each of them one question to the primary. */
    static final int TOPICS_MAX = 256;

    private record Topic(Purpose purpose, Identifier stream, Identifier topic) {}

    /** @param stream number. @param topic number. */
    private record Allowed(long askedNs, int stream, int topic) {}

    private final Map<Topic, Allowed> allowed = new LinkedHashMap<>();

    boolean isRecent(final Purpose purpose, final Identifier stream, final Identifier topic, final long nowNs) {
        final Allowed found = allowed.get(new Topic(purpose, stream, topic));
        return found != null && nowNs - found.askedNs < AGE_MAX_NS;
    }

    /** Whether this is the topic that the primary last meant. */
    boolean isMeant(
            final Purpose purpose, final Identifier stream, final Identifier topic, final Answers.Location where) {
        final Allowed found = allowed.get(new Topic(purpose, stream, topic));
        return found != null && found.stream == where.stream() && found.topic == where.topic();
    }

    /** The primary allowed it, as of then. */
    void onAllowed(
            final Purpose purpose,
            final Identifier stream,
            final Identifier topic,
            final Answers.Location where,
            final long askedNs) {
        final Topic key = new Topic(purpose, stream, topic);
        if (allowed.size() == TOPICS_MAX && !allowed.containsKey(key)) {
            allowed.clear();
        }
        allowed.put(key, new Allowed(askedNs, where.stream(), where.topic()));
    }

    /** The connection has another user, or has changed what there is. */
    void clear() {
        allowed.clear();
    }
}
