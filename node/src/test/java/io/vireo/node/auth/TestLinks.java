package io.vireo.node.auth;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.HelloFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/** Real frames and terms for the tests of the proofs. */
final class TestLinks {
    static final long CLUSTER_LO = 11;
    static final long CLUSTER_HI = 22;
    static final String TEXT = "correct horse battery staple, and some more";
    static final ClusterSecret SECRET = ClusterSecret.ofText(TEXT);

    private TestLinks() {}

    /** The HELLO of replica 2, or of a client, to replica 0; its checksums are 0 unless it is sealed. */
    static byte[] hello(final int role) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        final HelloFlyweight hello = new HelloFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        hello.init(
                Command.HELLO, CLUSTER_LO, CLUSTER_HI, bytes.length, 0, role == HelloFlyweight.ROLE_REPLICA ? 2 : 0, 0);
        hello.role(role).target(0);
        return bytes;
    }

    /** Of shard 1 of replica 2, or a client, with shard 3 of replica 0. */
    static LinkTerms terms(final int role) {
        return new LinkTerms(hello(role), role == HelloFlyweight.ROLE_REPLICA ? 1 : 0, 0, 3, nonce(0), nonce(32));
    }

    /** 32 bytes that count upwards. */
    static byte[] nonce(final int first) {
        final byte[] nonce = new byte[32];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) (first + i);
        }
        return nonce;
    }

    /** A request for 4096 bytes of a segment. */
    static byte[] request(final long namespace, final long position) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        final ChunkFlyweight chunk = new ChunkFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        chunk.init(Command.REQUEST_CHUNK, CLUSTER_LO, CLUSTER_HI, bytes.length, 0, 2, 1);
        chunk.checkpoint(7, 0, 0).kind(ChunkFlyweight.SEGMENT).length(4096);
        chunk.segment(namespace, 0, 0).position(position);
        return bytes;
    }

    /** An answer with bytes of a file, in the order of a pattern; its checksums are right. */
    static byte[] chunk(final int kind, final int length) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH + length];
        for (int i = 0; i < length; i++) {
            bytes[HeaderFlyweight.HEADER_LENGTH + i] = (byte) (31 * i + 7);
        }
        final ChunkFlyweight chunk = new ChunkFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        chunk.init(Command.CHUNK, CLUSTER_LO, CLUSTER_HI, bytes.length, 0, 0, 1);
        chunk.checkpoint(7, 0, 0).kind(kind).length(length);
        return sealed(bytes);
    }

    /** A question or an answer about checkpoints. */
    static byte[] checkpoint(final Command command, final long op) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        final CheckpointFlyweight checkpoint = new CheckpointFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        checkpoint.init(command, CLUSTER_LO, CLUSTER_HI, bytes.length, 0, 0, 1);
        checkpoint.op(op).snapshotId(5, 6);
        return sealed(bytes);
    }

    static byte[] sealed(final byte[] frame) {
        new HeaderFlyweight().wrap(new UnsafeBuffer(frame), 0).seal(new Checksum());
        return frame;
    }
}
