package io.vireo.node.transport;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import io.vireo.node.message.RejectFlyweight;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Builds and reads real frames for the tests of the transport. */
final class TestFrames {
    static final long CLUSTER_LO = 11;
    static final long CLUSTER_HI = 22;
    static final int GROUPS = 3;

    private final Checksum checksum = new Checksum();

    byte[] hello(final int role, final int replica, final int target) {
        return hello(role, replica, target, GROUPS, 0b111, header -> {});
    }

    byte[] hello(
            final int role,
            final int replica,
            final int target,
            final int groupCount,
            final long groups,
            final Consumer<HelloFlyweight> change) {
        final int length = role == HelloFlyweight.ROLE_CLIENT && groups == 0
                ? HeaderFlyweight.HEADER_LENGTH
                : HelloFlyweight.length(groupCount);
        final byte[] bytes = new byte[length];
        final HelloFlyweight hello = new HelloFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        hello.init(Command.HELLO, CLUSTER_LO, CLUSTER_HI, length, 0, replica, 0);
        hello.role(role).target(target).groupCount(groupCount).processNonce(77);
        if (length > HeaderFlyweight.HEADER_LENGTH) {
            hello.groupBits(0, groups);
        }
        change.accept(hello);
        hello.seal(checksum);
        return bytes;
    }

    byte[] bulkHello(final int replica, final int target) {
        return hello(HelloFlyweight.ROLE_REPLICA, replica, target, GROUPS, 0b111, hello -> hello.lane(Lane.BULK));
    }

    /** REQUEST_CHUNK, or CHUNK with that many bytes, about a segment of group 0. */
    byte[] chunk(final Command command, final int author, final int bodyLength) {
        return frame(
                command,
                author,
                0,
                bodyLength,
                buffer -> new ChunkFlyweight()
                        .wrap(buffer, 0)
                        .checkpoint(7, 1, 2)
                        .kind(ChunkFlyweight.SEGMENT)
                        .length(command == Command.CHUNK ? bodyLength : 4096));
    }

    byte[] clientHello() {
        return hello(HelloFlyweight.ROLE_CLIENT, 0, HelloFlyweight.TARGET_ANY, GROUPS, 0, hello -> {});
    }

    /** A header-only frame, changed before it is sealed. */
    byte[] frame(
            final Command command,
            final int replica,
            final int group,
            final int bodyLength,
            final Consumer<UnsafeBuffer> change) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH + bodyLength];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        header.init(command, CLUSTER_LO, CLUSTER_HI, bytes.length, 1, replica, group);
        change.accept(buffer);
        header.seal(checksum);
        return bytes;
    }

    byte[] startViewChange(final int replica, final int group) {
        return frame(Command.START_VIEW_CHANGE, replica, group, 0, buffer -> {});
    }

    byte[] request(final long client, final int bodyLength) {
        final int batch = RequestBatch.length(1, bodyLength);
        return frame(Command.REQUEST, 0, 1, batch, buffer -> {
            buffer.putLong(HeaderFlyweight.OWN_FIELDS_OFFSET, client);
            putBatch(buffer, client, bodyLength);
        });
    }

    byte[] prepare(final int author, final int bodyLength) {
        return frame(Command.PREPARE, author, 1, RequestBatch.length(1, bodyLength), buffer -> {
            new PrepareFlyweight().wrap(buffer, 0).op(1).commit(0).timestamp(1).requestCount(1);
            putBatch(buffer, 5, bodyLength);
        });
    }

    private static void putBatch(final UnsafeBuffer buffer, final long client, final int bodyLength) {
        RequestBatch.count(buffer, HeaderFlyweight.HEADER_LENGTH, 1);
        RequestBatch.putRow(
                buffer,
                RequestBatch.row(HeaderFlyweight.HEADER_LENGTH, 0),
                client,
                0,
                1,
                1,
                RequestBatch.OPERATION_STATE_MACHINE,
                0,
                0,
                bodyLength);
    }

    /** Reads one frame from a blocking socket, or null at the end of the stream. */
    static byte[] read(final InputStream in) throws IOException {
        final byte[] header = in.readNBytes(HeaderFlyweight.HEADER_LENGTH);
        if (header.length < HeaderFlyweight.HEADER_LENGTH) {
            return null;
        }
        final int size =
                (int) new HeaderFlyweight().wrap(new UnsafeBuffer(header), 0).size();
        final byte[] whole = new byte[size];
        System.arraycopy(header, 0, whole, 0, header.length);
        new DataInputStream(in).readFully(whole, header.length, size - header.length);
        return whole;
    }

    static Command command(final byte[] frame) {
        return new HeaderFlyweight().wrap(new UnsafeBuffer(frame), 0).command();
    }

    static RejectFlyweight reject(final byte[] frame) {
        return new RejectFlyweight().wrap(new UnsafeBuffer(frame), 0);
    }
}
