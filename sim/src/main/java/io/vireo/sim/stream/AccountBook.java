package io.vireo.sim.stream;

import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.Need.Grants;
import io.vireo.sim.random.Draws;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What the clients that deal with users know together: names, which are few, passwords that were set, tokens that were given. Of a user whose
 * change got no answer nobody can say what it is, so that hardly any answer would be wrong: such a name is used no more to change anything.
 */
final class AccountBook {
    private static final int NAMES = 3;
    private static final int TOKENS_MAX = 16;
    private static final int FEW = 3;
    /** Names that were given up of which somebody asks at the end. */
    private static final int FORMER_ASKED = 2;

    private final List<String> names = new ArrayList<>(NAMES);
    private final ArrayDeque<String> formerNames = new ArrayDeque<>();
    /** By name, those that were asked for, in that order. */
    private final TreeMap<String, List<String>> passwords = new TreeMap<>();

    /** By name, the one that a client was last told of; none of a user that is deleted. */
    private final TreeMap<String, String> present = new TreeMap<>();

    private final List<Token> tokens = new ArrayList<>();
    private int nextName;
    private int lastPassword;
    private int lastToken;

    AccountBook() {
        while (names.size() < NAMES) {
            names.add("user-" + nextName++);
        }
    }

    String name(final Draws work) {
        return names.get(work.nextInt(NAMES));
    }

    /** A change of this user may have taken effect, or may yet. The first name stays: what comes late is worth a look too. */
    void onUnanswered(final String user) {
        final int at = names.indexOf(user);
        if (at > 0) {
            names.set(at, "user-" + nextName++);
            formerNames.addLast(user);
            if (formerNames.size() > FORMER_ASKED) {
                formerNames.removeFirst();
            }
        }
    }

    /** Those that something is to be said about at the end. */
    List<String> namesAtTheEnd() {
        final List<String> all = new ArrayList<>(names);
        all.addAll(formerNames);
        return all;
    }

    /** One that nobody has had. */
    String newPassword(final String user) {
        final String password = "password-" + ++lastPassword + "-of-" + user;
        passwords.computeIfAbsent(user, key -> new ArrayList<>()).add(password);
        return password;
    }

    String newTokenName() {
        return "token-" + ++lastToken;
    }

    /** A client was told that this password is set. */
    void onSet(final String user, final String password) {
        present.put(user, password);
    }

    void onDeleted(final String user) {
        present.remove(user);
    }

    /** Most often one that is there, as far as clients were told. */
    String nameForLogin(final Draws work) {
        if (work.chance(1, 8)) {
            final List<String> all = passwords.isEmpty() ? names : List.copyOf(passwords.keySet());
            return all.get(work.nextInt(all.size()));
        }
        final List<String> there = names.stream().filter(present::containsKey).toList();
        return there.isEmpty() ? name(work) : there.get(work.nextInt(there.size()));
    }

    /** Most often the one that clients were last told of, or any that was ever asked for. */
    String password(final String user, final Draws work) {
        final List<String> known = passwords.getOrDefault(user, List.of("nobody-has-this"));
        return present.containsKey(user) && work.chance(7, 8)
                ? present.get(user)
                : known.get(work.nextInt(known.size()));
    }

    /** Up to two: the last one that is not what clients were last told of, then that. */
    List<String> passwordsAtTheEnd(final String user) {
        final String current = present.get(user);
        final List<String> asked = new ArrayList<>();
        passwords.getOrDefault(user, List.of()).stream()
                .filter(password -> !password.equals(current))
                .reduce((first, last) -> last)
                .ifPresent(asked::add);
        if (current != null) {
            asked.add(current);
        }
        return asked;
    }

    List<Token> tokensOf(final String user) {
        return tokens.stream().filter(token -> token.user().equals(user)).toList();
    }

    void add(final Token token) {
        if (tokens.size() == TOKENS_MAX) {
            tokens.remove(0);
        }
        tokens.add(token);
    }

    /** Of anybody, deleted or not; null if there was none. */
    Token token(final Draws work) {
        return tokens.isEmpty() ? null : tokens.get(work.nextInt(tokens.size()));
    }

    /** Of this user; null if there was none. */
    Token tokenOf(final String user) {
        return tokensOf(user).stream().reduce((first, last) -> last).orElse(null);
    }

    /** Few permissions, mostly in one place, and none in one of eight cases. */
    static Grants grants(final Draws work) {
        return switch (work.nextInt(8)) {
            case 0 -> Grants.NONE;
            case 1, 2 -> new Grants(0, few(work, 6), 0);
            case 3, 4 -> new Grants(0, 0, few(work, 4));
            case 5 -> new Grants(few(work, 10), few(work, 6), few(work, 4));
            default -> new Grants(few(work, 10), 0, 0);
        };
    }

    private static int few(final Draws work, final int bits) {
        int set = 0;
        for (int i = 0; i < FEW; i++) {
            set |= 1 << work.nextInt(bits);
        }
        return set;
    }
}
