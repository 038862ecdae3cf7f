package io.vireo.node.stream;

import static io.vireo.node.stream.Permission.MANAGE_SERVERS;
import static io.vireo.node.stream.Permission.MANAGE_STREAMS;
import static io.vireo.node.stream.Permission.MANAGE_TOPICS;
import static io.vireo.node.stream.Permission.MANAGE_USERS;
import static io.vireo.node.stream.Permission.POLL_MESSAGES;
import static io.vireo.node.stream.Permission.READ_SERVERS;
import static io.vireo.node.stream.Permission.READ_STREAMS;
import static io.vireo.node.stream.Permission.READ_TOPICS;
import static io.vireo.node.stream.Permission.READ_USERS;
import static io.vireo.node.stream.Permission.SEND_MESSAGES;

/**
 * Who may do what: one row per kind of command, three sets each, of which a single permission suffices. A set holds for the permissions a
 * user has everywhere, for those on the stream, and for those on the topic; permissions on other streams and topics mean nothing. What is
 * not in the table needs a login and no permission: get_me, own tokens, own user, own password.
 */
public enum AccessRules {
    /** get_stats, get_client, get_clients, get_snapshot. */
    READ_SERVER(set(MANAGE_SERVERS, READ_SERVERS), 0, 0),
    /** get_users, and get_user of another. */
    READ_OTHER_USERS(set(MANAGE_USERS, READ_USERS), 0, 0),
    /** create_user, delete_user, update_user, update_permissions, and change_password of another. */
    MANAGE_OTHER_USERS(set(MANAGE_USERS), 0, 0),
    /** get_streams. */
    LIST_STREAMS(set(MANAGE_STREAMS, READ_STREAMS), 0, 0),
    /** get_stream. */
    READ_STREAM(set(MANAGE_STREAMS, READ_STREAMS), set(MANAGE_STREAMS, READ_STREAMS), 0),
    /** create_stream. */
    CREATE_STREAM(set(MANAGE_STREAMS), 0, 0),
    /** update_stream, delete_stream, purge_stream. */
    CHANGE_STREAM(set(MANAGE_STREAMS), set(MANAGE_STREAMS), 0),
    /** get_topics. */
    LIST_TOPICS(Sets.READS_TOPIC, Sets.READS_TOPIC, 0),
    /** get_topic, and all on consumer groups: get, create, delete, join, leave. */
    READ_TOPIC(Sets.READS_TOPIC, Sets.READS_TOPIC, set(MANAGE_TOPICS, READ_TOPICS)),
    /** create_topic. */
    CREATE_TOPIC(set(MANAGE_STREAMS, MANAGE_TOPICS), set(MANAGE_STREAMS, MANAGE_TOPICS), 0),
    /** update_topic, delete_topic, purge_topic, create_partitions, delete_partitions, delete_segments. */
    CHANGE_TOPIC(set(MANAGE_STREAMS, MANAGE_TOPICS), set(MANAGE_STREAMS, MANAGE_TOPICS), set(MANAGE_TOPICS)),
    /** poll_messages, and get, store and delete of consumer offsets. */
    POLL(
            Sets.READS_TOPIC | set(POLL_MESSAGES),
            Sets.READS_TOPIC | set(POLL_MESSAGES),
            set(MANAGE_TOPICS, READ_TOPICS, POLL_MESSAGES)),
    /** send_messages, flush_unsaved_buffer. */
    SEND(
            set(MANAGE_STREAMS, MANAGE_TOPICS, SEND_MESSAGES),
            set(MANAGE_STREAMS, MANAGE_TOPICS, SEND_MESSAGES),
            set(MANAGE_TOPICS, SEND_MESSAGES));

    /** Stream or topic of a command that is about none. */
    public static final int NONE = -1;

    /** Sets that several rows share; apart, because constants of an enum cannot use its static fields. */
    private static final class Sets {
        static final int READS_TOPIC = set(MANAGE_STREAMS, READ_STREAMS, MANAGE_TOPICS, READ_TOPICS);
    }

    private final int global;
    private final int ofStream;
    private final int ofTopic;

    AccessRules(final int global, final int ofStream, final int ofTopic) {
        this.global = global;
        this.ofStream = ofStream;
        this.ofTopic = ofTopic;
    }

    /**
     * Whether this user may.
     *
     * @param permissions null if the user has none, which allows nothing.
     * @param stream number of the stream, or {@link #NONE}.
     * @param topic number of the topic in it, or {@link #NONE}.
     */
    public boolean allows(final Permissions permissions, final int stream, final int topic) {
        if (permissions == null) {
            return false;
        }
        if ((permissions.global() & global) != 0) {
            return true;
        }
        final Permissions.OfStream onStream = permissions.streams().get(stream);
        if (onStream == null) {
            return false;
        }
        return (onStream.set() & ofStream) != 0 || (onStream.topics().getOrDefault(topic, 0) & ofTopic) != 0;
    }

    private static int set(final Permission... permissions) {
        int set = 0;
        for (final Permission permission : permissions) {
            set |= permission.bit();
        }
        return set;
    }
}
