package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.RESOURCE_NOT_FOUND;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.User;

/** Queries about users, and those by which a gateway logs them in. A login is no command: it changes nothing. */
public final class UserQueries {
    private UserQueries() {}

    /** Answer: a {@link Answers.Page} of {@link Answers.UserInfo}. @param from lowest number that is wanted. */
    public record GetUsers(int from) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_USERS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(from);
        }

        static GetUsers read(final BodyReader in) {
            return new GetUsers(in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.READ_OTHER_USERS);
            if (refusal == OK) {
                PageWriter.writeFrom(
                        from,
                        state.users().all(),
                        out,
                        user -> Answers.UserInfo.of(user).writeTo(out));
            }
            return refusal;
        }
    }

    /** Answer: {@link Answers.UserDetails}. */
    public record GetUser(Identifier user) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_USER;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(user);
        }

        static GetUser read(final BodyReader in) {
            return new GetUser(in.id());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusalOnUser(AccessRules.READ_OTHER_USERS, user);
            if (refusal != OK) {
                return refusal;
            }
            final User found = state.users().find(user);
            if (found == null) {
                return RESOURCE_NOT_FOUND;
            }
            Answers.UserInfo.of(found).writeTo(out);
            out.permissions(found.permissions());
            return OK;
        }
    }

    /** Answer: a {@link Answers.Page} of the caller's {@link Answers.TokenInfo}, by name. @param behind a name; none is before the empty one. */
    public record GetTokens(String behind) implements MetadataQuery {
        public static final GetTokens FIRST = new GetTokens("");

        @Override
        public QueryKind kind() {
            return QueryKind.GET_TOKENS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(behind);
        }

        static GetTokens read(final BodyReader in) {
            return new GetTokens(in.text());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final User user = state.users().all().at(caller.number());
            if (user == null) {
                return RESOURCE_NOT_FOUND;
            }
            PageWriter.write(
                    user.tokensBehind(behind),
                    out,
                    token -> Answers.TokenInfo.of(token).writeTo(out));
            return OK;
        }
    }

    /** Answer: {@link Answers.Credentials} of the user of that name, or 20. */
    public record GetCredentials(String name) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_CREDENTIALS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(name);
        }

        static GetCredentials read(final BodyReader in) {
            return new GetCredentials(in.text());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final User user = state.users().all().named(name);
            if (user == null) {
                return RESOURCE_NOT_FOUND;
            }
            Answers.UserInfo.of(user).writeTo(out);
            out.text(user.passwordHash());
            return OK;
        }
    }

    /**
     * Answer: {@link Answers.UserInfo} of the token's user; or 20 if nobody has it, 47, 54.
     *
     * @param nowMicros time at the gateway: a read has no time of its own.
     */
    public record AuthenticateToken(String hash, long nowMicros) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.AUTHENTICATE_TOKEN;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(hash).u64(nowMicros);
        }

        static AuthenticateToken read(final BodyReader in) {
            return new AuthenticateToken(in.text(), in.u64());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final MetadataResult result = state.users().tokens().authenticate(hash, nowMicros);
            if (result.isOk()) {
                Answers.UserInfo.of(state.users().all().at(result.number())).writeTo(out);
            }
            return result.status();
        }
    }
}
