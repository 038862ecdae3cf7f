package io.vireo.node.stream.machine;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.metadata.User;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Says who may do what, for tests: by the rules of the protocol and the users of a state, in code of its own. Knows the users of the state
 * apart as objects, in the order in which they came. Null is the system.
 */
final class AccessOracle {
    private final MetadataState state;
    /** Every user there was, by creation less 1. */
    private final List<User> created = new ArrayList<>();

    AccessOracle(final MetadataState state) {
        this.state = state;
    }

    /** To be called after every op, of which none creates two users. */
    void look() {
        for (final User user : state.users().all()) {
            if (created.stream().noneMatch(each -> each == user)) {
                created.add(user);
            }
        }
    }

    /** Every login there can have been, also of those that are gone. */
    List<Actor> logins() {
        final List<Actor> logins = new ArrayList<>();
        for (int i = 0; i < created.size(); i++) {
            logins.add(new Actor(created.get(i).number(), i + 1));
        }
        return logins;
    }

    /** What is said to this actor, whose own refusal is only asked for if it is somebody. */
    int refusal(final Actor actor, final Function<User, Integer> ofUser) {
        if (actor.user() == -1 && actor.creation() == 0) {
            return ofUser.apply(null);
        }
        final User seen = actor.creation() > 0 && actor.creation() <= created.size()
                ? created.get((int) actor.creation() - 1)
                : null;
        for (final User user : state.users().all()) {
            if (user == seen && user.number() == actor.user()) {
                return user.isActive() ? ofUser.apply(user) : StreamStatus.USER_INACTIVE;
            }
        }
        return StreamStatus.UNAUTHENTICATED;
    }

    int anywhere(final User caller, final AccessRules rule) {
        return refusal(caller, rule, AccessRules.NONE, AccessRules.NONE);
    }

    int onStream(final User caller, final AccessRules rule, final Identifier id) {
        final Stream stream = state.streams().find(id);
        return stream == null
                ? StreamStatus.STREAM_NOT_FOUND
                : refusal(caller, rule, stream.number(), AccessRules.NONE);
    }

    int onTopic(final User caller, final AccessRules rule, final Identifier id, final Identifier topicId) {
        final Stream stream = state.streams().find(id);
        if (stream == null) {
            return StreamStatus.STREAM_NOT_FOUND;
        }
        final Topic topic = stream.topics().find(topicId);
        return topic == null ? StreamStatus.TOPIC_NOT_FOUND : refusal(caller, rule, stream.number(), topic.number());
    }

    private static int refusal(final User caller, final AccessRules rule, final int stream, final int topic) {
        return caller == null || rule.allows(caller.permissions(), stream, topic)
                ? StreamStatus.OK
                : StreamStatus.UNAUTHORIZED;
    }
}
