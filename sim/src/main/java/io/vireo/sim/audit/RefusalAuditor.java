package io.vireo.sim.audit;

import io.vireo.sim.audit.StreamHistory.Message;
import io.vireo.sim.audit.StreamHistory.Place;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * A18 for messages: what a client was told is refused for good is never stored, neither before nor at any time later in the run. {@link
 * HonestyAuditor} is its counterpart for requests of sessions.
 */
public final class RefusalAuditor extends Auditor {
    private final StreamHistory history;
    /** By client the sequences. */
    private final Long2ObjectHashMap<LongHashSet> refused = new Long2ObjectHashMap<>();

    private long refusals;

    public RefusalAuditor(final AuditLog log, final StreamHistory history) {
        super("A18", log);
        this.history = history;
    }

    /** Sends that were refused for good. */
    public long refusals() {
        return refusals;
    }

    /** A client was told that its send was refused for good. @param status that it was told. */
    public void onRefused(final int status, final List<Message> messages) {
        refusals++;
        for (final Message message : messages) {
            final Place place = history.placeOf(message.client(), message.sequence());
            if (place != null) {
                fail(
                        "what was refused for good is never stored",
                        -1,
                        place.life().partition().group(),
                        0,
                        message + " refused with " + status + ", stored in " + place.life() + " at " + place.offset());
            }
            refused.computeIfAbsent(message.client(), key -> new LongHashSet()).add(message.sequence());
        }
    }

    /** The first replica stores a message. */
    public void onStored(final int replica, final int group, final long op, final Message message) {
        final LongHashSet ofClient = refused.get(message.client());
        if (ofClient != null && ofClient.contains(message.sequence())) {
            fail("what was refused for good is never stored", replica, group, op, message + " is stored now");
        }
    }
}
