package io.vireo.sim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whom clients deal with, and what is asked of them at the end. */
class AccountBookTest {
    private final AccountBook book = new AccountBook();
    private final Draws draws = new Draws(1, Stream.STREAM_USERS, 0);

    private Set<String> drawn() {
        final Set<String> drawn = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            drawn.add(book.name(draws));
        }
        return drawn;
    }

    @Test
    void shouldChangeANameNoMoreWhenAChangeOfItGotNoAnswer() {
        assertEquals(Set.of("user-0", "user-1", "user-2"), drawn());
        book.onUnanswered("user-1");
        assertEquals(Set.of("user-0", "user-2", "user-3"), drawn());
        assertEquals(List.of("user-0", "user-3", "user-2", "user-1"), book.namesAtTheEnd());
    }

    @Test
    void shouldKeepTheFirstNameWhenAChangeOfItGotNoAnswer() {
        book.onUnanswered("user-0");
        assertTrue(drawn().contains("user-0"));
    }

    @Test
    void shouldAskAtTheEndForAFewOfTheFormerNamesWhenThereWereMany() {
        for (int i = 1; i < 40; i++) {
            book.onUnanswered("user-" + i);
        }
        assertEquals(5, book.namesAtTheEnd().size());
        assertTrue(book.namesAtTheEnd().contains("user-39"), () -> "" + book.namesAtTheEnd());
        assertFalse(book.namesAtTheEnd().contains("user-1"));
    }

    @Test
    void shouldStillLogInAsAFormerUserNowAndThenWhenItHadAPassword() {
        book.onSet("user-1", book.newPassword("user-1"));
        book.onUnanswered("user-1");
        int former = 0;
        for (int i = 0; i < 800; i++) {
            former += "user-1".equals(book.nameForLogin(draws)) ? 1 : 0;
        }
        assertTrue(former > 50 && former < 200, "as a former user " + former);
    }

    @Test
    void shouldAskAtTheEndForTheFormerPasswordBeforeThePresentOne() {
        final String first = book.newPassword("user-1");
        final String second = book.newPassword("user-1");
        book.onSet("user-1", first);
        book.onSet("user-1", second);
        assertEquals(List.of(first, second), book.passwordsAtTheEnd("user-1"));
        book.onDeleted("user-1");
        assertEquals(List.of(second), book.passwordsAtTheEnd("user-1"));
        assertEquals(List.of(), book.passwordsAtTheEnd("user-2"));
    }
}
