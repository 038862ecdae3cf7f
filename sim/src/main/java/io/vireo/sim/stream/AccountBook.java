package io.vireo.sim.stream;

import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.Need.Grants;
import io.vireo.sim.random.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What the clients that deal with users know together: names, which are few, passwords that were set, tokens that were given. */
final class AccountBook {
    private static final int NAMES = 3;
    private static final int TOKENS_MAX = 16;
    private static final int FEW = 3;

    /** By name, those that were asked for, in that order. */
    private final TreeMap<String, List<String>> passwords = new TreeMap<>();

    /** By name, the one that a client was last told of; none of a user that is deleted. */
    private final TreeMap<String, String> present = new TreeMap<>();

    private final List<Token> tokens = new ArrayList<>();
    private int lastPassword;
    private int lastToken;

    static String name(final Draws work) {
        return "user-" + work.nextInt(NAMES);
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
        return present.isEmpty() || work.chance(1, 8)
                ? name(work)
                : List.copyOf(present.keySet()).get(work.nextInt(present.size()));
    }

    /** Most often the one that clients were last told of, or any that was ever asked for. */
    String password(final String user, final Draws work) {
        final List<String> known = passwords.getOrDefault(user, List.of("nobody-has-this"));
        return present.containsKey(user) && work.chance(7, 8)
                ? present.get(user)
                : known.get(work.nextInt(known.size()));
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
        return tokens.stream()
                .filter(token -> token.user().equals(user))
                .reduce((first, last) -> last)
                .orElse(null);
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
