package io.vireo.node.auth;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChallengeFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.ProofFlyweight;
import java.security.MessageDigest;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The proofs of one connection, on the side that dialled it: answers the challenge, then wants the same of the other side. */
public final class CallerProof {
    /** How far it has come; only forwards. */
    private enum Stage {
        CHALLENGE_AWAITED,
        PROOF_AWAITED,
        PROVEN
    }

    private final ClusterSecret secret;
    private final byte[] hello;
    private final int shard;
    private final byte[] nonce;
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);

    private Stage stage = Stage.CHALLENGE_AWAITED;
    private LinkTerms terms;

    CallerProof(final ClusterSecret secret, final byte[] hello, final int shard, final byte[] nonce) {
        this.secret = secret;
        this.hello = hello;
        this.shard = shard;
        this.nonce = nonce;
    }

    /** True once the other side has proved that it knows the secret: then its WELCOME may come. */
    public boolean isProven() {
        return stage == Stage.PROVEN;
    }

    /** The replica that has proved itself. */
    public int calledReplica() {
        return terms.calledReplica();
    }

    /**
     * Takes the next frame, which has been validated; to be asked until {@link #isProven}.
     *
     * @return null if it is the one that is due and right, else what is wrong, for people. Where it is null and nothing is proven yet, the
     *     {@link #answer} is to be sent.
     */
    public String refusal(final MutableDirectBuffer buffer, final int offset) {
        final Command command = new HeaderFlyweight().wrap(buffer, offset).command();
        if (command == Command.WELCOME) {
            return LinkAuth.NO_SECRET_THERE;
        }
        if (stage == Stage.CHALLENGE_AWAITED && command == Command.CHALLENGE) {
            return onChallenge(new ChallengeFlyweight().wrap(buffer, offset));
        }
        if (stage == Stage.PROOF_AWAITED && command == Command.PROOF) {
            return onProof(new ProofFlyweight().wrap(buffer, offset));
        }
        return command + " is not what follows in a handshake with a secret";
    }

    /** The frame that answers the challenge: 256 bytes from offset 0. */
    public UnsafeBuffer answer() {
        return answer;
    }

    /** What seals and checks frames about files on the open connection; one thread. */
    public FileSeal seal() {
        return new FileSeal(terms.key(secret, FileSeal.PURPOSE), LinkEnd.CALLER);
    }

    private String onChallenge(final ChallengeFlyweight challenge) {
        if (challenge.version() != LinkTerms.VERSION) {
            return "wants proofs of version " + challenge.version() + ", this side has version " + LinkTerms.VERSION;
        }
        terms = new LinkTerms(hello, shard, challenge.replica(), challenge.shard(), nonce, challenge.nonce());
        final HelloFlyweight mine = new HelloFlyweight().wrap(new UnsafeBuffer(hello), 0);
        final ProofFlyweight proof = new ProofFlyweight().wrap(answer, 0);
        proof.init(
                Command.PROOF, mine.clusterLo(), mine.clusterHi(), HeaderFlyweight.HEADER_LENGTH, 0, mine.replica(), 0);
        proof.version(LinkTerms.VERSION).shard(shard).nonce(nonce).mac(terms.proof(secret, LinkEnd.CALLER));
        proof.seal(new Checksum());
        stage = Stage.PROOF_AWAITED;
        return null;
    }

    private String onProof(final ProofFlyweight proof) {
        final boolean isFormed = proof.version() == LinkTerms.VERSION
                && proof.shard() == 0
                && proof.replica() == terms.calledReplica()
                && Arrays.equals(proof.nonce(), new byte[ChallengeFlyweight.NONCE_LENGTH]);
        if (!MessageDigest.isEqual(terms.proof(secret, LinkEnd.CALLED), proof.mac()) || !isFormed) {
            return CalledProof.WRONG;
        }
        stage = Stage.PROVEN;
        return null;
    }
}
