package io.vireo.node.client.iggy;

/**
 * A message as it was polled.
 *
 * @param offset in its partition.
 * @param timestampUs when it was appended, in microseconds since 1970.
 * @param originTimestampUs the same by the producer's clock.
 * @param userHeaders as they came, see {@link UserHeaders}; may be empty.
 */
public record PolledMessage(
        long offset,
        long timestampUs,
        long originTimestampUs,
        long idHi,
        long idLo,
        byte[] userHeaders,
        byte[] payload) {}
