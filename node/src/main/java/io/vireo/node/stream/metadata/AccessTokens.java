package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.INVALID_TOKEN;
import static io.vireo.node.stream.StreamStatus.INVALID_TOKEN_NAME;
import static io.vireo.node.stream.StreamStatus.RESOURCE_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.TOKENS_LIMIT_REACHED;
import static io.vireo.node.stream.StreamStatus.TOKEN_ALREADY_EXISTS;
import static io.vireo.node.stream.StreamStatus.TOKEN_EXPIRED;
import static io.vireo.node.stream.StreamStatus.USER_INACTIVE;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.StreamLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The operations on personal access tokens; each user has its own. An operation that is refused changes nothing. */
public final class AccessTokens {
    static final int NAME_BYTES_MIN = 3;
    static final int NAME_BYTES_MAX = 30;

    private static final int ENTRY_BYTES = 20;

    private final NumberedNames<User> users;
    /** What is in the users, by hash. */
    private final TreeMap<String, AccessToken> byHash = new TreeMap<>();
    /** How many of them expire at a time, by that time. */
    private final TreeMap<Long, Integer> expiries = new TreeMap<>(Long::compareUnsigned);

    AccessTokens(final NumberedNames<User> users) {
        this.users = users;
    }

    /**
     * @param hash of the token's bytes, {@link Users#HASH_BYTES_MAX} bytes at most.
     * @param expiresAtMicros 0 = never.
     * @return 20 (no such user), 50, 51, 52 or 53 if refused.
     */
    public MetadataResult create(final int user, final String name, final String hash, final long expiresAtMicros) {
        if (!Names.isValid(name, NAME_BYTES_MIN, NAME_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_TOKEN_NAME);
        }
        if (!Names.isValid(hash, 1, Users.HASH_BYTES_MAX) || byHash.containsKey(hash)) {
            return MetadataResult.refused(INVALID_TOKEN);
        }
        final User owner = users.at(user);
        if (owner == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (owner.token(name) != null) {
            return MetadataResult.refused(TOKEN_ALREADY_EXISTS);
        }
        if (owner.tokens().size() == StreamLimits.TOKENS_PER_USER_MAX) {
            return MetadataResult.refused(TOKENS_LIMIT_REACHED);
        }
        add(owner, new AccessToken(user, name, hash, expiresAtMicros));
        return MetadataResult.OK;
    }

    /** @return 20 if there is no such user or token. */
    public MetadataResult delete(final int user, final String name) {
        final User owner = users.at(user);
        final AccessToken token = owner == null ? null : owner.token(name);
        if (token == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        remove(owner, token);
        return MetadataResult.OK;
    }

    /** Deletes what is no longer valid at that time. @return how many. */
    public MetadataResult deleteExpired(final long timestampMicros) {
        final List<AccessToken> expired = new ArrayList<>();
        for (final AccessToken token : byHash.values()) {
            if (token.isExpired(timestampMicros)) {
                expired.add(token);
            }
        }
        expired.forEach(token -> remove(users.at(token.user()), token));
        return MetadataResult.of(expired.size());
    }

    /** A login, which changes nothing. @return number of the user; or 20 if nobody has this token, 47, 54. */
    public MetadataResult authenticate(final String hash, final long timestampMicros) {
        final AccessToken token = byHash.get(hash);
        if (token == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (token.isExpired(timestampMicros)) {
            return MetadataResult.refused(TOKEN_EXPIRED);
        }
        return users.at(token.user()).isActive()
                ? MetadataResult.of(token.user())
                : MetadataResult.refused(USER_INACTIVE);
    }

    /** When the next one expires, in microseconds; 0 if none does. */
    public long nextExpiryMicros() {
        return expiries.isEmpty() ? 0 : expiries.firstKey();
    }

    void onUserDeleted(final User user) {
        user.tokens().forEach(this::forget);
    }

    void clear() {
        byHash.clear();
        expiries.clear();
    }

    void writeTo(final SnapshotOutput out, final User user) {
        out.writeInt(user.tokens().size());
        for (final AccessToken token : user.tokens()) {
            Names.write(out, token.name());
            Names.write(out, token.hash());
            out.writeLong(token.expiresAtMicros());
        }
    }

    void readInto(final User user, final SnapshotInput in) {
        String last = "";
        final int count = in.readLength(StreamLimits.TOKENS_PER_USER_MAX, ENTRY_BYTES, "the number of tokens");
        for (int i = 0; i < count; i++) {
            final String name = Names.read(in, NAME_BYTES_MIN, NAME_BYTES_MAX, "the name of a token");
            in.check(name.compareTo(last) > 0, "names of tokens ascend", i);
            final String hash = Names.read(in, 1, Users.HASH_BYTES_MAX, "the hash of a token");
            in.check(!byHash.containsKey(hash), "a token is of one user", i);
            add(user, new AccessToken(user.number(), name, hash, in.readLong()));
            last = name;
        }
    }

    private void add(final User user, final AccessToken token) {
        user.add(token);
        byHash.put(token.hash(), token);
        if (token.expiresAtMicros() != 0) {
            expiries.merge(token.expiresAtMicros(), 1, Integer::sum);
        }
    }

    private void remove(final User user, final AccessToken token) {
        user.remove(token);
        forget(token);
    }

    private void forget(final AccessToken token) {
        byHash.remove(token.hash());
        expiries.computeIfPresent(token.expiresAtMicros(), (time, count) -> count == 1 ? null : count - 1);
    }
}
