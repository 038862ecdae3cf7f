package io.vireo.node.stream.partition;

/**
 * What one life of a partition holds, as its group says it.
 *
 * @param incarnation of that life.
 * @param segments at least 1.
 * @param beginOffset of the first message that is kept.
 * @param endOffset of the next message; there is at least one before it.
 * @param bytes of the batches that are kept.
 * @param endBytes of all batches that this life ever had; only grows.
 * @param sealedTimestamp of the newest message in the oldest segment, in microseconds since the epoch; 0 if there is no other segment, so
 *     that it has to stay.
 * @param groups of consumers that have stored an offset.
 */
public record PartitionContents(
        long namespace,
        long incarnation,
        int segments,
        long beginOffset,
        long endOffset,
        long bytes,
        long endBytes,
        long sealedTimestamp,
        int groups) {
    /** Messages that are kept. */
    public long messages() {
        return endOffset - beginOffset;
    }
}
