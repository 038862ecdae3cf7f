package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/** The state of a machine to the bytes of a snapshot's section and back. */
final class SnapshotBytes {
    private SnapshotBytes() {}

    static byte[] of(final StateMachine machine) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            machine.snapshot(writer.begin(SnapshotSection.STATE));
            try (Snapshot snapshot = writer.finish()) {
                final SnapshotInput in = snapshot.section(SnapshotSection.STATE);
                final byte[] bytes = new byte[(int) in.remaining()];
                in.readBytes(new UnsafeBuffer(bytes), 0, bytes.length);
                return bytes;
            }
        }
    }

    static void restore(final byte[] bytes, final StateMachine machine) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            writer.begin(SnapshotSection.STATE).writeBytes(new UnsafeBuffer(bytes), 0, bytes.length);
            try (Snapshot snapshot = writer.finish()) {
                machine.restore(snapshot.section(SnapshotSection.STATE));
            }
        }
    }

    private static SnapshotAnchor anchor() {
        return new SnapshotAnchor(
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0), 1);
    }
}
