package io.vireo.node.client.iggy;

import io.vireo.node.iggy.Partitioning;
import io.vireo.node.iggy.WireWriter;
import java.util.Arrays;

/** Which partition of a topic messages go to, as a producer says it. Immutable. */
public final class Destination {
    /** The server takes the partitions in turn. */
    public static final Destination BALANCED = new Destination(Partitioning.Kind.BALANCED, 0, new byte[0]);

    private static final int KEY_MAX = 255;

    private final Partitioning.Kind kind;
    private final int partition;
    private final byte[] key;

    private Destination(final Partitioning.Kind kind, final int partition, final byte[] key) {
        this.kind = kind;
        this.partition = partition;
        this.key = key;
    }

    /** @param partition from 0, unsigned. */
    public static Destination partition(final int partition) {
        return new Destination(Partitioning.Kind.PARTITION_ID, partition, new byte[0]);
    }

    /**
     * Messages of one key go to one partition.
     *
     * @param key 1 to 255 bytes.
     * @throws IllegalArgumentException for another length.
     */
    public static Destination key(final byte[] key) {
        if (key.length == 0 || key.length > KEY_MAX) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes, allowed are 1 to " + KEY_MAX);
        }
        return new Destination(Partitioning.Kind.MESSAGES_KEY, 0, key.clone());
    }

    void writeTo(final WireWriter out) {
        out.u8(kind.ordinal() + 1);
        switch (kind) {
            case BALANCED -> out.u8(0);
            case PARTITION_ID -> {
                out.u8(Integer.BYTES);
                out.u32(partition);
            }
            case MESSAGES_KEY -> {
                out.u8(key.length);
                out.bytes(key);
            }
        }
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Destination that
                && kind == that.kind
                && partition == that.partition
                && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind.ordinal() + partition) + Arrays.hashCode(key);
    }
}
