package io.vireo.node.stream.machine;

import java.util.function.Function;

/** Queries to the metadata group, by the code that a read begins with; in the range of its operations. */
public enum QueryKind {
    GET_STREAMS(32, false, TopicQueries.GetStreams::read),
    GET_STREAM(33, false, TopicQueries.GetStream::read),
    GET_TOPICS(34, false, TopicQueries.GetTopics::read),
    GET_TOPIC(35, false, TopicQueries.GetTopic::read),
    GET_GROUPS(36, false, TopicQueries.GetGroups::read),
    GET_GROUP(37, false, TopicQueries.GetGroup::read),
    LOCATE(38, false, TopicQueries.Locate::read),
    GET_ASSIGNMENT(39, false, TopicQueries.GetAssignment::read),
    GET_USERS(40, false, UserQueries.GetUsers::read),
    GET_USER(41, false, UserQueries.GetUser::read),
    GET_TOKENS(42, false, UserQueries.GetTokens::read),
    GET_CREDENTIALS(43, true, UserQueries.GetCredentials::read),
    AUTHENTICATE_TOKEN(44, true, UserQueries.AuthenticateToken::read),
    GET_COUNTS(45, false, SystemQueries.GetCounts::read),
    GET_MEMBERSHIPS(46, true, SystemQueries.GetMemberships::read),
    GET_REVOCATIONS(47, true, SystemQueries.GetRevocations::read),
    GET_DROPS(48, true, SystemQueries.GetDrops::read),
    ARE_DROPPED(49, true, SystemQueries.AreDropped::read),
    GET_DUTIES(50, true, SystemQueries.GetDuties::read);

    private static final QueryKind[] BY_CODE = new QueryKind[MetadataOperation.LAST - MetadataOperation.FIRST + 1];

    static {
        for (final QueryKind kind : values()) {
            BY_CODE[kind.code - MetadataOperation.FIRST] = kind;
        }
    }

    private final int code;
    private final boolean isOfSystem;
    private final Function<BodyReader, MetadataQuery> reader;

    QueryKind(final int code, final boolean isOfSystem, final Function<BodyReader, MetadataQuery> reader) {
        this.code = code;
        this.isOfSystem = isOfSystem;
        this.reader = reader;
    }

    /** Null if there is none. */
    static QueryKind of(final int code) {
        return MetadataOperation.isOfMetadata(code) ? BY_CODE[code - MetadataOperation.FIRST] : null;
    }

    public int code() {
        return code;
    }

    /** True if no user may ask it, whatever its permissions are. */
    public boolean isOfSystem() {
        return isOfSystem;
    }

    MetadataQuery read(final BodyReader in) {
        return reader.apply(in);
    }
}
