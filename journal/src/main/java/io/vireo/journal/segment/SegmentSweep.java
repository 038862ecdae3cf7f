package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import java.util.Iterator;
import java.util.List;

/**
 * Deletes the segment files that neither a manifest that counts lists nor the store uses: of dropped segments, and left by a former process, or by a
 * transfer that came to nothing, also those that are not whole. What counts may change while it runs, so that each file is judged when its
 * turn comes.
 */
final class SegmentSweep {
    private static final int DELETES_MAX = 32;

    private final Storage storage;
    private final Flights flights;
    private final SegmentFiles files;
    private final SegmentTable table;
    private boolean isRunning;
    /** Another manifest has become durable meanwhile: there may be more to delete than was listed. */
    private boolean isAgainDue;

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

    /** Files deleted by the last sweep. */
    int deleted() {
        return deleted;
    }

    /** Begins, or begins again behind the one that runs. */
    void start() {
        if (isRunning) {
            isAgainDue = true;
        } else {
            isRunning = true;
            deleted = 0;
            list();
        }
    }

    /** True if nothing is to be deleted. */
    boolean onListed(final List<String> newNames) {
        forgetDropped();
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

    private void list() {
        isAgainDue = false;
        storage.list(flights.take(Flights.LIST, null).token());
    }

    private boolean pump() {
        for (; deletes < DELETES_MAX && next < names.size(); next++) {
            final String name = names.get(next);
            final SegmentKey key = SegmentKey.parse(name);
            if (key != null && !table.isNeeded(key)) {
                deletes++;
                files.delete(key);
            } else if (StagingName.keyOf(name) != null) {
                // No transfer runs beside an open store.
                deletes++;
                files.deleteStaging(name);
            }
        }
        if (deletes > 0) {
            return false;
        }
        names = List.of();
        if (isAgainDue) {
            list();
            return false;
        }
        isRunning = false;
        return true;
    }

    /** What a manifest lists may be asked for, and what is still read or written keeps its file until a later sweep. */
    private void forgetDropped() {
        for (final Iterator<Segment> dropped = table.dropped(); dropped.hasNext(); ) {
            final Segment segment = dropped.next();
            final SegmentFile file = segment.file;
            final boolean isInUse =
                    file.inFlight > 0 || file.isRequested || file.isAwaited || file.isFrozen || segment.isQueued;
            if (!isInUse && !table.isListed(segment.key)) {
                if (file.handle != SegmentFile.NO_HANDLE) {
                    files.close(segment);
                }
                dropped.remove();
            }
        }
    }
}
