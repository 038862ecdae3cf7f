package io.vireo.journal.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.segment.ManifestException.Code;
import java.util.Arrays;
import java.util.Locale;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Bytes of a manifest. All little-endian and of fixed width; one manifest has one encoding.
 *
 * <pre>
 * header, 32 bytes     magic u64, version u32, segmentBytes u32, chunkBytes u32, entries u32, leaves u32, zero u32
 * per entry, 80 bytes  kind u32, flags u32 (1 = sealed), namespace u64, incarnation u64, base offset u64, next offset u64, size u32,
 *                      leaves u32, root 32 bytes
 * per leaf, 48 bytes   hash 32 bytes, first offset u64, first position u32 (0xffffffff = no record starts here), zero u32
 * </pre>
 */
public final class ManifestCodec {
    private static final long MAGIC = 0x31464d_6f657269_76L;
    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 32;
    private static final int ENTRY_LENGTH = 80;
    private static final int LEAF_LENGTH = 48;
    private static final int FLAG_SEALED = 1;
    private static final int HASH_LENGTH = ChunkTable.HASH_LENGTH;

    private final SegmentLimits limits;
    private final SegmentHash hash = new SegmentHash();

    public ManifestCodec(final SegmentLimits limits) {
        this.limits = limits;
    }

    /** Bytes {@link #encode} writes. */
    public int encodedLength(final Manifest manifest) {
        long length = HEADER_LENGTH;
        for (int i = 0; i < manifest.count(); i++) {
            length += ENTRY_LENGTH + (long) manifest.entry(i).chunkCount() * LEAF_LENGTH;
        }
        return Math.toIntExact(length);
    }

    /** Writes {@link #encodedLength} bytes. */
    public void encode(final Manifest manifest, final MutableDirectBuffer out, final int offset) {
        int at = offset + HEADER_LENGTH;
        int leaves = 0;
        for (int i = 0; i < manifest.count(); i++, at += ENTRY_LENGTH) {
            leaves += manifest.entry(i).chunkCount();
            encodeEntry(manifest.entry(i), out, at);
        }
        for (int i = 0; i < manifest.count(); i++) {
            final ChunkTable chunks = manifest.entry(i).chunks();
            for (int chunk = 0; chunk < chunks.count(); chunk++, at += LEAF_LENGTH) {
                out.putBytes(at, chunks.hashes(), chunk * HASH_LENGTH, HASH_LENGTH);
                out.putLong(at + 32, chunks.firstOffset(chunk), LITTLE_ENDIAN);
                out.putInt(at + 40, chunks.firstPosition(chunk), LITTLE_ENDIAN);
                out.putInt(at + 44, 0, LITTLE_ENDIAN);
            }
        }
        out.putLong(offset, MAGIC, LITTLE_ENDIAN);
        out.putInt(offset + 8, VERSION, LITTLE_ENDIAN);
        out.putInt(offset + 12, limits.segmentBytes(), LITTLE_ENDIAN);
        out.putInt(offset + 16, limits.chunkBytes(), LITTLE_ENDIAN);
        out.putInt(offset + 20, manifest.count(), LITTLE_ENDIAN);
        out.putInt(offset + 24, leaves, LITTLE_ENDIAN);
        out.putInt(offset + 28, 0, LITTLE_ENDIAN);
    }

    /**
     * Reads a manifest that fills exactly these bytes.
     *
     * @throws ManifestException if they are none of this group; never anything else for any bytes.
     */
    public Manifest decode(final DirectBuffer in, final int offset, final int length) {
        check(length >= HEADER_LENGTH, Code.WRONG_LENGTH, "manifest of %d bytes", length);
        check(
                in.getLong(offset, LITTLE_ENDIAN) == MAGIC && u32(in, offset + 8) == VERSION,
                Code.OTHER_FORMAT,
                "manifest of version %d",
                u32(in, offset + 8));
        check(
                u32(in, offset + 12) == limits.segmentBytes() && u32(in, offset + 16) == limits.chunkBytes(),
                Code.OTHER_LIMITS,
                "manifest of segments of %d bytes in chunks of %d",
                u32(in, offset + 12),
                u32(in, offset + 16));
        final long count = u32(in, offset + 20);
        final long leaves = u32(in, offset + 24);
        check(
                HEADER_LENGTH + count * ENTRY_LENGTH + leaves * LEAF_LENGTH == length,
                Code.WRONG_LENGTH,
                "manifest of %d entries and %d leaves has another length",
                count,
                leaves);
        check(u32(in, offset + 28) == 0, Code.INVALID_CONTENT, "header of the manifest");
        final ManifestEntry[] entries = new ManifestEntry[(int) count];
        long leaf = 0;
        for (int i = 0; i < count; i++) {
            final int at = offset + HEADER_LENGTH + i * ENTRY_LENGTH;
            final long ofEntry = u32(in, at + 44);
            check(leaf + ofEntry <= leaves, Code.INVALID_CONTENT, "entry %d has more leaves than there are", i);
            final long leafAt = offset + HEADER_LENGTH + count * ENTRY_LENGTH + leaf * LEAF_LENGTH;
            entries[i] = decodeEntry(in, at, (int) leafAt, i, (int) ofEntry);
            if (i > 0) {
                checkOrder(entries[i - 1], entries[i], i);
            }
            leaf += ofEntry;
        }
        check(leaf == leaves, Code.INVALID_CONTENT, "%d leaves belong to no entry", leaves - leaf);
        return new Manifest(entries);
    }

    private static void encodeEntry(final ManifestEntry entry, final MutableDirectBuffer out, final int at) {
        out.putInt(at, ManifestEntry.KIND_SEGMENT, LITTLE_ENDIAN);
        out.putInt(at + 4, entry.isSealed() ? FLAG_SEALED : 0, LITTLE_ENDIAN);
        out.putLong(at + 8, entry.key().namespace(), LITTLE_ENDIAN);
        out.putLong(at + 16, entry.key().incarnation(), LITTLE_ENDIAN);
        out.putLong(at + 24, entry.key().baseOffset(), LITTLE_ENDIAN);
        out.putLong(at + 32, entry.nextOffset(), LITTLE_ENDIAN);
        out.putInt(at + 40, entry.size(), LITTLE_ENDIAN);
        out.putInt(at + 44, entry.chunkCount(), LITTLE_ENDIAN);
        out.putBytes(at + 48, entry.root());
    }

    private ManifestEntry decodeEntry(
            final DirectBuffer in, final int at, final int leafAt, final int index, final int leaves) {
        final long flags = u32(in, at + 4);
        check(
                u32(in, at) == ManifestEntry.KIND_SEGMENT && flags <= FLAG_SEALED,
                Code.INVALID_CONTENT,
                "kind or flags of entry %d",
                index);
        final boolean isSealed = flags == FLAG_SEALED;
        final SegmentKey key = new SegmentKey(
                in.getLong(at + 8, LITTLE_ENDIAN),
                in.getLong(at + 16, LITTLE_ENDIAN),
                in.getLong(at + 24, LITTLE_ENDIAN));
        final long nextOffset = in.getLong(at + 32, LITTLE_ENDIAN);
        check(
                key.baseOffset() >= 0 && nextOffset > key.baseOffset(),
                Code.INVALID_CONTENT,
                "offsets of entry %d",
                index);
        final long size = u32(in, at + 40);
        check(
                size > 0
                        && size <= limits.segmentBytes()
                        && leaves == limits.chunkCount((int) size)
                        && (isSealed || SegmentFormat.isAligned((int) size)),
                Code.INVALID_CONTENT,
                "size of entry %d",
                index);
        final ChunkTable chunks = decodeLeaves(in, leafAt, leaves, index, key.baseOffset(), nextOffset, (int) size);
        final byte[] root = new byte[HASH_LENGTH];
        in.getBytes(at + 48, root);
        check(
                Arrays.equals(root, hash.root(size, limits.chunkBytes(), chunks)),
                Code.WRONG_ROOT,
                "root of entry %d",
                index);
        return new ManifestEntry(key, (int) size, isSealed, nextOffset, chunks, root);
    }

    private ChunkTable decodeLeaves(
            final DirectBuffer in,
            final int start,
            final int leaves,
            final int index,
            final long baseOffset,
            final long nextOffset,
            final int size) {
        final ChunkTable chunks = new ChunkTable(leaves);
        final byte[] leaf = new byte[HASH_LENGTH];
        long lowest = baseOffset;
        for (int chunk = 0; chunk < leaves; chunk++) {
            final int at = start + chunk * LEAF_LENGTH;
            final long firstOffset = in.getLong(at + 32, LITTLE_ENDIAN);
            final int firstPosition = in.getInt(at + 40, LITTLE_ENDIAN);
            final boolean hasRecord = firstPosition != ChunkTable.NO_RECORD;
            check(
                    firstOffset >= lowest
                            && firstOffset <= (hasRecord ? nextOffset - 1 : nextOffset)
                            && (!hasRecord
                                    || firstPosition >= 0
                                            && firstPosition < size
                                            && firstPosition / limits.chunkBytes() == chunk)
                            && (chunk > 0 || firstPosition == 0 && firstOffset == baseOffset)
                            && u32(in, at + 44) == 0,
                    Code.INVALID_CONTENT,
                    "leaf %d of entry %d",
                    chunk,
                    index);
            in.getBytes(at, leaf);
            chunks.add(leaf, firstOffset, firstPosition);
            lowest = hasRecord ? firstOffset + 1 : firstOffset;
        }
        return chunks;
    }

    /** Sorted; of a namespace one incarnation, its segments one behind the other and only the last one active. */
    private static void checkOrder(final ManifestEntry former, final ManifestEntry entry, final int index) {
        final SegmentKey key = entry.key();
        final boolean isSameNamespace = former.key().namespace() == key.namespace();
        check(
                former.key().compareTo(key) < 0
                        && (!isSameNamespace
                                || former.key().incarnation() == key.incarnation()
                                        && former.isSealed()
                                        && former.nextOffset() == key.baseOffset()),
                Code.INVALID_CONTENT,
                "entry %d does not follow the one before it",
                index);
    }

    private static long u32(final DirectBuffer in, final int at) {
        return in.getInt(at, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    private static void check(final boolean holds, final Code code, final String text, final Object... numbers) {
        if (!holds) {
            throw new ManifestException(code, String.format(Locale.ROOT, text, numbers));
        }
    }
}
