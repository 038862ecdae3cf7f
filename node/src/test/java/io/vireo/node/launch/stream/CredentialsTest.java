package io.vireo.node.launch.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.Secret;
import io.vireo.node.launch.OperatorException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final Secret TYPED = new Secret("typed");

    @Test
    void shouldTakeWhatIsSaidBeforeWhatIsInTheEnvironment() {
        final Map<String, String> environment =
                Map.of("VIREO_USERNAME", "ann", "VIREO_PASSWORD", "apple", "VIREO_TOKEN", "t");
        final Secret said = new Secret("said");
        assertEquals(new Credentials(null, null, said), Credentials.of(null, null, said, environment, null, null));
        assertEquals(
                new Credentials("bob", new Secret("apple"), null),
                Credentials.of("bob", null, null, environment, null, null));
        assertEquals(new Credentials("ann", said, null), Credentials.of(null, said, null, environment, null, null));
        assertEquals(
                new Credentials(null, null, new Secret("t")),
                Credentials.of(null, null, null, environment, null, null));
    }

    @Test
    void shouldKnowTheRootUserWhenNobodyIsNamed() {
        assertEquals(
                new Credentials("root", new Secret("pass"), null),
                Credentials.of(
                        null,
                        null,
                        null,
                        Map.of("VIREO_ROOT_USERNAME", "root", "VIREO_ROOT_PASSWORD", "pass", "IGGY_ROOT_PASSWORD", "x"),
                        null,
                        null));
        assertEquals(
                new Credentials("iggy", new Secret("x"), null),
                Credentials.of(null, null, null, Map.of("IGGY_ROOT_PASSWORD", "x"), "dev", null));
    }

    @Test
    void shouldKnowTheLoginOfAClusterForTryingOutAndOfNoOther() {
        assertEquals(
                new Credentials("iggy", new Secret("iggy"), null),
                Credentials.of(null, null, null, Map.of(), "dev", null));
        assertEquals(
                new Credentials("ann", TYPED, null),
                Credentials.of("ann", null, null, Map.of("VIREO_ROOT_PASSWORD", "x"), "dev", name -> TYPED),
                "the root user's password is nobody else's");
        final OperatorException refusal =
                assertThrows(OperatorException.class, () -> Credentials.of(null, null, null, Map.of(), "vireo", null));
        assertTrue(refusal.getMessage().contains("no password of user iggy: set VIREO_PASSWORD"), refusal::getMessage);
    }

    @Test
    void shouldNotPrintSecrets() {
        assertTrue(new Credentials("ann", new Secret("apple"), null).toString().contains("***"));
    }
}
