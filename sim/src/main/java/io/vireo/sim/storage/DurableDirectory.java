package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.Arrays;
import java.util.Collection;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The durable layer of names and files, for auditors. */
final class DurableDirectory implements DurableFiles {
    private final Directory directory;
    /** Scratch. */
    private final byte[] bytes = new byte[Storage.SECTOR];

    DurableDirectory(final Directory directory) {
        this.directory = directory;
    }

    @Override
    public Collection<String> names() {
        return directory.durableNames();
    }

    @Override
    public long length(final String name) {
        return length(directory.durableFile(name));
    }

    @Override
    public long lengthUnnamed(final String name) {
        return length(directory.file(name));
    }

    private static long length(final Inode inode) {
        if (inode == null) {
            return Storage.NOT_FOUND;
        }
        int sectors = 0;
        while (sectors < inode.durableCount() && inode.written(sectors) != null) {
            sectors++;
        }
        return (long) sectors * Storage.SECTOR;
    }

    @Override
    public long difference(
            final String name, final long position, final DirectBuffer buffer, final int offset, final int length) {
        Invariant.check(position % Storage.SECTOR == 0, "files are compared from a sector on", position);
        final Inode inode = directory.durableFile(name);
        for (int at = 0; inode != null && at < length; at += Storage.SECTOR) {
            final int sector = (int) ((position + at) / Storage.SECTOR);
            final byte[] there = sector < inode.durableCount() ? inode.written(sector) : null;
            if (there != null) {
                final int compared = Math.min(Storage.SECTOR, length - at);
                buffer.getBytes(offset + at, bytes, 0, compared);
                final int differs = Arrays.mismatch(bytes, 0, compared, there, 0, compared);
                if (differs >= 0) {
                    return position + at + differs;
                }
            }
        }
        return -1;
    }

    @Override
    public boolean read(final String name, final MutableDirectBuffer buffer) {
        return read(directory.durableFile(name), buffer);
    }

    @Override
    public boolean readUnnamed(final String name, final MutableDirectBuffer buffer) {
        return read(directory.file(name), buffer);
    }

    private static boolean read(final Inode inode, final MutableDirectBuffer buffer) {
        final int wanted = buffer.capacity();
        final int there = inode == null ? 0 : inode.durableCount();
        for (int sector = 0; sector < there && sector * Storage.SECTOR < wanted; sector++) {
            final int at = sector * Storage.SECTOR;
            buffer.putBytes(at, inode.content(sector), 0, Math.min(Storage.SECTOR, wanted - at));
        }
        return wanted <= there * Storage.SECTOR;
    }
}
