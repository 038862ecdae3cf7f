package io.vireo.node.auth;

import io.vireo.node.message.HelloFlyweight;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** No bit of what a proof binds is without effect. */
@Tag("X11")
class LinkTermsProps {
    private static final int REPLICA = HelloFlyweight.ROLE_REPLICA;

    /** @param bit of the HELLO, which states cluster, release, role, replica, target, groups and settings. */
    @Property(tries = 500)
    void shouldBeAnotherWhenAnyBitOfTheHelloIs(@ForAll @IntRange(max = 2047) final int bit) {
        final byte[] hello = TestLinks.hello(REPLICA);
        hello[bit >>> 3] ^= (byte) (1 << (bit & 7));
        LinkTermsTest.assertAllDiffer(new LinkTerms(hello, 1, 0, 3, TestLinks.nonce(0), TestLinks.nonce(32)));
    }

    @Property(tries = 500)
    void shouldBeAnotherWhenANonceIs(@ForAll @IntRange(max = 511) final int bit) {
        final byte[][] nonces = {TestLinks.nonce(0), TestLinks.nonce(32)};
        nonces[bit >>> 8][bit >>> 3 & 31] ^= (byte) (1 << (bit & 7));
        LinkTermsTest.assertAllDiffer(new LinkTerms(TestLinks.hello(REPLICA), 1, 0, 3, nonces[0], nonces[1]));
    }
}
