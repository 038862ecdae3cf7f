package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/** Metadata to the bytes of a snapshot's section and back. */
final class StateBytes {
    private StateBytes() {}

    static byte[] write(final MetadataState state) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            state.writeTo(writer.begin(SnapshotSection.STATE));
            try (Snapshot snapshot = writer.finish()) {
                final SnapshotInput in = snapshot.section(SnapshotSection.STATE);
                final byte[] bytes = new byte[(int) in.remaining()];
                in.readBytes(new UnsafeBuffer(bytes), 0, bytes.length);
                return bytes;
            }
        }
    }

    static MetadataState read(final byte[] bytes, final MetadataState into) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            writer.begin(SnapshotSection.STATE).writeBytes(new UnsafeBuffer(bytes), 0, bytes.length);
            try (Snapshot snapshot = writer.finish()) {
                into.readFrom(snapshot.section(SnapshotSection.STATE));
            }
        }
        return into;
    }

    private static SnapshotAnchor anchor() {
        return new SnapshotAnchor(
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0), 1);
    }
}
