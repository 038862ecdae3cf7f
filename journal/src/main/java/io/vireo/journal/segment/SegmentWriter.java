package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * Brings closed runs into their files, a bounded number of segments at a time, and makes durable what a checkpoint covers: its writes are
 * submitted, then each file is synced, then the names.
 */
final class SegmentWriter {
    private static final int WRITES_MAX = 64;
    private static final int SYNCS_MAX = 32;
    /** Segments that are being written, or wait for their file. Few against the handles, so that none loses its file before its turn. */
    private static final int WINDOW = 64;

    /** How far the sync of a checkpoint is. */
    private enum Stage {
        IDLE,
        FILES,
        NAMES,
        DONE
    }

    private final Storage storage;
    private final Flights flights;
    private final SegmentFiles files;

    /** Have closed runs; the first of them go on to {@link #current}. */
    private final ArrayDeque<Segment> writable = new ArrayDeque<>();

    private final ArrayDeque<Segment> current = new ArrayDeque<>();
    private int writes;

    /** Touched by a checkpoint, whose sync has not begun. */
    private final ArrayList<Segment> frozen = new ArrayList<>();

    /** All their writes are submitted, their sync is not. */
    private final ArrayDeque<Segment> syncable = new ArrayDeque<>();

    private int awaited;
    private Stage stage = Stage.IDLE;

    SegmentWriter(final Storage storage, final Flights flights, final SegmentFiles files) {
        this.storage = storage;
        this.flights = flights;
        this.files = files;
    }

    /** The segment may have runs to write. */
    void offer(final Segment segment) {
        if (!segment.isQueued && hasUnsubmitted(segment)) {
            segment.isQueued = true;
            writable.add(segment);
        }
    }

    /** A checkpoint covers what this segment holds now. */
    void onFrozen(final Segment segment) {
        offer(segment);
        if (!segment.file.isFrozen) {
            segment.file.isFrozen = true;
            frozen.add(segment);
        }
    }

    boolean isSyncing() {
        return stage != Stage.IDLE;
    }

    /** Begins to make everything frozen so far durable; {@link #pump} says when it is. */
    void sync() {
        stage = Stage.FILES;
        awaited = 0;
        for (int i = 0; i < frozen.size(); i++) {
            final Segment segment = frozen.get(i);
            segment.file.isFrozen = false;
            if (segment.file.syncedTo < segment.file.syncTarget) {
                segment.file.isAwaited = true;
                awaited++;
                offerSync(segment);
            }
        }
        frozen.clear();
    }

    /** Submits what can be; true if the sync has just ended. */
    boolean pump() {
        pumpWrites();
        pumpSyncs();
        if (stage == Stage.FILES && awaited == 0) {
            if (files.hasNewNames()) {
                stage = Stage.NAMES;
                files.onNamesSyncing();
                storage.syncDirectory(flights.take(Flights.DIRECTORY, null).token());
            } else {
                stage = Stage.DONE;
            }
        }
        if (stage == Stage.DONE) {
            stage = Stage.IDLE;
            return true;
        }
        return false;
    }

    void onWritten(final Segment segment, final StagedRun run) {
        writes--;
        segment.file.inFlight--;
        if (--run.writes == 0) {
            segment.onWritten(run);
        }
    }

    void onSynced(final Segment segment, final int upTo) {
        final SegmentFile file = segment.file;
        file.syncedTo = Math.max(file.syncedTo, upTo);
        if (file.isAwaited) {
            if (file.syncedTo >= file.syncTarget) {
                file.isAwaited = false;
                awaited--;
            } else {
                offerSync(segment);
            }
        }
    }

    void onNamesSynced() {
        stage = Stage.DONE;
    }

    private void pumpWrites() {
        while (current.size() < WINDOW && !writable.isEmpty()) {
            current.add(writable.poll());
        }
        for (int turns = current.size(); turns > 0 && writes < WRITES_MAX; turns--) {
            final Segment segment = current.poll();
            while (writes < WRITES_MAX && hasUnsubmitted(segment) && files.use(segment)) {
                submit(segment, segment.runs.get(segment.submittedRuns++));
            }
            Invariant.check(!segment.file.isMissing, "a file that is written is there", segment.number);
            if (hasUnsubmitted(segment)) {
                current.add(segment);
            } else {
                segment.isQueued = false;
            }
            if (segment.file.isAwaited) {
                offerSync(segment);
            }
        }
    }

    private void submit(final Segment segment, final StagedRun run) {
        final int length = SegmentFormat.roundUp(run.length);
        final long size = storage.size(segment.file.handle);
        // A former process may have left more than the checkpoint covers: a write either lies inside the file or starts
        // at its end.
        final int inside = run.position < size ? (int) Math.min(length, size - run.position) : length;
        write(segment, run, 0, inside);
        if (inside < length) {
            write(segment, run, inside, length - inside);
        }
        segment.file.submittedTo = run.position + length;
    }

    private void write(final Segment segment, final StagedRun run, final int from, final int length) {
        final Flights.Flight flight = flights.take(Flights.WRITE, segment);
        flight.run = run;
        run.writes++;
        writes++;
        segment.file.inFlight++;
        storage.write(
                segment.file.handle,
                run.position + from,
                run.block.buffer(),
                run.block.offset() + from,
                length,
                flight.token());
    }

    private void offerSync(final Segment segment) {
        final SegmentFile file = segment.file;
        if (!file.isSyncing && !file.isSyncOffered && file.submittedTo >= file.syncTarget) {
            file.isSyncOffered = true;
            syncable.add(segment);
        }
    }

    private void pumpSyncs() {
        while (!syncable.isEmpty() && files.syncs() < SYNCS_MAX) {
            final Segment segment = syncable.poll();
            segment.file.isSyncOffered = false;
            // Making room for another file may have synced this one, or be about to.
            if (segment.file.isAwaited && !segment.file.isSyncing) {
                Invariant.check(
                        segment.file.handle != SegmentFile.NO_HANDLE,
                        "a file stays open until it is synced",
                        segment.number);
                files.sync(segment);
            }
        }
    }

    private static boolean hasUnsubmitted(final Segment segment) {
        return segment.submittedRuns < segment.runs.count() && segment.runs.get(segment.submittedRuns).isClosed;
    }
}
