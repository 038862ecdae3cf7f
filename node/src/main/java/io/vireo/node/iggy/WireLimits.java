package io.vireo.node.iggy;

/** Limits of the protocol, in bytes where no other unit is said, and the checks of single fields against them. */
public final class WireLimits {
    /** Payload of every request but {@code send_messages}. */
    public static final int CONTROL_PAYLOAD_MAX = 10 * 1024 * 1024;
    /** Kind, length and value of a name of 255 bytes. */
    static final int IDENTIFIER_LENGTH_MAX = 2 + 255;
    /** Stream, topic, partitioning and the number of messages. */
    static final int SEND_METADATA_MAX = 3 * IDENTIFIER_LENGTH_MAX + 4;
    /** Indexes and messages of one {@code send_messages}. */
    public static final int SEND_BATCH_MAX = 64 * 1024 * 1024;
    /** Payload of {@code send_messages}: the batch, its metadata and their length. */
    public static final int SEND_PAYLOAD_MAX = 4 + SEND_METADATA_MAX + SEND_BATCH_MAX;

    public static final int MESSAGE_PAYLOAD_MAX = 64_000_000;
    public static final int USER_HEADERS_MAX = 100_000;

    /** Partitions that one request creates or deletes. */
    public static final int PARTITIONS_MAX = 1_000;

    private static final int USERNAME_MIN = 3;
    private static final int USERNAME_MAX = 50;
    private static final int PASSWORD_MIN = 3;
    private static final int PASSWORD_MAX = 100;
    private static final int TOKEN_NAME_MIN = 3;
    private static final int TOKEN_NAME_MAX = 30;

    private WireLimits() {}

    static void checkUsername(final String username) throws WireException {
        checkLength("username", username, USERNAME_MIN, USERNAME_MAX, IggyError.INVALID_USERNAME);
    }

    static void checkPassword(final Secret password) throws WireException {
        checkLength("password", password.value(), PASSWORD_MIN, PASSWORD_MAX, IggyError.INVALID_PASSWORD);
    }

    static void checkTokenName(final String name) throws WireException {
        checkLength("token name", name, TOKEN_NAME_MIN, TOKEN_NAME_MAX, IggyError.INVALID_PERSONAL_ACCESS_TOKEN_NAME);
    }

    /** Its greatest length is that of the field, whose length is one byte. */
    static void checkName(final String name, final IggyError error) throws WireException {
        if (name.isEmpty()) {
            throw new WireException(error, "the name is empty");
        }
    }

    private static void checkLength(
            final String field, final String text, final int min, final int max, final IggyError error)
            throws WireException {
        final int length = Utf8.length(text);
        if (length < min || length > max) {
            throw new WireException(error, field + " of " + length + " bytes, allowed are " + min + " to " + max);
        }
    }
}
