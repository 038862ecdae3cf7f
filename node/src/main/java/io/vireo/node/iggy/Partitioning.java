package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/** How a client wants the partition of its messages to be chosen. A flyweight, valid as long as the bytes of the request are. */
public final class Partitioning {
    /** In the order of the numbers 1 to 3 on the wire. */
    public enum Kind {
        /** The server takes partitions in turn. */
        BALANCED,
        /** The client names the partition. */
        PARTITION_ID,
        /** Messages of one key go to one partition. */
        MESSAGES_KEY;

        private static final Kind[] ALL = values();
    }

    private Kind kind;
    private DirectBuffer buffer;
    private int offset;
    private int length;

    void read(final WireReader in) throws WireException {
        final int code = in.u8();
        if (code < 1 || code > Kind.ALL.length) {
            throw WireReader.invalid("partitioning of kind " + code);
        }
        kind = Kind.ALL[code - 1];
        length = in.u8();
        final boolean isValid = switch (kind) {
            case BALANCED -> length == 0;
            case PARTITION_ID -> length == 4;
            case MESSAGES_KEY -> length > 0;
        };
        if (!isValid) {
            throw WireReader.invalid("partitioning " + kind + " of length " + length);
        }
        buffer = in.buffer();
        offset = in.skip(length);
    }

    public Kind kind() {
        return kind;
    }

    /** Unsigned; stands if the client names it. */
    public int partition() {
        return buffer.getInt(offset, LITTLE_ENDIAN);
    }

    /** Of the key, the same with every client and server of the protocol; stands if there is a key. */
    public int keyHash() {
        return Xxh32.hash(buffer, offset, length);
    }

    /**
     * The partition of the key, the same with every client and server of the protocol; stands if there is a key.
     *
     * @param partitions how many the topic has, at least 1.
     */
    public int partitionOfKey(final int partitions) {
        return partitionOfHash(keyHash(), partitions);
    }

    /** The partition of a key by its hash. @param partitions at least 1. */
    public static int partitionOfHash(final int hash, final int partitions) {
        return Integer.remainderUnsigned(hash, partitions);
    }
}
