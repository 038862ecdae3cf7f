package io.vireo.node.auth;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What both ends of one connection have to agree on, and what their proofs and their key bind. The HELLO is in it as a whole: cluster,
 * release, role, groups and settings. Immutable, as nobody writes to its arrays.
 */
final class LinkTerms {
    /** Of the proofs: another one is another protocol. */
    static final int VERSION = 1;

    private final byte[] hello;
    private final int callerShard;
    private final int calledReplica;
    private final int calledShard;
    private final byte[] callerNonce;
    private final byte[] calledNonce;

    /**
     * @param hello the HELLO frame of the caller.
     * @param callerShard of a replica; 0 of a client.
     * @param calledReplica as it says itself.
     */
    LinkTerms(
            final byte[] hello,
            final int callerShard,
            final int calledReplica,
            final int calledShard,
            final byte[] callerNonce,
            final byte[] calledNonce) {
        this.hello = hello;
        this.callerShard = callerShard;
        this.calledReplica = calledReplica;
        this.calledShard = calledShard;
        this.callerNonce = callerNonce;
        this.calledNonce = calledNonce;
    }

    int calledReplica() {
        return calledReplica;
    }

    /** The proof of one end. */
    byte[] proof(final ClusterSecret secret, final LinkEnd prover) {
        final HelloFlyweight frame = frame();
        final Transcript key = new Transcript("proof key " + role(frame))
                .put("cluster low", frame.clusterLo())
                .put("cluster high", frame.clusterHi());
        final Transcript proof = agreed("proof").put("prover", prover.label());
        return Hmac.of(secret.derive(key), proof.bytes());
    }

    /** The key of what is sent on this connection for one purpose. */
    byte[] key(final ClusterSecret secret, final String purpose) {
        return secret.derive(agreed("connection key " + purpose));
    }

    private Transcript agreed(final String purpose) {
        final HelloFlyweight frame = frame();
        return new Transcript(purpose)
                .put("version", VERSION)
                .put("role", role(frame))
                .put("cluster low", frame.clusterLo())
                .put("cluster high", frame.clusterHi())
                .put("caller", frame.replica())
                .put("caller's shard", callerShard)
                .put("called", calledReplica)
                .put("called's shard", calledShard)
                .put("hello", hello)
                .put("caller's nonce", callerNonce)
                .put("called's nonce", calledNonce);
    }

    private HelloFlyweight frame() {
        return new HelloFlyweight().wrap(new UnsafeBuffer(hello, 0, HeaderFlyweight.HEADER_LENGTH), 0);
    }

    private static String role(final HelloFlyweight hello) {
        return hello.role() == HelloFlyweight.ROLE_REPLICA ? "replica" : "client";
    }
}
