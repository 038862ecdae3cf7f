package io.vireo.node.stream;

/** Outcomes of metadata operations: 0 is success, the others are the numbers that the protocol gives its errors. */
public final class StreamStatus {
    public static final int OK = 0;
    public static final int INVALID_COMMAND = 3;
    public static final int RESOURCE_NOT_FOUND = 20;
    public static final int UNAUTHENTICATED = 40;
    public static final int UNAUTHORIZED = 41;
    public static final int INVALID_CREDENTIALS = 42;
    public static final int INVALID_USERNAME = 43;
    public static final int INVALID_PASSWORD = 44;
    public static final int INVALID_USER_STATUS = 45;
    public static final int USER_ALREADY_EXISTS = 46;
    public static final int USER_INACTIVE = 47;
    public static final int CANNOT_DELETE_USER = 48;
    public static final int CANNOT_CHANGE_PERMISSIONS = 49;
    public static final int INVALID_TOKEN_NAME = 50;
    public static final int TOKEN_ALREADY_EXISTS = 51;
    public static final int TOKENS_LIMIT_REACHED = 52;
    public static final int INVALID_TOKEN = 53;
    public static final int TOKEN_EXPIRED = 54;
    public static final int USERS_LIMIT_REACHED = 55;
    /** Nothing was done; the same may succeed later. */
    public static final int TRANSIENT_NOT_ACCEPTED = 58;

    public static final int STREAM_NOT_FOUND = 1009;
    public static final int STREAM_NAME_ALREADY_EXISTS = 1012;
    public static final int INVALID_STREAM_NAME = 1013;
    public static final int INVALID_TOPIC_SIZE = 1019;
    public static final int TOO_MANY_STREAMS = 1020;
    public static final int TOPIC_NOT_FOUND = 2010;
    public static final int TOPIC_NAME_ALREADY_EXISTS = 2013;
    public static final int INVALID_TOPIC_NAME = 2014;
    public static final int TOO_MANY_PARTITIONS = 2015;
    public static final int INVALID_REPLICATION_FACTOR = 2018;
    public static final int TOO_MANY_TOPICS = 2021;
    public static final int PARTITION_NOT_FOUND = 3007;
    public static final int PARTITION_SPACE_EXHAUSTED = 3013;
    public static final int CONSUMER_GROUP_NOT_FOUND = 5000;
    public static final int CONSUMER_GROUP_NAME_ALREADY_EXISTS = 5004;
    public static final int INVALID_CONSUMER_GROUP_NAME = 5005;
    public static final int CONSUMER_GROUP_MEMBER_NOT_FOUND = 5006;
    /** The protocol's general refusal to make a group; here: the topic has as many as it may. */
    public static final int CANNOT_CREATE_CONSUMER_GROUP = 5007;

    private StreamStatus() {}
}
