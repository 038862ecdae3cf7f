package io.vireo.node.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The table of the protocol, written out in its own notation, against every single permission on every level: each that is listed suffices
 * alone, and no other does, nor all others together.
 */
class AccessRulesTest {
    private static final int STREAM = 3;
    private static final int TOPIC = 5;

    private static final Map<AccessRules, String> TABLE = new EnumMap<>(AccessRules.class);

    static {
        final String reads = "g.manage_streams g.read_streams g.manage_topics g.read_topics"
                + " s.manage_streams s.read_streams s.manage_topics s.read_topics";
        final String creates = "g.manage_streams g.manage_topics s.manage_streams s.manage_topics";
        TABLE.put(AccessRules.READ_SERVER, "g.manage_servers g.read_servers");
        TABLE.put(AccessRules.READ_OTHER_USERS, "g.manage_users g.read_users");
        TABLE.put(AccessRules.MANAGE_OTHER_USERS, "g.manage_users");
        TABLE.put(AccessRules.LIST_STREAMS, "g.manage_streams g.read_streams");
        TABLE.put(AccessRules.READ_STREAM, "g.manage_streams g.read_streams s.manage_streams s.read_streams");
        TABLE.put(AccessRules.CREATE_STREAM, "g.manage_streams");
        TABLE.put(AccessRules.CHANGE_STREAM, "g.manage_streams s.manage_streams");
        TABLE.put(AccessRules.LIST_TOPICS, reads);
        TABLE.put(AccessRules.READ_TOPIC, reads + " t.manage_topics t.read_topics");
        TABLE.put(AccessRules.CREATE_TOPIC, creates);
        TABLE.put(AccessRules.CHANGE_TOPIC, creates + " t.manage_topics");
        TABLE.put(
                AccessRules.POLL,
                reads + " g.poll_messages s.poll_messages t.manage_topics t.read_topics t.poll_messages");
        TABLE.put(AccessRules.SEND, creates + " g.send_messages s.send_messages t.manage_topics t.send_messages");
    }

    @Tag("U1")
    @Test
    void shouldAllowExactlyWhatTheTableListsWhenAUserHasOnePermission() {
        int allowed = 0;
        int denied = 0;
        for (final AccessRules rule : AccessRules.values()) {
            for (final String level : new String[] {"g", "s", "t"}) {
                for (final Permission permission : Permission.values()) {
                    if (exists(level, permission)) {
                        final boolean isListed = isListed(rule, level, permission);
                        assertEquals(
                                isListed,
                                rule.allows(on(level, permission.bit(), STREAM, TOPIC), STREAM, TOPIC),
                                () -> rule + " " + level + "." + permission);
                        allowed += isListed ? 1 : 0;
                        denied += isListed ? 0 : 1;
                    }
                }
            }
        }
        assertEquals(AccessRules.values().length * (10 + 6 + 4), allowed + denied);
        assertEquals(
                TABLE.values().stream().mapToInt(row -> row.split(" ").length).sum(), allowed);
    }

    @Test
    void shouldDenyWhenAUserHasEverythingButWhatTheTableLists() {
        for (final AccessRules rule : AccessRules.values()) {
            final SortedMap<Integer, Integer> topics = new TreeMap<>();
            topics.put(TOPIC, unlisted(rule, "t"));
            final SortedMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
            streams.put(STREAM, new Permissions.OfStream(unlisted(rule, "s"), topics));
            assertFalse(rule.allows(new Permissions(unlisted(rule, "g"), streams), STREAM, TOPIC), rule::name);
        }
    }

    @Test
    void shouldDenyWhenThePermissionIsOnAnotherStreamOrTopic() {
        for (final AccessRules rule : AccessRules.values()) {
            for (final Permission permission : Permission.values()) {
                assertFalse(rule.allows(on("s", permission.bit(), STREAM + 1, TOPIC), STREAM, TOPIC));
                assertFalse(rule.allows(on("t", permission.bit(), STREAM, TOPIC + 1), STREAM, TOPIC));
                assertFalse(rule.allows(on("t", permission.bit(), STREAM + 1, TOPIC), STREAM, TOPIC));
                assertFalse(rule.allows(on("s", permission.bit(), STREAM, TOPIC), AccessRules.NONE, AccessRules.NONE));
            }
        }
    }

    @Test
    void shouldAllowAllToRootAndNothingWithoutPermissions() {
        for (final AccessRules rule : AccessRules.values()) {
            assertTrue(rule.allows(Permissions.ALL, STREAM, TOPIC));
            assertTrue(rule.allows(Permissions.ALL, AccessRules.NONE, AccessRules.NONE));
            assertFalse(rule.allows(null, STREAM, TOPIC));
        }
    }

    @Test
    void shouldBeValidWhenEachSetHasOnlyBitsOfItsLevel() {
        assertTrue(Permissions.ALL.isValid());
        assertFalse(new Permissions(1 << 10, new TreeMap<>()).isValid());
        assertFalse(new Permissions(-1, new TreeMap<>()).isValid());
        for (final String level : new String[] {"g", "s", "t"}) {
            for (final Permission permission : Permission.values()) {
                assertEquals(
                        exists(level, permission),
                        on(level, permission.bit(), STREAM, TOPIC).isValid(),
                        () -> level + "." + permission);
            }
        }
    }

    private static boolean exists(final String level, final Permission permission) {
        final int levelsOwn = level.equals("g") ? 10 : level.equals("s") ? Permission.OF_STREAM : Permission.OF_TOPIC;
        return permission.ordinal() >= 10 - levelsOwn;
    }

    private static boolean isListed(final AccessRules rule, final String level, final Permission permission) {
        return Arrays.asList(TABLE.get(rule).split(" ")).stream()
                .anyMatch(listed -> listed.equalsIgnoreCase(level + "." + permission));
    }

    private static int unlisted(final AccessRules rule, final String level) {
        int set = 0;
        for (final Permission permission : Permission.values()) {
            set |= exists(level, permission) && !isListed(rule, level, permission) ? permission.bit() : 0;
        }
        return set;
    }

    private static Permissions on(final String level, final int set, final int stream, final int topic) {
        final SortedMap<Integer, Integer> topics = new TreeMap<>();
        final SortedMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        if (level.equals("t")) {
            topics.put(topic, set);
        }
        if (!level.equals("g")) {
            streams.put(stream, new Permissions.OfStream(level.equals("s") ? set : 0, topics));
        }
        return new Permissions(level.equals("g") ? set : 0, streams);
    }
}
