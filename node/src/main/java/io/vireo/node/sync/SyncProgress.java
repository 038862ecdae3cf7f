package io.vireo.node.sync;

/**
 * How far the fetching of a checkpoint is, at one moment; for people and metrics.
 *
 * @param checkpoint op of the one that is fetched; 0 if none is.
 * @param files of it, 0 as long as that is not known.
 * @param filesDone of these, verified here under their names, durably.
 * @param bytes of the files.
 * @param bytesDone of {@code filesDone}.
 * @param bytesHere these, and of the files under way what is verified in staging.
 * @param filesInFlight looked at or fetched now.
 * @param chunksInFlight asked for or written now.
 * @param bytesPerSecond by which {@code bytesHere} grew in the last 10 s; negative if it is too early to say.
 * @param etaMs until all files are here at that rate; negative if that cannot be said.
 */
public record SyncProgress(
        StateSync.Stage stage,
        long checkpoint,
        int files,
        int filesDone,
        long bytes,
        long bytesDone,
        long bytesHere,
        int filesInFlight,
        int chunksInFlight,
        long bytesPerSecond,
        long etaMs) {
    /** Files that are not here. */
    public int filesLeft() {
        return files - filesDone;
    }

    /** Bytes that are not here. */
    public long bytesLeft() {
        return bytes - bytesHere;
    }
}
