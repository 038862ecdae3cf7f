package io.vireo.sim.stream;

import io.vireo.node.iggy.CommandCode;
import io.vireo.sim.audit.Need.Grants;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests as a client of the legacy framing writes them, by the specification of the protocol and by no codec of the product, whose
 * decoders are under test. Numbers are little-endian.
 */
final class IggyFrames {
    private static final int ID_NUMERIC = 1;
    private static final int ID_NAME = 2;
    private static final int MESSAGE_HEADER_LENGTH = 64;
    private static final int COMPRESSION_NONE = 1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private IggyFrames() {}

    static byte[] request(final CommandCode code, final byte[] payload) {
        return new IggyFrames()
                .u32(payload.length + 4L)
                .u32(code.code())
                .raw(payload)
                .bytes();
    }

    /** Any bytes in the frame of any request. @param length as the header says it. */
    static byte[] frame(final long length, final int code, final byte[] payload) {
        return new IggyFrames().u32(length).u32(code).raw(payload).bytes();
    }

    static byte[] nothing() {
        return new byte[0];
    }

    static byte[] login(final String name, final String password) {
        return new IggyFrames().str8(name).str8(password).u32(0).u32(0).bytes();
    }

    /** @param stream number of the one that the permissions are about. */
    static byte[] createUser(
            final String name, final String password, final boolean isActive, final Grants grants, final int stream) {
        return new IggyFrames()
                .str8(name)
                .str8(password)
                .u8(isActive ? 1 : 2)
                .grants(grants, stream)
                .bytes();
    }

    static byte[] updateUser(final String name, final boolean isActive) {
        return new IggyFrames().id(name).u8(0).u8(1).u8(isActive ? 1 : 2).bytes();
    }

    static byte[] updatePermissions(final String name, final Grants grants, final int stream) {
        return new IggyFrames().id(name).grants(grants, stream).bytes();
    }

    static byte[] changePassword(final String name, final String current, final String next) {
        return new IggyFrames().id(name).str8(current).str8(next).bytes();
    }

    /** @param expiryMicros 0 for none. */
    static byte[] createToken(final String name, final long expiryMicros) {
        return new IggyFrames().str8(name).u64(expiryMicros).bytes();
    }

    static byte[] updateStream(final String stream, final String name) {
        return new IggyFrames().id(stream).str8(name).bytes();
    }

    static byte[] name(final String name) {
        return new IggyFrames().str8(name).bytes();
    }

    /** One to three names of what something is in. */
    static byte[] ids(final String... names) {
        final IggyFrames frame = new IggyFrames();
        for (final String name : names) {
            frame.id(name);
        }
        return frame.bytes();
    }

    static byte[] createTopic(
            final String stream,
            final String topic,
            final int partitions,
            final long expiryMicros,
            final long sizeMaxBytes) {
        return new IggyFrames()
                .id(stream)
                .u32(partitions)
                .u8(COMPRESSION_NONE)
                .u64(expiryMicros)
                .u64(sizeMaxBytes)
                .u8(1)
                .str8(topic)
                .bytes();
    }

    static byte[] partitions(final String stream, final String topic, final int count) {
        return new IggyFrames().id(stream).id(topic).u32(count).bytes();
    }

    static byte[] deleteSegments(final String stream, final String topic, final int partition, final int count) {
        return new IggyFrames().id(stream).id(topic).u32(partition).u32(count).bytes();
    }

    static byte[] createGroup(final String stream, final String topic, final String group) {
        return new IggyFrames().id(stream).id(topic).str8(group).bytes();
    }

    /** @param partition below 0 if the server is to choose. */
    static byte[] send(final String stream, final String topic, final int partition, final List<byte[]> payloads) {
        final IggyFrames metadata = new IggyFrames().id(stream).id(topic);
        if (partition < 0) {
            metadata.u8(1).u8(0);
        } else {
            metadata.u8(2).u8(4).u32(partition);
        }
        final byte[] head = metadata.u32(payloads.size()).bytes();
        final IggyFrames frame = new IggyFrames().u32(head.length).raw(head);
        long end = 0;
        for (final byte[] payload : payloads) {
            end += MESSAGE_HEADER_LENGTH + payload.length;
            frame.u32(0).u32(end).u64(0);
        }
        for (final byte[] payload : payloads) {
            // checksum, id, offset, timestamp, origin timestamp, length of the user headers
            frame.u64(0).u64(0).u64(0).u64(0).u64(0).u64(0).u32(0);
            frame.u32(payload.length).u64(0).raw(payload);
        }
        return frame.bytes();
    }

    /**
     * Of a consumer in a partition.
     *
     * @param strategy 1 from an offset, 2 from a timestamp, 3 first, 4 last, 5 next.
     */
    static byte[] poll(
            final int consumer,
            final String stream,
            final String topic,
            final int partition,
            final int strategy,
            final long value,
            final int count,
            final boolean isAutoCommit) {
        return new IggyFrames()
                .consumer(consumer, stream, topic, partition)
                .polled(strategy, value, count, isAutoCommit)
                .bytes();
    }

    /** Of a member of a group, in the partition whose turn it is. */
    static byte[] pollOfGroup(
            final String group,
            final String stream,
            final String topic,
            final int strategy,
            final int count,
            final boolean isAutoCommit) {
        return new IggyFrames()
                .u8(2)
                .id(group)
                .id(stream)
                .id(topic)
                .u8(0)
                .u32(0)
                .polled(strategy, 0, count, isAutoCommit)
                .bytes();
    }

    static byte[] offset(final int consumer, final String stream, final String topic, final int partition) {
        return new IggyFrames().consumer(consumer, stream, topic, partition).bytes();
    }

    static byte[] storeOffset(
            final int consumer, final String stream, final String topic, final int partition, final long offset) {
        return new IggyFrames()
                .consumer(consumer, stream, topic, partition)
                .u64(offset)
                .bytes();
    }

    private IggyFrames consumer(final int consumer, final String stream, final String topic, final int partition) {
        return u8(1).u8(ID_NUMERIC)
                .u8(4)
                .u32(consumer)
                .id(stream)
                .id(topic)
                .u8(1)
                .u32(partition);
    }

    private IggyFrames polled(final int strategy, final long value, final int count, final boolean isAutoCommit) {
        return u8(strategy).u64(value).u32(count).u8(isAutoCommit ? 1 : 0);
    }

    /** On this stream and its first topic; every entry of a list comes behind a 1, and its end is a 0. */
    private IggyFrames grants(final Grants grants, final int stream) {
        if (grants.equals(Grants.NONE)) {
            return u8(0);
        }
        final byte[] permissions = new IggyFrames()
                .bits(grants.everywhere(), 10)
                .u8(1)
                .u32(stream)
                .bits(grants.onStream(), 6)
                .u8(1)
                .u32(0)
                .bits(grants.onTopic(), 4)
                .u8(0)
                .u8(0)
                .bytes();
        return u8(1).u32(permissions.length).raw(permissions);
    }

    private IggyFrames bits(final int set, final int count) {
        for (int bit = 0; bit < count; bit++) {
            u8(set >>> bit & 1);
        }
        return this;
    }

    private IggyFrames u8(final int value) {
        out.write(value);
        return this;
    }

    private IggyFrames u32(final long value) {
        return u8((int) value).u8((int) (value >>> 8)).u8((int) (value >>> 16)).u8((int) (value >>> 24));
    }

    private IggyFrames u64(final long value) {
        return u32(value).u32(value >>> 32);
    }

    private IggyFrames str8(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u8(bytes.length).raw(bytes);
    }

    private IggyFrames id(final String name) {
        return u8(ID_NAME).str8(name);
    }

    private IggyFrames raw(final byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    private byte[] bytes() {
        return out.toByteArray();
    }
}
