package io.vireo.journal.storage;

/**
 * Where the parts of a group's data file lie. Pure arithmetic over one number that is fixed at format; every part starts on a sector.
 *
 * <pre>
 *        0  superblock copy 0        3 sectors
 *    12 Ki  superblock copy 1        3 sectors
 *    24 Ki  superblock copy 2        3 sectors
 *    36 Ki  superblock copy 3        3 sectors
 *    48 Ki  sync mark 0              1 sector
 *    52 Ki  sync mark 1              1 sector
 *    56 Ki  zero                     2 sectors
 *    64 Ki  WAL ring                 walBytes
 * </pre>
 *
 * @param walBytes size of the WAL ring; a multiple of the sector.
 */
public record DataFileLayout(long walBytes) {
    /** Name of the file in the directory of its group. */
    public static final String FILE_NAME = "data";

    public static final int SUPERBLOCK_COPIES = 4;
    /** Room of one superblock copy: its fields and two suffixes of 17 headers. */
    public static final int SUPERBLOCK_COPY_LENGTH = 3 * Storage.SECTOR;

    public static final int SYNC_MARKS = 2;

    private static final long MARKS_OFFSET = (long) SUPERBLOCK_COPIES * SUPERBLOCK_COPY_LENGTH;
    private static final long WAL_OFFSET = 16L * Storage.SECTOR;

    public DataFileLayout {
        if (walBytes <= 0 || walBytes % Storage.SECTOR != 0 || walBytes > Long.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "walBytes=" + walBytes + " is not a positive multiple of " + Storage.SECTOR);
        }
    }

    /** Offset of superblock copy 0..3; the same for every file, so that the superblock can be read before walBytes is known. */
    public static long superblockOffset(final int copy) {
        if (copy < 0 || copy >= SUPERBLOCK_COPIES) {
            throw new IndexOutOfBoundsException("superblock copy " + copy);
        }
        return (long) copy * SUPERBLOCK_COPY_LENGTH;
    }

    /** Offset of the first sync mark; the second follows it. */
    public long marksOffset() {
        return MARKS_OFFSET;
    }

    /** Offset of the WAL ring. */
    public long walOffset() {
        return WAL_OFFSET;
    }

    /** Size of the whole file. */
    public long fileSize() {
        return WAL_OFFSET + walBytes;
    }
}
