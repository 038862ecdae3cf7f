package io.vireo.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChallengeFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.ProofFlyweight;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both sides of the exchange, frame by frame, without a socket. */
@Tag("X11")
class LinkProofTest {
    private final LinkAuth auth = new LinkAuth(TestLinks.SECRET, new Random(1)::nextBytes);
    private final LinkAuth other = new LinkAuth(ClusterSecret.ofText(TestLinks.TEXT + "!"), new Random(2)::nextBytes);

    @Test
    void shouldProveBothSidesAndDeriveOneKeyWhenTheSecretIsTheSame() {
        final CallerProof caller = caller(auth, HelloFlyweight.ROLE_REPLICA);
        final CalledProof called = called(auth, HelloFlyweight.ROLE_REPLICA);
        assertNull(caller.refusal(copy(called.challenge()), 0));
        assertFalse(caller.isProven());
        assertNull(called.refusal(copy(caller.answer()), 0));
        assertNull(caller.refusal(copy(called.proof()), 0));
        assertTrue(caller.isProven());
        assertEquals(0, caller.calledReplica());
        final UnsafeBuffer request = new UnsafeBuffer(TestLinks.sealed(TestLinks.request(9, 0)));
        assertTrue(called.seal().isAuthentic(copy(caller.seal().seal(request, 0)), 0));
        assertTrue(caller.seal().isAuthentic(copy(called.seal().seal(request, 0)), 0));
    }

    @Test
    void shouldSendOnlyFramesThatAreValidWhenItProves() {
        final CallerProof caller = caller(auth, HelloFlyweight.ROLE_CLIENT);
        final CalledProof called = called(auth, HelloFlyweight.ROLE_CLIENT);
        final MessageCheck check = new MessageCheck(TestLinks.CLUSTER_LO, TestLinks.CLUSTER_HI, 1024);
        final UnsafeBuffer challenge = copy(called.challenge());
        assertNull(check.invalidReason(challenge, 0, challenge.capacity()));
        caller.refusal(challenge, 0);
        final UnsafeBuffer answer = copy(caller.answer());
        assertNull(check.invalidReason(answer, 0, answer.capacity()));
        called.refusal(answer, 0);
        final UnsafeBuffer proof = copy(called.proof());
        assertNull(check.invalidReason(proof, 0, proof.capacity()));
    }

    @Test
    void shouldRefuseOnEitherSideWhenTheSecretIsAnother() {
        final CalledProof called = called(auth, HelloFlyweight.ROLE_REPLICA);
        final CallerProof stranger = caller(other, HelloFlyweight.ROLE_REPLICA);
        assertNull(stranger.refusal(copy(called.challenge()), 0));
        assertEquals(CalledProof.WRONG, called.refusal(copy(stranger.answer()), 0));
        assertThrows(IllegalStateException.class, called::proof);

        // One that lets anybody in and then cannot prove itself.
        final CallerProof caller = caller(auth, HelloFlyweight.ROLE_REPLICA);
        final CalledProof impostor = called(other, HelloFlyweight.ROLE_REPLICA);
        assertNull(caller.refusal(copy(impostor.challenge()), 0));
        // Of all that the two have said to each other, with whatever else somebody can know.
        final UnsafeBuffer invented = copy(caller.answer());
        final ProofFlyweight proof = new ProofFlyweight().wrap(invented, 0);
        final LinkTerms terms = new LinkTerms(
                TestLinks.sealed(TestLinks.hello(HelloFlyweight.ROLE_REPLICA)),
                1,
                0,
                3,
                proof.nonce(),
                new ChallengeFlyweight().wrap(copy(impostor.challenge()), 0).nonce());
        proof.shard(0).nonce(new byte[32]);
        invented.putByte(HeaderFlyweight.REPLICA_OFFSET, (byte) 0);
        proof.mac(terms.proof(ClusterSecret.ofText(TestLinks.TEXT + "!"), LinkEnd.CALLED));
        assertEquals(CalledProof.WRONG, caller.refusal(invented, 0));
        assertFalse(caller.isProven());
        // The same by the right secret is what it waits for: nothing else was wrong with it.
        proof.mac(terms.proof(TestLinks.SECRET, LinkEnd.CALLED));
        assertNull(caller.refusal(invented, 0));
        assertTrue(caller.isProven());
    }

    @Test
    void shouldRefuseWhenAProofIsReplayed() {
        final CallerProof caller = caller(auth, HelloFlyweight.ROLE_REPLICA);
        final CalledProof first = called(auth, HelloFlyweight.ROLE_REPLICA);
        caller.refusal(copy(first.challenge()), 0);
        final UnsafeBuffer recorded = copy(caller.answer());
        assertNull(first.refusal(recorded, 0));
        final UnsafeBuffer recordedReturn = copy(first.proof());

        final CalledProof second = called(auth, HelloFlyweight.ROLE_REPLICA);
        second.challenge();
        assertEquals(CalledProof.WRONG, second.refusal(recorded, 0));
        assertNotNull(first.refusal(recorded, 0), "one proof opens one connection");
        final CallerProof again = caller(auth, HelloFlyweight.ROLE_REPLICA);
        again.refusal(copy(first.challenge()), 0);
        assertEquals(CalledProof.WRONG, again.refusal(recordedReturn, 0));
    }

    @Test
    void shouldRefuseWhenAProofIsThatOfTheOtherDirection() {
        final CallerProof caller = caller(auth, HelloFlyweight.ROLE_REPLICA);
        caller.refusal(copy(called(auth, HelloFlyweight.ROLE_REPLICA).challenge()), 0);
        final UnsafeBuffer reflected = copy(caller.answer());
        new ProofFlyweight().wrap(reflected, 0).shard(0).nonce(new byte[32]);
        reflected.putByte(HeaderFlyweight.REPLICA_OFFSET, (byte) 0);
        assertEquals(CalledProof.WRONG, caller.refusal(reflected, 0));
    }

    @Test
    void shouldRefuseWhenAClientsProofComesFromSomebodyWhoSaysItIsAReplica() {
        final CallerProof client = caller(auth, HelloFlyweight.ROLE_CLIENT);
        final CalledProof called = called(auth, HelloFlyweight.ROLE_REPLICA);
        client.refusal(copy(called.challenge()), 0);
        final UnsafeBuffer proof = copy(client.answer());
        proof.putByte(HeaderFlyweight.REPLICA_OFFSET, (byte) 2);
        assertEquals(CalledProof.WRONG, called.refusal(proof, 0));
    }

    @Test
    void shouldNameBothVersionsWhenTheyDiffer() {
        final UnsafeBuffer challenge =
                copy(called(auth, HelloFlyweight.ROLE_REPLICA).challenge());
        new ChallengeFlyweight().wrap(challenge, 0).version(2);
        assertEquals(
                "wants proofs of version 2, this side has version 1",
                caller(auth, HelloFlyweight.ROLE_REPLICA).refusal(challenge, 0));
    }

    @Test
    void shouldRefuseWhenAnyOtherFrameComes() {
        for (final Command command : Command.values()) {
            final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
            new HeaderFlyweight().wrap(frame, 0).init(command, 11, 22, 256, 0, 0, 0);
            if (command != Command.CHALLENGE) {
                assertNotNull(caller(auth, HelloFlyweight.ROLE_REPLICA).refusal(frame, 0), command.name());
            }
            assertNotNull(called(auth, HelloFlyweight.ROLE_REPLICA).refusal(frame, 0), command.name());
            final CallerProof waiting = caller(auth, HelloFlyweight.ROLE_REPLICA);
            waiting.refusal(copy(called(auth, HelloFlyweight.ROLE_REPLICA).challenge()), 0);
            assertNotNull(waiting.refusal(frame, 0), command.name());
            assertFalse(waiting.isProven());
        }
    }

    @Test
    void shouldRefuseAFileFrameWhenItsMacIsOfAnotherFileOrConnection() {
        final byte[] key = TestLinks.terms(HelloFlyweight.ROLE_REPLICA).key(TestLinks.SECRET, FileSeal.PURPOSE);
        final byte[] otherKey = new LinkTerms(
                        TestLinks.hello(HelloFlyweight.ROLE_REPLICA), 1, 0, 3, TestLinks.nonce(1), TestLinks.nonce(32))
                .key(TestLinks.SECRET, FileSeal.PURPOSE);
        final FileSeal sender = new FileSeal(key, LinkEnd.CALLER);
        final UnsafeBuffer ofA = copy(sender.seal(new UnsafeBuffer(TestLinks.request(1, 0)), 0));
        final UnsafeBuffer ofB = copy(sender.seal(new UnsafeBuffer(TestLinks.request(2, 0)), 0));
        ofB.putBytes(ChunkFlyweight.MAC, ofA, ChunkFlyweight.MAC, ChunkFlyweight.MAC_LENGTH);
        final FileSeal receiver = new FileSeal(key, LinkEnd.CALLED);
        assertTrue(receiver.isAuthentic(ofA, 0));
        assertFalse(receiver.isAuthentic(ofB, 0));
        assertFalse(new FileSeal(otherKey, LinkEnd.CALLED).isAuthentic(ofA, 0));
    }

    @Test
    void shouldRefuseASnapshotsChunkWhenAnyOfItsBytesIsAnother() {
        final byte[] key = TestLinks.terms(HelloFlyweight.ROLE_REPLICA).key(TestLinks.SECRET, FileSeal.PURPOSE);
        final FileSeal sender = new FileSeal(key, LinkEnd.CALLED);
        final FileSeal receiver = new FileSeal(key, LinkEnd.CALLER);
        for (final int length : new int[] {0, 1, 4095, 4096, 4097, 20_000}) {
            final UnsafeBuffer chunk = new UnsafeBuffer(TestLinks.chunk(ChunkFlyweight.SNAPSHOT, length));
            chunk.putBytes(0, sender.seal(chunk, 0), 0, HeaderFlyweight.HEADER_LENGTH);
            assertTrue(receiver.isAuthentic(chunk, 0));
            for (int at = HeaderFlyweight.HEADER_LENGTH; at < chunk.capacity(); at += Math.max(1, length / 7)) {
                chunk.putByte(at, (byte) (chunk.getByte(at) ^ 1));
                assertFalse(receiver.isAuthentic(chunk, 0), "byte " + at + " of " + length);
                // Whoever changes it can compute the checksums anew, which are of no key.
                new HeaderFlyweight().wrap(chunk, 0).seal(new Checksum());
                assertFalse(receiver.isAuthentic(chunk, 0), "byte " + at + " of " + length);
                chunk.putByte(at, (byte) (chunk.getByte(at) ^ 1));
                new HeaderFlyweight().wrap(chunk, 0).seal(new Checksum());
            }
            assertTrue(receiver.isAuthentic(chunk, 0), "as it was");
        }
    }

    /** Its bytes are compared with the SHA-256 of the manifest, which is in the snapshot: hashing them twice would bind nothing more. */
    @Test
    void shouldLeaveTheBytesOfASegmentToTheManifest() {
        final byte[] key = TestLinks.terms(HelloFlyweight.ROLE_REPLICA).key(TestLinks.SECRET, FileSeal.PURPOSE);
        final UnsafeBuffer chunk = new UnsafeBuffer(TestLinks.chunk(ChunkFlyweight.SEGMENT, 5000));
        chunk.putBytes(0, new FileSeal(key, LinkEnd.CALLED).seal(chunk, 0), 0, HeaderFlyweight.HEADER_LENGTH);
        chunk.putByte(HeaderFlyweight.HEADER_LENGTH, (byte) 77);
        assertTrue(new FileSeal(key, LinkEnd.CALLER).isAuthentic(chunk, 0));
        chunk.putByte(HeaderFlyweight.CHECKSUM_BODY_OFFSET, (byte) 77);
        assertFalse(new FileSeal(key, LinkEnd.CALLER).isAuthentic(chunk, 0), "the checksum of its bytes is sealed");
    }

    @Test
    void shouldRefuseACheckpointWhenItsMacIsOfAnotherOneOrCommandOrClusterOrAuthor() {
        final byte[] key = TestLinks.terms(HelloFlyweight.ROLE_REPLICA).key(TestLinks.SECRET, FileSeal.PURPOSE);
        final FileSeal receiver = new FileSeal(key, LinkEnd.CALLER);
        final UnsafeBuffer right = copy(new FileSeal(key, LinkEnd.CALLED)
                .seal(new UnsafeBuffer(TestLinks.checkpoint(Command.CHECKPOINT, 7)), 0));
        assertTrue(receiver.isAuthentic(right, 0));
        assertFalse(new FileSeal(key, LinkEnd.CALLED).isAuthentic(right, 0), "reflected to its author");
        final UnsafeBuffer otherOp = new UnsafeBuffer(TestLinks.checkpoint(Command.CHECKPOINT, 8));
        final UnsafeBuffer otherCommand = new UnsafeBuffer(TestLinks.checkpoint(Command.REQUEST_CHECKPOINT, 7));
        final UnsafeBuffer otherCluster = new UnsafeBuffer(TestLinks.checkpoint(Command.CHECKPOINT, 7));
        otherCluster.putLong(HeaderFlyweight.CLUSTER_OFFSET, 99);
        final UnsafeBuffer otherNode = new UnsafeBuffer(TestLinks.checkpoint(Command.CHECKPOINT, 7));
        otherNode.putByte(HeaderFlyweight.REPLICA_OFFSET, (byte) 1);
        for (final UnsafeBuffer other : List.of(otherOp, otherCommand, otherCluster, otherNode)) {
            other.putBytes(ChunkFlyweight.MAC, right, ChunkFlyweight.MAC, ChunkFlyweight.MAC_LENGTH);
            assertFalse(receiver.isAuthentic(other, 0));
        }
        // A MAC that is none, or by a key for something else, of the same connection.
        final byte[] otherPurpose =
                TestLinks.terms(HelloFlyweight.ROLE_REPLICA).key(TestLinks.SECRET, "something else");
        assertFalse(receiver.isAuthentic(new UnsafeBuffer(TestLinks.checkpoint(Command.CHECKPOINT, 7)), 0), "zeros");
        assertFalse(receiver.isAuthentic(
                copy(new FileSeal(otherPurpose, LinkEnd.CALLED)
                        .seal(new UnsafeBuffer(TestLinks.checkpoint(Command.CHECKPOINT, 7)), 0)),
                0));
        for (int bit = 0; bit < 8 * ChunkFlyweight.MAC_LENGTH; bit++) {
            final UnsafeBuffer malformed = copy(right);
            final int at = ChunkFlyweight.MAC + bit / 8;
            malformed.putByte(at, (byte) (malformed.getByte(at) ^ 1 << bit % 8));
            assertFalse(receiver.isAuthentic(malformed, 0), "bit " + bit);
        }
    }

    static CallerProof caller(final LinkAuth auth, final int role) {
        final byte[] hello = TestLinks.sealed(TestLinks.hello(role));
        return auth.call(new UnsafeBuffer(hello), 0, hello.length, role == HelloFlyweight.ROLE_REPLICA ? 1 : 0);
    }

    static CalledProof called(final LinkAuth auth, final int role) {
        final byte[] hello = TestLinks.sealed(TestLinks.hello(role));
        return auth.accept(new UnsafeBuffer(hello), 0, hello.length, 0, 3);
    }

    static UnsafeBuffer copy(final UnsafeBuffer frame) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[frame.capacity()]);
        copy.putBytes(0, frame, 0, frame.capacity());
        return copy;
    }
}
