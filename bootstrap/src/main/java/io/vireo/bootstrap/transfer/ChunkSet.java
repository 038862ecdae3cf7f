package io.vireo.bootstrap.transfer;

import java.util.BitSet;

/** What has become of each chunk of a file: right in staging, claimed by somebody who gets it, failed for now, or wanted. */
final class ChunkSet {
    private final int count;
    private final BitSet verified;
    private final BitSet claimed;
    private final BitSet failed;

    ChunkSet(final int count) {
        this.count = count;
        verified = new BitSet(count);
        claimed = new BitSet(count);
        failed = new BitSet(count);
    }

    /** Chunks of the file. */
    int count() {
        return count;
    }

    int verified() {
        return verified.cardinality();
    }

    /** True if all are right. */
    boolean isComplete() {
        return verified.cardinality() == count;
    }

    /** The first one from there on that is not right; {@link #count} or more if there is none. */
    int nextMissing(final int from) {
        return verified.nextClearBit(from);
    }

    void verify(final int chunk) {
        verified.set(chunk);
    }

    /** It is not right after all. */
    void refute(final int chunk) {
        verified.clear(chunk);
    }

    void refuteAll() {
        verified.clear();
    }

    /** The first one that is missing and neither claimed nor failed; negative if there is none. */
    int nextWanted() {
        for (int next = verified.nextClearBit(0); next < count; next = verified.nextClearBit(next + 1)) {
            if (!claimed.get(next) && !failed.get(next)) {
                return next;
            }
        }
        return -1;
    }

    /** True if nobody gets one, and only failed ones are missing. */
    boolean isBlocked() {
        return claimed.isEmpty() && !failed.isEmpty() && nextWanted() < 0;
    }

    void claim(final int chunk) {
        claimed.set(chunk);
    }

    boolean isClaimed(final int chunk) {
        return claimed.get(chunk);
    }

    void release(final int chunk) {
        claimed.clear(chunk);
    }

    /** Nobody gives a claimed one: it stands in the way of no other until {@link #forgive}. */
    void fail(final int chunk) {
        claimed.clear(chunk);
        failed.set(chunk);
    }

    void forgive() {
        failed.clear();
    }
}
