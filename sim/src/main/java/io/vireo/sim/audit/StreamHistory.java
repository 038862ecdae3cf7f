package io.vireo.sim.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What a streaming cluster has done so far, as its first executions say: the lives of partitions, their messages and the offsets of
 * consumers, each with the event of the run at which it came about. Passive; auditors compare answers to clients with it.
 */
public final class StreamHistory {
    /** Instead of the event of what has not happened. */
    public static final long NEVER = Long.MAX_VALUE;
    /** Instead of an offset that a consumer has not stored. */
    public static final long NONE = -1;

    /** A partition as the metadata has it. */
    public record Partition(long namespace, long incarnation, int group, String stream, String topic, int number) {}

    /** A message by the client that has sent it, the client's connection, and its number in the order in which the client sends. */
    public record Message(int client, int connection, long sequence) {}

    /** Where a message is. @param op that has stored it. */
    public record Place(Life life, long offset, long op) {}

    /** A value that changes, with the events of its changes. */
    public static final class Timeline {
        private long[] events = new long[4];
        private long[] values = new long[4];
        private int count;

        void set(final long event, final long value) {
            if (count == events.length) {
                events = Arrays.copyOf(events, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            events[count] = event;
            values[count] = value;
            count++;
        }

        /** What it was when this event began. */
        long before(final long event, final long initial) {
            final int at = countBefore(event);
            return at == 0 ? initial : values[at - 1];
        }

        long last(final long initial) {
            return count == 0 ? initial : values[count - 1];
        }

        /** Whether it had this value when the event began, or at any time since. */
        boolean hasBeenSince(final long event, final long value, final long initial) {
            boolean isMet = before(event, initial) == value;
            for (int i = countBefore(event); i < count && !isMet; i++) {
                isMet = values[i] == value;
            }
            return isMet;
        }

        private int countBefore(final long event) {
            int low = 0;
            int high = count;
            while (low < high) {
                final int middle = (low + high) >>> 1;
                if (events[middle] < event) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /** One life of a partition. */
    public static final class Life {
        private final Partition partition;
        private final long began;
        private final List<Message> messages = new ArrayList<>();
        /** Offset of the next message. */
        private final Timeline ends = new Timeline();
        /** Offset of the first message that is kept. */
        private final Timeline begins = new Timeline();
        /** By kind and number of the consumer. */
        private final TreeMap<String, Timeline> offsets = new TreeMap<>();

        private long ended = NEVER;
        private long dropped = NEVER;

        private Life(final Partition partition, final long began) {
            this.partition = partition;
            this.began = began;
        }

        public Partition partition() {
            return partition;
        }

        /** Offset of the next message. */
        public long end() {
            return messages.size();
        }

        /** The same, when this event began. */
        public long endBefore(final long event) {
            return ends.before(event, 0);
        }

        /** Offset of the first message that is kept. */
        public long begin() {
            return begins.last(0);
        }

        /** The same, when this event began. */
        public long beginBefore(final long event) {
            return begins.before(event, 0);
        }

        /** Event at which the metadata ended it. */
        public long ended() {
            return ended;
        }

        /** Event at which its group dropped it. */
        public long dropped() {
            return dropped;
        }

        Message message(final long offset) {
            return messages.get((int) offset);
        }

        Timeline offsets(final int kind, final long consumer) {
            return offsets.computeIfAbsent(kind + "/" + consumer, key -> new Timeline());
        }

        private String name() {
            return partition.stream + "/" + partition.topic + "/" + partition.number + " incarnation "
                    + partition.incarnation;
        }

        @Override
        public String toString() {
            return name();
        }
    }

    private final LongSupplier event;
    private final Long2ObjectHashMap<Long2ObjectHashMap<Life>> lives = new Long2ObjectHashMap<>();
    /** By stream, topic and number, in the order in which they began. */
    private final TreeMap<String, List<Life>> byName = new TreeMap<>();
    /** Those that the metadata has now, by namespace. */
    private final TreeMap<Long, Life> present = new TreeMap<>();
    /** By client, then sequence. */
    private final Long2ObjectHashMap<Long2ObjectHashMap<Place>> places = new Long2ObjectHashMap<>();

    private long endedLives;

    /** @param event number of the event of the run that takes place. */
    public StreamHistory(final LongSupplier event) {
        this.event = event;
    }

    /** Number of the event that takes place. */
    public long now() {
        return event.getAsLong();
    }

    /** Lives of partitions that the metadata has ended. */
    public long endedLives() {
        return endedLives;
    }

    /** The metadata has changed; these are all its partitions. */
    public void onPartitions(final List<Partition> partitions) {
        final TreeMap<Long, Life> before = new TreeMap<>(present);
        for (final Partition partition : partitions) {
            final Life known = before.get(partition.namespace);
            if (known != null && known.partition.incarnation == partition.incarnation) {
                before.remove(partition.namespace);
                continue;
            }
            final Life life = new Life(partition, now());
            lives.computeIfAbsent(partition.namespace, key -> new Long2ObjectHashMap<>())
                    .put(partition.incarnation, life);
            byName.computeIfAbsent(name(partition.stream, partition.topic, partition.number), key -> new ArrayList<>())
                    .add(life);
            present.put(partition.namespace, life);
        }
        before.forEach((namespace, life) -> {
            life.ended = now();
            endedLives++;
            present.remove(namespace, life);
        });
    }

    /** The life of a partition; null if the metadata has never had it. */
    public Life life(final long namespace, final long incarnation) {
        final Long2ObjectHashMap<Life> ofNamespace = lives.get(namespace);
        return ofNamespace == null ? null : ofNamespace.get(incarnation);
    }

    /** A group has dropped this life and all before it. */
    public void onDropped(final long namespace, final long incarnation) {
        final Long2ObjectHashMap<Life> ofNamespace = lives.get(namespace);
        if (ofNamespace != null) {
            ofNamespace.forEach((each, life) -> {
                if (each <= incarnation && life.dropped == NEVER) {
                    life.dropped = now();
                }
            });
        }
    }

    void onAppended(final Life life, final long op, final List<Message> messages) {
        for (final Message message : messages) {
            places.computeIfAbsent((long) message.client, key -> new Long2ObjectHashMap<>())
                    .put(message.sequence, new Place(life, life.messages.size(), op));
            life.messages.add(message);
        }
        life.ends.set(now(), life.messages.size());
    }

    void onForgotten(final Life life, final long beginOffset) {
        life.begins.set(now(), beginOffset);
    }

    /** Where a message is; null if nobody has appended it. */
    public Place placeOf(final int client, final long sequence) {
        final Long2ObjectHashMap<Place> ofClient = places.get(client);
        return ofClient == null ? null : ofClient.get(sequence);
    }

    /**
     * The one life of a partition that an answer can be about which was asked for at this event: it began before, has not ended, and all
     * others of that name were dropped. Null if there is none.
     */
    public Life since(final long sent, final String stream, final String topic, final int number) {
        final List<Life> all = byName.getOrDefault(name(stream, topic, number), List.of());
        final Life last = all.isEmpty() ? null : all.get(all.size() - 1);
        if (last == null || last.ended != NEVER || last.began >= sent) {
            return null;
        }
        // Until its drop a gateway that knows of no other one finds the former life.
        return all.stream().allMatch(life -> life == last || life.dropped < sent) ? last : null;
    }

    private static String name(final String stream, final String topic, final int number) {
        return stream + "/" + topic + "/" + number;
    }
}
