package io.vireo.journal.message;

import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Builds the valid frames the tests of this package start from. */
final class Frames {
    static final long CLUSTER_LO = 0x1122_3344_5566_7788L;
    static final long CLUSTER_HI = 0x99aa_bbcc_ddee_ff00L;
    static final int SIZE_MAX = 16 * 1024;

    private Frames() {}

    /** A sealed prepare of op 7 with one request per body. */
    static byte[] prepare(final byte[]... bodies) {
        int bodyBytes = 0;
        for (final byte[] body : bodies) {
            bodyBytes += body.length;
        }
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(bodies.length, bodyBytes);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[size]);
        final PrepareFlyweight prepare = new PrepareFlyweight().wrap(buffer, 0);
        prepare.init(Command.PREPARE, CLUSTER_LO, CLUSTER_HI, size, 3, 1, 2);
        prepare.parent(0x0102_0304_0506_0708L, 0x1112_1314_1516_1718L)
                .op(7)
                .commit(5)
                .timestamp(1_700_000_000_000_000_001L)
                .checkpointQuorum(4)
                .requestCount(bodies.length);
        buffer.putLong(PrepareFlyweight.CHECKPOINT_ID_OFFSET, 0x2122_2324_2526_2728L, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(PrepareFlyweight.CHECKPOINT_ID_OFFSET + 8, 0x3132_3334_3536_3738L, ByteOrder.LITTLE_ENDIAN);
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        RequestBatch.count(buffer, batch, bodies.length);
        int body = RequestBatch.bodies(buffer, batch);
        for (int i = 0; i < bodies.length; i++) {
            RequestBatch.putRow(
                    buffer,
                    RequestBatch.row(batch, i),
                    11 + i,
                    22 + i,
                    33,
                    44 + i,
                    16,
                    0x5152_5354_5556_5758L,
                    66,
                    bodies[i].length);
            buffer.putBytes(body, bodies[i]);
            body += bodies[i].length;
        }
        prepare.seal(new Checksum());
        return buffer.byteArray();
    }

    /** A sealed frame of any command with this body. */
    static byte[] frame(final Command command, final byte[] body) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + body.length]);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        header.init(command, CLUSTER_LO, CLUSTER_HI, buffer.capacity(), 3, 1, 2);
        buffer.putBytes(HeaderFlyweight.HEADER_LENGTH, body);
        header.seal(new Checksum());
        return buffer.byteArray();
    }

    /** Changes a frame and makes its checksums hold again, except where the change itself sets the body's checksum. */
    static void reseal(final byte[] frame, final Consumer<UnsafeBuffer> change) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        final Checksum checksum = new Checksum();
        change.accept(buffer);
        checksum.hash(buffer, HeaderFlyweight.HEADER_LENGTH, frame.length - HeaderFlyweight.HEADER_LENGTH);
        header.sealWithBody(checksum, checksum.lo(), checksum.hi());
        change.accept(buffer);
        checksum.hash(
                buffer,
                HeaderFlyweight.CHECKSUM_BODY_OFFSET,
                HeaderFlyweight.HEADER_LENGTH - HeaderFlyweight.CHECKSUM_BODY_OFFSET);
        buffer.putLong(0, checksum.lo(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(8, checksum.hi(), ByteOrder.LITTLE_ENDIAN);
    }

    static String checkFrame(final byte[] frame) {
        return FrameCheck.invalidReason(
                new UnsafeBuffer(frame), 0, frame.length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum());
    }

    static String checkPrepare(final byte[] frame) {
        return PrepareCheck.invalidReason(
                new UnsafeBuffer(frame), 0, frame.length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum());
    }

    static String checkPrepareHeader(final byte[] frame) {
        return PrepareCheck.invalidHeaderReason(
                new UnsafeBuffer(frame), 0, frame.length, CLUSTER_LO, CLUSTER_HI, SIZE_MAX, new Checksum());
    }
}
