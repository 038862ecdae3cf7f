package io.vireo.node.iggy;

/** The commands of the legacy framing, by their numbers on the wire. */
public enum CommandCode {
    PING(1),
    GET_STATS(10),
    GET_SNAPSHOT(11),
    GET_CLUSTER_METADATA(12),
    GET_ME(20),
    GET_CLIENT(21),
    GET_CLIENTS(22),
    GET_USER(31),
    GET_USERS(32),
    CREATE_USER(33),
    DELETE_USER(34),
    UPDATE_USER(35),
    UPDATE_PERMISSIONS(36),
    CHANGE_PASSWORD(37),
    LOGIN_USER(38),
    LOGOUT_USER(39),
    GET_TOKENS(41),
    CREATE_TOKEN(42),
    DELETE_TOKEN(43),
    LOGIN_WITH_TOKEN(44),
    POLL_MESSAGES(100),
    SEND_MESSAGES(101),
    FLUSH_UNSAVED_BUFFER(102),
    GET_CONSUMER_OFFSET(120),
    STORE_CONSUMER_OFFSET(121),
    DELETE_CONSUMER_OFFSET(122),
    GET_STREAM(200),
    GET_STREAMS(201),
    CREATE_STREAM(202),
    DELETE_STREAM(203),
    UPDATE_STREAM(204),
    PURGE_STREAM(205),
    GET_TOPIC(300),
    GET_TOPICS(301),
    CREATE_TOPIC(302),
    DELETE_TOPIC(303),
    UPDATE_TOPIC(304),
    PURGE_TOPIC(305),
    CREATE_PARTITIONS(402),
    DELETE_PARTITIONS(403),
    DELETE_SEGMENTS(503),
    GET_CONSUMER_GROUP(600),
    GET_CONSUMER_GROUPS(601),
    CREATE_CONSUMER_GROUP(602),
    DELETE_CONSUMER_GROUP(603),
    JOIN_CONSUMER_GROUP(604),
    LEAVE_CONSUMER_GROUP(605);

    /** The numbers are small: every request looks one up, hence a table. */
    private static final CommandCode[] BY_CODE = new CommandCode[LEAVE_CONSUMER_GROUP.code + 1];

    static {
        for (final CommandCode command : values()) {
            BY_CODE[command.code] = command;
        }
    }

    private final int code;

    CommandCode(final int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether a session that is not logged in gets {@link IggyError#UNAUTHENTICATED} for it. */
    public boolean needsLogin() {
        return this != PING && this != LOGIN_USER && this != LOGIN_WITH_TOKEN;
    }

    /** Greatest length of its payload in bytes. */
    public int payloadMax() {
        return this == SEND_MESSAGES ? WireLimits.SEND_PAYLOAD_MAX : WireLimits.CONTROL_PAYLOAD_MAX;
    }

    /** The command with this number, or null where the protocol has none. */
    public static CommandCode ofCode(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
