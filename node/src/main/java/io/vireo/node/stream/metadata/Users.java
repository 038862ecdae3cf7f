package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.CANNOT_CHANGE_PERMISSIONS;
import static io.vireo.node.stream.StreamStatus.CANNOT_DELETE_USER;
import static io.vireo.node.stream.StreamStatus.INVALID_COMMAND;
import static io.vireo.node.stream.StreamStatus.INVALID_CREDENTIALS;
import static io.vireo.node.stream.StreamStatus.INVALID_PASSWORD;
import static io.vireo.node.stream.StreamStatus.INVALID_USERNAME;
import static io.vireo.node.stream.StreamStatus.INVALID_USER_STATUS;
import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.RESOURCE_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.USERS_LIMIT_REACHED;
import static io.vireo.node.stream.StreamStatus.USER_ALREADY_EXISTS;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.StreamLimits;
import org.agrona.collections.LongHashSet;

/**
 * The operations on users. Passwords come as hashes that were made before the log, since a salt is random. An operation that is refused
 * changes nothing. Permissions name streams and topics by number and outlive them, as clients of the protocol expect.
 */
public final class Users {
    public static final int USERNAME_BYTES_MIN = 3;
    public static final int USERNAME_BYTES_MAX = 50;
    /** Of a password's or token's hash, as text. */
    public static final int HASH_BYTES_MAX = 512;

    private static final int ENTRY_BYTES = 38;

    private final StreamLimits limits;
    private final NumberedNames<User> users = new NumberedNames<>();
    private final AccessTokens tokens = new AccessTokens(users);
    /** Users that were ever created. */
    private long lastCreation;

    Users(final StreamLimits limits) {
        this.limits = limits;
    }

    public NumberedNames<User> all() {
        return users;
    }

    public AccessTokens tokens() {
        return tokens;
    }

    /** Null if there is none. */
    public User find(final Identifier user) {
        return users.find(user);
    }

    /** Makes the root user, once in the life of a cluster. @return 43, 44, or 46 if there is one. */
    public MetadataResult createRoot(final String name, final String passwordHash, final long timestampMicros) {
        final int refusal = refusal(name, passwordHash, User.STATUS_ACTIVE, Permissions.ALL);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        if (users.at(User.ROOT) != null) {
            return MetadataResult.refused(USER_ALREADY_EXISTS);
        }
        add(User.ROOT, name, timestampMicros, User.STATUS_ACTIVE, passwordHash, Permissions.ALL);
        return MetadataResult.OK;
    }

    /**
     * @param permissions null for none.
     * @return number of the user; or 43, 44, 45, 46, 55, 3, or 20 as long as there is no root.
     */
    public MetadataResult create(
            final String name,
            final String passwordHash,
            final int status,
            final Permissions permissions,
            final long timestampMicros) {
        final int refusal = refusal(name, passwordHash, status, permissions);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        if (users.at(User.ROOT) == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (users.named(name) != null) {
            return MetadataResult.refused(USER_ALREADY_EXISTS);
        }
        if (users.size() == limits.usersMax()) {
            return MetadataResult.refused(USERS_LIMIT_REACHED);
        }
        final int number = users.lowestFree();
        add(number, name, timestampMicros, status, passwordHash, permissions);
        return MetadataResult.of(number);
    }

    /** With its tokens. @return number it had; or 20, 48. */
    public MetadataResult delete(final Identifier identifier) {
        final User user = find(identifier);
        if (user == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (user.number() == User.ROOT) {
            return MetadataResult.refused(CANNOT_DELETE_USER);
        }
        tokens.onUserDeleted(user);
        users.remove(user);
        return MetadataResult.of(user.number());
    }

    /**
     * @param name null to keep it.
     * @param status 0 to keep it.
     * @return 20, 43, 45 or 46 if refused.
     */
    public MetadataResult update(final Identifier identifier, final String name, final int status) {
        if (name != null && !isUsername(name)) {
            return MetadataResult.refused(INVALID_USERNAME);
        }
        if (status != 0 && !isStatus(status)) {
            return MetadataResult.refused(INVALID_USER_STATUS);
        }
        final User user = find(identifier);
        if (user == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (name != null) {
            final User namesake = users.named(name);
            if (namesake != null && namesake != user) {
                return MetadataResult.refused(USER_ALREADY_EXISTS);
            }
            users.rename(user, name);
        }
        if (status != 0) {
            user.status(status);
        }
        return MetadataResult.OK;
    }

    /** @param permissions null for none. @return 20, 49 or 3 if refused. */
    public MetadataResult updatePermissions(final Identifier identifier, final Permissions permissions) {
        if (permissions != null && !permissions.isValid()) {
            return MetadataResult.refused(INVALID_COMMAND);
        }
        final User user = find(identifier);
        if (user == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (user.number() == User.ROOT) {
            return MetadataResult.refused(CANNOT_CHANGE_PERMISSIONS);
        }
        user.permissions(permissions);
        return MetadataResult.OK;
    }

    /**
     * @param currentHash against which the current password was checked before the log: if that is no longer the user's, another change
     *     came in between.
     * @return 20, 42 or 44 if refused.
     */
    public MetadataResult changePassword(
            final Identifier identifier, final String currentHash, final String passwordHash) {
        if (!Names.isValid(passwordHash, 1, HASH_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_PASSWORD);
        }
        final User user = find(identifier);
        if (user == null) {
            return MetadataResult.refused(RESOURCE_NOT_FOUND);
        }
        if (!user.passwordHash().equals(currentHash)) {
            return MetadataResult.refused(INVALID_CREDENTIALS);
        }
        user.passwordHash(passwordHash);
        return MetadataResult.OK;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeLong(lastCreation);
        out.writeInt(users.size());
        for (final User user : users) {
            out.writeInt(user.number());
            out.writeLong(user.creation());
            out.writeLong(user.createdAtMicros());
            Names.write(out, user.name());
            out.writeByte(user.status());
            Names.write(out, user.passwordHash());
            PermissionsCodec.write(out, user.permissions());
            tokens.writeTo(out, user);
        }
    }

    void readFrom(final SnapshotInput in) {
        users.clear();
        tokens.clear();
        lastCreation = in.readLong();
        in.check(lastCreation >= 0, "creations of users are counted from 0", lastCreation);
        final LongHashSet creations = new LongHashSet();
        int last = -1;
        for (int left = in.readLength(limits.usersMax(), ENTRY_BYTES, "the number of users"); left > 0; left--) {
            final int number = in.readInt();
            in.check(number > last && number < limits.usersMax(), "numbers of users ascend", number);
            in.check(last >= 0 || number == User.ROOT, "the first user is root", number);
            final long creation = in.readLong();
            in.check(creation > 0 && creation <= lastCreation, "creations go from 1 to " + lastCreation, creation);
            in.check(creations.add(creation), "a creation is of one user", creation);
            final long created = in.readLong();
            final String name = Names.read(in, USERNAME_BYTES_MIN, USERNAME_BYTES_MAX, "the name of a user");
            in.check(users.named(name) == null, "a name is given to one user", number);
            final int status = in.readByte();
            in.check(isStatus(status), "a user is active or not", status);
            final String hash = Names.read(in, 1, HASH_BYTES_MAX, "the hash of a password");
            final User user = new User(number, creation, name, created, status, hash, PermissionsCodec.read(in));
            users.add(user);
            tokens.readInto(user, in);
            last = number;
        }
    }

    private void add(
            final int number,
            final String name,
            final long timestampMicros,
            final int status,
            final String passwordHash,
            final Permissions permissions) {
        users.add(new User(number, ++lastCreation, name, timestampMicros, status, passwordHash, permissions));
    }

    private static int refusal(
            final String name, final String passwordHash, final int status, final Permissions permissions) {
        if (!isUsername(name)) {
            return INVALID_USERNAME;
        }
        if (!Names.isValid(passwordHash, 1, HASH_BYTES_MAX)) {
            return INVALID_PASSWORD;
        }
        if (!isStatus(status)) {
            return INVALID_USER_STATUS;
        }
        return permissions == null || permissions.isValid() ? OK : INVALID_COMMAND;
    }

    private static boolean isUsername(final String name) {
        return Names.isValid(name, USERNAME_BYTES_MIN, USERNAME_BYTES_MAX);
    }

    private static boolean isStatus(final int status) {
        return status == User.STATUS_ACTIVE || status == User.STATUS_INACTIVE;
    }
}
