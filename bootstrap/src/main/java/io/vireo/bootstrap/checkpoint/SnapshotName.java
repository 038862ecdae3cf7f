package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.message.Checksum;
import java.util.regex.Pattern;

/** Names of snapshots in the directory of a group: made from numbers only, never from what a peer says. */
public final class SnapshotName {
    /** Where published snapshots are. */
    public static final String DIRECTORY = "snapshots/";
    /** Where files are until they are whole; shared with others, hence the prefix. */
    public static final String STAGING_PREFIX = "staging/snapshot-";

    /** Stands in messages about a snapshot that is in memory only. */
    static final String UNPUBLISHED = "(not yet written)";

    private static final String SUFFIX = ".snap";
    private static final Pattern PUBLISHED = Pattern.compile(DIRECTORY + "[0-9a-f]{16}-[0-9a-f]{32}\\" + SUFFIX);

    private SnapshotName() {}

    /** {@code snapshots/<op, 16 hex>-<id, 32 hex>.snap}. */
    public static String published(final long op, final SnapshotId id) {
        return DIRECTORY + file(op, id);
    }

    /** The name until the snapshot is published. */
    public static String staging(final long op, final SnapshotId id) {
        return STAGING_PREFIX + file(op, id);
    }

    /** True for every name that {@link #published} or {@link #staging} gives. */
    public static boolean isSnapshot(final String name) {
        return name.endsWith(SUFFIX) && (name.startsWith(DIRECTORY) || name.startsWith(STAGING_PREFIX));
    }

    /** Op and id of a published snapshot, or null if this is no name of one. */
    public static Published parse(final String name) {
        if (!PUBLISHED.matcher(name).matches()) {
            return null;
        }
        final int op = DIRECTORY.length();
        final int id = op + 17;
        return new Published(
                Long.parseUnsignedLong(name, op, op + 16, 16),
                new SnapshotId(
                        Long.parseUnsignedLong(name, id + 16, id + 32, 16),
                        Long.parseUnsignedLong(name, id, id + 16, 16)));
    }

    /** What a name says. */
    public record Published(long op, SnapshotId id) {}

    private static String file(final long op, final SnapshotId id) {
        return Checksum.hex(op) + "-" + id + SUFFIX;
    }
}
