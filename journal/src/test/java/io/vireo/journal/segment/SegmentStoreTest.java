package io.vireo.journal.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.segment.SegmentDamage.Kind;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.InvariantException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentStoreTest {
    private static final int SECTOR = Storage.SECTOR;
    private static final SegmentLimits LIMITS = new SegmentLimits(8 * SECTOR, 2 * SECTOR, 16 * SECTOR);

    private final CrashDisk disk = new CrashDisk(new Random(1));

    @Test
    void shouldHaveTheBytesOfTheFormatWhenEntriesAndAPadAreWritten() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        harness.append(5, 2, new byte[] {'a', 'b'});
        harness.append(5, 2, new byte[SECTOR - 4 - 6 - 2]);
        final ManifestEntry entry = harness.checkpoint().entry(0);
        final byte[] file = disk.content("segments/0000000000000005-0000000000000002-0000000000000000.log");
        final byte[] expected = new byte[2 * SECTOR];
        final UnsafeBuffer bytes = new UnsafeBuffer(expected);
        bytes.putBytes(0, HexFormat.of().parseHex("020000006162f40f0000"));
        // Two bytes are left of the sector: the pad goes on to the end of the next one.
        bytes.putBytes(SECTOR - 2, HexFormat.of().parseHex("ffffffff"));
        assertArrayEquals(expected, file);
        assertEquals(2 * SECTOR, entry.size());
        assertEquals(2, entry.nextOffset());
        assertFalse(entry.isSealed());
    }

    @Test
    void shouldHaveTheHashesOfTheFormatWhenFrozen() throws Exception {
        final StoreHarness harness = opened(Manifest.EMPTY);
        harness.append(5, 2, new byte[2 * SECTOR]);
        final ManifestEntry entry = harness.checkpoint().entry(0);
        final byte[] file = disk.content(entry.key().fileName());
        final UnsafeBuffer preimage = new UnsafeBuffer(new byte[8 + 4 + 2 * SECTOR + 4]);
        final byte[][] leaves = new byte[2][];
        for (int i = 0; i < 2; i++) {
            final int length = i == 0 ? 2 * SECTOR : SECTOR;
            preimage.putStringWithoutLengthAscii(0, "vireo.lf");
            preimage.putInt(8, i, LITTLE_ENDIAN);
            preimage.putBytes(12, file, i * 2 * SECTOR, length);
            preimage.putInt(12 + length, length, LITTLE_ENDIAN);
            leaves[i] = sha256(preimage, 16 + length);
            assertArrayEquals(leaves[i], entry.chunkHash(i));
        }
        final UnsafeBuffer root = new UnsafeBuffer(new byte[8 + 8 + 4 + 4 + 64]);
        root.putStringWithoutLengthAscii(0, "vireo.rt");
        root.putLong(8, 3L * SECTOR, LITTLE_ENDIAN);
        root.putInt(16, 2 * SECTOR, LITTLE_ENDIAN);
        root.putInt(20, 2, LITTLE_ENDIAN);
        root.putBytes(24, leaves[0]);
        root.putBytes(56, leaves[1]);
        assertArrayEquals(sha256(root, root.capacity()), entry.root());
    }

    @Test
    void shouldRefuseAnEntryThatFitsNoSegmentAndALowerIncarnation() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        assertThrows(InvariantException.class, () -> harness.append(1, 1, new byte[LIMITS.entrySizeMax() + 1]));
        assertEquals(0, harness.append(1, 1, new byte[LIMITS.entrySizeMax()]));
        assertThrows(InvariantException.class, () -> harness.append(1, 0, new byte[1]));
        harness.store.drop(1);
        assertEquals(0, harness.store.end(1));
        assertThrows(InvariantException.class, () -> harness.append(1, 1, new byte[1]));
        assertEquals(0, harness.append(1, 2, new byte[1]));
    }

    @Test
    void shouldCutNoEntryWhenTheReaderHasLessRoom() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        harness.append(1, 1, new byte[10]);
        harness.append(1, 1, new byte[10]);
        final UnsafeBuffer into = new UnsafeBuffer(new byte[100]);
        assertEquals(0, harness.store.read(1, 0, 9, 13, into, 0));
        assertEquals(14, harness.store.read(1, 0, 9, 27, into, 0));
        assertEquals(28, harness.store.read(1, 0, 9, 28, into, 0));
        assertEquals(14, harness.store.read(1, 0, 1, 28, into, 0));
        assertEquals(0, harness.store.read(1, 2, 9, 28, into, 0));
    }

    @Test
    void shouldLeaveItsFilesToAnotherStoreWhenClosed() {
        final StoreHarness first = opened(Manifest.EMPTY);
        first.append(1, 1, new byte[] {1, 2, 3});
        final Manifest manifest = first.checkpoint();
        first.append(1, 1, new byte[SECTOR]);
        assertFalse(first.store.isIdle());
        assertThrows(InvariantException.class, first.store::close);
        while (first.poll()) {
            // Until nothing is in flight.
        }
        assertTrue(first.store.isIdle());
        first.store.close();
        assertEquals(0, disk.handles());
        final StoreHarness second = opened(manifest);
        assertEquals(1, second.store.end(1));
        assertArrayEquals(new byte[] {1, 2, 3}, second.read(1, 0, 1).get(0));
    }

    @Test
    void shouldBeBackloggedUntilBytesAreWritten() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        while (!harness.store.isBacklogged()) {
            harness.append(1, 1, new byte[LIMITS.entrySizeMax()]);
        }
        assertTrue(harness.store.unwrittenBytes() <= LIMITS.cacheBytes() + LIMITS.segmentBytes());
        while (harness.store.isBacklogged()) {
            assertTrue(harness.poll());
        }
    }

    @Test
    void shouldKeepFewFilesOpenWhenThereAreManyNamespaces() {
        final int namespaces = 3 * SegmentFiles.OPEN_MAX;
        StoreHarness harness = opened(Manifest.EMPTY);
        Manifest manifest = null;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < namespaces; i++) {
                harness.append(i, 1, new byte[] {(byte) i, (byte) round});
            }
            manifest = harness.checkpoint();
        }
        disk.crash();
        harness = opened(manifest);
        for (int i = 0; i < namespaces; i++) {
            assertArrayEquals(new byte[] {(byte) i, 1}, harness.read(i, 0, 2).get(1));
        }
        assertTrue(disk.handlesMost() <= SegmentFiles.OPEN_MAX);
    }

    @Test
    void shouldDeleteWhatNoManifestListsWhenForgotten() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        harness.append(1, 1, new byte[1]);
        harness.append(2, 1, new byte[1]);
        harness.checkpoint();
        disk.leave("segments/0000000000000009-0000000000000001-0000000000000000.log", SECTOR);
        disk.leave("staging/0000000000000009-0000000000000001-0000000000000000-0123456789abcdef.part", SECTOR);
        disk.leave("segments/notes.txt", SECTOR);
        disk.leave("data", SECTOR);
        harness.append(2, 2, new byte[1]);
        final Manifest manifest = harness.checkpoint();
        assertEquals(3, harness.forget(manifest));
        assertEquals(
                List.of(
                        "data",
                        "segments/0000000000000001-0000000000000001-0000000000000000.log",
                        "segments/0000000000000002-0000000000000002-0000000000000000.log",
                        "segments/notes.txt"),
                disk.names());
        assertEquals(0, harness.forget(manifest));
    }

    /**
     * Story: a sweep for the checkpoint before goes on; another one is being published and lists this segment, which is dropped meanwhile. If
     * the sweep deleted its file, and then the superblock named that checkpoint and the power failed, the replica would miss a file.
     */
    @Test
    @Tag("I6")
    void shouldKeepTheFileThatACheckpointUnderWayListsWhenItIsDroppedAndSwept() {
        StoreHarness harness = opened(Manifest.EMPTY);
        final Manifest first = harness.checkpoint();
        harness.append(5, 1, new byte[] {7});
        final Manifest second = harness.checkpoint();
        harness.store.drop(5);
        assertEquals(0, harness.forget(first));
        assertEquals(List.of(second.entry(0).key().fileName()), disk.names());
        disk.crash();
        harness = opened(second);
        assertArrayEquals(new byte[] {7}, harness.read(5, 0, 1).get(0));
    }

    @Test
    @Tag("I6")
    void shouldKeepTheFileThatACheckpointUnderWayListsWhenAllBelowItIsDroppedAndSwept() {
        StoreHarness harness = opened(Manifest.EMPTY);
        final Manifest first = harness.checkpoint();
        harness.append(5, 1, new byte[LIMITS.entrySizeMax()]);
        harness.append(5, 1, new byte[] {7});
        final Manifest second = harness.checkpoint();
        harness.store.dropBelow(5, 1);
        assertEquals(0, harness.forget(first));
        assertEquals(2, disk.names().size());
        disk.crash();
        harness = opened(second);
        assertEquals(0, harness.store.begin(5));
        harness.store.dropBelow(5, 1);
        assertEquals(1, harness.forget(harness.checkpoint()));
        assertEquals(1, disk.names().size());
    }

    @Test
    void shouldKeepTheFilesOfTheCheckpointThatBecomesDurableWhileASweepRuns() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        harness.append(5, 1, new byte[] {7});
        harness.append(6, 1, new byte[] {8});
        final Manifest first = harness.checkpoint();
        harness.store.forget(Manifest.EMPTY);
        // Not a completion was looked at yet: the list of files comes later than all that follows.
        harness.store.forget(first);
        harness.store.drop(5);
        final Manifest second = harness.store.freeze();
        assertEquals(0, harness.awaitForgotten());
        assertEquals(2, disk.names().size(), "a crash goes back to the first");
        assertArrayEquals(disk.content(first.entry(0).key().fileName()), padded(harness.fetch(first.entry(0), 100)));
        harness.store.sync(second);
        harness.awaitSyncs(2);
        assertEquals(1, harness.forget(second));
        assertEquals(List.of(second.entry(0).key().fileName()), disk.names());
        assertNull(harness.fetch(first.entry(0), 100), "nothing lists it any more");
    }

    @Test
    void shouldServeDroppedSegmentsWhenTheDurableCheckpointListsThem() {
        // A chunk has room for a checkpoint in it and the end of a write behind that.
        final StoreHarness harness = new StoreHarness(disk, new SegmentLimits(8 * SECTOR, 4 * SECTOR, 16 * SECTOR));
        assertNull(harness.open(Manifest.EMPTY));
        for (int i = 0; i < 5; i++) {
            harness.append(5, 1, new byte[3 * SECTOR]);
            harness.append(6, 1, new byte[SECTOR - 100]);
        }
        final Manifest durable = harness.checkpoint();
        harness.forget(durable);
        // Of this, some is written, covered by no manifest, and ends inside a chunk of one, some is not written, when
        // it goes.
        harness.append(6, 1, new byte[SECTOR]);
        while (harness.poll()) {
            // Until all is written that can be.
        }
        harness.store.dropBelow(5, 4);
        harness.store.drop(6);
        for (int i = 0; i < 2; i++) {
            for (int file = 0; file < durable.count(); file++) {
                final ManifestEntry entry = durable.entry(file);
                assertArrayEquals(
                        Arrays.copyOf(disk.content(entry.key().fileName()), entry.size()),
                        harness.fetch(entry, SECTOR),
                        entry::toString);
            }
            assertEquals(0, harness.forget(durable));
        }
        final ManifestEntry last = durable.entry(durable.count() - 1);
        assertEquals(
                0,
                harness.store.readBytes(last.key(), last.size(), 1, new UnsafeBuffer(new byte[1]), 0),
                "nothing behind what is listed");
    }

    @Test
    @Tag("I6")
    void shouldNameTheFileWhenItIsMissing() {
        final Manifest manifest = checkpointOfThree();
        disk.remove(manifest.entry(1).key().fileName());
        final SegmentDamage damage = damage(manifest);
        assertEquals(Kind.MISSING, damage.kind());
        assertEquals(manifest.entry(1).key(), damage.key());
        assertArrayEquals(manifest.entry(1).root(), damage.expected());
        assertTrue(damage.message().contains("segments/0000000000000001-"), damage.message());
    }

    @Test
    void shouldNameTheSizeWhenTheFileIsShort() {
        final Manifest manifest = checkpointOfThree();
        disk.cut(manifest.entry(1).key().fileName(), 2 * SECTOR);
        final SegmentDamage damage = damage(manifest);
        assertEquals(Kind.SHORT, damage.kind());
        assertEquals(2 * SECTOR, damage.position());
        assertEquals(manifest.entry(1).size() - 2 * SECTOR, damage.length());
    }

    @Test
    void shouldNameBothHashesWhenTheLastChunkIsDamaged() {
        final Manifest manifest = checkpointOfThree();
        final ManifestEntry entry = manifest.entry(1);
        disk.content(entry.key().fileName())[entry.size() - 1] ^= 1;
        final SegmentDamage damage = damage(manifest);
        assertEquals(Kind.WRONG_HASH, damage.kind());
        assertEquals(2 * SECTOR, damage.position());
        assertEquals(SECTOR, damage.length());
        assertArrayEquals(entry.chunkHash(1), damage.expected());
        assertEquals(32, damage.found().length);
        assertNotEquals(
                HexFormat.of().formatHex(damage.expected()), HexFormat.of().formatHex(damage.found()));
    }

    @Test
    void shouldReportEveryFileWhenSeveralAreDamaged() {
        final Manifest manifest = checkpointOfThree();
        disk.remove(manifest.entry(2).key().fileName());
        disk.makeUnreadable(manifest.entry(0).key().fileName());
        final List<SegmentDamage> damages = new StoreHarness(disk, LIMITS).open(manifest);
        assertEquals(2, damages.size());
        assertEquals(Kind.UNREADABLE, damages.get(0).kind());
        assertEquals(Kind.MISSING, damages.get(1).kind());
    }

    @Test
    void shouldFindDamageOfAnotherChunkWhenItIsReadAndNotBefore() {
        final Manifest manifest = checkpointOfThree();
        final ManifestEntry entry = manifest.entry(1);
        disk.content(entry.key().fileName())[100] ^= 1;
        final StoreHarness harness = opened(manifest);
        assertNull(harness.read(1, 0, 1));
        final SegmentDamage damage = harness.store.lastDamage();
        assertEquals(Kind.WRONG_HASH, damage.kind());
        assertEquals(0, damage.position());
        assertArrayEquals(entry.chunkHash(0), damage.expected());
        // The namespaces beside it are read as before.
        assertEquals(1, harness.read(2, 0, 1).size());
    }

    @Test
    void shouldGoOnWhereItWasWhenFilesAreReal(@TempDir final Path directory) throws Exception {
        final Manifest manifest;
        final byte[] entry = new byte[3 * SECTOR];
        Arrays.fill(entry, (byte) 7);
        final Semaphore wakeups = new Semaphore(0);
        try (FileStorage files = new FileStorage(directory, wakeups::release, false)) {
            final StoreHarness harness = new StoreHarness(files, LIMITS, wakeups);
            assertNull(harness.open(Manifest.EMPTY));
            for (int i = 0; i < 10; i++) {
                assertEquals(i, harness.append(3, 1, entry));
            }
            manifest = harness.checkpoint();
            // Not covered, and perhaps on disk: ignored by the next process.
            harness.append(3, 1, new byte[LIMITS.entrySizeMax()]);
            harness.append(3, 1, new byte[LIMITS.entrySizeMax()]);
        }
        try (FileStorage files = new FileStorage(directory, wakeups::release, false)) {
            final StoreHarness harness = new StoreHarness(files, LIMITS, wakeups);
            assertNull(harness.open(manifest));
            assertEquals(10, harness.append(3, 1, entry));
            harness.checkpoint();
            for (int i = 0; i < 11; i++) {
                assertArrayEquals(entry, harness.read(3, i, 1).get(0));
            }
        }
    }

    @Test
    void shouldKeepTheLastSegmentWhenACheckpointHasSealedItAndAllIsBelow() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        // No room for a pad.
        harness.append(3, 1, new byte[LIMITS.entrySizeMax() - 2]);
        final Manifest manifest = harness.checkpoint();
        assertTrue(manifest.entry(0).isSealed());
        harness.store.dropBelow(3, Long.MAX_VALUE);
        assertEquals(0, harness.store.begin(3));
        assertEquals(1, harness.append(3, 1, new byte[5]));
        assertEquals(1, harness.store.lastSegmentBegin(3));
        harness.store.dropBelow(3, 1);
        assertEquals(1, harness.store.begin(3));
        assertEquals(1, harness.checkpoint().count());
        harness.store.dropBelow(4, 1);
        assertEquals(0, harness.store.begin(4));
    }

    private StoreHarness opened(final Manifest manifest) {
        final StoreHarness harness = new StoreHarness(disk, LIMITS);
        assertNull(harness.open(manifest));
        return harness;
    }

    /** Three namespaces, each with an active segment of a whole chunk and a sector of the next; the machine has started anew. */
    private Manifest checkpointOfThree() {
        final StoreHarness harness = opened(Manifest.EMPTY);
        for (int namespace = 0; namespace < 3; namespace++) {
            harness.append(namespace, 1, new byte[SECTOR]);
            harness.append(namespace, 1, new byte[SECTOR]);
        }
        final Manifest manifest = harness.checkpoint();
        disk.crash();
        return manifest;
    }

    private static byte[] padded(final byte[] bytes) {
        return Arrays.copyOf(bytes, SegmentFormat.roundUp(bytes.length));
    }

    private SegmentDamage damage(final Manifest manifest) {
        final List<SegmentDamage> damages = new StoreHarness(disk, LIMITS).open(manifest);
        assertEquals(1, damages.size());
        assertEquals(0, disk.handles(), "another store may try again");
        return damages.get(0);
    }

    private static byte[] sha256(final UnsafeBuffer bytes, final int length) throws Exception {
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes.byteArray(), 0, length);
        return digest.digest();
    }
}
