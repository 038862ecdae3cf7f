package io.vireo.sim.storage;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was durable on a disk at one moment: names, sizes and bytes as they were written, whatever damage has come over them. Immutable, and
 * cheap: sectors are never changed in place, so that a copy shares them with the disk.
 */
public final class DiskCopy {
    /**
     * One file.
     *
     * @param sectors null where nothing was ever written.
     * @param garbage sectors whose bytes nobody has written as a whole.
     * @param order the sectors that were ever written, in the order in which they became durable: the later one is the truth where a ring
     *     holds two versions of an op.
     */
    record File(byte[][] sectors, BitSet garbage, int[] order) {}

    private final TreeMap<String, File> files = new TreeMap<>();

    DiskCopy(final Map<String, Inode> durable) {
        durable.forEach((name, inode) -> files.put(name, inode.copy()));
    }

    Map<String, File> files() {
        return files;
    }

    /** The first file, by its name, that is not the same in both, and where; null if all are the same. */
    public String difference(final DiskCopy other) {
        for (final String name : files.keySet()) {
            if (!other.files.containsKey(name)) {
                return name + " is gone";
            }
            final byte[][] before = files.get(name).sectors;
            final byte[][] after = other.files.get(name).sectors;
            if (before.length != after.length) {
                return name + " had " + before.length + " sectors and has " + after.length;
            }
            for (int sector = 0; sector < before.length; sector++) {
                if (!Arrays.equals(before[sector], after[sector])) {
                    return name + " sector " + sector;
                }
            }
        }
        for (final String name : other.files.keySet()) {
            if (!files.containsKey(name)) {
                return name + " is new";
            }
        }
        return null;
    }
}
