package io.vireo.bootstrap.transfer;

import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.StagingName;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * What the disk does for one file of a checkpoint: looks whether it is here with every chunk right; if not, collects its chunks in a staging file
 * of the whole size, first from this disk and then as they are given to it verified, syncs, reads all of it back, and gives it its name. A final
 * name never stands for anything but whole content, and a staging file counts for what it holds, never for its size. Every I/O has a token of
 * its own; a completion with any other changes nothing. A step machine over completions: knows no peers and no time.
 */
final class FileTransfer {
    private static final int NO_FILE = -1;

    /** The I/O of which one is in flight at a time; writes of fetched chunks are beside it. */
    private enum Step {
        NONE,
        OPEN_FINAL,
        READ_FINAL,
        SYNC_FINAL,
        OPEN_PART,
        DELETE_PART,
        CREATE_PART,
        READ_PART,
        OPEN_SOURCE,
        READ_SOURCE,
        WRITE_COPY,
        SYNC_PART,
        READ_BACK,
        RENAME
    }

    /** What is known of the name of its staging file. */
    enum PartName {
        /** It has not looked. */
        UNKNOWN,
        THERE,
        GONE
    }

    private final Storage storage;
    private final ChunkScan scan;
    private final SlotTokens tokens;
    private final ManifestEntry entry;
    private final String part;
    /** Other files of this disk that may have chunks of it, until these are copied. */
    private List<String> sources;

    private final ChunkSet chunks;
    private TransferStage stage = TransferStage.NEW;
    private Step step = Step.NONE;
    private long stepToken;
    private int writesInFlight;
    private int source;
    /** The final or another file that chunks are read from. */
    private int sourceFile = NO_FILE;

    private int partFile = NO_FILE;
    private PartName partName = PartName.UNKNOWN;
    private int chunk;
    private long foundBytes;
    private boolean isKept;
    private boolean hasCopied;
    private int badReadBacks;
    private boolean isReadBackBad;

    /**
     * @param sources names of files that may have chunks of it beside its final name, all of them there.
     * @param tokens of its I/O.
     */
    FileTransfer(
            final Storage storage,
            final ChunkScan scan,
            final ManifestEntry entry,
            final List<String> sources,
            final SlotTokens tokens) {
        this.storage = storage;
        this.scan = scan;
        this.entry = entry;
        this.sources = sources;
        this.tokens = tokens;
        part = StagingName.of(entry);
        chunks = new ChunkSet(entry.chunkCount());
    }

    void start() {
        become(TransferStage.LOOK);
        step = Step.OPEN_FINAL;
        storage.open(entry.key().fileName(), stepToken());
    }

    TransferStage stage() {
        return stage;
    }

    ManifestEntry entry() {
        return entry;
    }

    /** Name of its staging file. */
    String part() {
        return part;
    }

    /** Whether there is a file of this name; once idle. */
    PartName partName() {
        return partName;
    }

    /** True once the other files of this disk are of no more use to it. */
    boolean hasCopied() {
        return hasCopied;
    }

    /** True if all that it waits for are chunks that nobody gave. */
    boolean isBlocked() {
        return stage.isFetching() && chunks.isBlocked();
    }

    /** Chunks that are right in the staging file. */
    int verifiedChunks() {
        return chunks.verified();
    }

    /** Bytes of the chunks that this disk had, where not all of the file was here. */
    long foundBytes() {
        return foundBytes;
    }

    /** True if all of it was here. */
    boolean isKept() {
        return isKept;
    }

    /** Times that it was read back and was not what had been written. */
    int badReadBacks() {
        return badReadBacks;
    }

    /** True when nothing of it is in flight any more. */
    boolean isIdle() {
        return step == Step.NONE && writesInFlight == 0;
    }

    /** PAUSED: tries again to take the space. */
    void resume() {
        Invariant.check(stage == TransferStage.PAUSED, "what is resumed was paused", stage.ordinal());
        become(TransferStage.RESERVE);
        createPart();
    }

    /** All peers disagree with the checkpoint about a chunk; or they are asked again after that. */
    void suspect(final boolean isSuspect) {
        if (isSuspect != (stage == TransferStage.SUSPECT)) {
            become(isSuspect ? TransferStage.SUSPECT : TransferStage.FETCH);
        }
    }

    /** Nobody wants it any more: nothing is submitted from now on but the closing of its files. */
    void obsolete() {
        become(TransferStage.OBSOLETE);
        closeIfIdle();
    }

    /** Its name is durable. */
    void onNamesDurable() {
        become(TransferStage.DONE);
    }

    // Chunks from others

    /**
     * A chunk that is missing, that nobody has claimed and that has not failed; it is the caller's until {@link #release}, {@link #fail} or
     * {@link #write}. Negative if there is none.
     */
    int claim() {
        final int next = stage.isFetching() ? chunks.nextWanted() : -1;
        if (next >= 0) {
            chunks.claim(next);
        }
        return next;
    }

    /** Nobody gives a claimed chunk: it is left alone until {@link #forgive}, so that it stands in the way of no other. */
    void fail(final int ofChunk) {
        chunks.fail(ofChunk);
    }

    /** Chunks that failed may be claimed again. */
    void forgive() {
        chunks.forgive();
    }

    void release(final int ofChunk) {
        chunks.release(ofChunk);
    }

    /** Writes a claimed chunk that was verified, padded to whole sectors; gives the token, of which {@link #onWritten} hears. */
    long write(final int ofChunk, final long position, final DirectBuffer buffer, final int paddedLength) {
        Invariant.check(stage.isFetching() && chunks.isClaimed(ofChunk), "a claimed chunk is written", ofChunk);
        writesInFlight++;
        final long token = tokens.next();
        storage.write(partFile, position, buffer, 0, paddedLength, token);
        return token;
    }

    /** The write of a chunk has completed. */
    void onWritten(final int ofChunk) {
        writesInFlight--;
        chunks.release(ofChunk);
        chunks.verify(ofChunk);
        if (stage == TransferStage.OBSOLETE) {
            closeIfIdle();
        } else {
            syncIfComplete();
        }
    }

    // The disk

    /** True if the completion is the one that this file waits for; it has gone on then. */
    boolean onCompletion(final long token, final long result) {
        if (step == Step.NONE || token != stepToken) {
            return false;
        }
        if (stage == TransferStage.OBSOLETE) {
            endObsolete(result);
            return true;
        }
        switch (step) {
            case OPEN_FINAL -> onFinalOpened(result);
            case READ_FINAL -> onFinalRead(result);
            case SYNC_FINAL -> {
                closeSource();
                isKept = true;
                step = Step.NONE;
                become(TransferStage.NAMED);
            }
            case OPEN_PART -> onPartOpened(result);
            case DELETE_PART -> createPart();
            case CREATE_PART -> onPartCreated(result);
            case READ_PART -> onPartRead(result);
            case OPEN_SOURCE -> onSourceOpened(result);
            case READ_SOURCE -> onSourceRead(result);
            case WRITE_COPY -> {
                keep();
                copyNext();
            }
            case SYNC_PART -> {
                become(TransferStage.VERIFY);
                chunk = 0;
                isReadBackBad = false;
                readBack();
            }
            case READ_BACK -> onReadBack(result);
            case RENAME -> {
                step = Step.NONE;
                become(TransferStage.NAMED);
            }
            case NONE -> throw new IllegalStateException("unreachable: nothing is awaited");
        }
        return true;
    }

    private void onFinalOpened(final long result) {
        if (result < 0) {
            openPart();
            return;
        }
        sourceFile = (int) result;
        chunk = 0;
        look();
    }

    private void look() {
        if (chunk == entry.chunkCount()) {
            // Story: this replica wrote these bytes when it applied their ops, and nothing has synced them. The
            // superblock names the file, power fails, and a checkpoint that others rely on is not whole here.
            become(TransferStage.SETTLE);
            step = Step.SYNC_FINAL;
            storage.sync(sourceFile, stepToken());
        } else if (scan.begin(sourceFile, entry, chunk)) {
            read(Step.READ_FINAL);
        } else {
            closeSource();
            openPart();
        }
    }

    private void onFinalRead(final long result) {
        switch (scan.onRead(result)) {
            case MORE -> read(Step.READ_FINAL);
            case GOOD -> {
                chunk++;
                look();
            }
            case BAD -> {
                closeSource();
                openPart();
            }
        }
    }

    private void openPart() {
        become(TransferStage.RESERVE);
        step = Step.OPEN_PART;
        storage.open(part, stepToken());
    }

    private void onPartOpened(final long result) {
        if (result < 0) {
            partName = PartName.GONE;
            createPart();
            return;
        }
        partFile = (int) result;
        partName = PartName.THERE;
        if (storage.size(partFile) == ChunkScan.roundUp(entry.size())) {
            become(TransferStage.SCAN);
            chunk = 0;
            scanPart();
        } else {
            // A crash came while its space was taken.
            deletePart();
        }
    }

    private void deletePart() {
        closePart();
        partName = PartName.GONE;
        step = Step.DELETE_PART;
        storage.delete(part, stepToken());
    }

    private void createPart() {
        step = Step.CREATE_PART;
        storage.create(part, ChunkScan.roundUp(entry.size()), stepToken());
    }

    private void onPartCreated(final long result) {
        Invariant.check(result != Storage.EXISTS, "a staging file has one transfer");
        step = Step.NONE;
        if (result == Storage.NO_SPACE) {
            become(TransferStage.PAUSED);
            return;
        }
        partFile = (int) result;
        partName = PartName.THERE;
        become(TransferStage.SCAN);
        beginSources();
    }

    private void scanPart() {
        while (chunk < entry.chunkCount() && !scan.begin(partFile, entry, chunk)) {
            chunk++;
        }
        if (chunk < entry.chunkCount()) {
            read(Step.READ_PART);
        } else {
            beginSources();
        }
    }

    private void onPartRead(final long result) {
        final ChunkScan.Outcome outcome = scan.onRead(result);
        if (outcome == ChunkScan.Outcome.MORE) {
            read(Step.READ_PART);
            return;
        }
        if (outcome == ChunkScan.Outcome.GOOD) {
            keep();
        }
        chunk++;
        scanPart();
    }

    /** The chunk at hand is right in the staging file, and did not come from a peer. */
    private void keep() {
        chunks.verify(chunk);
        foundBytes += scan.length();
    }

    private void beginSources() {
        source = -1;
        nextSource();
    }

    private void nextSource() {
        closeSource();
        source++;
        if (source > sources.size() || chunks.isComplete()) {
            step = Step.NONE;
            // Names that are gone when it begins to copy once more.
            sources = List.of();
            hasCopied = true;
            become(TransferStage.FETCH);
            syncIfComplete();
            return;
        }
        step = Step.OPEN_SOURCE;
        storage.open(source == 0 ? entry.key().fileName() : sources.get(source - 1), stepToken());
    }

    private void onSourceOpened(final long result) {
        if (result < 0) {
            nextSource();
            return;
        }
        sourceFile = (int) result;
        chunk = -1;
        copyNext();
    }

    private void copyNext() {
        chunk = chunks.nextMissing(chunk + 1);
        if (chunk < entry.chunkCount() && scan.begin(sourceFile, entry, chunk)) {
            read(Step.READ_SOURCE);
        } else {
            // The chunks behind one that it is too short for are not there either.
            nextSource();
        }
    }

    private void onSourceRead(final long result) {
        switch (scan.onRead(result)) {
            case MORE -> read(Step.READ_SOURCE);
            case GOOD -> {
                step = Step.WRITE_COPY;
                scan.copyTo(partFile, stepToken());
            }
            case BAD -> copyNext();
        }
    }

    private void syncIfComplete() {
        if (stage.isFetching() && writesInFlight == 0 && chunks.isComplete()) {
            become(TransferStage.SYNC);
            step = Step.SYNC_PART;
            storage.sync(partFile, stepToken());
        }
    }

    private void readBack() {
        if (chunk < entry.chunkCount() && scan.begin(partFile, entry, chunk)) {
            read(Step.READ_BACK);
        } else if (chunk < entry.chunkCount()) {
            // Somebody has cut it: there is no place for its chunks.
            badReadBacks++;
            chunks.refuteAll();
            become(TransferStage.RESERVE);
            deletePart();
        } else if (isReadBackBad) {
            badReadBacks++;
            step = Step.NONE;
            become(TransferStage.FETCH);
        } else {
            closePart();
            become(TransferStage.PROMOTE);
            partName = PartName.GONE;
            step = Step.RENAME;
            storage.rename(part, entry.key().fileName(), stepToken());
        }
    }

    private void onReadBack(final long result) {
        final ChunkScan.Outcome outcome = scan.onRead(result);
        if (outcome == ChunkScan.Outcome.MORE) {
            read(Step.READ_BACK);
            return;
        }
        if (outcome == ChunkScan.Outcome.BAD) {
            chunks.refute(chunk);
            // Not at once: a device that does not keep it would have it fetched without end.
            chunks.fail(chunk);
            isReadBackBad = true;
        }
        chunk++;
        readBack();
    }

    private void read(final Step next) {
        step = next;
        scan.readNext(stepToken());
    }

    private void closeSource() {
        if (sourceFile != NO_FILE) {
            storage.close(sourceFile);
            sourceFile = NO_FILE;
        }
    }

    // The end of an obsolete one

    private void endObsolete(final long result) {
        if (result >= 0 && (step == Step.OPEN_FINAL || step == Step.OPEN_SOURCE)) {
            sourceFile = (int) result;
        } else if (step == Step.OPEN_PART || step == Step.CREATE_PART) {
            partFile = result >= 0 ? (int) result : NO_FILE;
            partName = result >= 0 ? PartName.THERE : PartName.GONE;
        }
        step = Step.NONE;
        closeIfIdle();
    }

    private void closeIfIdle() {
        if (isIdle()) {
            closeSource();
            closePart();
        }
    }

    private void closePart() {
        if (partFile != NO_FILE) {
            storage.close(partFile);
            partFile = NO_FILE;
        }
    }

    private long stepToken() {
        stepToken = tokens.next();
        return stepToken;
    }

    private void become(final TransferStage next) {
        Invariant.check(
                next.isLegalAfter(stage), "stages of a transfer follow each other", stage.ordinal(), next.ordinal());
        stage = next;
    }
}
