package io.vireo.node.gateway;

import java.util.function.Consumer;

/** Sizes and counts that metadata shows, gathered from the primaries of the groups in one round for all who wait. */
public interface Figures {
    /**
     * What there is in one partition, or in many.
     *
     * @param currentOffset of the last message, 0 if there is none; says nothing of many.
     * @param size in bytes.
     */
    record Contents(int segments, long currentOffset, long size, long messages) {
        public static final Contents NONE = new Contents(0, 0, 0, 0);

        public Contents plus(final Contents other) {
            return new Contents(segments + other.segments, 0, size + other.size, messages + other.messages);
        }
    }

    /** One round's figures. Numbers are those of streams, topics and partitions; what is not known is {@link Contents#NONE}. */
    interface Round {
        Contents partition(int stream, int topic, int partition);

        Contents topic(int stream, int topic);

        Contents stream(int stream);

        Contents all();
    }

    /**
     * Gives the figures of a round that is at most a second old. Answered once, on the thread of the gateway, soon and in any case: a
     * group that does not answer is left as it was known.
     */
    void gather(Consumer<Round> onGathered);
}
