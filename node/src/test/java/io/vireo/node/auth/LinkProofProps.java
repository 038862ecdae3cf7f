package io.vireo.node.auth;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.message.HelloFlyweight;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;

/** A proof or a frame about a file in which anything is changed is refused. */
@Tag("X11")
class LinkProofProps {
    private final LinkAuth auth = new LinkAuth(TestLinks.SECRET, new Random(3)::nextBytes);

    /** @param bit of the own fields of a PROOF: version, shard, nonce, MAC, and of its author. */
    @Property(tries = 400)
    void shouldRefuseWhenAnyBitOfAProofIsChanged(@ForAll @IntRange(max = 72 * 8 - 1) final int bit) {
        final int at = 128 + (bit >>> 3);
        final CallerProof caller = LinkProofTest.caller(auth, HelloFlyweight.ROLE_REPLICA);
        final CalledProof called = LinkProofTest.called(auth, HelloFlyweight.ROLE_REPLICA);
        caller.refusal(LinkProofTest.copy(called.challenge()), 0);
        final UnsafeBuffer answer = LinkProofTest.copy(caller.answer());
        answer.putByte(at, (byte) (answer.getByte(at) ^ 1 << (bit & 7)));
        assertNotNull(called.refusal(answer, 0));
        assertThrows(IllegalStateException.class, called::proof);

        final CalledProof honest = LinkProofTest.called(auth, HelloFlyweight.ROLE_REPLICA);
        final CallerProof deceived = LinkProofTest.caller(auth, HelloFlyweight.ROLE_REPLICA);
        deceived.refusal(LinkProofTest.copy(honest.challenge()), 0);
        honest.refusal(LinkProofTest.copy(deceived.answer()), 0);
        final UnsafeBuffer proof = LinkProofTest.copy(honest.proof());
        proof.putByte(at, (byte) (proof.getByte(at) ^ 1 << (bit & 7)));
        assertNotNull(deceived.refusal(proof, 0));
        assertFalse(deceived.isProven());
    }

    /** @param bit of the header of a request for bytes of a file, behind its checksum. */
    @Property(tries = 400)
    void shouldRefuseAFileFrameWhenAnyBitOfItsHeaderIsChanged(@ForAll @IntRange(min = 128, max = 2047) final int bit) {
        final byte[] key = TestLinks.terms(HelloFlyweight.ROLE_REPLICA).key(TestLinks.SECRET, FileSeal.PURPOSE);
        final UnsafeBuffer sealed = LinkProofTest.copy(
                new FileSeal(key, LinkEnd.CALLER).seal(new UnsafeBuffer(TestLinks.request(9, 0)), 0));
        final FileSeal receiver = new FileSeal(key, LinkEnd.CALLED);
        assertTrue(receiver.isAuthentic(sealed, 0));
        assertFalse(new FileSeal(key, LinkEnd.CALLER).isAuthentic(sealed, 0), "reflected to its author");
        sealed.putByte(bit >>> 3, (byte) (sealed.getByte(bit >>> 3) ^ 1 << (bit & 7)));
        assertFalse(receiver.isAuthentic(sealed, 0));
    }
}
