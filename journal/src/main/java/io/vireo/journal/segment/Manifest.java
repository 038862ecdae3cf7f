package io.vireo.journal.segment;

/** The files of a checkpoint, in the order of their keys: the same on every replica. Immutable. */
public final class Manifest {
    private static final ManifestEntry[] NONE = {};
    /** Of a group without entries. */
    public static final Manifest EMPTY = new Manifest(NONE);

    private final ManifestEntry[] entries;

    /** Takes the array over. */
    Manifest(final ManifestEntry[] entries) {
        this.entries = entries;
    }

    public int count() {
        return entries.length;
    }

    public ManifestEntry entry(final int index) {
        return entries[index];
    }

    /** The entry of this segment, or null. */
    public ManifestEntry find(final SegmentKey key) {
        final int index = indexOf(key);
        return index < 0 ? null : entries[index];
    }

    /** Which of the entries is of this segment; negative if none is. */
    public int indexOf(final SegmentKey key) {
        int low = 0;
        int high = entries.length - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final int order = entries[middle].key().compareTo(key);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Bytes of all files. */
    public long bytes() {
        long bytes = 0;
        for (final ManifestEntry entry : entries) {
            bytes += entry.size();
        }
        return bytes;
    }
}
