package io.vireo.sim.stream;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.sim.audit.AccountAuditor;
import io.vireo.sim.audit.AccountAuditor.Change;
import io.vireo.sim.audit.AccountAuditor.Session;
import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.Need;
import io.vireo.sim.audit.Need.Grants;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/** The requests about users that a client makes, each with what the auditor is told of it. Made at the moment when they are sent. */
final class UserCalls {
    private static final long NEVER_NS = Long.MAX_VALUE;
    private static final long NANOS_PER_MICRO = 1_000L;

    private final AccountAuditor accounts;
    private final AccountBook book;

    UserCalls(final AccountAuditor accounts, final AccountBook book) {
        this.accounts = accounts;
        this.book = book;
    }

    IggyCall create(final String user, final Grants grants, final boolean isActive, final int stream) {
        final String password = book.newPassword(user);
        final Change change = accounts.onCreate(user, password, grants, isActive);
        return changing(
                CommandCode.CREATE_USER,
                IggyFrames.createUser(user, password, isActive, grants, stream),
                change,
                user,
                () -> book.onSet(user, password));
    }

    IggyCall delete(final String user) {
        return changing(
                CommandCode.DELETE_USER,
                IggyFrames.ids(user),
                accounts.onDelete(user),
                user,
                () -> book.onDeleted(user));
    }

    IggyCall grant(final String user, final Grants grants, final int stream) {
        return changing(
                CommandCode.UPDATE_PERMISSIONS,
                IggyFrames.updatePermissions(user, grants, stream),
                accounts.onGrants(user, grants),
                user,
                () -> {});
    }

    IggyCall status(final String user, final boolean isActive) {
        return changing(
                CommandCode.UPDATE_USER,
                IggyFrames.updateUser(user, isActive),
                accounts.onStatus(user, isActive),
                user,
                () -> {});
    }

    IggyCall password(final String user, final String current) {
        final String next = book.newPassword(user);
        return changing(
                CommandCode.CHANGE_PASSWORD,
                IggyFrames.changePassword(user, current, next),
                accounts.onPassword(user, current, next),
                user,
                () -> book.onSet(user, next));
    }

    IggyCall deleteToken(final Token token) {
        final Change change = accounts.onDeleteToken(token);
        return new IggyCall(
                CommandCode.DELETE_TOKEN,
                IggyFrames.name(token.name()),
                (sent, status, answer, length) -> onAnswer(change, status, () -> {}, () -> {}));
    }

    /** @param clockErrorNs by which clocks of nodes differ from virtual time at most; below 0 if nobody knows. */
    IggyCall createToken(
            final Session session, final long expiryNs, final long clockErrorNs, final LongSupplier nowNs) {
        final String name = book.newTokenName();
        final long asked = accounts.ask();
        return new IggyCall(
                CommandCode.CREATE_TOKEN,
                IggyFrames.createToken(name, expiryNs / NANOS_PER_MICRO),
                (sent, status, payload, length) -> {
                    if (status == 0) {
                        // Valid from the moment of its op by the primary's clock, and looked at by the clock of another
                        // node.
                        final boolean isKnown = expiryNs > 0 && clockErrorNs >= 0;
                        final long goneNs = isKnown ? nowNs.getAsLong() + expiryNs + 2 * clockErrorNs : NEVER_NS;
                        book.add(accounts.onToken(session, name, str8(payload), asked, expiryNs > 0, goneNs));
                    }
                });
    }

    IggyCall login(final String user, final String password, final Consumer<Session> next) {
        final long asked = accounts.ask();
        return new IggyCall(
                CommandCode.LOGIN_USER,
                IggyFrames.login(user, password),
                (sent, status, payload, length) -> next.accept(accounts.onLogin(user, password, asked, status)));
    }

    IggyCall login(final Token token, final long nowNs, final Consumer<Session> next) {
        final long asked = accounts.ask();
        return new IggyCall(
                CommandCode.LOGIN_WITH_TOKEN,
                IggyFrames.name(token.secret()),
                (sent, status, payload, length) -> next.accept(accounts.onLogin(token, asked, nowNs, status)));
    }

    /**
     * A command of a user, judged by whether the user may.
     *
     * @param refusal with which the cluster refuses what is allowed, because something else stands against it; 0 if nothing does.
     * @param since from when on a permission may have counted, see {@link AccountAuditor#onAnswer}; below 0 for no earlier than now.
     */
    IggyCall judged(final Session session, final Need need, final IggyCall call, final int refusal, final long since) {
        final long asked = accounts.ask();
        return call.before((sent, status, payload, length) -> accounts.onAnswer(
                session, need, asked, since < 0 ? asked : since, status, status == 0 || status == refusal));
    }

    private IggyCall changing(
            final CommandCode code,
            final byte[] payload,
            final Change change,
            final String user,
            final Runnable onDone) {
        final Runnable onUnanswered = () -> book.onUnanswered(user);
        return new IggyCall(
                code,
                payload,
                (sent, status, answer, length) -> onAnswer(change, status, onDone, onUnanswered),
                onUnanswered);
    }

    private static void onAnswer(
            final Change change, final int status, final Runnable onDone, final Runnable onUnanswered) {
        if (status == 0) {
            change.onDone();
            onDone.run();
        } else if (status == IggyError.TASK_TIMEOUT.code()) {
            onUnanswered.run();
        } else {
            change.onRefused(status);
        }
    }

    private static String str8(final UnsafeBuffer payload) {
        final byte[] bytes = new byte[payload.getByte(0) & 0xff];
        payload.getBytes(1, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Number of the stream in the answer to a look at one; below 0 if there is none. */
    static int stream(final UnsafeBuffer payload, final int length) {
        return length == 0 ? -1 : payload.getInt(0, LITTLE_ENDIAN);
    }
}
