package io.vireo.sim.stream;

import io.vireo.sim.audit.AccountAuditor.Session;
import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.Need;
import java.util.ArrayDeque;
import java.util.List;

/**
 * What a client asks about users when all is healed and nobody changes them any more: for each name, whether a former password, its tokens and
 * the present password log in, and then, by the last of these that does, everything that a permission may allow. Each question is
 * asked until it has an answer.
 */
final class LastRound {
    /** One question. @param need null if it is a login: by the token, or where that is null by the password. */
    record Question(String user, String password, Token token, Need need) {}

    private final AccountBook book;
    private final List<Need> tried;
    private final ArrayDeque<String> users;
    private final ArrayDeque<Question> logins = new ArrayDeque<>();
    private final ArrayDeque<Need> needs = new ArrayDeque<>();
    private String user;
    /** The last login that succeeded; null if there was none. */
    private Question way;

    private Question asked;

    /** @param tried what is asked for by who has logged in. */
    LastRound(final AccountBook book, final List<Need> tried) {
        this.book = book;
        this.tried = tried;
        users = new ArrayDeque<>(book.namesAtTheEnd());
    }

    /** The next question; null if all have their answers. @param session of the connection, or null. */
    Question next(final Session session) {
        while (logins.isEmpty() && (needs.isEmpty() || way == null)) {
            if (users.isEmpty()) {
                asked = null;
                return null;
            }
            begin(users.remove());
        }
        if (!logins.isEmpty()) {
            asked = logins.element();
        } else if (session == null || !session.user().equals(user)) {
            asked = way;
        } else {
            asked = new Question(user, null, null, needs.element());
        }
        return asked;
    }

    private void begin(final String next) {
        user = next;
        way = null;
        final List<String> passwords = book.passwordsAtTheEnd(next);
        if (!passwords.isEmpty()) {
            logins.add(new Question(next, passwords.get(0), null, null));
        }
        for (final Token token : book.tokensOf(next)) {
            logins.add(new Question(next, null, token, null));
        }
        if (passwords.size() > 1) {
            logins.add(new Question(next, passwords.get(1), null, null));
        }
        needs.clear();
        needs.addAll(tried);
    }

    /** The question was answered. @param isYes a login has succeeded; of a command, whatever it was told. */
    void onAnswered(final boolean isYes) {
        if (asked.need != null) {
            needs.remove();
        } else if (!logins.isEmpty()) {
            logins.remove();
            way = isYes ? asked : way;
        } else if (!isYes) {
            // It worked before, and does not now: nothing more can be asked in this name.
            way = null;
        }
    }
}
