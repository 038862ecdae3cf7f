package io.vireo.sim.audit;

import io.vireo.sim.audit.Need.Grants;
import io.vireo.sim.audit.Register.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * A23: what clients were told about users is in force at every node from then on: who may do what, which password and token is right, who is
 * there at all. It judges by what clients asked for and were told alone, each answer by all that the users can have been meanwhile. And no
 * password or token is in what the log carries.
 */
public final class AccountAuditor extends Auditor {
    private static final int OK = 0;
    private static final int MISSING = 20;
    private static final int UNAUTHENTICATED = 40;
    private static final int UNAUTHORIZED = 41;
    private static final int INVALID_CREDENTIALS = 42;
    private static final int ALREADY_THERE = 46;
    private static final int INACTIVE = 47;
    private static final int TOKEN_EXPIRED = 54;

    private static final Predicate<Boolean> TRUE = Boolean.TRUE::equals;
    private static final Predicate<Boolean> FALSE = Boolean.FALSE::equals;

    /** Answers where nothing else could be right: one that says the opposite would be reported. */
    public enum Certain {
        LOGIN,
        /** By a password that was right once. */
        LOGIN_REFUSED,
        TOKEN,
        TOKEN_REFUSED,
        ALLOWED,
        FORBIDDEN,
        CHANGED,
        CHANGE_REFUSED
    }

    /** What is known of all users that ever had one name. A value of null stands for no user. */
    private static final class Account {
        final Register<String> password = new Register<>(null);
        final Register<Grants> grants = new Register<>(null);
        final Register<Boolean> isActive = new Register<>(null);
    }

    /** A change that was asked for. */
    public final class Change {
        private final String what;
        private final long asked;
        private final List<Integer> refusals;
        private final LongPredicate canTakeEffect;
        private final LongPredicate canBeRefused;
        private final List<Consumer<Boolean>> parts = new ArrayList<>();

        /**
         * @param refusals statuses that say that what is to be changed is not as it has to be.
         * @param canTakeEffect of the moment at which it is asked for: whether all can be as it has to be since.
         * @param canBeRefused the same, whether something can stand against it.
         */
        private Change(
                final String what,
                final List<Integer> refusals,
                final LongPredicate canTakeEffect,
                final LongPredicate canBeRefused) {
            this.what = what;
            this.refusals = refusals;
            this.canTakeEffect = canTakeEffect;
            this.canBeRefused = canBeRefused;
            asked = now;
        }

        private <T> Change with(final Register<T> register, final T value) {
            final Write<T> write = register.begin(value, now);
            parts.add(isDone -> {
                if (isDone) {
                    register.onDone(write, now);
                } else {
                    register.withdraw(write);
                }
            });
            return this;
        }

        /** Its client was told that it has taken effect. */
        public void onDone() {
            tick();
            changes++;
            // Whether it could is judged by what is there without it.
            parts.forEach(part -> part.accept(false));
            judge(
                    canTakeEffect.test(asked),
                    "a change takes effect only where all is as it has to be",
                    what,
                    "done",
                    asked);
            count(Certain.CHANGED, !canBeRefused.test(asked));
            parts.forEach(part -> part.accept(true));
        }

        /** Its client was told that it will never take effect. */
        public void onRefused(final int status) {
            tick();
            parts.forEach(part -> part.accept(false));
            if (refusals.contains(status)) {
                judge(
                        canBeRefused.test(asked),
                        "a change is refused only where something stands against it",
                        what,
                        "refused with " + status,
                        asked);
                count(Certain.CHANGE_REFUSED, !canTakeEffect.test(asked));
            }
        }
    }

    /**
     * A login that has succeeded.
     *
     * @param asked when it was asked for.
     * @param told when its client was told.
     */
    public record Session(String user, long asked, long told) {}

    /** A token that a client was given. */
    public static final class Token {
        private final String user;
        private final String name;
        private final String secret;
        private final long asked;
        private final long told;
        private final boolean isExpiring;
        private final long goneNs;
        private final Register<Boolean> isThere = new Register<>(true);

        private Token(
                final Session session,
                final String name,
                final String secret,
                final long asked,
                final long told,
                final boolean isExpiring,
                final long goneNs) {
            this.user = session.user;
            this.name = name;
            this.secret = secret;
            this.asked = asked;
            this.told = told;
            this.isExpiring = isExpiring;
            this.goneNs = goneNs;
        }

        public String user() {
            return user;
        }

        public String name() {
            return name;
        }

        public String secret() {
            return secret;
        }
    }

    private final TreeMap<String, Account> accounts = new TreeMap<>();
    private final List<byte[]> secrets = new ArrayList<>();
    private final List<byte[]> replicated = new ArrayList<>();
    /** The moment: rises with every question and answer. */
    private long now;

    private long changes;
    private long logins;
    private long refusedLogins;
    private long allowed;
    private long forbidden;
    private final long[] certain = new long[Certain.values().length];

    public AccountAuditor(final AuditLog log) {
        super("A23", log);
    }

    /** Changes of users and tokens that clients were told of. */
    public long changes() {
        return changes;
    }

    public long logins() {
        return logins;
    }

    public long refusedLogins() {
        return refusedLogins;
    }

    /** Commands of users that a permission allowed. */
    public long allowed() {
        return allowed;
    }

    /** Commands of users that no permission allowed. */
    public long forbidden() {
        return forbidden;
    }

    /** Answers of this kind that were judged and could have been reported, had they said the opposite. */
    public long certain(final Certain kind) {
        return certain[kind.ordinal()];
    }

    /** As above, of all kinds. */
    public long certain() {
        return Arrays.stream(certain).sum();
    }

    /** Requests of the log about users that were searched for secrets. */
    public long searched() {
        return replicated.size();
    }

    /** Something is asked; the moment is needed to judge its answer. */
    public long ask() {
        return tick();
    }

    public Change onCreate(final String user, final String password, final Grants grants, final boolean isActive) {
        tick();
        onSecret(password);
        final Account account = account(user);
        return new Change(
                        user + " is created",
                        List.of(ALREADY_THERE),
                        asked -> account.password.canBe(Objects::isNull, asked, now),
                        asked -> account.password.canBe(Objects::nonNull, asked, now))
                .with(account.password, password)
                .with(account.grants, grants)
                .with(account.isActive, isActive);
    }

    public Change onDelete(final String user) {
        tick();
        final Account account = account(user);
        return ofPresent(user, "is deleted")
                .with(account.password, null)
                .with(account.grants, null)
                .with(account.isActive, null);
    }

    public Change onGrants(final String user, final Grants grants) {
        tick();
        return ofPresent(user, "is granted something").with(account(user).grants, grants);
    }

    /** @param current password that the user is said to have. */
    public Change onPassword(final String user, final String current, final String password) {
        tick();
        onSecret(password);
        final Account account = account(user);
        return new Change(
                        user + " gets a password",
                        List.of(MISSING, INVALID_CREDENTIALS),
                        asked -> account.password.canBe(current::equals, asked, now),
                        asked -> account.password.canBe(present -> !current.equals(present), asked, now))
                .with(account.password, password);
    }

    public Change onStatus(final String user, final boolean isActive) {
        tick();
        return ofPresent(user, "gets a status").with(account(user).isActive, isActive);
    }

    public Change onDeleteToken(final Token token) {
        tick();
        return new Change(
                        token.user + " loses token " + token.name,
                        List.of(MISSING),
                        asked -> token.isThere.canBe(TRUE, asked, now),
                        asked -> canBeGone(token, asked))
                .with(token.isThere, false);
    }

    /** A change that takes effect whenever its user is there. */
    private Change ofPresent(final String user, final String what) {
        final Account account = account(user);
        return new Change(
                user + " " + what,
                List.of(MISSING),
                asked -> account.password.canBe(Objects::nonNull, asked, now),
                asked -> account.password.canBe(Objects::isNull, asked, now));
    }

    /**
     * A client was given a token.
     *
     * @param asked when, see {@link #ask}.
     * @param isExpiring whether it is valid for some time only.
     * @param goneNs virtual time from which on it is not valid by the clock of any node; the largest number if that is not known.
     */
    public Token onToken(
            final Session session,
            final String name,
            final String secret,
            final long asked,
            final boolean isExpiring,
            final long goneNs) {
        changes++;
        final Token token = new Token(session, name, secret, asked, tick(), isExpiring, goneNs);
        onSecret(secret);
        return token;
    }

    /** A login by password was answered; returns the session, or null if there is none. */
    public Session onLogin(final String user, final String password, final long asked, final int status) {
        tick();
        final Account account = account(user);
        final boolean canLogIn =
                account.password.canBe(password::equals, asked, now) && account.isActive.canBe(TRUE, asked, now);
        final boolean canBeWrong = account.password.canBe(present -> !password.equals(present), asked, now);
        if (status == OK) {
            count(Certain.LOGIN, !canBeWrong && !account.isActive.canBe(FALSE, asked, now));
            judge(
                    canLogIn,
                    "who is deleted or inactive, or has another password by now, does not log in",
                    user,
                    "with a password",
                    asked);
            logins++;
            return new Session(user, asked, now);
        }
        if (status == INVALID_CREDENTIALS) {
            count(Certain.LOGIN_REFUSED, !canLogIn && account.password.wasAskedFor(password::equals));
            judge(
                    canBeWrong,
                    "who is there logs in with the password that was set last",
                    user,
                    "with a password",
                    asked);
            refusedLogins++;
        }
        onInactive(account, user, asked, status);
        return null;
    }

    /** A login by a token was answered; returns the session, or null if there is none. */
    public Session onLogin(final Token token, final long asked, final long askedNs, final int status) {
        tick();
        final Account account = account(token.user);
        final boolean canLogIn = token.isThere.canBe(TRUE, asked, now)
                && askedNs < token.goneNs
                && !account.password.hasBecome(Objects::isNull, token.told, asked)
                && account.isActive.canBe(TRUE, asked, now);
        if (status == OK) {
            count(Certain.TOKEN, !canBeGone(token, asked) && !account.isActive.canBe(FALSE, asked, now));
            judge(
                    canLogIn,
                    "a token that is deleted or expired, or whose user is deleted or inactive, logs nobody in",
                    token.user,
                    "with token " + token.name,
                    asked);
            logins++;
            return new Session(token.user, asked, now);
        }
        if (status == MISSING || status == TOKEN_EXPIRED) {
            count(Certain.TOKEN_REFUSED, !canLogIn);
            judge(
                    token.isExpiring || status == MISSING && canBeGone(token, asked),
                    "a token that is there logs its user in",
                    token.user,
                    "with token " + token.name + ", refused with " + status,
                    asked);
            refusedLogins++;
        }
        onInactive(account, token.user, asked, status);
        return null;
    }

    /**
     * A command of a user was answered.
     *
     * @param asked when, see {@link #ask}.
     * @param since from when on a permission may have counted for it: {@code asked}, or what of a moment ago still does.
     * @param isAllowed whether the status says that the user may, even if something else stood against it.
     */
    public void onAnswer(
            final Session session,
            final Need need,
            final long asked,
            final long since,
            final int status,
            final boolean isAllowed) {
        tick();
        final Account account = account(session.user);
        final boolean canBeAllowed = account.grants.canBe(grants -> grants != null && need.isMetBy(grants), since, now)
                && account.isActive.canBe(TRUE, since, now);
        final boolean canBeForbidden =
                account.grants.canBe(grants -> grants == null || !need.isMetBy(grants), asked, now);
        if (isAllowed) {
            allowed++;
            count(Certain.ALLOWED, !canBeForbidden && !account.isActive.canBe(FALSE, asked, now));
            judge(
                    !account.password.hasBecome(Objects::isNull, session.told, since),
                    "nobody does anything in the name of a user that is deleted",
                    session.user,
                    need + " answered with " + status,
                    asked);
            judge(
                    canBeAllowed,
                    "nobody does what no permission allows, or while inactive",
                    session.user,
                    need + " answered with " + status,
                    asked);
        } else if (status == UNAUTHORIZED) {
            forbidden++;
            count(Certain.FORBIDDEN, !canBeAllowed);
            judge(canBeForbidden, "what a permission allows is not refused", session.user, need.toString(), asked);
        } else if (status == UNAUTHENTICATED) {
            judge(
                    account.password.canBecome(Objects::isNull, session.asked, now),
                    "a login holds as long as its user is there",
                    session.user,
                    need.toString(),
                    asked);
        }
        onInactive(account, session.user, asked, status);
    }

    /** The log carries this, of a request about users or its answer. */
    public void onReplicated(final int replica, final int group, final long op, final byte[] bytes) {
        replicated.add(bytes);
        for (final byte[] secret : secrets) {
            search(replica, group, op, bytes, secret);
        }
    }

    /** Something that nobody but clients and gateways may ever see. */
    public void onSecret(final String secret) {
        final byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        secrets.add(bytes);
        for (final byte[] each : replicated) {
            search(-1, 0, 0, each, bytes);
        }
    }

    private void search(final int replica, final int group, final long op, final byte[] bytes, final byte[] secret) {
        for (int from = 0; from + secret.length <= bytes.length; from++) {
            int same = 0;
            while (same < secret.length && bytes[from + same] == secret[same]) {
                same++;
            }
            if (same == secret.length) {
                fail(
                        "no password and no token is in what is replicated",
                        replica,
                        group,
                        op,
                        new String(secret, StandardCharsets.UTF_8) + " at byte " + from);
            }
        }
    }

    /** Whether a token may be there no more: deleted, expired, or gone with its user. */
    private boolean canBeGone(final Token token, final long asked) {
        return token.isExpiring
                || token.isThere.canBe(FALSE, asked, now)
                || account(token.user).password.canBecome(Objects::isNull, token.asked, now);
    }

    private void count(final Certain kind, final boolean isCertain) {
        certain[kind.ordinal()] += isCertain ? 1 : 0;
    }

    private void onInactive(final Account account, final String user, final long asked, final int status) {
        if (status == INACTIVE) {
            judge(
                    account.isActive.canBe(FALSE, asked, now),
                    "who is active is not refused as inactive",
                    user,
                    "refused with " + status,
                    asked);
        }
    }

    private void judge(
            final boolean holds, final String invariant, final String user, final String what, final long asked) {
        if (!holds) {
            fail(invariant, -1, 0, 0, "user " + user + ": " + what + ", asked at moment " + asked + " of " + now);
        }
    }

    private Account account(final String user) {
        return accounts.computeIfAbsent(user, key -> new Account());
    }

    private long tick() {
        return ++now;
    }
}
