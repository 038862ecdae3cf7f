package io.vireo.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.HelloFlyweight;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every MAC and key there is: pinned to what another implementation computes, and worth nothing in the place of another. */
@Tag("X11")
class LinkTermsTest {
    private static final int REPLICA = HelloFlyweight.ROLE_REPLICA;
    private static final int CLIENT = HelloFlyweight.ROLE_CLIENT;

    /** Computed by Python's hmac from the layouts in docs/VSR.md. */
    private static final Map<String, String> PINNED = new LinkedHashMap<>();

    static {
        PINNED.put("replica CALLER", "344eba9ae74462c365b92d919c1b10917f39520a5f8632691d9b8d57273ca3a9");
        PINNED.put("replica CALLED", "e666e045880d079985d9972ef4157ca37ed4b281c03e2ffb077d71a5a2ce122a");
        PINNED.put("replica file CALLER", "876560dc34d4eea0b43283bf6fb8074626879f3e1bc40c9313ab1ead2d37133b");
        PINNED.put("replica file CALLED", "28ebb4543d0943a5aa3238bdab778e188f0be180a00852a794b0e85fa4781875");
        PINNED.put("client CALLER", "0ec9c31dd36bbad497d895e925ae6f60b3508d77881c93df35913aad4b913b65");
        PINNED.put("client CALLED", "011ad5c21f5b3310db784e4203d3d7f8326e0977b2778be63cd05bb690430df0");
        PINNED.put("client file CALLER", "547c6fd559e140dbeddbe01e88b563b30aaec7415e72d6d6604111c983c89d14");
        PINNED.put("client file CALLED", "69dcf8bc4ee1390bc3ed536355d4922d524b1ca1c5ced753071ef2e5dd8698d5");
    }

    @Test
    void shouldComputeWhatAnotherImplementationDoesWhenFieldsAreTheSame() {
        assertEquals(PINNED, families());
    }

    @Test
    void shouldDeriveTheKeyOfAConnectionThatAnotherImplementationDoes() {
        assertEquals(
                "e8e571510e7a9703b30f4a13f514c11e381fd195aec2b71f7eda8edc996513e5",
                hex(TestLinks.terms(REPLICA).key(TestLinks.SECRET, FileSeal.PURPOSE)));
        assertEquals(
                "d373605a5d930d619b5df181cbb97795d9af513537cfaaf123f68f4901f93a48",
                hex(TestLinks.terms(CLIENT).key(TestLinks.SECRET, FileSeal.PURPOSE)));
    }

    @Test
    void shouldBeWorthNothingElsewhereWhenAMacIsOfOneFamily() {
        final Set<String> all = new HashSet<>(families().values());
        assertEquals(PINNED.size(), all.size(), "two families have the same MAC");
    }

    @Test
    void shouldBeAnotherWhenAReplicaOrShardOrTheOrderOfTheNoncesIs() {
        final byte[] hello = TestLinks.hello(REPLICA);
        final byte[] first = TestLinks.nonce(0);
        final byte[] second = TestLinks.nonce(32);
        List.of(
                        new LinkTerms(hello, 2, 0, 3, first, second),
                        new LinkTerms(hello, 1, 1, 3, first, second),
                        new LinkTerms(hello, 1, 0, 1, first, second),
                        new LinkTerms(hello, 3, 0, 1, first, second),
                        new LinkTerms(hello, 1, 0, 3, second, first))
                .forEach(LinkTermsTest::assertAllDiffer);
    }

    @Test
    void shouldBeAnotherWhenTheSecretIs() {
        final LinkTerms terms = TestLinks.terms(REPLICA);
        final ClusterSecret other = ClusterSecret.ofText(TestLinks.TEXT + "!");
        for (final LinkEnd end : LinkEnd.values()) {
            assertFalse(Arrays.equals(terms.proof(TestLinks.SECRET, end), terms.proof(other, end)));
        }
        assertFalse(Arrays.equals(terms.key(TestLinks.SECRET, FileSeal.PURPOSE), terms.key(other, FileSeal.PURPOSE)));
        assertFalse(Arrays.equals(
                terms.key(TestLinks.SECRET, FileSeal.PURPOSE), terms.key(TestLinks.SECRET, "something else")));
    }

    static void assertAllDiffer(final LinkTerms changed) {
        final LinkTerms terms = TestLinks.terms(REPLICA);
        for (final LinkEnd end : LinkEnd.values()) {
            assertFalse(Arrays.equals(terms.proof(TestLinks.SECRET, end), changed.proof(TestLinks.SECRET, end)));
        }
        assertFalse(Arrays.equals(
                terms.key(TestLinks.SECRET, FileSeal.PURPOSE), changed.key(TestLinks.SECRET, FileSeal.PURPOSE)));
    }

    private static Map<String, String> families() {
        final Map<String, String> families = new LinkedHashMap<>();
        for (final int role : new int[] {REPLICA, CLIENT}) {
            final String name = role == REPLICA ? "replica " : "client ";
            final LinkTerms terms = TestLinks.terms(role);
            for (final LinkEnd end : LinkEnd.values()) {
                families.put(name + end, hex(terms.proof(TestLinks.SECRET, end)));
                final UnsafeBuffer sealed = new FileSeal(terms.key(TestLinks.SECRET, FileSeal.PURPOSE), end)
                        .seal(new UnsafeBuffer(TestLinks.request(9, 8192)), 0);
                final byte[] mac = new byte[ChunkFlyweight.MAC_LENGTH];
                sealed.getBytes(ChunkFlyweight.MAC, mac);
                families.put(name + "file " + end, hex(mac));
            }
        }
        return families;
    }

    private static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
