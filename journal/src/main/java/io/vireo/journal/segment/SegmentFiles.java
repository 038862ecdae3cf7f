package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Handles of the segment files: opened when somebody needs them, a bounded number at a time, and closed only when everything written by
 * them is synced, so that no error of the device is lost. A file that is there is opened without "create": one that has vanished is
 * missing, not empty. What a former process left under the name of a new segment is deleted first; no checkpoint covers it. If it is being
 * deleted already, that is waited for: the storage may do in any order what is in flight, and would delete the new file instead.
 */
final class SegmentFiles {
    /** More than the writer, the cache and the opener use at a time together. */
    static final int OPEN_MAX = 128;

    private static final int EVICTION_SYNCS_MAX = 4;

    private final Storage storage;
    private final Flights flights;
    private final Segment[] open = new Segment[OPEN_MAX];
    /** Open, or being opened. */
    private int count;

    private long uses;
    private final ArrayDeque<Segment> waiting = new ArrayDeque<>();
    /** Names that are to go. */
    private final List<SegmentKey> deleting = new ArrayList<>();

    private boolean hasNewNames;
    private int syncs;

    SegmentFiles(final Storage storage, final Flights flights) {
        this.storage = storage;
        this.flights = flights;
    }

    /** True if the file can be used now; else it is on its way, unless it is missing: ask again after the next completion. */
    boolean use(final Segment segment) {
        final SegmentFile file = segment.file;
        if (file.handle != SegmentFile.NO_HANDLE) {
            file.lastUse = ++uses;
            return true;
        }
        if (!file.isRequested && !file.isMissing) {
            file.isRequested = true;
            waiting.add(segment);
            pump();
        }
        return false;
    }

    /** A name was created since {@link #onNamesSyncing}. */
    boolean hasNewNames() {
        return hasNewNames;
    }

    void onNamesSyncing() {
        hasNewNames = false;
    }

    /** Opens what waits, as far as handles allow. */
    void pump() {
        for (int left = waiting.size(); left > 0; left--) {
            final Segment segment = waiting.peek();
            if (!segment.file.isThere && deleting.contains(segment.key)) {
                waiting.add(waiting.poll());
                continue;
            }
            if (count == OPEN_MAX && !evict()) {
                return;
            }
            waiting.poll();
            count++;
            if (segment.file.isThere) {
                storage.open(
                        segment.key.fileName(),
                        flights.take(Flights.OPEN, segment).token());
            } else {
                create(segment);
            }
        }
    }

    void sync(final Segment segment) {
        final SegmentFile file = segment.file;
        final Flights.Flight flight = flights.take(Flights.SYNC, segment);
        flight.value = file.submittedTo;
        file.isSyncing = true;
        file.inFlight++;
        syncs++;
        storage.sync(file.handle, flight.token());
    }

    void onSynced(final Segment segment) {
        syncs--;
        segment.file.isSyncing = false;
        segment.file.inFlight--;
    }

    /** Syncs in flight. */
    int syncs() {
        return syncs;
    }

    /** Closes the file, which is not in use, whether synced or not. */
    void close(final Segment segment) {
        storage.close(segment.file.handle);
        segment.file.handle = SegmentFile.NO_HANDLE;
        for (int i = 0; i < OPEN_MAX; i++) {
            if (open[i] == segment) {
                open[i] = null;
            }
        }
        count--;
    }

    /** Closes all files; none is in use. */
    void closeAll() {
        for (int i = 0; i < OPEN_MAX; i++) {
            if (open[i] != null) {
                close(open[i]);
            }
        }
    }

    /** Deletes a file that no segment of the store has. */
    void delete(final SegmentKey key) {
        deleting.add(key);
        final Flights.Flight flight = flights.take(Flights.DELETE, null);
        flight.key = key;
        storage.delete(key.fileName(), flight.token());
    }

    /** Deletes a file that has not become one of a segment. */
    void deleteStaging(final String name) {
        storage.delete(name, flights.take(Flights.DELETE, null).token());
    }

    /** @param key null if it was the file of no segment. */
    void onDeleted(final SegmentKey key) {
        deleting.remove(key);
    }

    void onCreated(final Segment segment, final long result) {
        if (result == Storage.EXISTS) {
            storage.delete(
                    segment.key.fileName(),
                    flights.take(Flights.DELETE_LEFTOVER, segment).token());
            return;
        }
        Invariant.check(result >= 0, "an empty file can be created", result);
        segment.file.isThere = true;
        hasNewNames = true;
        onOpen(segment, (int) result);
    }

    void onLeftoverDeleted(final Segment segment) {
        create(segment);
    }

    void onOpened(final Segment segment, final long result) {
        if (result < 0) {
            Invariant.check(
                    segment.file.submittedTo == segment.file.syncedTo, "no file vanishes while it is written", result);
            segment.file.isMissing = true;
            segment.file.isRequested = false;
            count--;
            return;
        }
        onOpen(segment, (int) result);
    }

    private void create(final Segment segment) {
        storage.create(
                segment.key.fileName(), 0, flights.take(Flights.CREATE, segment).token());
    }

    private void onOpen(final Segment segment, final int handle) {
        segment.file.handle = handle;
        segment.file.isRequested = false;
        segment.file.lastUse = ++uses;
        int slot = 0;
        while (open[slot] != null) {
            slot++;
        }
        open[slot] = segment;
    }

    /** Closes the file that was not used for longest, or first syncs it; false if none could be closed at once. */
    private boolean evict() {
        final Segment clean = leastRecentlyUsed(false);
        if (clean != null) {
            close(clean);
            return true;
        }
        final Segment dirty = leastRecentlyUsed(true);
        if (dirty != null && syncs < EVICTION_SYNCS_MAX) {
            sync(dirty);
        }
        return false;
    }

    private Segment leastRecentlyUsed(final boolean isDirty) {
        Segment oldest = null;
        for (final Segment segment : open) {
            if (segment != null
                    && segment.file.inFlight == 0
                    && segment.file.isDirty() == isDirty
                    && (oldest == null || segment.file.lastUse < oldest.file.lastUse)) {
                oldest = segment;
            }
        }
        return oldest;
    }
}
