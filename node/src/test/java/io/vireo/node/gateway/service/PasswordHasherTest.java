package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.Secret;
import io.vireo.node.stream.metadata.Users;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
    private static final Secret PASSWORD = new Secret("pässword");
    private static final Secret OTHER = new Secret("password");
    private static final int ITERATIONS = 100;

    private final Semaphore wakeups = new Semaphore(0);
    private final List<String> answers = new ArrayList<>();
    private PasswordHasher hasher = hasher(ITERATIONS, 8);

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void shouldKnowAPasswordByItsHash() {
        final String hash = hash(PASSWORD);
        verify(PASSWORD, hash);
        verify(OTHER, hash);
        verify(PASSWORD, null);
        verify(new Secret(""), null);
        assertEquals(List.of("true", "false", "false", "false"), answers);
        assertTrue(hash.length() <= Users.HASH_BYTES_MAX);
        assertFalse(hash.contains(PASSWORD.value()));
        assertEquals(0, hasher.unreadable());
    }

    @Test
    void shouldNotHashAgainWhenAPasswordWasRightBefore() {
        final String hash = hash(PASSWORD);
        verify(PASSWORD, hash);
        // Answered within the call, so without a thread's work.
        hasher.verify(PASSWORD, hash, isRight -> answers.add("again " + isRight), () -> answers.add("busy"));
        assertEquals(List.of("true", "again true"), answers);
        hasher.verify(OTHER, hash, isRight -> answers.add("guess " + isRight), () -> answers.add("busy"));
        assertEquals(2, answers.size(), "a wrong one costs its price");
        await();
        assertEquals("guess false", answers.get(2));
        hasher.verify(PASSWORD, hash(PASSWORD), isRight -> answers.add("other"), () -> answers.add("busy"));
        assertEquals(3, answers.size(), "another hash is of another password until it is checked");
    }

    @Test
    void shouldForgetTheLeastUsedWhenTooManyPasswordsAreRemembered() {
        final RememberedPasswords remembered = new RememberedPasswords(2, new SecureRandom());
        remembered.onRight("a", PASSWORD);
        remembered.onRight("b", PASSWORD);
        assertTrue(remembered.isRight("a", PASSWORD));
        remembered.onRight("c", OTHER);
        assertTrue(remembered.isRight("a", PASSWORD));
        assertFalse(remembered.isRight("b", PASSWORD));
        assertTrue(remembered.isRight("c", OTHER));
        assertFalse(remembered.isRight("c", PASSWORD));
    }

    @Test
    void shouldSaltEachHash() {
        assertNotEquals(hash(PASSWORD), hash(PASSWORD));
    }

    @Test
    void shouldCheckHashesOfAnotherCost() {
        final String cheap = hash(PASSWORD);
        hasher.close();
        hasher = hasher(2 * ITERATIONS, 8);
        verify(PASSWORD, cheap);
        assertEquals(List.of("true"), answers);
        assertTrue(hash(PASSWORD).startsWith("pbkdf2-sha256$" + 2 * ITERATIONS + "$"));
    }

    @Test
    void shouldAnswerInPollAloneAndWakeWhoPolls() {
        hasher.hash(PASSWORD, answers::add, () -> answers.add("busy"));
        wakeups.acquireUninterruptibly();
        assertEquals(List.of(), answers);
        assertEquals(1, hasher.poll(0));
        assertEquals(1, answers.size());
    }

    @Test
    void shouldSayThatItIsBusyWhenTooManyAreUnderWay() {
        hasher.close();
        hasher = hasher(ITERATIONS, 2);
        for (int i = 0; i < 3; i++) {
            hasher.hash(PASSWORD, hash -> answers.add("hash"), () -> answers.add("busy"));
        }
        hasher.verify(PASSWORD, null, isRight -> answers.add("verified"), () -> answers.add("busy"));
        assertEquals(List.of("busy", "busy"), answers);
        for (int done = 0; done < 2; done += hasher.poll(0)) {
            wakeups.acquireUninterruptibly();
        }
        verify(PASSWORD, null);
        assertEquals(List.of("busy", "busy", "hash", "hash", "false"), answers);
    }

    /** Known answer of RFC 7914 section 11, whose first 32 bytes these are. */
    @Test
    void shouldDeriveTheKeyOfTheStandard() throws PasswordTextException {
        final PasswordText text = PasswordText.of("passwd", 1, "salt".getBytes(StandardCharsets.UTF_8));
        assertEquals("pbkdf2-sha256$1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw", text.toString());
        assertTrue(PasswordText.parse(text.toString()).isOf("passwd"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hash",
                "pbkdf2-sha256$100$c2FsdA",
                "pbkdf2-sha512$100$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$0$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$10000001$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$x$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$100$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$100$c2FsdA$AAAA",
                "pbkdf2-sha256$100$c2FsdA$?",
                "pbkdf2-sha256$100$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$"
            })
    void shouldLetNobodyInByATextThatIsNoHash(final String text) {
        final PasswordTextException refusal = assertThrows(PasswordTextException.class, () -> PasswordText.parse(text));
        assertTrue(refusal.getMessage().startsWith("the hash of a password has ")
                || refusal.getMessage().startsWith("the hash of a password is not "));
        verify(PASSWORD, text);
        assertEquals(List.of("false"), answers);
        assertEquals(1, hasher.unreadable());
    }

    @Test
    void shouldThrowInPollWhenWorkFails() {
        try (SideWork work = new SideWork("test", 1, 1, wakeups::release)) {
            assertTrue(work.offer(
                    () -> {
                        throw new IllegalArgumentException("broken");
                    },
                    result -> answers.add("done")));
            wakeups.acquireUninterruptibly();
            final IllegalStateException failure = assertThrows(IllegalStateException.class, work::poll);
            assertEquals("broken", failure.getCause().getMessage());
        }
    }

    private PasswordHasher hasher(final int iterations, final int waitingMax) {
        return new PasswordHasher(iterations, 1, waitingMax, new SecureRandom(), wakeups::release);
    }

    private String hash(final Secret password) {
        final List<String> hashes = new ArrayList<>();
        hasher.hash(password, hashes::add, () -> answers.add("busy"));
        await();
        return hashes.get(0);
    }

    private void verify(final Secret password, final String hash) {
        hasher.verify(password, hash, isRight -> answers.add(isRight.toString()), () -> answers.add("busy"));
        await();
    }

    private void await() {
        while (hasher.poll(0) == 0) {
            wakeups.acquireUninterruptibly();
        }
    }
}
