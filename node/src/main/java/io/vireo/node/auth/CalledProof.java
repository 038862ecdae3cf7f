package io.vireo.node.auth;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChallengeFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.ProofFlyweight;
import java.security.MessageDigest;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The proofs of one connection, on the side that accepted it: challenges the caller, and only after its proof gives its own. Holds the
 * HELLO meanwhile, of which nothing but its form is judged before.
 */
public final class CalledProof {
    /** For people, of either side. */
    static final String WRONG =
            "the proof does not match: the two sides have different secrets; compare secret_file or VIREO_SECRET of both";

    private final ClusterSecret secret;
    private final UnsafeBuffer hello;
    private final byte[] helloBytes;
    private final int replica;
    private final int shard;
    private final byte[] nonce;
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);

    private LinkTerms terms;
    private boolean isProven;

    CalledProof(
            final ClusterSecret secret, final byte[] hello, final int replica, final int shard, final byte[] nonce) {
        this.secret = secret;
        this.hello = new UnsafeBuffer(hello);
        this.helloBytes = hello;
        this.replica = replica;
        this.shard = shard;
        this.nonce = nonce;
    }

    /** The HELLO that is to be judged once its sender has proved itself: from offset 0 to its capacity. */
    public UnsafeBuffer hello() {
        return hello;
    }

    /** The frame that asks the caller: 256 bytes from offset 0. */
    public UnsafeBuffer challenge() {
        final ChallengeFlyweight challenge = new ChallengeFlyweight().wrap(frame, 0);
        init(challenge, Command.CHALLENGE);
        challenge.version(LinkTerms.VERSION).shard(shard).nonce(nonce);
        challenge.seal(new Checksum());
        return frame;
    }

    /**
     * Takes the frame that follows the challenge, which has been validated.
     *
     * @return null if it proves that the caller knows the secret, else what is wrong, for people.
     */
    public String refusal(final MutableDirectBuffer buffer, final int offset) {
        final Command command = new HeaderFlyweight().wrap(buffer, offset).command();
        if (command != Command.PROOF || isProven) {
            return "the challenge is answered by " + command + ", not by a proof";
        }
        final ProofFlyweight proof = new ProofFlyweight().wrap(buffer, offset);
        if (proof.version() != LinkTerms.VERSION) {
            return "the proof is of version " + proof.version() + ", this side has version " + LinkTerms.VERSION;
        }
        final HelloFlyweight caller = caller();
        final boolean isFormed = proof.replica() == caller.replica()
                && (caller.role() == HelloFlyweight.ROLE_REPLICA || proof.shard() == 0);
        terms = new LinkTerms(helloBytes, proof.shard(), replica, shard, proof.nonce(), nonce);
        if (!MessageDigest.isEqual(terms.proof(secret, LinkEnd.CALLER), proof.mac()) || !isFormed) {
            return WRONG;
        }
        isProven = true;
        return null;
    }

    /** This side's own proof, for a caller that has given its: 256 bytes from offset 0. */
    public UnsafeBuffer proof() {
        if (!isProven) {
            throw new IllegalStateException("nothing is proved to a caller that has not proved itself");
        }
        final ProofFlyweight proof = new ProofFlyweight().wrap(frame, 0);
        init(proof, Command.PROOF);
        proof.version(LinkTerms.VERSION).mac(terms.proof(secret, LinkEnd.CALLED));
        proof.seal(new Checksum());
        return frame;
    }

    /** What seals and checks frames about files on the open connection; one thread. */
    public FileSeal seal() {
        return new FileSeal(terms.key(secret, FileSeal.PURPOSE), LinkEnd.CALLED);
    }

    /** Who the caller says it is, for people. */
    public String claim() {
        return caller().role() == HelloFlyweight.ROLE_REPLICA ? "replica " + caller().replica() : "client";
    }

    private HelloFlyweight caller() {
        return new HelloFlyweight().wrap(hello, 0);
    }

    private void init(final HeaderFlyweight header, final Command command) {
        final HelloFlyweight caller = caller();
        header.init(command, caller.clusterLo(), caller.clusterHi(), HeaderFlyweight.HEADER_LENGTH, 0, replica, 0);
    }
}
