package io.vireo.node.gateway.service;

import io.vireo.node.gateway.PasswordHash;
import io.vireo.node.iggy.Secret;
import java.security.SecureRandom;
import java.util.function.Consumer;

/**
 * Hashes passwords with PBKDF2 (RFC 8018) over HMAC-SHA-256, on threads of its own. All methods belong to the thread of the gateway, which
 * gets the answers in {@link #poll}.
 */
public final class PasswordHasher implements PasswordHash, AutoCloseable {
    private static final int REMEMBERED_MAX = 1024;

    private final int iterations;
    private final SecureRandom random;
    private final SideWork work;
    private final RememberedPasswords remembered;
    /** Of nobody; checked where a name is unknown, so that this takes as long. */
    private final PasswordText nobody;

    private long unreadable;

    /**
     * @param iterations of new hashes; that of older ones is in their text.
     * @param waitingMax passwords under way; beyond that callers are told that there is no room.
     * @param wake wakes the thread of the gateway; called on any thread.
     */
    public PasswordHasher(
            final int iterations,
            final int threads,
            final int waitingMax,
            final SecureRandom random,
            final Runnable wake) {
        this.iterations = iterations;
        this.random = random;
        this.work = new SideWork("vireo-password", threads, waitingMax, wake);
        this.remembered = new RememberedPasswords(REMEMBERED_MAX, random);
        this.nobody = PasswordText.ofNobody(iterations, salt(), random);
    }

    @Override
    public void hash(final Secret password, final Consumer<String> onHash, final Runnable onBusy) {
        if (!work.offer(
                () -> PasswordText.of(password.value(), iterations, salt()).toString(), onHash)) {
            onBusy.run();
        }
    }

    @Override
    public void verify(
            final Secret password, final String hash, final Consumer<Boolean> onVerified, final Runnable onBusy) {
        PasswordText text = null;
        if (hash != null) {
            try {
                text = PasswordText.parse(hash);
            } catch (final PasswordTextException e) {
                // Nobody can log in with it; how many there are is counted for who looks after the node.
                unreadable++;
            }
        }
        final PasswordText known = text;
        if (known != null && remembered.isRight(hash, password)) {
            onVerified.accept(true);
            return;
        }
        final boolean isAccepted = work.offer(() -> isOf(known, password), isRight -> {
            if (isRight) {
                remembered.onRight(hash, password);
            }
            onVerified.accept(isRight);
        });
        if (!isAccepted) {
            onBusy.run();
        }
    }

    /** On a thread of the work. */
    private boolean isOf(final PasswordText known, final Secret password) {
        final boolean isRight = (known == null ? nobody : known).isOf(password.value());
        return known != null && isRight;
    }

    /** Hashes that were given to be checked and are none of this kind. */
    public long unreadable() {
        return unreadable;
    }

    /** Hands over what is done. @return how many. */
    public int poll(final long nowNs) {
        return work.poll();
    }

    /** It is woken when there is something to do. */
    public long delayNs(final long nowNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        work.close();
    }

    private byte[] salt() {
        final byte[] salt = new byte[PasswordText.SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }
}
