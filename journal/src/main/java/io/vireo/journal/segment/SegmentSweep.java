package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import java.util.List;

/** Deletes the segment files that neither a manifest lists nor the store uses: of former incarnations, and left by a former process. */
final class SegmentSweep {
    private static final int DELETES_MAX = 32;

    private final Storage storage;
    private final Flights flights;
    private final SegmentFiles files;
    private final SegmentTable table;
    /** Null if no sweep runs. */
    private Manifest manifest;

    private List<String> names = List.of();
    private int next;
    private int deletes;
    private int deleted;

    SegmentSweep(final Storage storage, final Flights flights, final SegmentFiles files, final SegmentTable table) {
        this.storage = storage;
        this.flights = flights;
        this.files = files;
        this.table = table;
    }

    boolean isRunning() {
        return manifest != null;
    }

    /** Files deleted by the last sweep. */
    int deleted() {
        return deleted;
    }

    void start(final Manifest kept) {
        manifest = kept;
        deleted = 0;
        storage.list(flights.take(Flights.LIST, null).token());
    }

    /** True if nothing is to be deleted. */
    boolean onListed(final List<String> newNames) {
        closeDropped();
        names = newNames;
        next = 0;
        return pump();
    }

    /** True if that was the last one. */
    boolean onDeleted() {
        deletes--;
        deleted++;
        return pump();
    }

    private boolean pump() {
        for (; deletes < DELETES_MAX && next < names.size(); next++) {
            final SegmentKey key = SegmentKey.parse(names.get(next));
            if (key != null && manifest.find(key) == null && !table.contains(key) && !isInUse(key)) {
                deletes++;
                storage.delete(
                        names.get(next), flights.take(Flights.DELETE, null).token());
            }
        }
        if (deletes > 0) {
            return false;
        }
        manifest = null;
        names = List.of();
        return true;
    }

    /** What is still read or written keeps its file until a later sweep. */
    private void closeDropped() {
        table.dropped.removeIf(segment -> {
            final SegmentFile file = segment.file;
            final boolean isIdle =
                    file.inFlight == 0 && !file.isRequested && !file.isAwaited && !file.isFrozen && !segment.isQueued;
            if (isIdle && file.handle != SegmentFile.NO_HANDLE) {
                files.close(segment);
            }
            return isIdle;
        });
    }

    private boolean isInUse(final SegmentKey key) {
        for (final Segment segment : table.dropped) {
            if (segment.key.equals(key)) {
                return true;
            }
        }
        return false;
    }
}
