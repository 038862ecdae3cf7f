package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.Storage;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.sim.workload.Payload;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A16: damaged bytes reach neither a state machine nor a client nor a peer. */
class DamageAuditorTest {
    private static final long CLIENT = 9;
    private static final int LENGTH = 100;

    private final Rig rig = new Rig();
    private long listed = Long.MAX_VALUE;
    private final DamageAuditor auditor = new DamageAuditor(rig.log, rig.images, (replica, group, key) -> listed);
    private final UnsafeBuffer body = Payload.create(CLIENT, LENGTH);

    DamageAuditorTest() {
        Payload.number(body, 1L);
        auditor.onSubmitted(CLIENT, 1, body, 0, LENGTH);
    }

    @Test
    void shouldReportA16WhenADamagedBodyIsExecuted() {
        auditor.onExecuted(0, 0, 3, CLIENT, 1, 0, body, 0, LENGTH);
        final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH));
        direct.putBytes(0, body, 0, LENGTH);
        auditor.onExecuted(1, 0, 3, CLIENT, 1, 0, direct, 0, LENGTH);
        assertNull(rig.signature());
        assertEquals(2, auditor.bodies());
        direct.putByte(LENGTH - 1, (byte) 0);
        auditor.onExecuted(2, 0, 3, CLIENT, 1, 0, direct, 0, LENGTH);
        assertEquals("A16: what is executed is what its client submitted", rig.signature());
        assertEquals(2, rig.log.violation().replica());
        assertEquals(3, rig.log.violation().op());
    }

    @Test
    void shouldReportA16WhenABodyIsExecutedThatNobodySubmitted() {
        auditor.onExecuted(0, 0, 3, CLIENT, 2, 0, body, 0, LENGTH);
        assertEquals("A16: what is executed is what its client submitted", rig.signature());
    }

    @Test
    void shouldReportA16WhenAReadShowsDamagedBytes() {
        auditor.onEntry(0, CLIENT, 1, body, 0, LENGTH);
        assertNull(rig.signature());
        auditor.onEntry(0, CLIENT, 1, body, 0, LENGTH - 1);
        assertEquals("A16: what a read shows is what its client submitted", rig.signature());
    }

    @Test
    void shouldReportA16WhenAReplySaysAnotherPlace() {
        auditor.onExecuted(0, 0, 3, CLIENT, 1, 7, body, 0, LENGTH);
        auditor.onSend(0, -1, reply(3, 7));
        assertNull(rig.signature());
        assertEquals(1, auditor.rows());
        auditor.onSend(0, -1, reply(3, 8));
        assertEquals("A16: a reply says where its request was executed", rig.signature());
    }

    @Test
    void shouldReportA16WhenAReplySaysAnotherOp() {
        auditor.onExecuted(0, 0, 3, CLIENT, 1, 7, body, 0, LENGTH);
        auditor.onSend(0, -1, reply(2, 7));
        assertEquals("A16: a reply says where its request was executed", rig.signature());
    }

    @Test
    void shouldReportA16WhenServedBytesAreNotThoseOfTheDisk() {
        final SegmentKey key = new SegmentKey(1, 1, 0);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[Storage.SECTOR]);
        bytes.setMemory(0, bytes.capacity(), (byte) 5);
        rig.disks[0].create(key.fileName(), 0, 20);
        rig.disks[0].write(rig.disks[0].fileNamed(key.fileName()), 0, bytes, 0, bytes.capacity(), 20);
        rig.run();
        rig.disks[0].sync(rig.disks[0].fileNamed(key.fileName()), 20);
        rig.disks[0].syncDirectory(20);
        rig.run();
        final ChunkFlyweight chunk = chunk(key, (byte) 5);
        auditor.onSend(0, 1, chunk);
        // What is not durable yet is not compared.
        auditor.onSend(0, 1, chunk(new SegmentKey(1, 1, 9), (byte) 6));
        assertNull(rig.signature());
        assertEquals(2, auditor.chunks());
        chunk.buffer().putByte(HeaderFlyweight.HEADER_LENGTH + 9, (byte) 6);
        listed = 9; // and neither is what no checkpoint lists
        auditor.onSend(0, 1, chunk);
        assertNull(rig.signature());
        listed = 10;
        auditor.onSend(0, 1, chunk);
        assertEquals("A16: bytes of a file are served as they were made durable", rig.signature());
    }

    @Test
    void shouldReportA16WhenAFrameArrivesDamagedThatNoFaultTouched() {
        auditor.onInvalidFrame(1, 2, "checksum of the body");
        assertEquals("A16: no frame leaves damaged: checksum of the body", rig.signature());
    }

    private ReplyFlyweight reply(final long op, final long place) {
        final int size = HeaderFlyweight.HEADER_LENGTH + ReplyFlyweight.ROW_LENGTH + Long.BYTES;
        final ReplyFlyweight reply = new ReplyFlyweight().wrap(new UnsafeBuffer(new byte[size]), 0);
        reply.init(Command.REPLY, Rig.CLUSTER, 0, size, 1, 0, 0);
        reply.client(CLIENT, 1).rowCount(1);
        ReplyFlyweight.putRow(reply.buffer(), reply.row(0), 1, ReplyStatus.OK, 1, op, 0, Long.BYTES);
        reply.buffer().putLong(reply.bodies(), place);
        return reply;
    }

    private static ChunkFlyweight chunk(final SegmentKey key, final byte content) {
        final int size = HeaderFlyweight.HEADER_LENGTH + 1_000;
        final ChunkFlyweight chunk = new ChunkFlyweight().wrap(new UnsafeBuffer(new byte[size]), 0);
        chunk.init(Command.CHUNK, Rig.CLUSTER, 0, size, 0, 0, 0);
        chunk.kind(ChunkFlyweight.SEGMENT)
                .status(TransferCode.OK.code())
                .length(1_000)
                .segment(key.namespace(), key.incarnation(), key.baseOffset());
        chunk.buffer().setMemory(HeaderFlyweight.HEADER_LENGTH, 1_000, content);
        return chunk;
    }
}
