package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.STREAM_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.TOPIC_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.UNAUTHENTICATED;
import static io.vireo.node.stream.StreamStatus.UNAUTHORIZED;
import static io.vireo.node.stream.StreamStatus.USER_INACTIVE;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.metadata.User;

/**
 * The {@link Actor} of one request as the replicated state has it, and what it may do. What a gateway has checked is checked here again:
 * permissions may have been taken away between its look and the request's place in the log, and only the log says which came first.
 */
final class Caller {
    private final MetadataState state;
    private final Actor actor;
    /** Null for the system, and for who is not known. */
    private final User user;

    Caller(final MetadataState state, final Actor actor) {
        this.state = state;
        this.actor = actor;
        final User found = state.users().all().at(actor.user());
        this.user = found != null && found.creation() == actor.creation() ? found : null;
    }

    boolean isSystem() {
        return actor.equals(Actor.SYSTEM);
    }

    /** Number of the user, or {@link Actor#SYSTEM_NUMBER}. */
    int number() {
        return actor.user();
    }

    /** Whether it is somebody at all: OK, 40 or 47. */
    int refusal() {
        if (isSystem()) {
            return OK;
        }
        if (user == null) {
            return UNAUTHENTICATED;
        }
        return user.isActive() ? OK : USER_INACTIVE;
    }

    /** OK or 41, of something that is about no stream. */
    int refusal(final AccessRules rule) {
        return refusal(rule, AccessRules.NONE, AccessRules.NONE);
    }

    /** OK, 1009 or 41. What is missing is said before what is forbidden, as clients expect it. */
    int refusal(final AccessRules rule, final Identifier streamIdentifier) {
        final Stream stream = state.streams().find(streamIdentifier);
        return stream == null ? STREAM_NOT_FOUND : refusal(rule, stream.number(), AccessRules.NONE);
    }

    /** OK, 1009, 2010 or 41. */
    int refusal(final AccessRules rule, final Identifier streamIdentifier, final Identifier topicIdentifier) {
        final Stream stream = state.streams().find(streamIdentifier);
        if (stream == null) {
            return STREAM_NOT_FOUND;
        }
        final Topic topic = stream.topics().find(topicIdentifier);
        return topic == null ? TOPIC_NOT_FOUND : refusal(rule, stream.number(), topic.number());
    }

    /** OK or 41, of something about a user, which needs no permission if that is the caller. */
    int refusalOnUser(final AccessRules rule, final Identifier userIdentifier) {
        final boolean isSelf = user != null && state.users().find(userIdentifier) == user;
        return isSelf ? OK : refusal(rule);
    }

    private int refusal(final AccessRules rule, final int stream, final int topic) {
        return isSystem() || rule.allows(user.permissions(), stream, topic) ? OK : UNAUTHORIZED;
    }
}
