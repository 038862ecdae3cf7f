package io.vireo.node.gateway;

import io.vireo.node.iggy.Secret;
import java.util.function.Consumer;

/** Makes and checks hashes of passwords for clients: where too many are under way at once, a little later. */
final class Passwords {
    private final Gateway gateway;
    private final PasswordHash hash;

    Passwords(final Gateway gateway, final PasswordHash hash) {
        this.gateway = gateway;
        this.hash = hash;
    }

    void hash(final Exchange exchange, final Secret password, final Consumer<String> onHash) {
        hash.hash(password, onHash, () -> gateway.retry(exchange, () -> hash(exchange, password, onHash)));
    }

    /** @param known null if nobody has the name that was given. */
    void verify(
            final Exchange exchange, final Secret password, final String known, final Consumer<Boolean> onVerified) {
        hash.verify(
                password,
                known,
                onVerified,
                () -> gateway.retry(exchange, () -> verify(exchange, password, known, onVerified)));
    }
}
