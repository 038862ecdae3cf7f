package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Namespaces;
import java.util.Arrays;
import java.util.Collection;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The partitions of a group. A namespace either has a life, or the incarnation up to which all its lives have ended, or neither; what ends
 * stays known for good, because a gateway may have slept for as long. Numbers of deleted topics are used again, so that this takes 16 bytes
 * for as many namespaces as ever were in use at a time.
 */
final class Partitions {
    private static final long NOT_ENDED = 0;
    private static final int ENDED_LENGTH = 2 * Long.BYTES;

    private final Namespaces namespaces;
    private final int partitionsMax;
    private final long indexIntervalBytes;
    private final Long2ObjectHashMap<Partition> live = new Long2ObjectHashMap<>();
    /** The namespaces with a life in their order, null if it is to be made anew; no part of the state. */
    private long[] order;

    /** By namespace the highest incarnation that was dropped; none of a namespace that has a life. */
    private final Long2LongHashMap ended = new Long2LongHashMap(NOT_ENDED);

    Partitions(final Namespaces namespaces, final int partitionsMax, final long indexIntervalBytes) {
        this.namespaces = namespaces;
        this.partitionsMax = partitionsMax;
        this.indexIntervalBytes = indexIntervalBytes;
    }

    int count() {
        return live.size();
    }

    /** The life that a namespace has, or null. */
    Partition find(final long namespace) {
        return live.get(namespace);
    }

    /** Whether a life is that of the namespace or could begin now: a {@link PartitionStatus}. */
    int status(final long namespace, final long incarnation) {
        final Partition partition = live.get(namespace);
        if (partition == null) {
            return incarnation <= ended.get(namespace) ? PartitionStatus.INCARNATION_ENDED : PartitionStatus.OK;
        }
        if (incarnation == partition.incarnation()) {
            return PartitionStatus.OK;
        }
        return incarnation < partition.incarnation()
                ? PartitionStatus.INCARNATION_ENDED
                : PartitionStatus.INCARNATION_NOT_YET;
    }

    /** Begins a life whose status is good, in a namespace that has none; null if there are too many. */
    Partition create(final long namespace, final long incarnation) {
        if (live.size() == partitionsMax) {
            return null;
        }
        final Partition partition = new Partition(incarnation, indexIntervalBytes);
        live.put(namespace, partition);
        order = null;
        ended.remove(namespace);
        return partition;
    }

    /** Ends this life and all before it; true if the namespace had one of them. */
    boolean drop(final long namespace, final long incarnation) {
        final Partition partition = live.get(namespace);
        if (partition != null) {
            if (partition.incarnation() > incarnation) {
                return false;
            }
            live.remove(namespace);
            order = null;
        }
        ended.put(namespace, Math.max(ended.get(namespace), incarnation));
        return partition != null;
    }

    /** Namespaces that have a life, in the order of unsigned numbers; to be left as it is. */
    long[] inOrder() {
        if (order == null) {
            order = sorted(live.keySet());
        }
        return order;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(ended.size());
        for (final long namespace : sorted(ended.keySet())) {
            out.writeLong(namespace);
            out.writeLong(ended.get(namespace));
        }
        out.writeInt(live.size());
        for (final long namespace : inOrder()) {
            out.writeLong(namespace);
            out.writeLong(live.get(namespace).incarnation());
            live.get(namespace).writeTo(out);
        }
    }

    void readFrom(final SnapshotInput in) {
        ended.clear();
        long former = 0;
        int left = in.readLength(Integer.MAX_VALUE, ENDED_LENGTH, "the number of ended partitions");
        for (boolean isFirst = true; left > 0; left--, isFirst = false) {
            former = readNamespace(in, former, isFirst);
            ended.put(former, Partition.readBetween(in, 1, Long.MAX_VALUE, "an incarnation"));
        }
        live.clear();
        order = null;
        left = in.readLength(partitionsMax, ENDED_LENGTH + Partition.LENGTH_MIN, "the number of partitions");
        for (boolean isFirst = true; left > 0; left--, isFirst = false) {
            former = readNamespace(in, former, isFirst);
            in.check(!ended.containsKey(former), "a partition that lives has not ended", former);
            final long incarnation = Partition.readBetween(in, 1, Long.MAX_VALUE, "an incarnation");
            final Partition partition = new Partition(incarnation, indexIntervalBytes);
            partition.readFrom(in);
            live.put(former, partition);
        }
    }

    private long readNamespace(final SnapshotInput in, final long former, final boolean isFirst) {
        final long namespace = in.readLong();
        in.check(namespaces.contains(namespace), "a partition has a namespace", namespace);
        in.check(isFirst || Long.compareUnsigned(namespace, former) > 0, "namespaces are sorted", namespace);
        return namespace;
    }

    /** In the order of unsigned numbers: that of the map is none. */
    private static long[] sorted(final Collection<Long> namespaces) {
        final long[] keys = new long[namespaces.size()];
        int count = 0;
        for (final long namespace : namespaces) {
            keys[count++] = namespace ^ Long.MIN_VALUE;
        }
        Arrays.sort(keys);
        for (int i = 0; i < count; i++) {
            keys[i] ^= Long.MIN_VALUE;
        }
        return keys;
    }
}
