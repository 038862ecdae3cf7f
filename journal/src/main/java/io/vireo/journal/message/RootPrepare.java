package io.vireo.journal.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Op 0 of a group: the checkpoint of an empty log. It has an identity, so that op 1 has a parent, but no bytes anywhere. Logs of different
 * clusters and groups therefore share no link.
 */
public final class RootPrepare {
    private static final String LABEL = "vireo.root";

    private RootPrepare() {}

    /** Leaves the identity of this group's op 0 in {@code out}. Allocates; for start-up. */
    public static void checksum(final Checksum out, final long clusterLo, final long clusterHi, final int group) {
        final int label = LABEL.length();
        final UnsafeBuffer fields = new UnsafeBuffer(new byte[label + 2 * Long.BYTES + Integer.BYTES]);
        fields.putStringWithoutLengthAscii(0, LABEL);
        fields.putLong(label, clusterLo, LITTLE_ENDIAN);
        fields.putLong(label + Long.BYTES, clusterHi, LITTLE_ENDIAN);
        fields.putInt(label + 2 * Long.BYTES, group, LITTLE_ENDIAN);
        out.hash(fields, 0, fields.capacity());
    }
}
