package io.vireo.node.gateway;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.TopicQueries.Purpose;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the primary of the metadata has lately allowed the user of one connection to do. Within that time the replica at hand may be asked,
 * which costs no message and may be behind; without a bound one that is far behind would allow for ever what was taken back.
 */
final class RecentLookUps {
    /** So long a permission that is taken back may still be used. */
    static final long AGE_MAX_NS = 1_000_000_000L;
    /** Beyond that all are forgotten, which costs each of them one question to the primary. */
    static final int TOPICS_MAX = 256;

    private record Topic(Purpose purpose, Identifier stream, Identifier topic) {}

    /** When it was asked. */
    private final Map<Topic, Long> askedAtNs = new LinkedHashMap<>();

    boolean isRecent(final Purpose purpose, final Identifier stream, final Identifier topic, final long nowNs) {
        final Long asked = askedAtNs.get(new Topic(purpose, stream, topic));
        return asked != null && nowNs - asked < AGE_MAX_NS;
    }

    /** The primary allowed it, as of then. */
    void onAllowed(final Purpose purpose, final Identifier stream, final Identifier topic, final long askedNs) {
        final Topic key = new Topic(purpose, stream, topic);
        if (askedAtNs.size() == TOPICS_MAX && !askedAtNs.containsKey(key)) {
            askedAtNs.clear();
        }
        askedAtNs.put(key, askedNs);
    }

    /** The connection has another user. */
    void clear() {
        askedAtNs.clear();
    }
}
