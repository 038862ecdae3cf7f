package io.vireo.node.stream.metadata;

/**
 * A personal access token, of which only the hash is kept.
 *
 * @param user number of its user.
 * @param name unique among the tokens of the user.
 * @param hash as it was made before the log; unique.
 * @param expiresAtMicros time from which it is no longer valid, in microseconds since the epoch; 0 = never.
 */
public record AccessToken(int user, String name, String hash, long expiresAtMicros) {
    /** Whether it is no longer valid at that time. */
    public boolean isExpired(final long timestampMicros) {
        return expiresAtMicros != 0 && Long.compareUnsigned(timestampMicros, expiresAtMicros) >= 0;
    }
}
