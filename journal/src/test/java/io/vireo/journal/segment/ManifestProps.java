package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

class ManifestProps {
    private static final SegmentLimits LIMITS =
            new SegmentLimits(8 * Storage.SECTOR, 2 * Storage.SECTOR, 16 * Storage.SECTOR);

    private final ManifestCodec codec = new ManifestCodec(LIMITS);

    @Property(tries = 200)
    void shouldGiveTheSameManifestWhenEncodedAndDecoded(
            @ForAll final long seed, @ForAll @IntRange(max = 5) final int n) {
        final Manifest manifest = manifest(new Random(seed), n);
        final UnsafeBuffer bytes = encoded(manifest);
        final Manifest decoded = codec.decode(bytes, 0, bytes.capacity());
        assertEquals(manifest.count(), decoded.count());
        assertArrayEquals(bytes.byteArray(), encoded(decoded).byteArray());
        for (int i = 0; i < manifest.count(); i++) {
            assertEquals(
                    manifest.entry(i).toString(),
                    decoded.find(manifest.entry(i).key()).toString());
        }
    }

    @Property(tries = 500)
    void shouldThrowTheTypedErrorWhenBytesAreDamaged(@ForAll final long seed, @ForAll @IntRange(max = 4) final int n) {
        final Random random = new Random(seed);
        final UnsafeBuffer bytes = encoded(manifest(random, n));
        final int flips = 1 + random.nextInt(3);
        for (int i = 0; i < flips; i++) {
            final int at = random.nextInt(bytes.capacity());
            bytes.putByte(at, (byte) random.nextInt());
        }
        final byte[] before = bytes.byteArray().clone();
        try {
            // What is still accepted is what it says: one manifest has one encoding.
            assertArrayEquals(
                    before, encoded(codec.decode(bytes, 0, bytes.capacity())).byteArray());
        } catch (final ManifestException e) {
            assertNotNull(e.code());
        }
    }

    @Property(tries = 300)
    void shouldThrowTheTypedErrorWhenBytesAreGarbage(@ForAll @Size(max = 400) final byte[] garbage) {
        assertThrows(ManifestException.class, () -> codec.decode(new UnsafeBuffer(garbage), 0, garbage.length));
    }

    @Property(tries = 200)
    void shouldThrowTheTypedErrorWhenCutOrExtended(@ForAll final long seed, @ForAll final int cut) {
        final Random random = new Random(seed);
        final UnsafeBuffer bytes = encoded(manifest(random, 3));
        final int length = Math.floorMod(cut, bytes.capacity());
        assertThrows(ManifestException.class, () -> codec.decode(bytes, 0, length));
        final UnsafeBuffer longer = new UnsafeBuffer(new byte[bytes.capacity() + 80]);
        longer.putBytes(0, bytes, 0, bytes.capacity());
        assertEquals(
                ManifestException.Code.WRONG_LENGTH,
                assertThrows(ManifestException.class, () -> codec.decode(longer, 0, longer.capacity()))
                        .code());
    }

    @Example
    void shouldRefuseOtherLimits() {
        final UnsafeBuffer bytes = encoded(Manifest.EMPTY);
        final SegmentLimits other = new SegmentLimits(16 * Storage.SECTOR, Storage.SECTOR, 8 * Storage.SECTOR);
        assertEquals(
                ManifestException.Code.OTHER_LIMITS,
                assertThrows(ManifestException.class, () -> new ManifestCodec(other).decode(bytes, 0, bytes.capacity()))
                        .code());
    }

    @Property(tries = 200)
    void shouldHaveTheSameHashesWhenBytesComeInOtherParts(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] content = new byte[1 + random.nextInt(LIMITS.segmentBytes())];
        random.nextBytes(content);
        final SegmentHash hash = new SegmentHash();
        final byte[][] roots = new byte[3][];
        for (int run = 0; run < roots.length; run++) {
            final ChunkHasher hasher = new ChunkHasher(hash, LIMITS.chunkBytes(), 0);
            final UnsafeBuffer bytes = new UnsafeBuffer(content);
            for (int done = 0; done < content.length; ) {
                final int part = run == 0 ? content.length : 1 + random.nextInt(content.length - done);
                hasher.startRecord(0);
                hasher.add(bytes, done, part, 1);
                done += part;
                if (run == 2 && content.length % LIMITS.chunkBytes() != 0 && done % LIMITS.chunkBytes() != 0) {
                    hasher.openLeaf(); // a freeze in between
                }
            }
            hasher.seal(1);
            roots[run] = hash.root(hasher.size(), LIMITS.chunkBytes(), hasher.closed());
        }
        assertArrayEquals(roots[0], roots[1]);
        assertArrayEquals(roots[0], roots[2]);
        content[random.nextInt(content.length)] ^= 1;
        final ChunkHasher other = new ChunkHasher(hash, LIMITS.chunkBytes(), 0);
        other.add(new UnsafeBuffer(content), 0, content.length, 1);
        other.seal(1);
        assertEquals(false, Arrays.equals(roots[0], hash.root(other.size(), LIMITS.chunkBytes(), other.closed())));
    }

    @Property
    void shouldParseAKeyFromItsFileNameOnly(
            @ForAll final long namespace, @ForAll final long incarnation, @ForAll final long base) {
        final SegmentKey key = new SegmentKey(namespace, incarnation, base);
        assertEquals(key, SegmentKey.parse(key.fileName()));
        assertNull(SegmentKey.parse(key.fileName() + "x"));
        assertNull(SegmentKey.parse(key.fileName().replace("-", "+")));
        assertNull(SegmentKey.parse("segments/x.log"));
    }

    private UnsafeBuffer encoded(final Manifest manifest) {
        final ExpandableArrayBuffer out = new ExpandableArrayBuffer();
        codec.encode(manifest, out, 0);
        final byte[] bytes = new byte[codec.encodedLength(manifest)];
        out.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }

    /** Some namespaces with a few segments each, of content nobody looks at. */
    private static Manifest manifest(final Random random, final int namespaces) {
        final SegmentHash hash = new SegmentHash();
        final List<ManifestEntry> entries = new ArrayList<>();
        for (int namespace = 0; namespace < namespaces; namespace++) {
            final int segments = 1 + random.nextInt(3);
            long base = 0;
            for (int i = 0; i < segments; i++) {
                final boolean isSealed = i < segments - 1 || random.nextBoolean();
                final int sectors = 1 + random.nextInt(8);
                final int size = sectors * Storage.SECTOR - (isSealed ? random.nextInt(Storage.SECTOR) : 0);
                final ChunkHasher hasher = new ChunkHasher(hash, LIMITS.chunkBytes(), base);
                long next = base;
                while (hasher.size() < size) {
                    final int part = Math.min(size - hasher.size(), 1 + random.nextInt(12_000));
                    hasher.startRecord(next++);
                    hasher.add(new UnsafeBuffer(new byte[part]), 0, part, next);
                }
                final boolean isOpen = size % LIMITS.chunkBytes() != 0;
                final ChunkTable chunks = hasher.snapshot(isOpen ? hasher.openLeaf() : null);
                entries.add(new ManifestEntry(
                        new SegmentKey(namespace, 7, base),
                        size,
                        isSealed,
                        next,
                        chunks,
                        hash.root(size, LIMITS.chunkBytes(), chunks)));
                base = next;
            }
        }
        return new Manifest(entries.toArray(new ManifestEntry[0]));
    }
}
