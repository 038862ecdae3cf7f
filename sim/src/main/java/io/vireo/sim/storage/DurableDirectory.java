package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import java.util.Collection;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The durable layer of names and files, for auditors. */
record DurableDirectory(Directory directory) implements DurableFiles {
    @Override
    public Collection<String> names() {
        return directory.durableNames();
    }

    @Override
    public long length(final String name) {
        final Inode inode = directory.durableFile(name);
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
        final Inode inode = directory.durableFile(name);
        for (int at = 0; inode != null && at < length; at++) {
            final int sector = (int) ((position + at) / Storage.SECTOR);
            final byte[] there = sector < inode.durableCount() ? inode.written(sector) : null;
            if (there == null) {
                at += Storage.SECTOR - 1;
            } else if (buffer.getByte(offset + at) != there[(int) (position + at) % Storage.SECTOR]) {
                return position + at;
            }
        }
        return -1;
    }

    @Override
    public void read(final String name, final MutableDirectBuffer buffer) {
        final Inode inode = directory.durableFile(name);
        for (int sector = 0; sector < buffer.capacity() / Storage.SECTOR; sector++) {
            buffer.putBytes(sector * Storage.SECTOR, inode.content(sector));
        }
    }
}
