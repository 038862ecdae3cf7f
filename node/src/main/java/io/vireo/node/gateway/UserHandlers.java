package io.vireo.node.gateway;

import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.UserRecord;
import io.vireo.node.iggy.UserRequest;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.machine.UserQueries;
import io.vireo.node.stream.metadata.User;
import java.util.Optional;

/** Commands about users, what they may do, and their passwords. */
final class UserHandlers {
    private final GroupAccess access;
    private final Passwords passwords;

    UserHandlers(final GroupAccess access, final Passwords passwords) {
        this.access = access;
        this.passwords = passwords;
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.GET_USER, Request.OnUser.class, this::user);
        table.add(CommandCode.GET_USERS, Request.Bare.class, this::users);
        table.add(CommandCode.CREATE_USER, UserRequest.CreateUser.class, this::create);
        table.add(CommandCode.DELETE_USER, Request.OnUser.class, this::delete);
        table.add(CommandCode.UPDATE_USER, UserRequest.UpdateUser.class, this::update);
        table.add(CommandCode.UPDATE_PERMISSIONS, UserRequest.UpdatePermissions.class, this::updatePermissions);
        table.add(CommandCode.CHANGE_PASSWORD, UserRequest.ChangePassword.class, this::changePassword);
    }

    private void user(final Request.OnUser request, final Exchange exchange) {
        access.find(
                exchange,
                new UserQueries.GetUser(request.user()),
                Answers.UserDetails::read,
                found -> exchange.answer(
                        record(found.user(), Optional.ofNullable(found.permissions()))::writeDetailsTo));
    }

    private void users(final Request.Bare request, final Exchange exchange) {
        access.list(
                exchange,
                UserQueries.GetUsers::new,
                Answers.UserInfo::read,
                users -> exchange.answer(out ->
                        users.forEach(user -> record(user, Optional.empty()).writeTo(out))));
    }

    private void create(final UserRequest.CreateUser request, final Exchange exchange) {
        passwords.hash(
                exchange,
                request.password(),
                hash -> access.command(
                        exchange,
                        new UserCommands.CreateUser(
                                request.username(),
                                hash,
                                status(request.isActive()),
                                request.permissions().orElse(null)),
                        reply -> exchange.answer(new UserRecord(
                                reply.number(),
                                reply.timestampMicros(),
                                request.isActive(),
                                request.username(),
                                request.permissions())::writeDetailsTo)));
    }

    private void delete(final Request.OnUser request, final Exchange exchange) {
        access.command(exchange, new UserCommands.DeleteUser(request.user()), reply -> exchange.answerEmpty());
    }

    private void update(final UserRequest.UpdateUser request, final Exchange exchange) {
        access.command(
                exchange,
                new UserCommands.UpdateUser(
                        request.user(),
                        request.username().orElse(null),
                        request.isActive().map(UserHandlers::status).orElse(0)),
                reply -> exchange.answerEmpty());
    }

    private void updatePermissions(final UserRequest.UpdatePermissions request, final Exchange exchange) {
        access.command(
                exchange,
                new UserCommands.UpdatePermissions(
                        request.user(), request.permissions().orElse(null)),
                reply -> exchange.answerEmpty());
    }

    /** The present password is checked against a hash that the change names: if it is another by then, nothing is changed. */
    private void changePassword(final UserRequest.ChangePassword request, final Exchange exchange) {
        access.query(
                exchange,
                new UserQueries.GetUser(request.user()),
                Answers.UserDetails::read,
                found -> access.query(
                        exchange,
                        Actor.SYSTEM,
                        new UserQueries.GetCredentials(found.user().name()),
                        Consistency.LINEARIZABLE,
                        Answers.Credentials::read,
                        credentials -> verify(request, exchange, credentials.passwordHash()),
                        exchange::fail));
    }

    private void verify(final UserRequest.ChangePassword request, final Exchange exchange, final String currentHash) {
        passwords.verify(exchange, request.current(), currentHash, isRight -> {
            if (!isRight) {
                exchange.fail(IggyError.INVALID_CREDENTIALS);
                return;
            }
            passwords.hash(
                    exchange,
                    request.next(),
                    hash -> access.command(
                            exchange,
                            new UserCommands.ChangePassword(request.user(), currentHash, hash),
                            reply -> exchange.answerEmpty()));
        });
    }

    private static UserRecord record(final Answers.UserInfo user, final Optional<Permissions> permissions) {
        return new UserRecord(
                user.number(), user.createdAtMicros(), user.status() == User.STATUS_ACTIVE, user.name(), permissions);
    }

    private static int status(final boolean isActive) {
        return isActive ? User.STATUS_ACTIVE : User.STATUS_INACTIVE;
    }
}
