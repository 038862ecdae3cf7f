package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.segment.SegmentScrub.State;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks of real files, damaged behind the store's back. */
class SegmentScrubTest {
    private static final int SECTOR = Storage.SECTOR;
    private static final SegmentLimits LIMITS = new SegmentLimits(16 * SECTOR, 4 * SECTOR, 16 * SECTOR);
    private static final int CHUNK = 1;

    @TempDir
    Path directory;

    private FileStorage storage;
    private StoreHarness harness;
    private SegmentScrub scrub;
    private ManifestEntry entry;
    private Path file;
    private byte[] sound;

    @BeforeEach
    void fill() throws IOException {
        final Semaphore wakeups = new Semaphore(0);
        storage = new FileStorage(directory, wakeups::release, false);
        harness = new StoreHarness(storage, LIMITS, wakeups);
        assertNull(harness.open(Manifest.EMPTY));
        final byte[] bytes = new byte[3_000];
        for (int i = 0; i < 24; i++) {
            Arrays.fill(bytes, (byte) (i + 1));
            harness.append(1, 1, bytes);
        }
        final Manifest manifest = harness.checkpoint();
        harness.forget(manifest);
        entry = manifest.entry(0);
        assertTrue(entry.isSealed());
        scrub = harness.store.scrub();
        file = directory.resolve(entry.key().fileName());
        sound = Files.readAllBytes(file);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void shouldMendTheFileInPlace() throws IOException {
        flip(5 * SECTOR + 7);
        assertEquals(State.DAMAGED, check(entry, CHUNK));
        assertEquals(SegmentDamage.Kind.WRONG_HASH, scrub.damage().kind());
        assertEquals(4 * SECTOR, scrub.damage().position());
        assertArrayEquals(entry.chunkHash(CHUNK), scrub.damage().expected());
        scrub.mend();
        assertTrue(scrub.take(new UnsafeBuffer(sound), 4 * SECTOR, 4 * SECTOR));
        assertEquals(State.MENDED, settle());
        assertArrayEquals(sound, Files.readAllBytes(file));
        scrub.end();
        assertEquals(State.GOOD, check(entry, CHUNK));
    }

    @Test
    void shouldWriteNothingThatIsNotTheChunkAsAWhole() throws IOException {
        flip(5 * SECTOR + 7);
        final byte[] damaged = Files.readAllBytes(file);
        assertEquals(State.DAMAGED, check(entry, CHUNK));
        scrub.mend();
        final UnsafeBuffer bytes = new UnsafeBuffer(sound.clone());
        bytes.putByte(7 * SECTOR, (byte) ~sound[7 * SECTOR]);
        assertTrue(scrub.take(bytes, 4 * SECTOR, SECTOR));
        assertEquals(5 * SECTOR, scrub.position());
        assertEquals(3 * SECTOR, scrub.wanted());
        assertFalse(scrub.take(bytes, 5 * SECTOR, 3 * SECTOR));
        assertEquals(State.WANTING, scrub.state());
        assertEquals(4 * SECTOR, scrub.position());
        assertArrayEquals(damaged, Files.readAllBytes(file));
        scrub.end();
    }

    @Test
    void shouldBeReadAgainWhenItWasMended() throws IOException {
        flip(5 * SECTOR + 7);
        assertNull(harness.read(1, 7, 1));
        assertEquals(SegmentDamage.Kind.WRONG_HASH, harness.store.lastDamage().kind());
        final SegmentDamage accused = scrub.nextAccused();
        assertEquals(harness.store.lastDamage(), accused);
        assertNull(scrub.nextAccused(), "it is accused once");
        scrub.check(accused.key(), scrub.chunkOf(accused), accused.length(), accused.expected());
        assertEquals(State.DAMAGED, settle());
        scrub.mend();
        assertTrue(scrub.take(new UnsafeBuffer(sound), 4 * SECTOR, 4 * SECTOR));
        assertEquals(State.MENDED, settle());
        final byte[] expected = new byte[3_000];
        Arrays.fill(expected, (byte) 8);
        assertArrayEquals(expected, harness.read(1, 7, 1).get(0));
    }

    @Test
    void shouldCheckADroppedFileAsLongAsACheckpointListsIt() throws IOException {
        assertEquals(State.GOOD, check(entry, 0));
        scrub.end();
        harness.store.drop(1);
        assertEquals(State.GOOD, check(entry, 0), "a checkpoint lists it");
        scrub.end();
        final Manifest without = harness.checkpoint();
        harness.forget(without);
        assertEquals(State.GONE, check(entry, 0));
        scrub.end();
    }

    private State check(final ManifestEntry ofFile, final int chunk) {
        scrub.check(ofFile.key(), chunk, scrub.length(ofFile, chunk), ofFile.chunkHash(chunk));
        return settle();
    }

    private State settle() {
        while (scrub.state() == State.READING || scrub.state() == State.MENDING) {
            assertTrue(harness.poll());
        }
        return scrub.state();
    }

    private void flip(final int position) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(position);
            open.write(sound[position] ^ 1);
            open.getFD().sync();
        }
    }
}
