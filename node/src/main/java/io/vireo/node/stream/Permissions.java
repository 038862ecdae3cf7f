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
    /** Everything, everywhere. */
    public static final Permissions ALL = new Permissions((1 << Permission.values().length) - 1, new TreeMap<>());

    public Permissions {
        streams = Collections.unmodifiableSortedMap(new TreeMap<>(streams));
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
