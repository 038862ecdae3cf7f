package io.vireo.node.stream;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The permissions of a user: a set that holds everywhere, and sets of single streams and topics by their numbers. Sets are bits, see
 * {@link Permission#bit}. Immutable; iterates in the order of the numbers.
 *
 * @param global bits of all ten.
 * @param streams by number of the stream; may be empty.
 */
public record Permissions(int global, SortedMap<Integer, OfStream> streams) {
    /** Streams and topics, counted together, that one user may have sets of: every one of them is part of every snapshot. */
    public static final int ENTRIES_MAX = 1 << 16;

    /** Everything, everywhere. */
    public static final Permissions ALL = new Permissions((1 << Permission.values().length) - 1, new TreeMap<>());

    public Permissions {
        streams = Collections.unmodifiableSortedMap(new TreeMap<>(streams));
    }

    /** Whether there are not too many entries and every set has only bits that mean something at its level. */
    public boolean isValid() {
        long entries = streams.size();
        boolean isKnown = isWithin(global, Permission.values().length);
        for (final OfStream ofStream : streams.values()) {
            entries += ofStream.topics.size();
            isKnown &= isWithin(ofStream.set, Permission.values().length)
                    && (ofStream.set & Permission.MANAGE_STREAMS.bit() - 1) == 0;
            for (final int ofTopic : ofStream.topics.values()) {
                isKnown &= isWithin(ofTopic, Permission.values().length)
                        && (ofTopic & Permission.MANAGE_TOPICS.bit() - 1) == 0;
            }
        }
        return isKnown && entries <= ENTRIES_MAX;
    }

    private static boolean isWithin(final int set, final int bits) {
        return set >>> bits == 0;
    }

    /**
     * Of one stream.
     *
     * @param set bits of {@link Permission#MANAGE_STREAMS} and the five behind it.
     * @param topics bits of {@link Permission#MANAGE_TOPICS} and the three behind it, by number of the topic; may be empty.
     */
    public record OfStream(int set, SortedMap<Integer, Integer> topics) {
        public OfStream {
            topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
        }
    }
}
