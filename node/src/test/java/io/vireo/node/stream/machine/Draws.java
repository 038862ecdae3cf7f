package io.vireo.node.stream.machine;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permission;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.metadata.ConsumerGroup;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.metadata.TopicSettings;
import java.util.Random;
import java.util.TreeMap;

/** Draws what commands are made of, mostly such that there is something of that name or number. */
final class Draws {
    private static final String[] NAMES = {"a", "b", "c", "", "\u017c\u00f3\u0142w"};
    private static final String[] USERNAMES = {"amy", "bob", "cyd", "x"};

    private final Random random;
    private final MetadataState state;

    Draws(final Random random, final MetadataState state) {
        this.random = random;
        this.state = state;
    }

    Identifier stream() {
        // Mostly about something that is there: draws of names alone would rarely meet a group.
        if (state.streams().all().size() > 0 && random.nextInt(4) > 0) {
            final Stream first = state.streams().all().iterator().next();
            return random.nextBoolean() ? Identifier.of(first.number()) : Identifier.of(first.name());
        }
        return random.nextBoolean() ? Identifier.of(random.nextInt(3)) : Identifier.of(NAMES[random.nextInt(3)]);
    }

    Identifier topic(final Identifier stream) {
        final Stream found = state.streams().find(stream);
        if (found != null && found.topics().size() > 0 && random.nextInt(4) > 0) {
            final Topic first = found.topics().iterator().next();
            return random.nextBoolean() ? Identifier.of(first.number()) : Identifier.of(first.name());
        }
        return Identifier.of(random.nextInt(3));
    }

    Identifier group(final Identifier stream, final Identifier topic) {
        final Topic found = state.topics().find(stream, topic);
        if (found != null && found.consumerGroups().size() > 0 && random.nextInt(4) > 0) {
            final ConsumerGroup first = found.consumerGroups().iterator().next();
            return random.nextBoolean() ? Identifier.of(first.number()) : Identifier.of(first.name());
        }
        return random.nextBoolean() ? Identifier.of(random.nextInt(2)) : Identifier.of(name());
    }

    String name() {
        return NAMES[random.nextInt(random.nextInt(4) == 0 ? NAMES.length : 3)];
    }

    String username() {
        return USERNAMES[random.nextInt(USERNAMES.length)];
    }

    TopicSettings settings() {
        return new TopicSettings(
                random.nextInt(12) == 0 ? 9 : 1 + random.nextInt(2),
                1 + random.nextInt(5),
                random.nextInt(12) == 0 ? 5 : TopicSettings.UNLIMITED,
                random.nextInt(12) == 0 ? 0 : 1);
    }

    Permissions permissions() {
        if (random.nextInt(4) == 0) {
            return null;
        }
        final int few = random.nextBoolean() ? 0 : 1 << random.nextInt(10);
        final TreeMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            final TreeMap<Integer, Integer> topics = new TreeMap<>();
            for (int j = random.nextInt(3); j > 0; j--) {
                topics.put(random.nextInt(3), Permission.MANAGE_TOPICS.bit() << random.nextInt(4));
            }
            streams.put(
                    random.nextInt(3),
                    new Permissions.OfStream(
                            random.nextBoolean() ? 0 : Permission.MANAGE_STREAMS.bit() << random.nextInt(6), topics));
        }
        return new Permissions(random.nextInt(20) == 0 ? 1 << 12 : few, streams);
    }
}
