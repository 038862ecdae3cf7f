package io.vireo.node.gateway;

import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.Secret;
import io.vireo.node.iggy.TokenRecord;
import io.vireo.node.iggy.UserRequest;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.machine.UserQueries;
import io.vireo.node.stream.metadata.User;

/** Who the client is: login by password or token, logout, and a user's tokens. */
final class LoginHandlers {
    private static final long NANOS_PER_MICRO = 1_000;

    private final GroupAccess access;
    private final Passwords passwords;
    private final GatewayPorts ports;

    LoginHandlers(final GroupAccess access, final Passwords passwords, final GatewayPorts ports) {
        this.access = access;
        this.passwords = passwords;
        this.ports = ports;
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.LOGIN_USER, UserRequest.LoginUser.class, this::login);
        table.add(CommandCode.LOGIN_WITH_TOKEN, UserRequest.LoginWithToken.class, this::loginWithToken);
        table.add(CommandCode.LOGOUT_USER, Request.Bare.class, this::logout);
        table.add(CommandCode.GET_TOKENS, Request.Bare.class, this::tokens);
        table.add(CommandCode.CREATE_TOKEN, UserRequest.CreateToken.class, this::createToken);
        table.add(CommandCode.DELETE_TOKEN, UserRequest.DeleteToken.class, this::deleteToken);
    }

    private void login(final UserRequest.LoginUser request, final Exchange exchange) {
        // Who was logged in is not any more, whether this succeeds or not.
        exchange.connection().actor(null);
        access.query(
                exchange,
                Actor.SYSTEM,
                new UserQueries.GetCredentials(request.username()),
                Consistency.LINEARIZABLE,
                Answers.Credentials::read,
                credentials -> verify(exchange, request.password(), credentials),
                error -> {
                    if (error == IggyError.RESOURCE_NOT_FOUND) {
                        verify(exchange, request.password(), null);
                    } else {
                        exchange.fail(error);
                    }
                });
    }

    private void verify(final Exchange exchange, final Secret password, final Answers.Credentials credentials) {
        final String hash = credentials == null ? null : credentials.passwordHash();
        passwords.verify(exchange, password, hash, isRight -> {
            if (credentials == null || !isRight) {
                exchange.fail(IggyError.INVALID_CREDENTIALS);
            } else if (credentials.user().status() != User.STATUS_ACTIVE) {
                exchange.fail(IggyError.USER_INACTIVE);
            } else {
                enter(exchange, credentials.user());
            }
        });
    }

    private void loginWithToken(final UserRequest.LoginWithToken request, final Exchange exchange) {
        exchange.connection().actor(null);
        access.query(
                exchange,
                Actor.SYSTEM,
                new UserQueries.AuthenticateToken(
                        ports.tokens().hash(request.token()), ports.clock().wallNs() / NANOS_PER_MICRO),
                Consistency.LINEARIZABLE,
                Answers.UserInfo::read,
                user -> enter(exchange, user),
                exchange::fail);
    }

    private static void enter(final Exchange exchange, final Answers.UserInfo user) {
        exchange.connection().actor(Actor.of(user));
        exchange.answer(out -> out.u32(user.number()));
    }

    private void logout(final Request.Bare request, final Exchange exchange) {
        exchange.connection().actor(null);
        exchange.answerEmpty();
    }

    private void tokens(final Request.Bare request, final Exchange exchange) {
        access.list(
                exchange,
                UserQueries.GetTokens.FIRST,
                page -> new UserQueries.GetTokens(page.last().name()),
                Answers.TokenInfo::read,
                tokens -> exchange.answer(out ->
                        tokens.forEach(token -> new TokenRecord(token.name(), token.expiresAtMicros()).writeTo(out))));
    }

    private void createToken(final UserRequest.CreateToken request, final Exchange exchange) {
        final Secret token = ports.tokens().create();
        access.command(
                exchange,
                new UserCommands.CreateToken(request.name(), ports.tokens().hash(token), request.expiryUs()),
                reply -> exchange.answer(out -> out.str8(token.value())));
    }

    private void deleteToken(final UserRequest.DeleteToken request, final Exchange exchange) {
        access.command(exchange, new UserCommands.DeleteToken(request.name()), reply -> exchange.answerEmpty());
    }
}
