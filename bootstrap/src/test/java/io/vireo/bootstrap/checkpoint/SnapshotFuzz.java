package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.message.Checksum;
import org.agrona.concurrent.UnsafeBuffer;

/** Puts checksums right again over bytes that were changed, so that what lies behind the checksums is reached. */
final class SnapshotFuzz {
    private SnapshotFuzz() {}

    /** The new id of a file whose first part, of one sector, was changed; it is put in. */
    static SnapshotId reseal(final byte[] file) {
        final UnsafeBuffer bytes = new UnsafeBuffer(file);
        final SnapshotId id = SnapshotId.of(bytes, 16, 4096 - 16, new Checksum());
        SnapshotPrologue.putId(bytes, 0, id);
        return id;
    }

    /** Puts the checksum of the prepare's header right. */
    static void resealHeader(final byte[] file) {
        final UnsafeBuffer bytes = new UnsafeBuffer(file);
        SnapshotPrologue.putId(bytes, 128, SnapshotId.of(bytes, 128 + 16, 256 - 16, new Checksum()));
    }
}
