package io.vireo.sim.storage;

import io.vireo.sim.random.Draws;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Names of files: those that are durable, those that processes see, and the changes between them in their order. */
final class Directory {
    private record Change(String from, String to, Inode inode) {}

    private final DiskStatistics statistics;
    private final List<Change> changes = new ArrayList<>();
    private TreeMap<String, Inode> names = new TreeMap<>();
    private final TreeMap<String, Inode> durableNames = new TreeMap<>();

    Directory(final DiskStatistics statistics) {
        this.statistics = statistics;
    }

    /** The file that processes find under this name, null if there is none. */
    Inode file(final String name) {
        return names.get(name);
    }

    /** Names as processes see them, in their order; a copy. */
    List<String> names() {
        return List.copyOf(names.keySet());
    }

    /** Every file that processes find, in the order of their names. */
    void forEach(final BiConsumer<String, Inode> consumer) {
        names.forEach(consumer);
    }

    /** The file that has this name for certain, null if none has. */
    Inode durableFile(final String name) {
        return durableNames.get(name);
    }

    /** Sectors of all files with a name, with the growth of all writes in flight. */
    long sectors() {
        long sectors = 0;
        for (final Inode inode : names.values()) {
            sectors += inode.submittedCount();
        }
        return sectors;
    }

    /** True if a file with a name, but no data file, has a sector that is not what was written. */
    boolean hasDamagedFiles() {
        for (final Inode inode : names.values()) {
            if (!inode.isData() && inode.isDamaged()) {
                return true;
            }
        }
        return false;
    }

    Collection<String> durableNames() {
        return durableNames.keySet();
    }

    void create(final String name, final Inode inode) {
        names.put(name, inode);
        changes.add(new Change(null, name, inode));
    }

    /** Returns false if there is no such name. */
    boolean rename(final String from, final String to) {
        final Inode inode = names.remove(from);
        if (inode == null) {
            return false;
        }
        names.put(to, inode);
        changes.add(new Change(from, to, inode));
        return true;
    }

    /** Returns false if there is no such name. */
    boolean delete(final String name) {
        if (names.remove(name) == null) {
            return false;
        }
        changes.add(new Change(name, null, null));
        return true;
    }

    /** Changes that no sync covers. */
    int pendingChanges() {
        return changes.size();
    }

    /** The oldest changes become durable, so many at most. */
    void sync(final int covered) {
        for (int i = 0; i < covered && !changes.isEmpty(); i++) {
            keep(changes.remove(0));
        }
    }

    /** The machine ends, and keeps all of the changes or none. */
    void crash(final boolean survives) {
        for (final Change change : changes) {
            if (survives) {
                keep(change);
            }
        }
        forgetChanges();
    }

    /** The machine ends, and keeps a prefix of the changes, as a file system does that keeps their order, or any of them. */
    void crash(final CrashOutcome outcome, final Draws draws) {
        final boolean isOrdered = outcome != CrashOutcome.SUBSET || draws.chance(1, 2);
        final int prefix = isOrdered && !changes.isEmpty() ? draws.nextInt(changes.size() + 1) : 0;
        for (int i = 0; i < changes.size(); i++) {
            if (isOrdered ? i < prefix : draws.chance(1, 2)) {
                keep(changes.get(i));
                statistics.namesKept++;
            } else {
                statistics.namesLost++;
            }
        }
        forgetChanges();
    }

    /** A durable name is gone; returns false if it was not there. */
    boolean lose(final String name) {
        names.remove(name);
        return durableNames.remove(name) != null;
    }

    DiskCopy copy() {
        return new DiskCopy(durableNames);
    }

    void wipe() {
        names.clear();
        durableNames.clear();
        changes.clear();
    }

    private void keep(final Change change) {
        if (change.from() != null) {
            durableNames.remove(change.from());
        }
        if (change.to() != null) {
            durableNames.put(change.to(), change.inode());
        }
    }

    private void forgetChanges() {
        changes.clear();
        names = new TreeMap<>(durableNames);
    }
}
