package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.InvariantException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestSuccessionTest {
    private static final int SECTOR = Storage.SECTOR;
    private static final int NAMESPACES = 5;
    private static final SegmentLimits LIMITS = new SegmentLimits(8 * SECTOR, 2 * SECTOR, 16 * SECTOR);

    private final CrashDisk disk = new CrashDisk(new Random(1));
    private final StoreHarness harness = new StoreHarness(disk, LIMITS);
    private Manifest first;

    @BeforeEach
    void openAndSaveAFileOfEachNamespace() {
        assertEquals(null, harness.open(Manifest.EMPTY));
        for (int namespace = 0; namespace < NAMESPACES; namespace++) {
            harness.append(namespace, 1, new byte[1]);
        }
        first = harness.checkpoint();
        harness.forget(first);
    }

    @Test
    void shouldRefuseAManifestWhenAnyOneFileIsGoneThatWasNotReleased() {
        for (int i = 0; i < NAMESPACES; i++) {
            final SegmentKey gone = first.entry(i).key();
            final Manifest next = without(first, gone);
            final InvariantException broken =
                    assertThrows(InvariantException.class, () -> ManifestSuccession.check(first, next, key -> false));
            assertTrue(broken.getMessage().endsWith(": " + gone.namespace() + ", 0"), broken.getMessage());
            assertThrows(
                    InvariantException.class,
                    () -> ManifestSuccession.check(first, next, key -> !key.equals(gone)),
                    "that others were released explains nothing");
            ManifestSuccession.check(first, next, gone::equals);
        }
        assertThrows(InvariantException.class, () -> ManifestSuccession.check(first, Manifest.EMPTY, key -> false));
    }

    @Test
    void shouldTakeWhatIsNewOrGrowsAndRefuseWhatShrinks() {
        harness.append(0, 1, new byte[2 * SECTOR]);
        harness.append(NAMESPACES, 1, new byte[1]);
        final Manifest second = harness.checkpoint();
        ManifestSuccession.check(Manifest.EMPTY, first, key -> false);
        ManifestSuccession.check(first, first, key -> false);
        ManifestSuccession.check(first, second, key -> false);
        final InvariantException broken = assertThrows(
                InvariantException.class,
                () -> ManifestSuccession.check(second, first, key -> key.namespace() == NAMESPACES));
        assertTrue(broken.getMessage().contains("shrink"), broken.getMessage());
    }

    @Test
    void shouldStopAndDeleteNothingWhenADurableManifestLacksAFileThatWasNotReleased() {
        disk.leave("segments/0000000000000009-0000000000000001-0000000000000000.log", SECTOR);
        final List<String> before = disk.names();
        final Manifest lacking = without(first, first.entry(2).key());
        assertThrows(InvariantException.class, () -> harness.store.forget(lacking));
        assertFalse(harness.poll(), "nothing was begun");
        assertEquals(before, disk.names());
        assertEquals(first, harness.store.durable());
    }

    @Test
    void shouldStopBeforeThereIsACheckpointWhenASegmentIsGoneThatWasNotReleased() {
        harness.append(1, 1, new byte[LIMITS.entrySizeMax()]);
        final Manifest second = harness.checkpoint();
        final SegmentTable table = new SegmentTable(new Segment.Shared(LIMITS, disk));
        table.restore(second);
        table.end(0);
        // What a defect does: the segment goes from its namespace, and nothing says that it was released.
        table.find(1).removeFirst(1);
        final InvariantException broken = assertThrows(InvariantException.class, () -> table.freeze(null));
        assertTrue(broken.getMessage().endsWith("not released (namespace, base offset): 1, 0"), broken.getMessage());
    }

    @Test
    void shouldForgetANamespaceWithTheFirstManifestBehindItsEnd() {
        final SegmentTable table = new SegmentTable(new Segment.Shared(LIMITS, disk));
        for (int namespace = 0; namespace < 100; namespace++) {
            table.incarnation(namespace, 1);
            table.end(namespace);
        }
        table.incarnation(7, 2);
        assertEquals(100, table.namespaceCount());
        assertThrows(InvariantException.class, () -> table.incarnation(8, 0));
        table.freeze(null);
        assertEquals(1, table.namespaceCount());
        assertEquals(2, table.find(7).incarnation);
    }

    @Test
    void shouldGoOnWhenFilesAreReleasedInEveryWayThereIs() {
        harness.append(1, 1, new byte[LIMITS.entrySizeMax()]);
        harness.append(1, 1, new byte[LIMITS.entrySizeMax()]);
        harness.forget(harness.checkpoint());
        harness.store.drop(0);
        harness.store.dropBelow(1, 2);
        harness.append(2, 2, new byte[1]);
        // Released between the freezing and the durability of the same checkpoint, and from one that is not durable
        // yet.
        final Manifest third = harness.checkpoint();
        harness.store.drop(3);
        assertTrue(harness.forget(third) > 0);
        final Manifest fourth = harness.checkpoint();
        harness.store.drop(4);
        final Manifest fifth = harness.checkpoint();
        assertEquals(2, harness.forget(fourth) + harness.forget(fifth));
        assertEquals(fifth.count(), disk.names().size());
    }

    private static Manifest without(final Manifest manifest, final SegmentKey gone) {
        final List<ManifestEntry> entries = new ArrayList<>();
        for (int i = 0; i < manifest.count(); i++) {
            if (!manifest.entry(i).key().equals(gone)) {
                entries.add(manifest.entry(i));
            }
        }
        return new Manifest(entries.toArray(new ManifestEntry[0]));
    }
}
