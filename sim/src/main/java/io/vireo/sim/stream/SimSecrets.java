package io.vireo.sim.stream;

import io.vireo.node.gateway.PasswordHash;
import io.vireo.node.gateway.Tokens;
import io.vireo.node.iggy.Secret;
import io.vireo.sim.random.Draws;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Passwords and tokens of a simulated node: drawn from the seed, and hashed at once by what is no secret, since nobody attacks here and a
 * real hash takes threads and time.
 */
final class SimSecrets implements PasswordHash, Tokens {
    private final Draws draws;

    SimSecrets(final Draws draws) {
        this.draws = draws;
    }

    @Override
    public void hash(final Secret password, final Consumer<String> onHash, final Runnable onBusy) {
        final long salt = draws.nextLong();
        onHash.accept(salted(salt, password));
    }

    @Override
    public void verify(
            final Secret password, final String hash, final Consumer<Boolean> onVerified, final Runnable onBusy) {
        final boolean isRight = hash != null
                && hash.equals(salted(Long.parseUnsignedLong(hash.substring(0, hash.indexOf('$')), 16), password));
        onVerified.accept(isRight);
    }

    @Override
    public Secret create() {
        return new Secret(Long.toHexString(draws.nextLong()) + Long.toHexString(draws.nextLong()));
    }

    @Override
    public String hash(final Secret token) {
        return String.format("%064x", sum(token.value()));
    }

    private static String salted(final long salt, final Secret password) {
        return Long.toHexString(salt) + "$" + Long.toHexString(sum(Long.toHexString(salt) + password.value()));
    }

    private static long sum(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
