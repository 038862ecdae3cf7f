package io.vireo.bootstrap.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Bytes that are not a snapshot: the decoder gives the one that was asked for or its own exception, never anything else. */
class SnapshotDecoderProps {
    @Property(tries = 2000)
    void shouldRefuseWhenAnyByteIsChanged(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 255) final int difference) {
        final Random random = new Random(seed);
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 3_000, 900, 5_000)) {
            final byte[] file = Snapshots.file(snapshot);
            final int area = random.nextBoolean() ? 512 : file.length;
            file[random.nextInt(area)] ^= (byte) difference;
            assertThrows(SnapshotException.class, () -> Snapshots.decode(Snapshots.expected(snapshot), file));
        }
    }

    @Property(tries = 2000)
    void shouldDecodeOrRefuseWhenChangedBytesHaveRightChecksums(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 6) final int changes) {
        final Random random = new Random(seed);
        try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 3_000, 900, 5_000)) {
            final byte[] file = Snapshots.file(snapshot);
            for (int i = 0; i < changes; i++) {
                // Up to 64 all but the magic and, of the lengths, mostly their low bytes, which give possible values.
                final int at = random.nextInt(4) == 0 ? random.nextInt(4096) : 24 + random.nextInt(44);
                file[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : file[at] ^ 1 << random.nextInt(8));
            }
            if (random.nextBoolean()) {
                SnapshotFuzz.resealHeader(file);
            }
            final SnapshotId id = SnapshotFuzz.reseal(file);
            decodeOrRefuse(id, file);
        }
    }

    @Property(tries = 500)
    void shouldRefuseWhenTheBytesAreRandom(@ForAll final long seed, @ForAll @IntRange(max = 20_000) final int length) {
        final Random random = new Random(seed);
        final byte[] file = new byte[random.nextBoolean() ? length : length / 4096 * 4096];
        random.nextBytes(file);
        decodeOrRefuse(new SnapshotId(1, 2), file);
        if (file.length >= 4096) {
            Arrays.fill(file, 24, 128, (byte) 0);
            try (Snapshot snapshot = Snapshots.of(Snapshots.OP, 1, 1, 1, 1)) {
                System.arraycopy(Snapshots.file(snapshot), 0, file, 0, 384);
                decodeOrRefuse(SnapshotFuzz.reseal(file), file);
            }
        }
    }

    /** What is decoded is what was asked for, to the last byte. */
    private static void decodeOrRefuse(final SnapshotId id, final byte[] file) {
        final SnapshotDecoder.Expected expected = new SnapshotDecoder.Expected(
                Snapshots.CLUSTER_LO, Snapshots.CLUSTER_HI, Snapshots.GROUP, Snapshots.OP, id);
        try (Snapshot snapshot = Snapshots.decode(expected, file)) {
            assertEquals(id, snapshot.id());
            assertArrayEquals(file, Snapshots.file(snapshot));
            for (final SnapshotSection section : SnapshotSection.values()) {
                Snapshots.section(snapshot, section);
            }
        } catch (final SnapshotException expectedOutcome) {
            assertEquals(expected.file(), expectedOutcome.file());
        }
    }
}
