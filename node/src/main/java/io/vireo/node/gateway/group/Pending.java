package io.vireo.node.gateway.group;

/**
 * What has no outcome yet, of all groups together. What is held for it in memory is bounded in bytes as well as in number, for each group
 * apart: one that does not answer, whose requests are held until it does, must not keep others from theirs. Of the whole may be taken
 *
 * <pre>
 *                                by one group   by all of them, with what is there of others
 * requests to group 1, 2, ...    4/8            6/8
 * reads of group 1, 2, ...       5/8            7/8
 * requests to and reads of 0     8/8            8/8
 * </pre>
 *
 * where what a group has taken is its requests and its reads together: so the requests of others find room beside one group that does not
 * answer, reads find room beside requests, which are longer and may be held for longer, and the metadata of group 0 beside both.
 */
final class Pending {
    /** Held for a request or read besides its own bytes, about. */
    static final int OVERHEAD_BYTES = 256;

    private static final int EIGHTHS = 8;
    private static final int METADATA_GROUP = 0;

    /** What is pending with one group. */
    final class Share {
        private final boolean isOfMetadata;
        private int count;
        private long bytes;

        private Share(final int group) {
            isOfMetadata = group == METADATA_GROUP;
        }

        boolean hasRoomForRequest(final int length) {
            return isOfMetadata ? hasRoom(length, EIGHTHS, EIGHTHS) : hasRoom(length, 4, 6);
        }

        boolean hasRoomForRead(final int length) {
            return isOfMetadata ? hasRoom(length, EIGHTHS, EIGHTHS) : hasRoom(length, 5, 7);
        }

        /** One alone always has room. */
        private boolean hasRoom(final int length, final int eighthsOfGroup, final int eighthsOfAll) {
            return Pending.this.count == 0
                    || isWithin(count, bytes + length, eighthsOfGroup)
                            && isWithin(Pending.this.count, Pending.this.bytes + length, eighthsOfAll);
        }

        void add(final int length) {
            change(1, length + OVERHEAD_BYTES);
        }

        void remove(final int length) {
            change(-1, -(length + OVERHEAD_BYTES));
        }

        private void change(final int byCount, final int byBytes) {
            count += byCount;
            bytes += byBytes;
            Pending.this.count += byCount;
            Pending.this.bytes += byBytes;
        }
    }

    private final int countMax;
    private final long bytesMax;
    private int count;
    private long bytes;

    Pending(final int countMax, final long bytesMax) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** The share of a group, to be made once. */
    Share share(final int group) {
        return new Share(group);
    }

    long bytes() {
        return bytes;
    }

    private boolean isWithin(final int present, final long wanted, final int eighths) {
        return present < (long) countMax * eighths / EIGHTHS && wanted + OVERHEAD_BYTES <= bytesMax * eighths / EIGHTHS;
    }
}
