package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Snapshots for tests. */
final class Snapshots {
    static final long CLUSTER_LO = 0x11;
    static final long CLUSTER_HI = 0x22;
    static final int GROUP = 3;
    static final long OP = 1_000;

    private Snapshots() {}

    static SnapshotAnchor anchor(final long op) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final PrepareFlyweight header = new PrepareFlyweight().wrap(bytes, 0);
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0);
        header.init(Command.PREPARE, CLUSTER_LO, CLUSTER_HI, size, 7, 1, GROUP);
        header.parent(5, 6).op(op).commit(op - 2).timestamp(op * 1000).requestCount(1);
        header.sealWithBody(new Checksum(), 8, 9);
        return new SnapshotAnchor(header, 4 * op);
    }

    /** With sections of these lengths, filled from the seed. */
    static Snapshot of(final long op, final int seed, final int... lengths) {
        final Random random = new Random(seed);
        try (SnapshotWriter writer = new SnapshotWriter(anchor(op))) {
            for (final SnapshotSection section : SnapshotSection.values()) {
                final byte[] bytes = new byte[lengths[section.ordinal()]];
                random.nextBytes(bytes);
                writer.begin(section).writeBytes(new UnsafeBuffer(bytes), 0, bytes.length);
            }
            return writer.finish();
        }
    }

    static SnapshotDecoder.Expected expected(final Snapshot snapshot) {
        return new SnapshotDecoder.Expected(
                CLUSTER_LO, CLUSTER_HI, GROUP, snapshot.anchor().op(), snapshot.id());
    }

    static byte[] file(final Snapshot snapshot) {
        final byte[] bytes = new byte[(int) snapshot.fileLength()];
        snapshot.copy(0, new UnsafeBuffer(bytes), 0, bytes.length);
        return bytes;
    }

    static byte[] section(final Snapshot snapshot, final SnapshotSection section) {
        final SnapshotInput in = snapshot.section(section);
        final byte[] bytes = new byte[(int) in.remaining()];
        in.readBytes(new UnsafeBuffer(bytes), 0, bytes.length);
        in.checkEnd();
        return bytes;
    }

    /** Feeds a whole file to a decoder; whoever gets the snapshot closes it. */
    static Snapshot decode(final SnapshotDecoder.Expected expected, final byte[] file) {
        final UnsafeBuffer bytes = new UnsafeBuffer(file);
        try (SnapshotDecoder decoder = new SnapshotDecoder(expected, file.length)) {
            while (decoder.nextLength() > 0) {
                decoder.take(bytes, (int) decoder.position());
            }
            return decoder.finish();
        }
    }
}
