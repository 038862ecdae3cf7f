package io.vireo.bootstrap.transfer;

/** What the {@link TransferManager}s of a group have done and met, one after the other. Files, chunks or bytes as said. One thread. */
public final class TransferCounters {
    private final long[] troubles = new long[TransferTrouble.values().length];
    private final long[] answers = new long[TransferCode.values().length];
    long targets;
    private long completed;
    long enqueued;
    long walked;
    long pulled;
    long kept;
    long resumed;
    long failed;
    long obsolete;
    long late;
    long parked;
    long bytesReceived;
    long bytesSaved;
    long bytesPulled;

    /** Checkpoints that were to be fetched. */
    public long targets() {
        return targets;
    }

    /** Of these, those that are here whole: every file and the snapshot. */
    public long completed() {
        return completed;
    }

    /** All of a checkpoint is here, durably. */
    public void onCompleted() {
        completed++;
    }

    /** Files that a checkpoint listed and that were not known to be here. */
    public long enqueued() {
        return enqueued;
    }

    /** Files that were looked at. */
    public long walked() {
        return walked;
    }

    /** Files that were made whole, and have their names durably. */
    public long pulled() {
        return pulled;
    }

    /** Files that were here whole already. */
    public long kept() {
        return kept;
    }

    /** Files of which this disk had chunks. */
    public long resumed() {
        return resumed;
    }

    /** Chunks that nobody had when all were asked; they are asked for again. */
    public long failed() {
        return failed;
    }

    /** Files that nobody wanted any more before they were whole. */
    public long obsolete() {
        return obsolete;
    }

    /** Answers that came when nobody waited for them any more, and were of use. */
    public long late() {
        return late;
    }

    /** Times that a file with chunks which nobody gives made room for another one. */
    public long parked() {
        return parked;
    }

    /** Bytes of files in answers, whatever became of them. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** Bytes of chunks that this disk had and that no peer was asked for. */
    public long bytesSaved() {
        return bytesSaved;
    }

    /** Bytes of chunks from peers that were verified and written. */
    public long bytesPulled() {
        return bytesPulled;
    }

    public long of(final TransferTrouble trouble) {
        return troubles[trouble.ordinal()];
    }

    /** Answers with this code. */
    public long of(final TransferCode code) {
        return answers[code.ordinal()];
    }

    void on(final TransferTrouble trouble) {
        troubles[trouble.ordinal()]++;
    }

    void on(final TransferCode code) {
        answers[code.ordinal()]++;
    }
}
