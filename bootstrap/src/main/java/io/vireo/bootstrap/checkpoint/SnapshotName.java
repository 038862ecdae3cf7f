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
    private static final String QUARANTINED_SUFFIX = ".diverged";
    private static final Pattern QUARANTINED =
            Pattern.compile(DIRECTORY + "[0-9a-f]{16}-[0-9a-f]{32}-[0-9a-f]{32}\\" + QUARANTINED_SUFFIX);
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
        return new Published(op(name), id(name, DIRECTORY.length() + 17));
    }

    /**
     * {@code snapshots/<op, 16 hex>-<id, 32 hex>-<id of the others, 32 hex>.diverged}: a snapshot that differs from that of a quorum and is kept to
     * be looked into. No {@link #published} name: nothing opens, serves or removes it as a snapshot.
     */
    public static String quarantined(final Quarantined snapshot) {
        return DIRECTORY + Checksum.hex(snapshot.op()) + "-" + snapshot.id() + "-" + snapshot.quorumId()
                + QUARANTINED_SUFFIX;
    }

    /** What {@link #quarantined} made this name of, or null if it is no such name. */
    public static Quarantined parseQuarantined(final String name) {
        if (!QUARANTINED.matcher(name).matches()) {
            return null;
        }
        final int id = DIRECTORY.length() + 17;
        return new Quarantined(op(name), id(name, id), id(name, id + 33));
    }

    private static long op(final String name) {
        return Long.parseUnsignedLong(name, DIRECTORY.length(), DIRECTORY.length() + 16, 16);
    }

    private static SnapshotId id(final String name, final int at) {
        return new SnapshotId(
                Long.parseUnsignedLong(name, at + 16, at + 32, 16), Long.parseUnsignedLong(name, at, at + 16, 16));
    }

    /**
     * A snapshot that differs from that of a quorum.
     *
     * @param quorumId what a quorum has at this op; {@link SnapshotId#NONE} where that is not known.
     */
    public record Quarantined(long op, SnapshotId id, SnapshotId quorumId) {
        /**
         * True if this checkpoint may take its place: none below its op, and at its op the one that a quorum has. Where that is not known, any, its own
         * too: a peer that offers the same has computed the same. Story: the state was wrong in one snapshot only, the later one is that of all the
         * others, and while they write nothing there is no other to wait for.
         */
        public boolean isRepairedBy(final long otherOp, final SnapshotId otherId) {
            if (otherOp != op) {
                return otherOp > op;
            }
            return quorumId.equals(SnapshotId.NONE) || otherId.equals(quorumId);
        }
    }

    /** What a name says. */
    public record Published(long op, SnapshotId id) {}

    private static String file(final long op, final SnapshotId id) {
        return Checksum.hex(op) + "-" + id + SUFFIX;
    }
}
