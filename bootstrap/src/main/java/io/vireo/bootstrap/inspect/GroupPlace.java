package io.vireo.bootstrap.inspect;

import io.vireo.journal.superblock.SuperblockIdentity;

/**
 * Whose directory a start takes one for, by its name and that of the one above it.
 *
 * @param replica or {@link #ANY} where the name does not say.
 * @param group likewise.
 */
public record GroupPlace(int replica, int group) {
    public static final int ANY = -1;
    public static final GroupPlace UNKNOWN = new GroupPlace(ANY, ANY);

    int replica(final SuperblockIdentity identity) {
        return replica == ANY ? identity.replica() : replica;
    }

    int group(final SuperblockIdentity identity) {
        return group == ANY ? identity.group() : group;
    }
}
