package io.vireo.bootstrap.transfer;

import io.vireo.bootstrap.transfer.FileTransfer.PartName;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.StagingName;
import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The staging files of segments that are on the disk and that no transfer is at work on: left by a crash, or by a transfer that has become obsolete. */
final class StagingFiles {
    private final Storage storage;
    private final TreeSet<String> names = new TreeSet<>();
    private boolean isListed;
    private int deletes;

    StagingFiles(final Storage storage) {
        this.storage = storage;
    }

    /** True when it is known what a former process has left. */
    boolean isListed() {
        return isListed;
    }

    void onListed() {
        for (final String name : storage.listed()) {
            if (StagingName.keyOf(name) != null) {
                names.add(name);
            }
        }
        isListed = true;
    }

    /** True if there is none, and nothing is being deleted. */
    boolean isEmpty() {
        return names.isEmpty() && deletes == 0;
    }

    /** True while names go. */
    boolean isDeleting() {
        return deletes > 0;
    }

    /** Those of this segment but one; a transfer of it may read them. */
    List<String> of(final SegmentKey key, final String except) {
        final List<String> found = new ArrayList<>();
        for (final String name : names) {
            if (!name.equals(except) && key.equals(StagingName.keyOf(name))) {
                found.add(name);
            }
        }
        return found;
    }

    /** A transfer that used this name has ended; what it has not looked at stays what it was. */
    void onEnded(final String name, final PartName known) {
        if (known == PartName.THERE) {
            names.add(name);
        } else if (known == PartName.GONE) {
            names.remove(name);
        }
    }

    /** Deletes those that nobody needs; as many completions with the token follow, each for {@link #onDeleted}. */
    void sweep(final Predicate<String> isNeeded, final long token) {
        names.removeIf(name -> {
            final boolean isDoomed = !isNeeded.test(name);
            if (isDoomed) {
                delete(name, token);
            }
            return isDoomed;
        });
    }

    /** As {@link #sweep}, but one of them at most; false if there is none. */
    boolean deleteOne(final Predicate<String> isNeeded, final long token) {
        for (final String name : names) {
            if (!isNeeded.test(name)) {
                names.remove(name);
                delete(name, token);
                return true;
            }
        }
        return false;
    }

    private void delete(final String name, final long token) {
        deletes++;
        storage.delete(name, token);
    }

    void onDeleted() {
        deletes--;
    }
}
