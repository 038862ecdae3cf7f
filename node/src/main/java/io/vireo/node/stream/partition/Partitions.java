package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Namespaces;
import java.util.Arrays;
import java.util.Collection;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The partitions of a group. A namespace either has a life, or the incarnation up to which all its lives have ended, or neither. A gateway may
 * sleep for as long as it likes and then send to a life that has ended, so an end is never quite forgotten: where there are too many, the older
 * half of them is replaced by one number. What is not above it, and is not the life of its namespace, may have ended, and begins no more. That
 * is safe because incarnations are those of one counter of the cluster; it costs a partition that had no message all the time a new
 * incarnation, see {@link PartitionStatus#INCARNATION_FORGOTTEN}.
 */
final class Partitions {
    private static final long NOT_ENDED = 0;
    private static final int ENDED_LENGTH = 2 * Long.BYTES;

    private final Namespaces namespaces;
    private final int partitionsMax;
    private final int endedMax;
    private final long indexIntervalBytes;
    private final Long2ObjectHashMap<Partition> live = new Long2ObjectHashMap<>();
    /** The namespaces with a life in their order, null if it is to be made anew; no part of the state. */
    private long[] order;

    /** By namespace the highest incarnation that was dropped; none of a namespace that has a life, and none that is forgotten. */
    private final Long2LongHashMap ended = new Long2LongHashMap(NOT_ENDED);
    /** Of ends up to this incarnation nothing is known: a life that is not above it does not begin. */
    private long forgotten = NOT_ENDED;

    /** @param endedMax namespaces whose ends are known one by one, at least 1. */
    Partitions(
            final Namespaces namespaces, final int partitionsMax, final int endedMax, final long indexIntervalBytes) {
        this.namespaces = namespaces;
        this.partitionsMax = partitionsMax;
        this.endedMax = endedMax;
        this.indexIntervalBytes = indexIntervalBytes;
    }

    int count() {
        return live.size();
    }

    /** The life that a namespace has, or null. */
    Partition find(final long namespace) {
        return live.get(namespace);
    }

    /** Namespaces without a life whose end is known by itself. */
    int endedCount() {
        return ended.size();
    }

    /** Whether a life may begin in a namespace where nothing speaks against it; else it may be one that has ended. */
    boolean mayBegin(final long incarnation) {
        return incarnation > forgotten;
    }

    /** Whether a life is that of the namespace or could begin now, if it {@link #mayBegin}: a {@link PartitionStatus}. */
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
        if (mayBegin(incarnation)) {
            ended.put(namespace, Math.max(ended.get(namespace), incarnation));
            if (ended.size() > endedMax) {
                forgetOlderHalf();
            }
        }
        return partition != null;
    }

    /** Half of them at a time, so that it is rare: what is sorted is paid for by as many drops. */
    private void forgetOlderHalf() {
        final long[] incarnations = new long[ended.size()];
        int count = 0;
        for (final long incarnation : ended.values()) {
            incarnations[count++] = incarnation;
        }
        Arrays.sort(incarnations);
        final long last = incarnations[count - 1 - endedMax / 2];
        ended.values().removeIf(incarnation -> incarnation <= last);
        forgotten = last;
    }

    /** Namespaces that have a life, in the order of unsigned numbers; to be left as it is. */
    long[] inOrder() {
        if (order == null) {
            order = sorted(live.keySet());
        }
        return order;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeLong(forgotten);
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
        forgotten = Partition.readBetween(in, 0, Long.MAX_VALUE, "the last forgotten incarnation");
        long former = 0;
        int left = in.readLength(endedMax, ENDED_LENGTH, "the number of ended partitions");
        for (boolean isFirst = true; left > 0; left--, isFirst = false) {
            former = readNamespace(in, former, isFirst);
            final long incarnation = Partition.readBetween(in, 1, Long.MAX_VALUE, "an incarnation");
            in.check(mayBegin(incarnation), "an end that is known is above " + forgotten, incarnation);
            ended.put(former, incarnation);
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
