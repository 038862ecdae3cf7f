package io.vireo.node.stream.metadata;

import io.vireo.node.stream.Permissions;
import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;

/** A user with what it may do and its tokens. Changed by {@link Users} alone. */
public final class User extends Entity {
    public static final int STATUS_ACTIVE = 1;
    public static final int STATUS_INACTIVE = 2;
    /** Number of the user that is made first, may do everything and cannot be deleted; its name and status may change as any other's. */
    public static final int ROOT = 0;

    private final long creation;
    /** By name. */
    private final TreeMap<String, AccessToken> tokens = new TreeMap<>();

    private int status;
    private String passwordHash;
    private Permissions permissions;

    User(
            final int number,
            final long creation,
            final String name,
            final long createdAtMicros,
            final int status,
            final String passwordHash,
            final Permissions permissions) {
        super(number, name, createdAtMicros);
        this.creation = creation;
        this.status = status;
        this.passwordHash = passwordHash;
        this.permissions = permissions;
    }

    /** The how-manieth user of the cluster it is, from 1: unlike the number, no other user ever has the same. */
    public long creation() {
        return creation;
    }

    /** {@link #STATUS_ACTIVE} or {@link #STATUS_INACTIVE}. */
    public int status() {
        return status;
    }

    public boolean isActive() {
        return status == STATUS_ACTIVE;
    }

    /** As it was made before the log; only who checks passwords knows what is in it. */
    public String passwordHash() {
        return passwordHash;
    }

    /** Null if none were given, which allows nothing. */
    public Permissions permissions() {
        return permissions;
    }

    /** By name; a view. */
    public Collection<AccessToken> tokens() {
        return Collections.unmodifiableCollection(tokens.values());
    }

    /** Those with a greater name, by name; a view. */
    public Collection<AccessToken> tokensBehind(final String name) {
        return Collections.unmodifiableCollection(tokens.tailMap(name, false).values());
    }

    /** Null if there is none. */
    AccessToken token(final String name) {
        return tokens.get(name);
    }

    void add(final AccessToken token) {
        tokens.put(token.name(), token);
    }

    void remove(final AccessToken token) {
        tokens.remove(token.name());
    }

    void status(final int newStatus) {
        status = newStatus;
    }

    void passwordHash(final String newHash) {
        passwordHash = newHash;
    }

    void permissions(final Permissions newPermissions) {
        permissions = newPermissions;
    }
}
