package io.vireo.bootstrap.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** Names of snapshots on disk are a format: 16 and 32 digits, whatever the numbers are. */
class SnapshotNameTest {
    @Test
    void shouldHaveAllDigitsWhenNumbersAreSmallOrLarge() {
        assertEquals(
                "snapshots/000000000000000a-00000000000000020000000000000001.snap",
                SnapshotName.published(10, new SnapshotId(1, 2)));
        assertEquals(
                "staging/snapshot-0fedcba987654321-ffffffffffffffff8000000000000000.snap",
                SnapshotName.staging(0x0fed_cba9_8765_4321L, new SnapshotId(Long.MIN_VALUE, -1)));
    }

    @Test
    void shouldReadBackWhatItNamed() {
        for (final long op : new long[] {0, 1, 0xabcdef, Long.MAX_VALUE}) {
            final SnapshotId id = new SnapshotId(-op, op + 3);
            assertEquals(new SnapshotName.Published(op, id), SnapshotName.parse(SnapshotName.published(op, id)));
        }
    }

    @Test
    void shouldReadBackWhatItKeepsUnderANameThatNothingOpens() {
        final SnapshotName.Quarantined kept =
                new SnapshotName.Quarantined(0x1a, new SnapshotId(-1, 2), new SnapshotId(3, Long.MIN_VALUE));
        final String name = SnapshotName.quarantined(kept);
        assertEquals(
                "snapshots/000000000000001a-0000000000000002ffffffffffffffff-80000000000000000000000000000003.diverged",
                name);
        assertEquals(kept, SnapshotName.parseQuarantined(name));
        assertNull(SnapshotName.parse(name));
        assertFalse(SnapshotName.isSnapshot(name), "removed with those that nothing names");
        assertNull(SnapshotName.parseQuarantined(SnapshotName.published(0x1a, kept.id())));
        assertNull(SnapshotName.parseQuarantined(name + "x"));
    }

    @Test
    void shouldRefuseWhatIsNoNameOfAPublishedSnapshot() {
        final String name = SnapshotName.published(10, new SnapshotId(1, 2));
        assertNull(SnapshotName.parse(name + "x"));
        assertNull(SnapshotName.parse(name.replace(".snap", "_snap")));
        assertNull(SnapshotName.parse(name.replace('a', 'A')));
        assertNull(SnapshotName.parse(name.replace("a-", "a")));
        assertNull(SnapshotName.parse(SnapshotName.staging(10, new SnapshotId(1, 2))));
    }
}
